"""GeoParquet, and plain Parquet tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from geoparks.read.gdal import flat, parse_wkb, plain_values, unreadable
from geoparks.read.raw import RawLayer
from geoparks.text import Text

SUFFIXES = (".parquet", ".geoparquet")
TITLE = Text("GeoParquet", "GeoParquet")


def read(path: Path) -> list[RawLayer]:
    """The file as one layer; without geometry metadata, as a table."""
    import geopandas as gpd
    import pyarrow.parquet as pq

    try:
        words = (pq.read_schema(path).metadata or {}).get(b"geo")
        geo = json.loads(words) if words else None
        name = geo["primary_column"] if geo else ""
        as_bytes = geo is None or geo["columns"][name]["encoding"].upper() == "WKB"
        frame = pq.read_table(path).to_pandas() if as_bytes else gpd.read_parquet(path)
    except Exception as error:
        raise unreadable(path, error) from error
    table = pd.DataFrame(frame.drop(columns=[name] if geo else [])).reset_index(drop=True)
    if geo is None:
        return [RawLayer(path, "Parquet", plain_values(table), encoding="utf-8")]
    raw = RawLayer(path, "GeoParquet", plain_values(table), crs=_crs(geo["columns"][name]), encoding="utf-8")
    if raw.crs is not None:
        raw.crs_from = Text("文件内嵌", "embedded in the file")
    shapes = frame[name].to_numpy()
    # Parsed one by one, so that a surface or a damaged geometry does not lose the whole file.
    raw.geometry = parse_wkb(raw, shapes) if as_bytes else flat(raw, np.asarray(shapes, dtype=object))
    return [raw]


def _crs(column: dict[str, Any]) -> CRS | None:
    """What the metadata say: a system, none at all (null), or nothing, which means longitude and latitude."""
    if "crs" not in column:
        return CRS.from_user_input("OGC:CRS84")
    if column["crs"] is None:
        return None
    try:
        return CRS.from_user_input(column["crs"])
    except CRSError:
        return None
