"""The polygons of a file as flat arrays, by way of Arrow: the bytes of a GeoParquet or GeoPackage go straight to rings.

No geometry object and no table row is made. For layers of hundreds of thousands of polygons, of which one wants figures.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS

from geoparks.errors import UnreadableFile
from geoparks.text import Text

if TYPE_CHECKING:
    from geoparks.kernel.rings import Rings

Array = np.ndarray[Any, Any]
_PARQUET = (".parquet", ".geoparquet")


def column_of(path: Path) -> tuple[Any, CRS | None]:
    """The geometries of a file as an Arrow column of well-known bytes, and the coordinate system that it declares.

    Raises UnreadableFile where the file does not open or holds no geometry in well-known bytes.
    """
    from geoparks.read.gdal import unreadable

    try:
        return _parquet(path) if path.suffix.lower() in _PARQUET else _gdal(path)
    except UnreadableFile:
        raise
    except Exception as error:
        raise unreadable(path, error) from error


def rings_of_column(column: Any) -> Rings | None:
    """Rings of an Arrow column of well-known bytes; None where something is not a plain polygon."""
    import pyarrow as pa

    from geoparks.kernel.wkb import rings_of_wkb

    parts = []
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        bare = chunk.storage if isinstance(chunk, pa.ExtensionArray) else chunk
        _, starts, content = bare.buffers()
        kind = np.int64 if pa.types.is_large_binary(bare.type) else np.int32
        offsets = np.frombuffer(starts, kind)[bare.offset : bare.offset + len(bare) + 1]
        if len(bare):
            parts.append((np.frombuffer(content, np.uint8) if content is not None else np.empty(0, np.uint8), offsets))
    return rings_of_wkb(*parts)


def rings_of_shapes(geometry: Array) -> Rings | None:
    """Rings of geometry objects; None where something is neither missing nor a polygon or several."""
    import pyarrow as pa

    return rings_of_column(pa.array(shapely.to_wkb(geometry), pa.large_binary()))


def shapes_of_column(column: Any) -> Array:
    """The geometry objects of an Arrow column of well-known bytes; what cannot be parsed is None."""
    parsed: Array = shapely.from_wkb(
        np.asarray(column.to_numpy(zero_copy_only=False), dtype=object), on_invalid="ignore"
    )
    return parsed


def _parquet(path: Path) -> tuple[Any, CRS | None]:
    import pyarrow.parquet as pq

    words = (pq.read_schema(path).metadata or {}).get(b"geo")
    if words is None:
        raise _no_geometry(path)
    geo = json.loads(words)
    name = geo["primary_column"]
    about = geo["columns"][name]
    if about["encoding"].upper() != "WKB":
        raise _no_geometry(path)
    crs = about.get("crs", "OGC:CRS84")
    return pq.read_table(path, columns=[name])[name], None if crs is None else CRS.from_user_input(crs)


def _gdal(path: Path) -> tuple[Any, CRS | None]:
    import pyogrio

    meta, table = pyogrio.raw.read_arrow(path, columns=[])
    name = meta["geometry_name"] or "wkb_geometry"
    if name not in table.column_names:
        raise _no_geometry(path)
    return table[name], CRS.from_user_input(meta["crs"]) if meta.get("crs") else None


def _no_geometry(path: Path) -> UnreadableFile:
    return UnreadableFile(Text("文件里没有面", "the file holds no polygons"), where=path.name)
