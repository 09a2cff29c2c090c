"""One way of doing one work, in a process of its own: bench_once.py WORK METHOD COUNT FOLDER. Prints what it took.

Time runs from the opening of the files to the last number, libraries imported (what a library loads only when it is used
counts). What is needed to compare the results goes to FOLDER/results.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

import bench_databases
import bench_methods
import numpy as np

IMPORTS = {
    "geoparks": "geoparks geopandas pyarrow.parquet pyproj geoparks.measure.zonal geoparks.read.geoparquet",
    "alike": "geoparks geopandas pyarrow.parquet pyproj geoparks.measure.zonal geoparks.read.geoparquet",
    "pure": "geoparks geopandas pyarrow.parquet pyproj",
    "rings": "geoparks geopandas pyarrow.parquet pyproj geoparks.read.gdal",
    "postgis": "psycopg geopandas", "duckdb": "duckdb", "sedonadb": "sedonadb pandas pyarrow", "dask": "dask_geopandas geopandas",
    "rasterstats": "rasterstats geopandas", "exactextract": "exactextract geopandas rasterio",
    "exactextract_features": "exactextract geopandas rasterio",
}  # fmt: skip


def main() -> None:
    work, method, count, folder = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])
    for module in IMPORTS.get(method, "geopandas pyproj pyarrow.parquet").split():
        __import__(module)
    if method == "pure":
        os.environ["GEOPARKS_PURE"] = "1"
    ways = vars(bench_methods) | vars(bench_databases)
    function = ways[f"{work}_{'geoparks' if method == 'pure' else method}"]

    def at(name: str) -> Path:
        return folder / (f"raster_{count}.tif" if name == "raster" else f"{name}_{count}.parquet")

    start = time.perf_counter()
    result = function(at)
    seconds = time.perf_counter() - start
    (folder / "results").mkdir(exist_ok=True)
    np.savez(folder / "results" / f"{work}_{method}_{count}.npz", **result)
    used = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime + children.ru_utime + children.ru_stime
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": _peak_mb(used.ru_maxrss)}))


def _peak_mb(otherwise: int) -> float:
    """The largest memory of this process, not of the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return otherwise / 1024


if __name__ == "__main__":
    main()
