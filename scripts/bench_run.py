"""How long the whole of `geoparks run` takes on the demonstration with many parcels, and where: scripts/bench run [PARCELS].

The demonstration's parcels are cut into strips, each with the record of its parcel, until there are so many
(scripts/many_parcels.py). Everything is written: document, tables, page, workbook, evidence, all maps with a sheet a park.
Prints seconds, processor seconds, peak memory and what was written; with --profile, the functions that took longest.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from many_parcels import make


def workspace(count: int, folder: Path) -> Path:
    """The demonstration with about `count` parcels; made once."""
    root = folder / f"run_{count}"
    if not (root / "geoparks.toml").exists():
        make(root, count, max(1, count // 60_000))
    return root


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
