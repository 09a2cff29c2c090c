"""Formats that GDAL reads well by itself: GeoPackage, FileGDB, GeoJSON, TopoJSON, GML and a few more."""

from __future__ import annotations

import datetime as dt
import json
import re
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from geoparks import memory
from geoparks.errors import UnreadableFile
from geoparks.read import archive, aside, runs
from geoparks.read.integrity import refuse_damaged
from geoparks.read.raw import Begun, RawLayer, distinct
from geoparks.read.shapes import M_DROPPED, parse_wkb
from geoparks.text import Text, same

SUFFIXES = (
    ".gpkg", ".gdb", ".geojson", ".json", ".geojsonl", ".topojson", ".gml", ".fgb", ".tab", ".mif",
    ".sqlite",
)  # fmt: skip
TITLE = Text("GeoPackage、FileGDB、GeoJSON、TopoJSON、GML 等", "GeoPackage, FileGDB, GeoJSON, TopoJSON, GML…")

_SKIPPING = (".gpkg", ".gdb", ".fgb")
"""Formats in which features can be passed over: at once, or (FlatGeobuf, FileGDB with gaps) a million a second."""
_OPTIONS = {
    # A code such as T0103 would otherwise be read as one minute past three.
    "GeoJSON": {"DATE_AS_STRING": "YES"},
    # GDAL would write a .gfs file beside the input.
    "GML": {"WRITE_GFS": "NO"},
}
_CONFIG = {"GML_FIELDTYPES": "ALWAYS_STRING", "OGR_GEOMETRY_ACCEPT_UNCLOSED_RING": "YES"}


def read(path: Path) -> list[RawLayer]:
    """Every layer of the file that has features or fields."""
    return _opened(path, in_runs=False)


def begin(path: Path) -> list[RawLayer]:
    """Every layer of the file, those of very many features only begun."""
    return _opened(path, in_runs=path.suffix.lower() in _SKIPPING)


def _opened(path: Path, *, in_runs: bool) -> list[RawLayer]:
    beside = [one for suffix in (".xsd", ".dat", ".map", ".id", ".mid") if (one := path.with_suffix(suffix)).exists()]
    with aside.readable(path, beside) as source:
        refuse_damaged(source, path)
        layers = _layers(source, path, in_runs=in_runs)
        for raw in layers:
            if raw.begun is None:
                _count(raw, source, len(raw.table))
    if not layers:
        raise UnreadableFile(
            Text("文件里没有图层", "the file holds no layer"),
            where=path.name,
            mend=Text("请确认导出时选中了要素。", "Check that features were selected when it was exported."),
        )
    for raw in layers:
        raw.siblings = len(layers)
    if path.suffix.lower() == ".topojson" or (path.suffix.lower() == ".json" and layers[0].format == "TopoJSON"):
        _topojson_properties(path, layers)
    return layers


def _count(raw: RawLayer, source: Path, count: int) -> None:
    """Hold how many features were read against the number that the file itself states."""
    stated = _stated(source, raw.inner)
    if stated > count:
        raw.faulty(
            "record_missing",
            Text(
                f"文件写明 {stated} 个要素，只读出 {count} 个",
                f"the file states {stated} features, {count} could be read",
            ),
        )


def _stated(source: Path, name: str) -> int:
    """How many features a file says a layer has; −1 where it would have to count them."""
    import pyogrio

    return int(pyogrio.read_info(source, layer=name)["features"])


def _layers(source: Path, shown: Path, *, in_runs: bool) -> list[RawLayer]:
    import pyogrio

    pyogrio.set_gdal_config_options(_CONFIG)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            names = [(str(name), kind) for name, kind in pyogrio.list_layers(source)]
    except Exception as error:
        raise unreadable(shown, error) from error
    return [
        _begun(source, shown, name, kind)
        if in_runs and kind is not None and _stated(source, name) > runs.ROWS
        else read_layer(source, shown, name, described=kind)
        for name, kind in names
    ]


def _begun(source: Path, shown: Path, name: str, kind: str) -> RawLayer:
    """A layer of very many features with the first of them."""
    raw = read_layer(source, shown, name, described=kind, most=runs.FIRST)
    raw.begun = Begun(lambda: _runs(shown, name, kind), lambda: _whole(shown, name, kind))
    return raw


def _whole(path: Path, name: str, kind: str) -> RawLayer:
    with aside.readable(path) as source:
        raw = read_layer(source, path, name, described=kind)
        _count(raw, source, len(raw.table))
    return raw


def _runs(path: Path, name: str, kind: str) -> Generator[RawLayer]:
    """All features of a layer, run after run: as many as it states, which is as many as are read of it as a whole."""
    done = 0
    with aside.readable(path) as source:
        stated = _stated(source, name)
        for first in range(0, stated, runs.ROWS):
            raw = read_layer(source, path, name, described=kind, skip=first, most=min(runs.ROWS, stated - first))
            done += len(raw.table)
            if first + runs.ROWS >= stated:
                _count(raw, source, done)
            yield raw


def read_layer(
    source: Path,
    shown: Path,
    name: str | None = None,
    *,
    encoding: str | None = None,
    decoded: bool = True,
    described: str | None = None,
    rows_from_ids: bool = False,
    skip: int = 0,
    most: int | None = None,
) -> RawLayer:
    """One layer of `source`, reported under the name of the file `shown` to the user.

    With `rows_from_ids`, rows are numbered by GDAL's feature ids, which skip deleted records. Of very many features,
    `skip` are passed over and at most `most` read.

    Geometry comes as well-known bytes and is parsed here, so that one broken feature does not lose the layer.
    """
    import pyogrio

    options: dict[str, Any] = {}
    if source.suffix.lower() in (".geojson", ".json", ".geojsonl"):
        options = _OPTIONS["GeoJSON"] if not _is_topojson(source) else {}
    elif source.suffix.lower() == ".gml":
        options = _OPTIONS["GML"]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            meta, ids, wkb, columns = pyogrio.raw.read(
                source, layer=name, encoding=encoding, datetime_as_string=True, return_fids=rows_from_ids,
                skip_features=skip, max_features=most, **options,
            )  # fmt: skip
        except Exception as error:
            raise unreadable(shown, error) from error
        memory.break_cycles()  # pyogrio leaves one that would hold all that was read
    count = len(columns[0]) if len(columns) else (0 if wkb is None else len(wkb))
    table = pd.DataFrame(
        dict(zip(distinct([str(field) for field in meta["fields"]]), columns, strict=True)), index=pd.RangeIndex(count)
    )
    raw = RawLayer(
        path=shown,
        format=_format(source),
        table=plain_values(table),
        inner=name or "",
        crs=_crs(meta.get("crs")),
        encoding="utf-8" if decoded else encoding,
        rows=ids + 1 if rows_from_ids else None if not skip else np.arange(skip + 1, skip + 1 + count),
    )
    if raw.crs is not None:
        raw.crs_from = Text("文件内嵌", "embedded in the file")
    if wkb is not None and meta.get("geometry_type") is not None:
        raw.geometry = parse_wkb(raw, wkb)
        _tell_dropped(raw, " ".join(str(one.message) for one in said), described or "")
    return raw


def unreadable(path: Path, error: Exception) -> UnreadableFile:
    """The error for a file that GDAL gives up on, with GDAL's own words kept short."""
    empty = path.is_file() and path.stat().st_size == 0
    words = str(error).splitlines()[0] if str(error) else ""
    unknown = not words or "not recognized as being in a supported" in words
    words = re.sub(r"\S*/(?=[^/\s]*\.)", "", words)[:160]  # a path of this machine says nothing to the user
    return UnreadableFile(
        archive.EMPTY
        if empty
        else Text(
            "文件打不开：已损坏、不完整，或不是它后缀所说的格式",
            "cannot be opened: damaged, incomplete, or not what its suffix says",
        ),
        where=path.name,
        found=None if empty or unknown else same(words),
        mend=Text("请重新复制，或从原软件重新导出。", "Copy it again, or export it again from where it was made."),
    )


def _format(source: Path) -> str:
    by_suffix = {
        ".gpkg": "GeoPackage", ".gdb": "FileGDB", ".geojson": "GeoJSON", ".geojsonl": "GeoJSONSeq", ".json": "GeoJSON",
        ".topojson": "TopoJSON", ".gml": "GML", ".fgb": "FlatGeobuf", ".tab": "MapInfo",
        ".mif": "MapInfo", ".sqlite": "SQLite",
    }  # fmt: skip
    known = by_suffix.get(source.suffix.lower(), "GDAL")
    return "TopoJSON" if known == "GeoJSON" and _is_topojson(source) else known


def _is_topojson(source: Path) -> bool:
    if source.suffix.lower() == ".topojson":
        return True
    with source.open("rb") as stream:
        return b'"Topology"' in stream.read(2_000)


def _crs(words: str | None) -> CRS | None:
    """What the file declares; an undefined engineering CRS is no declaration."""
    if not words:
        return None
    try:
        crs = CRS.from_user_input(words)
    except CRSError:
        return None
    return None if crs.is_engineering or "undefined" in crs.name.lower() else crs


_PLAIN = ("string", "integer", "floating", "boolean", "date", "datetime", "empty")
"""Kinds of columns, as pandas tells them, in which nothing is to be made plain."""


def plain_values(table: pd.DataFrame) -> pd.DataFrame:
    """Times of day and lists as text: no field of the catalogue is one, so they are only ever shown or split."""
    for name in table.columns:
        if table[name].dtype == object and pd.api.types.infer_dtype(table[name], skipna=True) not in _PLAIN:
            table[name] = [_plain(value) for value in table[name]]
    return table


def _plain(value: Any) -> Any:
    if isinstance(value, dt.time):
        return str(value)
    if isinstance(value, np.ndarray | list | tuple):
        return "、".join(map(str, value))
    return str(value) if isinstance(value, dict | bytes) else value


def _tell_dropped(raw: RawLayer, said: str, described: str) -> None:
    if ("Measured (M)" in said or re.search(r"\bM\b|Measured|ZM$", described)) and not _has_said(raw, "m_dropped"):
        raw.repaired("m_dropped", M_DROPPED)
    if re.search("Curve|Compound|Surface", described):
        raw.repaired(
            "arc_stroked",
            Text(
                "曲线已按折线处理（GDAL 默认每 4°一段）", "curves were made into lines (GDAL's default, 4° a segment)"
            ),
        )


def _has_said(raw: RawLayer, code: str) -> bool:
    return any(one.code == code for one in raw.repairs)


def _topojson_properties(path: Path, layers: list[RawLayer]) -> None:
    """Attributes of TopoJSON straight from the JSON: GDAL would take codes such as T0103 for times."""
    objects = json.loads(path.read_bytes().decode("utf-8-sig"))["objects"]
    for raw in layers:
        members = objects.get(raw.inner, {}).get("geometries", [])
        if len(members) == len(raw.table):
            raw.table = pd.DataFrame([one.get("properties", {}) for one in members], index=raw.table.index)
