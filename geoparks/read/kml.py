"""KML, read here and not by GDAL, which turns every Chinese field name into underscores and so loses columns.

Each folder with placemarks is a layer. Coordinates are WGS 84 longitude and latitude by the standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geoparks.errors import UnreadableFile
from geoparks.read.archive import EMPTY
from geoparks.read.raw import RawLayer
from geoparks.text import Text

SUFFIXES = (".kml",)
TITLE = Text("KML、KMZ", "KML, KMZ")

_NUMBERS = {"int", "uint", "short", "ushort", "float", "double"}
_SHAPES = {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack"}


class _Unparsed(Exception):
    """A geometry that is there and says nothing usable."""


def read(path: Path) -> list[RawLayer]:
    """One layer for every folder with placemarks."""
    from lxml import etree

    if not path.stat().st_size:
        raise UnreadableFile(EMPTY, where=path.name, mend=Text("请重新复制。", "Copy it again."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.parse(path, parser).getroot()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise UnreadableFile(
            Text("文件打不开：已损坏、不完整，或不是 KML", "cannot be opened: damaged, incomplete, or no KML"),
            where=path.name,
            found=Text(f"第 {line} 行第 {column} 列不合 XML 语法", f"bad XML at line {line}, column {column}"),
            mend=Text("请重新复制，或从原软件重新导出。", "Copy it again, or export it again from where it was made."),
        ) from error
    folders: dict[Any, list[Any]] = {}
    for placemark in _below(root, "Placemark"):
        holder = next((one for one in placemark.iterancestors() if _tag(one) in ("Folder", "Document")), root)
        folders.setdefault(holder, []).append(placemark)
    if not folders:
        raise UnreadableFile(
            Text("KML 里没有地标", "the KML holds no placemark"),
            where=path.name,
            found=Text("只有网络链接", "a network link only")
            if next(_below(root, "NetworkLink"), None) is not None
            else None,
            mend=Text("请在原软件中另存为含数据的 KML 或 KMZ。", "Save it with its data as KML or KMZ."),
        )
    numbers = _number_fields(root)
    layers: list[RawLayer] = []
    for holder, placemarks in folders.items():
        name = _words(holder, "name") or path.stem
        again = sum(one.inner == name or one.inner.startswith(f"{name} (") for one in layers)
        layers.append(_layer(path, f"{name} ({again + 1})" if again else name, placemarks, numbers))
    for raw in layers:
        raw.siblings = len(layers)
    return layers


def _layer(path: Path, name: str, placemarks: list[Any], numbers: set[str]) -> RawLayer:
    crs_from = Text("KML 规定为 WGS 84", "KML is WGS 84 by definition")
    rows = [_values(one) for one in placemarks]
    table = pd.DataFrame(rows, columns=list(dict.fromkeys(key for row in rows for key in row)), dtype=object)
    for column in set(table.columns) & numbers:
        converted = pd.to_numeric(table[column], errors="coerce")
        if converted.notna().sum() == table[column].notna().sum():
            table[column] = converted
    raw = RawLayer(path, "KML", table, inner=name, crs=CRS.from_epsg(4326), crs_from=crs_from, encoding="utf-8")
    geometry: list[BaseGeometry | None] = []
    high = False
    for row, placemark in enumerate(placemarks, start=1):
        shape = next((child for child in placemark if _tag(child) in _SHAPES), None)
        try:
            made = None if shape is None else _geometry(shape, raw, row)
        except (_Unparsed, ValueError, shapely.GEOSException):
            made = None
            raw.faulty("geometry_unreadable", Text("坐标无法解析", "the coordinates cannot be parsed"), row=row)
        high = high or (
            made is not None and made.has_z and bool((shapely.get_coordinates(made, include_z=True)[:, 2] != 0).any())
        )
        geometry.append(made)
    raw.geometry = shapely.force_2d(np.array(geometry, dtype=object))
    if high:
        raw.repaired("z_dropped", Text("Z 值未参与检查，已舍去", "Z values play no part and are left out"))
    return raw


def _values(placemark: Any) -> dict[str, str | None]:
    """Name, description and the attributes of a placemark, as text."""
    values: dict[str, str | None] = {"Name": _words(placemark, "name")}
    if description := _words(placemark, "description"):
        values["description"] = description
    for data in _below(placemark, "Data"):
        values[data.get("name", "")] = _words(data, "value")
    for data in _below(placemark, "SimpleData"):
        values[data.get("name", "")] = (data.text or "").strip() or None
    return values


def _number_fields(root: Any) -> set[str]:
    """Fields that a schema declares as numbers, in every schema that has them."""
    kinds: dict[str, set[str]] = {}
    for one in _below(root, "SimpleField"):
        kinds.setdefault(one.get("name", ""), set()).add(one.get("type", ""))
    return {name for name, types in kinds.items() if types <= _NUMBERS}


def _geometry(shape: Any, raw: RawLayer, row: int) -> BaseGeometry | None:
    kind = _tag(shape)
    if kind in ("MultiGeometry", "MultiTrack"):
        parts = [made for child in shape if _tag(child) in _SHAPES and (made := _geometry(child, raw, row)) is not None]
        return _together(parts)
    if kind == "Track":
        return shapely.LineString([_place(one.text or "", None) for one in _below(shape, "coord")])
    if kind == "Polygon":
        outer = [ring for edge in _below(shape, "outerBoundaryIs") for ring in _below(edge, "LinearRing")]
        inner = [ring for edge in _below(shape, "innerBoundaryIs") for ring in _below(edge, "LinearRing")]
        if len(outer) != 1:
            raise _Unparsed
        return shapely.Polygon(_ring(outer[0], raw, row), [_ring(one, raw, row) for one in inner])
    places = _places(shape)
    return shapely.Point(places[0]) if kind == "Point" else shapely.LineString(places)


def _ring(element: Any, raw: RawLayer, row: int) -> list[tuple[float, ...]]:
    places = _places(element)
    if len(places) >= 3 and places[0] != places[-1]:
        places.append(places[0])
        raw.repaired("ring_closed", Text("环未闭合，已补上首点", "an open ring was closed"), row=row)
    return places


def _places(element: Any) -> list[tuple[float, ...]]:
    words = _words(element, "coordinates")
    if not words:
        raise _Unparsed
    return [_place(one, ",") for one in re.sub(r"\s*,\s*", ",", words).split()]


def _place(words: str, mark: str | None) -> tuple[float, ...]:
    numbers = [float(one) for one in words.split(mark) if one.strip()]
    if len(numbers) not in (2, 3):
        raise _Unparsed
    return (*numbers, 0.0)[:3]


def _together(parts: list[BaseGeometry]) -> BaseGeometry | None:
    makers = {"Polygon": shapely.MultiPolygon, "LineString": shapely.MultiLineString, "Point": shapely.MultiPoint}
    kinds = {one.geom_type for one in parts}
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    maker = makers.get(next(iter(kinds))) if len(kinds) == 1 else None
    return maker(parts) if maker else shapely.GeometryCollection(parts)


def _below(element: Any, tag: str) -> Iterator[Any]:
    return (one for one in element.iter() if _tag(one) == tag)


def _words(element: Any, tag: str) -> str | None:
    found = next((child for child in element if _tag(child) == tag), None)
    return None if found is None else "".join(found.itertext()).strip() or None


def _tag(element: Any) -> str:
    """The name of an element without its namespace: files declare several, or none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
