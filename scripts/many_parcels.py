"""The demonstration with many parcels: each of its 3,000 cut into strips, in spatially sorted GeoParquet parts.

    python scripts/many_parcels.py FOLDER PARCELS [PARTS [VERTICES]]

Real parcels have more vertices (10 in the median); strips get as many by points on their long sides. Nothing is random.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

VERTICES = 10


def strips(shapes: np.ndarray, many: int, vertices: int = VERTICES) -> tuple[np.ndarray, np.ndarray]:
    """Every shape cut into so many strips from west to east, and the shape that each is of."""
    bounds = shapely.bounds(shapes)
    owner = np.repeat(np.arange(len(shapes)), many)
    place = np.tile(np.arange(many), len(shapes))
    west, south, east, north = bounds[owner].T
    left, right = west + (east - west) * place / many, west + (east - west) * (place + 1) / many
    cut = shapely.intersection(shapes[owner], shapely.box(left, south, right, north))
    kept = np.isin(shapely.get_type_id(cut), (3, 6)) & (shapely.area(cut) > 0)
    return shapely.segmentize(cut[kept], ((north - south) / (vertices / 2))[kept]), owner[kept]


def make(folder: Path, count: int, parts: int = 8, vertices: int = VERTICES) -> int:
    """Write the workspace; how many parcels it has."""
    import geoparks as gp
    from geoparks.demo import make as demo

    shutil.rmtree(folder, ignore_errors=True)
    demo(folder)
    parcels = gp.open(folder).layer("parcels")
    parcels = parcels[parcels.geometry.notna() & ~parcels.geometry.is_empty].reset_index(drop=True)
    many = max(1, round(count / len(parcels)))
    shapes, owner = strips(parcels.geometry.to_numpy(), many, vertices)
    frame = pd.DataFrame(parcels.drop(columns="geometry")).iloc[owner].reset_index(drop=True)
    nth = pd.Series(owner).groupby(owner).cumcount()
    frame["parcel_id"] = frame["parcel_id"] + "-" + nth.astype(str).str.zfill(4)
    for name in frame.columns:
        if name.endswith(("_ha", "_m2", "_wanyuan")):
            frame[name] = frame[name] / many
    made = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4490")
    made = made.iloc[np.argsort(made.hilbert_distance().to_numpy(), kind="stable")].reset_index(drop=True)
    shutil.rmtree(folder / "data" / "宗地")
    target = folder / "data" / "parcels"
    target.mkdir()
    for number, rows in enumerate(np.array_split(np.arange(len(made)), parts)):
        made.iloc[rows].to_parquet(target / f"part-{number:04d}.parquet", index=False)
    return len(made)


if __name__ == "__main__":
    where, wanted, *more = sys.argv[1:]
    print(make(Path(where), int(wanted), *(int(one) for one in more)))
