"""GeoParquet, and plain Parquet tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from geoparks.kernel.threads import ahead
from geoparks.read.gdal import plain_values, unreadable
from geoparks.read.raw import RawLayer
from geoparks.read.shapes import Parsed, parsed, told
from geoparks.text import Text

SUFFIXES = (".parquet", ".geoparquet")
TITLE = Text("GeoParquet", "GeoParquet")
Array = np.ndarray[Any, Any]
_BATCH = 65_536


def read(path: Path) -> list[RawLayer]:
    """The file as one layer; without geometry metadata, as a table."""
    import geopandas as gpd
    import pyarrow.parquet as pq

    try:
        words = (pq.read_schema(path).metadata or {}).get(b"geo")
        if words is None:
            return [RawLayer(path, "Parquet", _plain(pq.read_table(path).to_pandas()), encoding="utf-8")]
        geo = json.loads(words)
        name = geo["primary_column"]
        if geo["columns"][name]["encoding"].upper() == "WKB":
            table, shapes = _table_and_shapes(path, name)
        else:
            frame = gpd.read_parquet(path)
            table, shapes = pd.DataFrame(frame.drop(columns=name)), Parsed(frame[name].to_numpy(), {})
    except Exception as error:
        raise unreadable(path, error) from error
    raw = RawLayer(path, "GeoParquet", _plain(table), crs=_crs(geo["columns"][name]), encoding="utf-8")
    if raw.crs is not None:
        raw.crs_from = Text("文件内嵌", "embedded in the file")
    raw.geometry = told(raw, shapes)
    return [raw]


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    return plain_values(table.reset_index(drop=True))


def _table_and_shapes(path: Path, name: str) -> tuple[pd.DataFrame, Parsed]:
    """What is not geometry, and the geometries: these are parsed while a thread unpacks the rows that follow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rest: list[Any] = []

    def runs() -> Iterator[Array]:
        for batch in ahead(file.iter_batches(_BATCH)):
            column = batch.column(name)
            bare = column.storage if isinstance(column, pa.ExtensionArray) else column
            rest.append(batch.drop_columns([name]))
            yield bare.to_numpy(zero_copy_only=False)

    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        shapes = parsed(runs())
    table = pa.Table.from_batches(rest, schema.remove(schema.get_field_index(name)))
    return table.to_pandas(), shapes


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
