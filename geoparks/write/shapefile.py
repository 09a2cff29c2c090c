"""Shapefiles as Chinese offices exchange them: GBK, and field names of at most ten bytes that stay whole and distinct."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoparks.errors import WorkspaceError
from geoparks.read import aside
from geoparks.read.shapefile import NAMES_BESIDE
from geoparks.text import Text
from geoparks.write import Outgoing, plain_table

SUFFIXES = (".shp",)
TITLE = Text("Shapefile（GBK）", "Shapefile (GBK)")
BESIDE = (".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix", NAMES_BESIDE)
"""Ends of the names of the files that make a shapefile, besides the .shp itself."""

_NAME_BYTES = 10
_TEXT_BYTES = 254


def write(layer: Outgoing, path: Path) -> None:
    """One layer as .shp, .shx, .dbf, .prj and .cpg; where a field had to be renamed, a table of names beside it."""
    import pyogrio

    if layer.geometry is None:
        raise WorkspaceError(
            Text("没有图形，不能写成 Shapefile", "no geometry: cannot be a shapefile"),
            where=path.name,
            mend=Text("请写成 .xlsx。", "Write .xlsx instead."),
        )
    table = plain_table(layer.table)
    encoding = "GBK" if _fits(table, "gbk") else "UTF-8"
    if encoding == "UTF-8":
        layer.notes.append(Text("含 GBK 以外的生僻字，已改用 UTF-8", "there are characters beyond GBK; UTF-8 was used"))
    names = short_names([str(name) for name in table.columns], encoding)
    _check_lengths(table, encoding, path)
    table.columns = pd.Index([names[str(name)] for name in table.columns])
    kinds = set(shapely.get_type_id(layer.geometry[~shapely.is_missing(layer.geometry)]).tolist())
    if len({_family(kind) for kind in kinds}) > 1:
        raise WorkspaceError(
            Text(
                "一个 Shapefile 只能存点、线、面中的一种",
                "a shapefile holds points, lines or polygons, not several kinds",
            ),
            where=path.name,
            mend=Text("请写成 .gpkg。", "Write .gpkg instead."),
        )
    frame = gpd.GeoDataFrame(table, geometry=layer.geometry, crs=layer.crs)
    with aside.writable(path) as target:
        pyogrio.write_dataframe(frame, target, driver="ESRI Shapefile", encoding=encoding)
    path.with_suffix(".cpg").write_text(encoding, "ascii")
    renamed = {old: new for old, new in names.items() if old != new}
    if renamed:
        _write_map(path.with_name(path.stem + NAMES_BESIDE), renamed)
        layer.notes.append(
            Text(
                f"{len(renamed)} 个字段名超过十个字节已缩短，对照见 {path.stem}{NAMES_BESIDE}",
                f"{len(renamed)} field names were longer than ten bytes; {path.stem}{NAMES_BESIDE} lists them",
            )
        )


def short_names(names: list[str], encoding: str) -> dict[str, str]:
    """Field names of at most ten bytes, cut between characters, all different whatever their case.

    >>> short_names(["approved_area_ha", "approved_by", "主导产业产值占比"], "gbk")
    {'approved_area_ha': 'approved_a', 'approved_by': 'approved_b', '主导产业产值占比': '主导产业产'}
    """
    result: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        short = _cut(name, encoding, _NAME_BYTES)
        number = 1
        while short.lower() in taken:
            number += 1
            short = _cut(name, encoding, _NAME_BYTES - len(str(number))) + str(number)
        taken.add(short.lower())
        result[name] = short
    return result


def _cut(name: str, encoding: str, size: int) -> str:
    return name.encode(encoding, "replace")[:size].decode(encoding, "ignore")


def _fits(table: pd.DataFrame, encoding: str) -> bool:
    words = [str(name) for name in table.columns]
    words += [value for name in table.columns for value in table[name] if isinstance(value, str)]
    try:
        "".join(words).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _check_lengths(table: pd.DataFrame, encoding: str, path: Path) -> None:
    """A text longer than a .dbf field would be cut in silence: it is refused instead."""
    for name in table.columns:
        for row, value in enumerate(table[name], start=1):
            if (
                isinstance(value, str)
                and len(value) * 4 > _TEXT_BYTES
                and len(value.encode(encoding, "replace")) > _TEXT_BYTES
            ):
                raise WorkspaceError(
                    Text(
                        f"第 {row} 行“{name}”超过 254 字节，Shapefile 存不下",
                        f"row {row}: {name} is longer than the 254 bytes a shapefile holds",
                    ),
                    where=path.name,
                    mend=Text("请缩短该值，或写成 .gpkg。", "Shorten it, or write .gpkg instead."),
                )


def _write_map(path: Path, renamed: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["原字段名", "Shapefile 字段名"])
        writer.writerows(renamed.items())


def _family(kind: int) -> int:
    return {0: 0, 4: 0, 1: 1, 2: 1, 5: 1, 3: 3, 6: 3}.get(kind, int(np.int64(kind)))
