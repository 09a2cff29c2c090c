"""A national table as a file with its own types: days as days, whole numbers as whole numbers. GeoPackage, FileGDB, shapefile."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from geoparks.errors import WorkspaceError
from geoparks.read import aside
from geoparks.text import Text
from geoparks.write import Outgoing, whole
from geoparks.write.national import TABLES, Kind

_DRIVERS = {".gpkg": "GPKG", ".gdb": "OpenFileGDB", ".shp": "ESRI Shapefile"}
_OPTIONS: dict[str, dict[str, Any]] = {".gpkg": {"dataset_options": {"VERSION": "1.2"}}}
_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(), "number": pa.float64(), "integer": pa.int32(), "date": pa.date32(),
}  # fmt: skip
_DBF_BYTES = 254
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NO_CLOCK = {"OGR_CURRENT_DATE": "1970-01-01T00:00:00.000Z"}


def save(table: Outgoing, path: Path) -> list[Path]:
    """Write one of the national tables; the format is that of the suffix, the layer is called as the table."""
    suffix = path.suffix.lower()
    if suffix not in _DRIVERS or table.geometry is None:
        raise WorkspaceError(
            Text("国家库图层不能写成这种文件", "a national layer cannot be such a file")
            if suffix not in _DRIVERS
            else Text("没有图形，不能写成国家库图层", "no geometry: cannot be a national layer"),
            where=path.name,
            expected=Text("、".join(_DRIVERS), ", ".join(_DRIVERS)),
        )
    encoding = _encoding(table, path) if suffix == ".shp" else None
    return whole(path, lambda target: _write(table, target, suffix, encoding))


def _write(table: Outgoing, path: Path, suffix: str, encoding: str | None) -> None:
    import pyogrio

    kinds = {one.name: _TYPES[one.type] for one in TABLES[table.name]}
    columns = {
        name: pa.array([_plain(value) for value in table.table[name]], type=kind) for name, kind in kinds.items()
    }  # fmt: skip
    texts = [value for name in table.table for value in table.table[name] if isinstance(value, str)]
    if controls := sum(bool(_CONTROL.search(value)) for value in texts):
        table.notes.append(
            Text(
                f"{controls} 个值含控制字符，已去掉控制字符", f"control characters were taken out of {controls} values"
            )
        )
    columns["geometry"] = pa.array(shapely.to_wkb(_multipolygons(table.geometry)).tolist(), type=pa.binary())
    pyogrio.set_gdal_config_options(_NO_CLOCK)
    options: dict[str, Any] = {**_OPTIONS.get(suffix, {})}
    if encoding:
        options["encoding"] = encoding
    with aside.writable(path) as target, warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="Field .* of type Date will be written as a DateTime"
        )  # FileGDB knows no days
        pyogrio.write_arrow(
            pa.table(columns), target, driver=_DRIVERS[suffix], layer=table.name, geometry_name="geometry",
            geometry_type="MultiPolygon", crs="EPSG:4490", **options,
        )  # fmt: skip
    if encoding:
        path.with_suffix(".cpg").write_text(encoding, "ascii")


def _encoding(table: Outgoing, path: Path) -> str:
    """GBK, or UTF-8 where a character needs it; a text that a .dbf cannot hold is refused, not cut."""
    texts = [(name, value) for name in table.table for value in table.table[name] if isinstance(value, str)]
    try:
        encoding = "GBK"
        for _, value in texts:
            value.encode(encoding)
    except UnicodeEncodeError:
        encoding = "UTF-8"
        table.notes.append(Text("含 GBK 以外的生僻字，已改用 UTF-8", "there are characters beyond GBK; UTF-8 was used"))
    for name, value in texts:
        if len(value.encode(encoding, "replace")) > _DBF_BYTES:
            raise WorkspaceError(
                Text(f"“{name}”有值超过 254 字节，Shapefile 存不下", f"a value of {name} is longer than the 254 bytes a shapefile holds"),
                where=path.name,
                mend=Text("请缩短该值，或写成 .gpkg。", "Shorten it, or write .gpkg instead."),
            )  # fmt: skip
    return encoding


def _multipolygons(geometry: Any) -> Any:
    """Every polygon as a multipolygon, so that all are of one type; what is missing stays missing."""
    flat = shapely.force_2d(geometry)
    single = shapely.get_type_id(flat) == shapely.GeometryType.POLYGON
    return np.array(
        [shapely.MultiPolygon([one]) if alone else one for one, alone in zip(flat, single, strict=True)], dtype=object
    )


def _plain(value: Any) -> Any:
    """A value without control characters, at the first of which a file would cut it; None for whatever stands for nothing."""
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    return None if pd.isna(value) else value
