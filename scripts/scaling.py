"""Measure how runs grow with the number of parcels, and write what `geoparks plan` goes by.

    python scripts/scaling.py measure RUNS.jsonl FOLDER [PARCELS …] [--vertices N] [--repeat N]
    python scripts/scaling.py formats RUNS.jsonl FOLDER [PARCELS] [--repeat N]
    python scripts/scaling.py fit RUNS.jsonl

`measure` adds a line for every run, each in a fresh process; so does `formats`, for reading the parcels from one file of each
format; `fit` writes geoparks/planning/calibration.toml from all lines.
Machines wobble: every coefficient comes with the spread of the runs around it.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

if TYPE_CHECKING:
    from geoparks.normalise.features import Features

VERBS = ("check", "audit", "supply", "idle", "run")
DAY = "2024-06-30"
BATCH = 65_536  # features whose vertices are counted together
TARGET = ROOT / "geoparks" / "planning" / "calibration.toml"


FORMATS = {
    ".parquet": "", ".gpkg": "GPKG", ".gdb": "OpenFileGDB", ".fgb": "FlatGeobuf", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON",
}  # fmt: skip
WHOLE = (".geojson",)
"""Formats of which all rows are in memory while they are read."""
ADVICE = [
    "[advice]",
    "memory_share = 0.75        # of a machine's memory that a run may take: the system and a browser need the rest",
    "cluster_from_s = 600       # below ten minutes, starting and filling a cluster is no gain",
    "cluster_share = 0.33       # with less of the work to be shared, many workers spare less than a third of the time",
    "",
]


def one(folder: Path, verb: str) -> dict[str, float]:
    """One run in this process: seconds by stage, peak memory in MiB."""
    import geoparks as gp
    from geoparks import parcelwise, pipeline

    spent = {"pieces_s": 0.0}
    ask = parcelwise.ask

    def timed(*words: object, **more: object) -> object:
        begin = time.perf_counter()
        try:
            return ask(*words, **more)  # type: ignore[arg-type]
        finally:
            spent["pieces_s"] += time.perf_counter() - begin

    pipeline.ask = timed  # type: ignore[assignment]
    begin = time.perf_counter()
    ws = gp.open(folder)
    _ = ws.found
    spent["read_s"] = time.perf_counter() - begin
    parcels = ws.dataset["parcels"]
    others = [features for name, features in ws.dataset.layers.items() if name != "parcels"]
    middle = time.perf_counter()
    result = pipeline.asked(verb, ws, on=DAY)
    with tempfile.TemporaryDirectory() as out:  # with everything that it writes: reports, tables, all maps
        result.save(out)
    spent["total_s"] = time.perf_counter() - begin
    spent["judge_s"] = time.perf_counter() - middle
    peak = _peak_mib()  # before the vertices are counted
    return {
        **spent, "verb": verb, "rows": len(parcels), "vertices": _vertices(parcels),
        "other_rows": sum(map(len, others)), "other_vertices": sum(map(_vertices, others)), "peak_mib": peak, **_counted(ws),
    }  # fmt: skip


def _counted(ws: object) -> dict[str, int]:
    """The vertices of parcels and of all else as `plan` counts them, from sizes of files: the lines are to fit those."""
    from geoparks.planning.plan import plan

    made = plan(ws)  # type: ignore[arg-type]
    others = sum(one.vertices or 0 for one in made.counts if one.layer != "parcels")
    return {"counted": made.vertices, "other_counted": others}


def _vertices(features: Features) -> int:
    import shapely

    runs = (features.own[first : first + BATCH] for first in range(0, len(features), BATCH))
    return sum(int(shapely.get_num_coordinates(run).sum()) for run in runs)


def _peak_mib() -> float:
    """The most memory that this process had; what the system counts for it may be that of the process that started it."""
    lines = Path("/proc/self/status").read_text().splitlines() if Path("/proc/self/status").exists() else []
    told = [int(one.split()[1]) / 1024 for one in lines if one.startswith("VmHWM")]
    return told[0] if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(log: Path, folder: Path, sizes: list[int], vertices: int, repeat: int) -> None:
    from many_parcels import make

    for size in sizes:
        place = folder / f"{size}-{vertices}"
        if not (place / "geoparks.toml").exists():
            make(place, size, max(2, size // 50_000), vertices)
        for _ in range(repeat):
            for verb in VERBS:
                _logged(log, "one", str(place), verb)


def read(folder: Path, suffix: str) -> dict[str, float | str]:
    """How long this process takes to read all files, of which one holds the parcels, and its peak memory in MiB."""
    import geoparks as gp

    begin = time.perf_counter()
    ws = gp.open(folder)
    _ = ws.found
    spent = time.perf_counter() - begin
    return {"format": suffix, "rows": len(ws.dataset["parcels"]), "read_s": spent, "peak_mib": _peak_mib()}


def formats(log: Path, folder: Path, size: int, repeat: int) -> None:
    """Read the same parcels from one file of each format."""
    from many_parcels import make

    import geoparks as gp

    place = folder / f"one-{size}"
    make(place, size)
    frame = gp.open(place).layer("parcels")
    shutil.rmtree(place / "data" / "parcels")
    for suffix, driver in FORMATS.items():
        target = place / "data" / "parcels" / f"parcels{suffix}"
        target.parent.mkdir()
        if driver:
            frame.to_file(target, driver=driver, engine="pyogrio", encoding="utf-8")
        else:
            frame.to_parquet(target)
        for _ in range(repeat):
            _logged(log, "read", str(place), suffix)
        shutil.rmtree(target.parent)


def _logged(log: Path, *words: str) -> None:
    """A line of the log from a fresh process."""
    told = subprocess.run([sys.executable, __file__, *words], capture_output=True, text=True, check=True)
    with log.open("a") as stream:
        stream.write(told.stdout)
    print(told.stdout, end="", flush=True)


def _more_than_parquet(runs: list[dict[str, float]]) -> list[str]:
    """What a million rows take longer in one file of another format than in GeoParquet, and more memory where it is read whole."""
    quickest = {
        suffix: min((one["read_s"] / one["rows"] * 1e6 for one in runs if one["format"] == suffix), default=0.0)
        for suffix in FORMATS
    }
    more = {suffix: max(0.0, value - quickest[".parquet"]) for suffix, value in quickest.items() if FORMATS[suffix]}
    words = ["[more]", *(f'"{suffix}" = {value:.3g}' for suffix, value in more.items()), "", "[whole]"]
    for suffix in WHOLE:
        peaks = [one["peak_mib"] / one["rows"] * 1e6 for one in runs if one["format"] == suffix]
        words += [f'"{suffix}" = {max(peaks):.3g}'] if peaks else []
    return [*words, ""]


def fit(log: Path) -> None:
    """Straight lines through the runs: so much to begin with, so much a million rows, so much a million vertices."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    runs = [one for one in lines if "verb" in one]
    words = [
        "# What `geoparks plan` goes by: measured by scripts/scaling.py on the demonstration with its parcels cut up, no estimate.",
        "# Times in seconds, memory in MiB; fixed, and by million rows and million vertices of parcels. spread: the quarter of the",
        "# runs that is furthest off the line, as a share of it. more: seconds that a million rows take longer to read from one file",
        "# of another format than GeoParquet; whole: memory while a million rows are read from one file of a format that is read whole.",
        "",
        "[machine]",
        f'processor = "{_processor()}"',
        f"cores = {len(__import__('os').sched_getaffinity(0))}",
        f"memory_gib = {_memory_gib():.0f}",
        f'system = "{platform.system()} {platform.machine()}, Python {platform.python_version()}"',
        f"rows_from = {min(one['rows'] for one in runs)}",
        f"rows_to = {max(one['rows'] for one in runs)}",
        f"runs = {len(runs)}",
        f"other_vertices = {max(one['other_counted'] for one in runs)}",
        "",
        *ADVICE,
    ]
    some = [one for one in runs if one["rows"] > 0]
    words += _lines("read", some, "read_s", "s")
    words += _more_than_parquet([one for one in lines if "format" in one])
    for verb in VERBS:
        mine = [one for one in runs if one["verb"] == verb]
        words += _lines(
            f"verbs.{verb}.judge",
            [{**one, "t": one["total_s"] - one["read_s"] - one["pieces_s"]} for one in mine],
            "t",
            "s",
        )
        words += _lines(f"verbs.{verb}.pieces", mine, "pieces_s", "s")
        words += _lines(f"verbs.{verb}.memory", mine, "peak_mib", "mib")
    TARGET.write_text("\n".join(words) + "\n", encoding="utf-8")
    print(TARGET.read_text(encoding="utf-8"))


def _lines(name: str, runs: list[dict[str, float]], key: str, unit: str) -> list[str]:
    """A non-negative least-squares fit in relative errors, so that small runs count as much as large ones."""
    from scipy.optimize import nnls

    runs = [one for one in runs if key in one]
    values = np.array([max(one[key], 1e-3) for one in runs])
    columns = np.array([[1.0, one["rows"] / 1e6, one["counted"] / 1e6] for one in runs])
    alike = [(one["rows"], one["vertices"], one["verb"]) for one in runs]
    # Of runs of one kind the quickest counts: what made the others slower was not the work. The spread is that of all.
    best = [
        index
        for index, value in enumerate(values)
        if value == min(v for v, a in zip(values, alike, strict=True) if a == alike[index])
    ]
    found, _ = nnls(columns[best] / values[best][:, None], np.ones(len(best)))
    off = np.abs(values / np.maximum(columns @ found, 1e-6) - 1)
    return [
        f"[{name}]",
        f"fixed_{unit} = {found[0]:.4g}",
        f"per_million_rows_{unit} = {found[1]:.4g}",
        f"per_million_vertices_{unit} = {found[2]:.4g}",
        f"spread = {float(np.quantile(off, 0.75)):.2g}",
        "",
    ]


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((one.partition(":")[2].strip() for one in lines if one.startswith("model name")), platform.processor())


def _memory_gib() -> float:
    import os

    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["measure", "formats", "fit", "one", "read"])
    parser.add_argument("rest", nargs="*")
    parser.add_argument("--vertices", type=int, default=10)
    parser.add_argument("--repeat", type=int, default=2)
    given = parser.parse_args()
    if given.what == "one":
        print(json.dumps(one(Path(given.rest[0]), given.rest[1])))
    elif given.what == "read":
        print(json.dumps(read(Path(given.rest[0]), given.rest[1])))
    elif given.what == "fit":
        fit(Path(given.rest[0]))
    elif given.what == "formats":
        log, folder, *sizes = given.rest
        formats(Path(log), Path(folder), int(sizes[0]) if sizes else 100_000, given.repeat)
    else:
        log, folder, *sizes = given.rest
        measure(Path(log), Path(folder), [int(one) for one in sizes] or [10_000, 100_000], given.vertices, given.repeat)
