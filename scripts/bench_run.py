"""How long the whole of `geoparks run` takes on the demonstration with many parcels, and where: scripts/bench run [PARCELS].

The demonstration's parcels are cut into strips of their own, each with the record of its parcel, until there are so many.
Prints seconds, processor seconds, peak memory and what was written; with --profile, the functions that took longest.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geoparks import demo


def workspace(count: int, folder: Path) -> Path:
    """The demonstration with about `count` parcels; made once."""
    root = folder / f"run_{count}"
    if (root / "geoparks.toml").exists():
        return root
    demo.make(root)
    files = sorted((root / "data" / "宗地").glob("*.gpkg"))
    frames = [gpd.read_file(file) for file in files]
    times = max(round(count / sum(map(len, frames))), 1)
    for file, frame in zip(files, frames, strict=True):
        file.unlink()
        strips(frame, times).to_file(file, layer=file.stem)
    return root


def strips(frame: gpd.GeoDataFrame, times: int) -> gpd.GeoDataFrame:
    """Every parcel cut into strips from west to east, with an id of its own each; areas follow."""
    key = next(name for name in ("地块编码", "宗地编号", "parcel_id", "宗地代码", "电子监管号") if name in frame)
    bounds = frame.bounds.to_numpy()
    rows = np.repeat(np.arange(len(frame)), times)
    nth = np.tile(np.arange(times), len(frame))
    step = (bounds[rows, 2] - bounds[rows, 0]) / times
    west = bounds[rows, 0] + nth * step
    shapes = frame.geometry.to_numpy()[rows]
    cut = shapely.intersection(shapes, shapely.box(west, bounds[rows, 1], west + step, bounds[rows, 3]))
    made = frame.iloc[rows].reset_index(drop=True).set_geometry(cut)
    made[key] = [f"{one}-{k}" if isinstance(one, str) else one for one, k in zip(made[key], nth.tolist(), strict=True)]
    share = shapely.area(cut) / np.where(shapely.area(shapes) > 0, shapely.area(shapes), 1)
    for name in made.columns:
        if "面积" in name and made[name].dtype.kind == "f":
            made[name] = made[name] * share
    return made[shapely.area(cut) > 0]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("count", nargs="?", type=int, default=30_000)
    ask.add_argument("--profile", action="store_true")
    ask.add_argument("--folder", type=Path, default=Path(os.environ.get("GEOPARKS_BENCH", "bench-data")))
    asked = ask.parse_args()
    root = workspace(asked.count, asked.folder)
    inside = "from geoparks.cli import main; main()"
    if asked.profile:
        inside = f"import cProfile, pstats; from geoparks.cli import main; p = cProfile.Profile()\ntry: p.runcall(main)\nexcept SystemExit: pass\npstats.Stats(p).dump_stats({str(asked.folder / 'profile')!r})"
    words = ["run", str(root), "--out", str(asked.folder / "run_out")]
    start = time.perf_counter()
    done = subprocess.Popen([sys.executable, "-c", f"import sys; sys.argv = ['geoparks', *{words!r}]\n{inside}"])
    peak = 0.0
    while done.poll() is None:
        status = Path(f"/proc/{done.pid}/status")
        if status.exists():
            peak = max(
                [
                    peak,
                    *(
                        int(line.split()[1]) / 1024
                        for line in status.read_text().splitlines()
                        if line.startswith("VmHWM")
                    ),
                ]
            )
        time.sleep(0.2)
    seconds = time.perf_counter() - start
    used = os.times()
    print(
        f"{asked.count:,} parcels: {seconds:.0f} s, {used.children_user + used.children_system:.0f} s of processor, {peak:,.0f} MB; exit {done.returncode}"
    )
    if asked.profile:
        import pstats

        pstats.Stats(str(asked.folder / "profile")).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
