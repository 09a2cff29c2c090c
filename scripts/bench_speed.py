"""Time geoparks beside its peers on the same made work, interleaved, in fresh processes; hold their results together.

    scripts/bench speed [WORK…] [--count N] [--rounds R] [--docs]     area, overlay, overlaps, raster, reading
    scripts/bench quick                                               all of them at 20 000, one round: two minutes

Ratios count, not seconds. A round runs every method once, one after another, so that a busy machine is busy for all; the
ratio is that of the medians, and beside it stand the least and the largest ratio of any round. A method whose result is not
that of the others is told, and has no ratio. `--docs` renews docs/performance.md and its picture.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
METHODS = {
    "area": ["geoparks", "pure", "shapely", "albers", "geod"],
    "overlay": ["geoparks", "pure", "duckdb", "sedonadb", "postgis", "shapely", "dask", "geopandas"],
    "overlaps": ["geoparks", "pure", "shapely", "geopandas", "duckdb", "sedonadb"],
    "raster": ["geoparks", "alike", "exactextract", "exactextract_features", "rasterstats"],
    "reading": ["arrow", "geoparks", "rings", "geopandas"],
}
NEEDS = {"duckdb": ("duckdb", "duckdb_extension_spatial"), "sedonadb": ("sedonadb",), "dask": ("dask_geopandas",), "rasterstats": ("rasterstats",), "postgis": ("psycopg",)}  # fmt: skip
TITLES = {
    "area": "area on the ellipsoid", "overlay": "areas in blocks, boundary, farmland", "overlaps": "overlapping pairs",
    "raster": "shares of a raster", "reading": "reading",
}  # fmt: skip
NAMES = {
    "pure": "geoparks, no compiler", "alike": "geoparks, cells alike", "albers": "geopandas, to Albers", "geod": "pyproj.Geod, one by one",
    "duckdb": "DuckDB spatial, ST_Covers", "sedonadb": "SedonaDB, ST_Covers", "dask": "dask-geopandas", "postgis": "PostGIS, ST_Subdivide",
    "shapely": "shapely by hand", "exactextract": "exactextract, by raster", "exactextract_features": "exactextract, by feature",
    "arrow": "Arrow table + WKB parse", "rings": "geoparks, to flat rings",
}  # fmt: skip
SAME_M2 = 1e-6
SAME_SHARE = 1e-8
LIMIT_S = 1800


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("work", nargs="*", help="of " + ", ".join(METHODS))
    ask.add_argument("--count", type=int, default=100_000)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--without", default="", help="methods to leave out, with commas")
    ask.add_argument("--folder", type=Path, default=Path(os.environ.get("GEOPARKS_BENCH", "bench-data")))
    ask.add_argument("--docs", action="store_true", help="renew docs/performance.md")
    asked = ask.parse_args()
    sys.path.insert(0, str(HERE))
    asked.folder.mkdir(parents=True, exist_ok=True)
    works = asked.work or list(METHODS)
    with contextlib.ExitStack() as servers:
        if not serve(servers):
            asked.without += ",postgis"
        compare(works, asked)


def serve(servers: contextlib.ExitStack) -> bool:
    """Start a PostGIS server for this run, where its programs are installed."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    from bench_databases import POSTGIS
    from database import PASSWORD, USER, served

    try:
        server = servers.enter_context(served())
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        print(f"  without PostGIS: {error}", flush=True)
        return False
    os.environ[POSTGIS] = f"host=127.0.0.1 port={server.port} user={USER} password='{PASSWORD}' dbname=land"
    return True


def compare(works: list[str], asked: argparse.Namespace) -> None:
    """Run every work with every method that there is, round by round, and tell."""
    from bench_work import layers, raster

    layers(asked.count, asked.folder)
    if "raster" in works:
        raster(asked.count, asked.folder)
    kept = asked.folder / "told.jsonl"
    for work in works:
        left_out = asked.without.split(",")
        methods = [one for one in METHODS[work] if one not in left_out and all(map(find_spec, NEEDS.get(one, ())))]
        runs: dict[str, list[dict[str, float]]] = {one: [] for one in methods}
        once(work, "geoparks", asked.count, asked.folder)  # compiles what has not been compiled on this machine
        for number in range(asked.rounds):
            for one in methods:
                if number and not runs[one]:
                    continue  # it failed the first time
                if (run := once(work, one, asked.count, asked.folder)) is not None:
                    runs[one].append(run)
        told = table(work, asked.count, runs, agreement(work, asked.count, asked.folder, methods))
        with kept.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(told) + "\n")
    if asked.docs:
        from bench_docs import write

        write(kept)


def once(work: str, method: str, count: int, folder: Path) -> dict[str, float] | None:
    """Seconds, processor seconds and peak memory of one run; None where it failed or took half an hour."""
    words = [sys.executable, str(HERE / "bench_once.py"), work, method, str(count), str(folder)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_S, check=True)
    except subprocess.TimeoutExpired:
        print(f"  {work} {method}: more than {LIMIT_S} s", flush=True)
        return None
    except subprocess.CalledProcessError as error:
        print(f"  {work} {method} failed: {(error.stderr or '').strip().splitlines()[-1:]}", flush=True)
        return None
    return json.loads(done.stdout.splitlines()[-1]) | {"load": os.getloadavg()[0]}


def agreement(work: str, count: int, folder: Path, methods: list[str]) -> dict[str, str]:
    """How far each method's result, item by item, is from that of the first peer that gives the same figure."""
    found = {}
    for one in methods:
        file = folder / "results" / f"{work}_{one}_{count}.npz"
        if file.exists():
            found[one] = dict(np.load(file))
    ours = found.get("alike", found.get("geoparks", {}))  # exactextract takes cells of degrees for alike
    return {one: _difference(work, ours, other) for one, other in found.items() if one not in ("geoparks", "alike")}


def _difference(work: str, ours: dict[str, Any], other: dict[str, Any]) -> str:
    if work == "raster" and "pixel_share" in other:
        return f"another statistic (centres of pixels): {np.abs(ours['share'] - other['pixel_share']).max():.0e} off"
    worst, strange = 0.0, 0
    for name in ours:
        a, b = ours[name], other.get(name)
        if b is None:
            return "not comparable"
        if name.endswith(("_p", "_q")):
            continue
        stem = name.removesuffix("m2").rstrip("_")
        if f"{stem}_p" in ours:
            mine = {
                (p, q): v
                for p, q, v in zip(ours[f"{stem}_p"].tolist(), ours[f"{stem}_q"].tolist(), a.tolist(), strict=True)
            }
            theirs = {
                (p, q): v
                for p, q, v in zip(other[f"{stem}_p"].tolist(), other[f"{stem}_q"].tolist(), b.tolist(), strict=True)
            }
            both = set(mine) & set(theirs)
            strange += sum(mine.get(one, 0.0) > 1e-6 or theirs.get(one, 0.0) > 1e-6 for one in set(mine) ^ set(theirs))
            worst = max([worst, *(abs(mine[one] - theirs[one]) for one in both)])
        elif len(a) == len(b):
            worst = max(worst, float(np.abs(a - b).max()))
        else:
            return f"{len(a)} and {len(b)} rows"
    return f"{worst:.0e}" + (f", {strange} pairs in one only" if strange else "")


def table(work: str, count: int, runs: dict[str, list[dict[str, float]]], agree: dict[str, str]) -> dict[str, Any]:
    """Print a work's lines and return them."""
    rows = []
    base = runs.get("geoparks") or []
    print(
        f"\n{TITLES[work]}, {count:,} parcels; load {statistics.median([r['load'] for one in runs.values() for r in one]):.1f} on {os.cpu_count()} cores"
    )
    print(f"{'':28}{'s':>9}{'cpu s':>9}{'MB':>8}{'ratio':>8}{'from … to':>16}   differs by")
    for one, some in runs.items():
        if not some:
            continue
        seconds, cpu, peak = (statistics.median([run[key] for run in some]) for key in ("seconds", "cpu", "peak_mb"))
        ratios = [run["seconds"] / own["seconds"] for run, own in zip(some, base, strict=False)]
        ratio = seconds / statistics.median([run["seconds"] for run in base]) if base else float("nan")
        name = NAMES.get(one, one)
        spread = f"{min(ratios):.1f} … {max(ratios):.1f}" if ratios else ""
        print(
            f"{name:28}{seconds:9.2f}{cpu:9.2f}{peak:8.0f}{ratio:8.2f}{spread:>16}   {agree.get(one, '')}", flush=True
        )
        rows.append({"method": one, "name": name, "seconds": seconds, "cpu": cpu, "peak_mb": peak, "ratio": ratio, "low": min(ratios, default=ratio), "high": max(ratios, default=ratio), "agrees": agree.get(one, ""), "runs": len(some), "load": statistics.median([run["load"] for run in some])})  # fmt: skip
    return {"work": work, "title": TITLES[work], "count": count, "rows": rows}


if __name__ == "__main__":
    main()
