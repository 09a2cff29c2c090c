"""Small made workspaces for tests: rectangles in metres, at an origin in CGCS2000, 3° zone 37 with prefix."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
from shapely.geometry import box

X, Y = 37_500_000.0, 4_380_000.0


def write_blocks(folder: Path, *boxes: tuple[str, str, float, float, float, float], name: str = "blocks.gpkg") -> Path:
    """A workspace of rectangular blocks: id, park, x, y, width, height in metres."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    shapes = [box(X + x, Y + y, X + x + w, Y + y + h) for _, _, x, y, w, h in boxes]
    table = {"block_id": [one[0] for one in boxes], "park_id": [one[1] for one in boxes]}
    gpd.GeoDataFrame(table, geometry=shapes, crs=4525).to_file(folder / "data" / name)
    return folder
