"""From the raw files of one layer to its Features: columns recognised, values read, geometry placed, files joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from geoparks.catalog.layer import Catalogue, Layer
from geoparks.errors import NotJudged
from geoparks.normalise import columns, fields, ids, lonlat, values, year_columns
from geoparks.normalise.arrangement import understand
from geoparks.normalise.commented import by_comment
from geoparks.normalise.crs import place
from geoparks.normalise.evidence import Bounds
from geoparks.normalise.features import Features, Source
from geoparks.normalise.fields import Unread
from geoparks.normalise.geometry import Shapes, shapes
from geoparks.normalise.join import join_table
from geoparks.normalise.placement import Placement
from geoparks.normalise.shelf import shelved
from geoparks.normalise.table import Held
from geoparks.normalise.together import together
from geoparks.read.raw import RawLayer
from geoparks.records import Fault, Repair
from geoparks.text import Text

T = TypeVar("T", Fault, Repair)
_SHELVED = 100_000  # rows, from which on a layer of many stands on disk; parts of one are there already


def normalise(
    layer: Layer,
    raws: Sequence[RawLayer],
    catalogue: Catalogue,
    *,
    declared_crs: Mapping[str, Any] | None = None,
    stated_units: Mapping[str, str] | None = None,
    region: Sequence[Bounds] = (),
) -> Features:
    """Bring the files of one layer together; tables of the same name are joined on the id."""
    with_geometry = [raw for raw in raws if raw.geometry is not None and layer.geometry != "none"]
    tables = [raw for raw in raws if raw.geometry is None or layer.geometry == "none"]
    if layer.needs_geometry and not with_geometry:
        where = "、".join(raw.where for raw in raws)
        raise NotJudged(Text("没有图形，只有表格", "only tables, no geometry"), where=where)
    if layer.needs_geometry and not any(len(raw.table) for raw in with_geometry):
        raise NotJudged(
            Text("图层是空的：没有一个要素", "the layer is empty: it has no feature"),
            where="、".join(raw.where for raw in with_geometry),
            mend=Text(
                "空图层分不清是“确实没有”还是导出不全；请核对后重新导出，或移走该文件。",
                "An empty layer may mean that there is nothing, or that the export failed; export it again or take it away.",
            ),
        )
    parts = [
        raw.prepared or part_of(layer, raw, catalogue, declared_crs or {}, stated_units or {}, region)
        for raw in (with_geometry or tables)
    ]
    for raw in with_geometry or tables:
        if raw.prepared is not None:
            raw.prepared, raw.taken = None, True  # its columns would be there twice, in the part and in the whole
    features = _together(layer, parts)
    if with_geometry:
        for raw in tables:
            features.hold()
            join_table(features, part_of(layer, raw, catalogue, {}, stated_units or {}, region))
    lonlat.take_out_impossible(features)
    lonlat.points(features)
    fields.unknown_land_use(features, catalogue)
    if layer.many and len(features) > _SHELVED:
        features.table = shelved(features.table)
    return features


def part_of(
    layer: Layer,
    raw: RawLayer,
    catalogue: Catalogue,
    declared_crs: Mapping[str, Any],
    stated_units: Mapping[str, str],
    region: Sequence[Bounds],
    unread: Unread | None = None,
) -> Features:
    """One file as features; `unread` is for whoever tells of several what could not be read in their columns."""
    if raw.taken:
        raise RuntimeError(f"{raw.where} was made part of a layer already")
    by_comment(raw, layer)
    match = understand(raw, layer, stated_units)
    if match.refused is not None:
        raise NotJudged(match.refused, where=raw.where)
    found = unread or Unread()
    frame, positions = _frame(layer, raw, match, catalogue, found)
    if unread is None:
        found.tell(raw, match.columns)
    for header, name in match.passed_over.items():
        raw.repaired(
            "column_passed_over",
            Text(
                f"“{header}”也像 {name}，已采用更确切的列",
                f"“{header}” also reads as {name}; a better column was taken",
            ),
            field_name=name,
        )
    placement: Placement | None = None
    made: Shapes | None = None
    if raw.geometry is not None and layer.geometry != "none":
        placement = place(raw, declared_crs, region)
        made = shapes(raw, placement, areas=layer.polygonal)
        frame = gpd.GeoDataFrame(frame, geometry=made.lonlat, crs="EPSG:4490", copy=False)
    count = len(frame)
    nothing = np.full(count, None, dtype=object)
    return Features(
        layer=layer,
        table=Held(frame, made.own if made else nothing, made.sound if made else nothing),
        rows=raw.row_numbers[positions].astype(np.int32),
        source_of=np.full(count, -1 if made is None else 0, dtype=np.int32),
        sources=[
            Source(raw.path, raw.where, raw.format, placement, raw.encoding, len(raw.table), raw.origin, raw.sha256)
        ],
        invalid=made.invalid if made else np.zeros(count, dtype=bool),
        repairs=in_order(replace(one, layer=layer.name) for one in raw.repairs),
        faults=in_order(replace(one, layer=layer.name) for one in raw.faults),
        questions=dict(match.questions),
        matches=[(raw.where, match)],
    )


def in_order(told: Iterable[T]) -> list[T]:
    """What is told of a file, in an order that does not depend on who told it: of the file, then row by row, by code."""
    return sorted(told, key=lambda one: (one.row is not None, one.row or 0, one.code))


def _frame(
    layer: Layer, raw: RawLayer, match: columns.Match, catalogue: Catalogue, unread: Unread
) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """The fields of a file, and the row of its table that each of their rows is of: several where years stand in columns."""
    frame = pd.DataFrame(index=raw.table.index)
    dated: dict[tuple[str, int], pd.Series] = {}
    for column in match.columns:
        read = fields.values_of(raw, layer, column, catalogue, unread)
        if column.year is None:
            frame[column.field.name] = read
        else:
            dated[column.field.name, column.year] = read
    if match.year is not None:
        frame[year_columns.YEAR] = float(match.year)
        raw.repaired(
            "year_from_title",
            Text(f"年度取自标题“{match.year_from}”", f"the year was taken from the title “{match.year_from}”"),
            field_name=year_columns.YEAR, new=str(match.year),
        )  # fmt: skip
    everything = np.arange(len(frame))
    if not dated:
        return frame, everything
    filled = {
        (column.field.name, column.year): values.filled(raw.table[column.header])
        for column in match.columns
        if column.year is not None
    }
    made, rows = year_columns.lengthen(frame, dated, filled)
    _tell_years(raw, match, len(frame), len(made))
    return made, rows


def _tell_years(raw: RawLayer, match: columns.Match, before: int, after: int) -> None:
    """Say that years stood in columns, where their indicator was read, and what was blank."""
    years = "、".join(str(year) for year in match.years)
    raw.repaired(
        "years_from_columns",
        Text(
            f"年份在列里（{years}），已转为每个年份一行：{before} 行变为 {after} 行",
            f"years stand in columns ({years}); each was given a row: {before} rows became {after}",
        ),
        field_name=year_columns.YEAR,
    )
    blank = before * len(match.years) - after
    if blank:
        raw.repaired(
            "blank_years_left_out",
            Text(f"{blank} 个空白的年份没有成行", f"{blank} years without any value were given no row"),
            field_name=year_columns.YEAR,
        )
    if match.titled is not None and any(column.field is match.titled.field for column in match.columns):
        name = match.titled.field.name
        raw.repaired(
            "field_from_title",
            Text(
                f"只写年份的列按标题“{match.titled.words}”读作{match.titled.field.title.zh}",
                f"columns that name only a year are {name} by the title “{match.titled.words}”",
            ),
            field_name=name,
        )


def _together(layer: Layer, parts: list[Features]) -> Features:
    """Several files of one layer as one, in the order of the files."""
    offsets = np.cumsum([0, *(len(part.sources) for part in parts[:-1])])
    whole = Features(
        layer=layer,
        table=together([part.table for part in parts]),
        rows=np.concatenate([part.rows for part in parts]),
        source_of=np.concatenate(
            [
                np.where(part.source_of < 0, -1, part.source_of + offset).astype(np.int32)
                for part, offset in zip(parts, offsets, strict=True)
            ]
        ),
        sources=[source for part in parts for source in part.sources],
        invalid=np.concatenate([part.invalid for part in parts]),
        repairs=[one for part in parts for one in part.repairs],
        faults=[one for part in parts for one in part.faults],
        questions={name: question for part in parts for name, question in part.questions.items()},
        matches=[one for part in parts for one in part.matches],
    )
    ids.name_the_nameless(whole)
    return whole
