"""GeoParquet, and plain Parquet tables."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from geoparks.kernel.threads import ahead
from geoparks.read import runs
from geoparks.read.gdal import plain_values, unreadable
from geoparks.read.raw import Begun, RawLayer
from geoparks.read.shapes import Parsed, parsed, told
from geoparks.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".parquet", ".geoparquet")
TITLE = Text("GeoParquet", "GeoParquet")
Array = np.ndarray[Any, Any]


def read(path: Path) -> list[RawLayer]:
    """The file as one layer; without geometry metadata, as a table."""
    import geopandas as gpd
    import pyarrow.parquet as pq

    try:
        geo = _geo(path)
        if geo is None:
            return [RawLayer(path, "Parquet", _plain(pq.read_table(path).to_pandas()), encoding="utf-8")]
        name = geo["primary_column"]
        if _is_wkb(geo):
            table, shapes = _table_and_shapes(path, name)
        else:
            frame = gpd.read_parquet(path)
            table, shapes = pd.DataFrame(frame.drop(columns=name)), Parsed(frame[name].to_numpy(), {})
    except Exception as error:
        raise unreadable(path, error) from error
    return [_layer(path, geo, table, shapes)]


def begin(path: Path) -> list[RawLayer]:
    """The file as one layer, only begun where it has very many rows."""
    import pyarrow.parquet as pq

    try:
        geo = _geo(path)
        few = geo is None or not _is_wkb(geo) or pq.read_metadata(path).num_rows <= runs.ROWS
    except Exception as error:
        raise unreadable(path, error) from error
    if geo is None or few:
        return read(path)
    with closing(_runs(path, geo, runs.FIRST)) as first:
        raw = next(first)
    raw.begun = Begun(lambda: _runs(path, geo, runs.ROWS), lambda: read(path)[0])
    return [raw]


def _runs(path: Path, geo: dict[str, Any], rows: int) -> Generator[RawLayer]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    name, first = geo["primary_column"], 1
    with pq.ParquetFile(path, pre_buffer=False) as file:  # what is fetched beforehand is kept to the end
        batches = file.iter_batches(rows)
        while (batch := _next(batches, path)) is not None:
            rest, bytes_ = _parted(batch, name)
            yield _layer(path, geo, pa.Table.from_batches([rest]).to_pandas(), parsed([bytes_]), first)
            first += len(batch)


def _next(batches: Iterator[pa.RecordBatch], path: Path) -> pa.RecordBatch | None:
    try:
        return next(batches, None)
    except Exception as error:
        raise unreadable(path, error) from error


def _geo(path: Path) -> dict[str, Any] | None:
    """What a file says of its geometry; None where it has none."""
    import pyarrow.parquet as pq

    words = (pq.read_schema(path).metadata or {}).get(b"geo")
    found: dict[str, Any] | None = None if words is None else json.loads(words)
    return found


def _is_wkb(geo: dict[str, Any]) -> bool:
    return str(geo["columns"][geo["primary_column"]]["encoding"]).upper() == "WKB"


def _layer(path: Path, geo: dict[str, Any], table: pd.DataFrame, shapes: Parsed, first: int = 1) -> RawLayer:
    """Rows as a layer; `first` is the number of the first of them in the file."""
    crs = _crs(geo["columns"][geo["primary_column"]])
    raw = RawLayer(path, "GeoParquet", _plain(table), crs=crs, encoding="utf-8")
    if first > 1:
        raw.rows = np.arange(first, first + len(table))
    if raw.crs is not None:
        raw.crs_from = Text("文件内嵌", "embedded in the file")
    raw.geometry = told(raw, shapes)
    return raw


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    return plain_values(table.reset_index(drop=True))


def _table_and_shapes(path: Path, name: str) -> tuple[pd.DataFrame, Parsed]:
    """What is not geometry, and the geometries: these are parsed while a thread unpacks the rows that follow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rest: list[Any] = []

    def geometries() -> Iterator[Array]:
        for batch in ahead(file.iter_batches(runs.ROWS)):
            others, bytes_ = _parted(batch, name)
            rest.append(others)
            yield bytes_

    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        shapes = parsed(geometries())
    table = pa.Table.from_batches(rest, schema.remove(schema.get_field_index(name)))
    return table.to_pandas(), shapes


def _parted(batch: pa.RecordBatch, name: str) -> tuple[pa.RecordBatch, Array]:
    """What is not geometry, and the bytes of the geometries."""
    import pyarrow as pa

    column = batch.column(name)
    bare = column.storage if isinstance(column, pa.ExtensionArray) else column
    return batch.drop_columns([name]), bare.to_numpy(zero_copy_only=False)


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
