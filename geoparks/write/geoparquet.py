"""GeoParquet."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from geoparks.text import Text
from geoparks.write import Outgoing, plain_table

SUFFIXES = (".parquet", ".geoparquet")
TITLE = Text("GeoParquet", "GeoParquet")


def write(layer: Outgoing, path: Path) -> None:
    """One layer as a file; without geometry, a plain Parquet table."""
    table = plain_table(layer.table)
    if layer.geometry is None:
        table.to_parquet(path, index=False)
    else:
        gpd.GeoDataFrame(table, geometry=layer.geometry, crs=layer.crs).to_parquet(path, index=False)
