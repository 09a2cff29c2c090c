"""The files of the demonstration: each layer in a format, with headers and units, that offices really use for it."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units, write
from geoparks.catalog.layer import Catalogue, Field
from geoparks.demo import faults
from geoparks.demo.plan import ON, Block, Made
from geoparks.write import Outgoing, sheet

# Headers as databases write them, where a layer comes out of one.
_DATABASE: dict[str, dict[str, str]] = {
    "udb": {"udb_id": "BSM", "zone": "GHFQMC", "county": "XZQMC"},
    "farmland": {"id": "BSM", "name": "永久基本农田名称"},
    "redline": {"id": "BSM", "name": "MC"},
    "land_use": {"id": "BSM", "use_code": "DLBM", "year": "SJNF"},
    "counties": {"code": "XZQDM", "name": "XZQMC", "league": "所属盟市"},
    "blocks_approved": {"block_id": "QKBH", "park_id": "YQBH", "name": "QKMC", "approved_area_ha": "DKMJ"},
    "landmarks": {"name": "Name", "kind": "类型"},
}
# Figures that are kept in another unit than the catalogue's: it is named in the header.
_UNITS: dict[str, dict[str, str]] = {
    "park_stats": {
        "output_wanyuan": "yiyuan", "total_output_wanyuan": "yiyuan", "energy_tce": "wan_tce",
        "electricity_kwh": "wan_kwh", "new_energy_kwh": "wan_kwh",
    },
    "products": {"output_t": "wan_t"},
    "tasks": {},
    "projects": {"referral_share": "percent"},
}  # fmt: skip
_DIGITS = 8


def written(made: Made, catalogue: Catalogue, path: Path) -> list[Path]:
    """Write one layer; the suffix says the format. CSV is GBK, as Excel of a Chinese office saves it."""
    table = with_headers(made, catalogue)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return write.whole(path, partial(_csv, table))
    if suffix == ".dbf":
        return write.whole(path, partial(_dbf, table))
    if suffix == ".xlsx":
        name = catalogue[made.layer].title.zh
        return write.whole(path, partial(_xlsx, name, table))
    placed = write.write(Outgoing(path.stem, table, made.geometry, made.crs), path)
    if suffix == ".shp":
        _without_clock(path.with_suffix(".dbf"))
    return placed


def with_headers(made: Made, catalogue: Catalogue) -> pd.DataFrame:
    """A layer's table under the headers that its office uses, values as that office types them."""
    layer = catalogue[made.layer]
    names = _DATABASE.get(made.layer, {})
    table: dict[str, list[Any]] = {}
    for name in made.frame.columns:
        field = layer.fields[name]
        unit = _UNITS.get(made.layer, {}).get(name)
        header = names.get(name) or (
            field.header if unit is None else f"{field.title.zh}（{units.UNITS[unit].title.zh}）"
        )
        factor = 1.0 if unit is None or field.unit is None else units.factor(field.unit, unit)
        spellings = _spellings(field, catalogue)
        table[header] = [_typed(value, field, factor, spellings) for value in made.frame[name]]
    for key, name, value in faults.TYPED.get(made.layer, ()):
        _mistyped(table, made, key, names.get(name) or layer.fields[name].header, value)
    return pd.DataFrame(table, dtype=object).infer_objects()


def _mistyped(table: dict[str, list[Any]], made: Made, key: tuple[Any, ...], header: str, value: object) -> None:
    """Put a planted value into the row of a key, where this file has that row."""
    columns = [made.frame[name] for name in list(made.frame.columns)[: len(key)]]
    for row, known in enumerate(zip(*columns, strict=True)):
        if known == key:
            table[header][row] = value


def _spellings(field: Field, catalogue: Catalogue) -> Mapping[str, str]:
    """How an office writes the values of a code list whose values are English words."""
    if field.type != "code" or field.codes is None:
        return {}
    codes = catalogue.codes[field.codes]
    chinese: dict[str, str] = {}
    for words, value in codes.spellings.items():
        if value.isascii() and not words.isascii():
            chinese.setdefault(value, words)
    return chinese


def _typed(value: Any, field: Field, factor: float, spellings: Mapping[str, str]) -> Any:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if field.type == "boolean":
        return "是" if value else "否"
    if field.type == "integer":
        return int(value)
    if field.type == "number":
        return round(float(value) * factor, _DIGITS) if factor != 1.0 else float(value)
    if isinstance(value, dt.datetime):
        return value.date()
    return spellings.get(value, value) if isinstance(value, str) else value


def coordinate_txt(some: list[Block], path: Path) -> list[Path]:
    """The blocks of one file in the official coordinate TXT, with the faults of drawing that are planted."""
    from shapely import MultiPolygon, Polygon

    shapes = []
    for block in some:
        outline, *others = faults.drawn(block)
        if block.hole:
            shapes.append(Polygon(outline, [others[0]]))
        else:
            shapes.append(MultiPolygon([Polygon(outline), *map(Polygon, others)]) if others else Polygon(outline))
    table = pd.DataFrame({"地块编号": [block.id for block in some], "地块名称": [block.name for block in some]})
    crs = Made("blocks", table, np.array(shapes, dtype=object), some[0].zone).crs
    outgoing = Outgoing("blocks", table, np.array(shapes, dtype=object), crs)

    def make(target: Path) -> None:
        from geoparks.write import coordinate_txt as official

        official.write(outgoing, target)
        target.write_bytes(_as_filed(target.read_text("gb18030"), some).encode("gb18030"))

    return write.whole(path, make)


def _as_filed(text: str, some: list[Block]) -> str:
    """The text as the office filed it: its name and day, the approved areas, and a ring that is not closed."""
    lines = text.splitlines()
    known = {block.id: block for block in some}
    block: Block | None = None
    result = []
    for line in lines:
        parts = line.split(",")
        if line.startswith("数据产生单位="):
            line += "演示自然资源局（虚构）"
        elif line.startswith("数据产生日期="):
            line += ON.isoformat()
        elif parts[-1] == "@":
            block = known[parts[2]]
            parts[1] = "" if block.approved_ha is None else f"{block.approved_ha:.2f}"
            line = ",".join(parts)
        result.append(line)
        if block is not None and parts[0] == "J1" and block.id in faults.NOT_CLOSED and result[-2].startswith("J"):
            east, north = faults.NOT_CLOSED[block.id]
            result[-1] = f"J1,{parts[1]},{float(parts[2]) + north:.3f},{float(parts[3]) + east:.3f}"
    return "\r\n".join(result) + "\r\n"


def _xlsx(name: str, table: pd.DataFrame, path: Path) -> None:
    rows = [[None if value is pd.NaT else value for value in row] for row in table.itertuples(index=False, name=None)]
    sheet.workbook(path, [(name, list(table.columns), rows)])


def _csv(table: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(table.columns)
        writer.writerows(
            ["" if (one := sheet.safe(value)) is None else _figure(one) for value in row]
            for row in table.itertuples(index=False, name=None)
        )


def _figure(value: Any) -> Any:
    """Whole numbers without a useless fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _dbf(table: pd.DataFrame, path: Path) -> None:
    """A table of dBASE in GBK: headers of at most ten bytes."""
    import pyogrio

    plain = write.plain_table(table)
    plain.columns = pd.Index([re.sub(r"[（(].*", "", str(name)) for name in plain.columns])
    pyogrio.write_dataframe(plain, path, driver="ESRI Shapefile", encoding="GBK")
    _without_clock(path)


def _without_clock(path: Path) -> None:
    """Put the demonstration's own day where dBASE keeps the day of writing, so that the bytes are always the same."""
    data = bytearray(path.read_bytes())
    data[1:4] = bytes((ON.year - 1900, ON.month, ON.day))
    path.write_bytes(data)
