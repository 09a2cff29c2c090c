"""GeoParquet, and plain Parquet tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import CRS

from geoparks.read.gdal import flat, plain_values, unreadable
from geoparks.read.raw import RawLayer
from geoparks.text import Text

SUFFIXES = (".parquet", ".geoparquet")
TITLE = Text("GeoParquet", "GeoParquet")


def read(path: Path) -> list[RawLayer]:
    """The file as one layer; without geometry metadata, as a table."""
    import geopandas as gpd
    import pyarrow.parquet as pq

    try:
        is_geo = b"geo" in (pq.read_schema(path).metadata or {})
        frame = gpd.read_parquet(path) if is_geo else pq.read_table(path).to_pandas()
    except Exception as error:
        raise unreadable(path, error) from error
    if not is_geo:
        return [RawLayer(path, "Parquet", plain_values(pd.DataFrame(frame).reset_index(drop=True)), encoding="utf-8")]
    crs = frame.crs
    raw = RawLayer(
        path,
        "GeoParquet",
        plain_values(pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)),
        crs=CRS.from_user_input(crs) if crs is not None else None,
        crs_from=Text("文件内嵌", "embedded in the file") if crs is not None else None,
        encoding="utf-8",
    )
    raw.geometry = flat(raw, np.asarray(frame.geometry.to_numpy(), dtype=object))
    return [raw]
