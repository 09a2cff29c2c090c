"""One layer, normalised: known fields in known units, ids, geometry in EPSG:4490, and all that was changed for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geoparks.catalog.layer import Catalogue, Layer
from geoparks.errors import NotJudged
from geoparks.normalise import columns, values
from geoparks.normalise.crs import Bounds, Placement, place
from geoparks.normalise.geometry import Shapes, shapes
from geoparks.read.raw import RawLayer
from geoparks.records import Fault, Repair, Subject
from geoparks.text import Text, joined, same

Array = np.ndarray[Any, Any]
_MANY = 20  # problems of one column that are told row by row; beyond, the count says it

LOSSES = frozenset(
    {
        "file_truncated", "record_missing", "shape_missing", "geometry_unreadable", "invalid_coordinate",
        "not_a_polygon", "not_transformable",
    }
)  # fmt: skip
"""Faults of reading by which features are lost."""

_PROBLEMS = {
    "unreadable_number": Text("不是数字", "not a number"),
    "unreadable_date": Text("不是日期", "not a date"),
    "unreadable_boolean": Text("应为“是”或“否”", "neither yes nor no"),
    "unknown_value": Text("不在代码表中", "not in the code list"),
    "digits_lost": Text(
        "长编号被表格软件存成数字，末位已丢失；请改为文本后重新填写",
        "a long code was stored as a number and has lost its last digits; store it as text and type it again",
    ),
}


@dataclass(frozen=True)
class Source:
    """A file that features came from."""

    path: Path
    where: str
    format: str
    placement: Placement | None
    encoding: str | None
    rows: int


@dataclass
class Features:
    """The features of one layer.

    ``frame`` has the layer's fields under their English names and, where there is geometry, a geometry column in
    EPSG:4490; its index runs from 0. ``own`` and ``sound`` hold the same geometries in the plane of their file.
    """

    layer: Layer
    frame: gpd.GeoDataFrame | pd.DataFrame
    rows: Array
    """Row number of every feature in its file."""
    source_of: Array
    """Position in `sources` of every feature's file; −1 where it came from a table without geometry."""
    sources: list[Source]
    own: Array
    sound: Array
    invalid: Array
    repairs: list[Repair] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    questions: dict[str, Text] = field(default_factory=dict)
    """Fields that cannot be used until someone answers, with the question."""
    matches: list[tuple[str, columns.Match]] = field(default_factory=list)
    """For every file, what its columns were taken for."""
    refused: Text | None = None
    """Why the layer must not be judged, although it opened."""
    derived: dict[str, Any] = field(default_factory=dict)
    """Results of costly transformations, kept by whoever computed them."""

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def has_geometry(self) -> bool:
        """Whether any feature has a geometry."""
        return isinstance(self.frame, gpd.GeoDataFrame) and bool((~self.frame.geometry.isna()).any())

    @property
    def geometry(self) -> Array:
        """Geometries in EPSG:4490, None where there is none."""
        if isinstance(self.frame, gpd.GeoDataFrame):
            return self.frame.geometry.to_numpy()
        return np.full(len(self.frame), None, dtype=object)

    @cached_property
    def ids(self) -> Array:
        """The id of every feature, as text."""
        return np.array(_ids(self.frame, self.layer, self.rows), dtype=object)

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for position, name in enumerate(self.ids):
            found.setdefault(str(name), []).append(position)
        return found

    def positions(self, name: str) -> list[int]:
        """Positions of the features of an id: several where a feature is stored in pieces, none where it is unknown."""
        return self._positions.get(name, [])

    @cached_property
    def lost(self) -> Text | None:
        """What of the layer never arrived: with features missing, finding nothing proves nothing."""
        gone = [one for one in self.faults if one.code in LOSSES]
        empty = 0
        if self.layer.needs_geometry:
            empty = int((shapely.is_missing(self.geometry) | shapely.is_empty(self.geometry)).sum())
        if not gone and not empty:
            return None
        first = gone[0].note if gone else Text(f"{empty} 个要素没有图形", f"{empty} features have no geometry")
        return Text(f"{self.layer.title.zh}不完整：", f"{self.layer.name} is incomplete: ") + first

    def subject(self, position: int) -> Subject:
        """The feature at a position as the subject of a verdict."""
        name = self.frame["name"].iloc[position] if "name" in self.frame else None
        return Subject(self.layer.name, str(self.ids[position]), name if isinstance(name, str) else "")

    def column(self, name: str) -> pd.Series:
        """A field; all missing where no file has it."""
        if name in self.frame:
            return self.frame[name]
        kind = self.layer.fields[name].type
        dtype = float if kind in ("number", "integer") else object
        return pd.Series(
            np.full(len(self.frame), np.nan if dtype is float else None, dtype=dtype), index=self.frame.index
        )

    def has(self, *names: str) -> bool:
        """Whether all fields are there, each with at least one value."""
        return all(name in self.frame and self.frame[name].notna().any() for name in names)

    def why_missing(self, name: str) -> Text:
        """Why a field has no values: the question that is open, or the headers that were looked for."""
        if name in self.questions:
            return self.questions[name]
        one = self.layer.fields[name]
        looked_for = "、".join(dict.fromkeys((one.title.zh, one.name, *one.aliases[:4])))
        have = "、".join(str(header) for _, match in self.matches for header in match.extra[:6]) or "—"
        where = "、".join(dict.fromkeys(source.where for source in self.sources)) or self.layer.name
        return Text(
            f"{self.layer.title.zh}（{where}）没有“{one.title.zh}”列或全为空（找过：{looked_for}；未识别的列：{have}）",
            f"{self.layer.name} ({where}) has no column for {name}, or it is empty (looked for: {looked_for};"
            f" not recognised: {have})",
        )

    def forget(self) -> None:
        """Forget what was computed from rows or geometry that have changed since."""
        for name in ("ids", "has_geometry", "_positions", "lost"):
            self.__dict__.pop(name, None)
        self.derived.clear()

    def placement(self, position: int) -> Placement | None:
        """Where the file of a feature lies."""
        source = int(self.source_of[position])
        return self.sources[source].placement if source >= 0 else None


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
    parts = [
        _part(layer, raw, catalogue, declared_crs or {}, stated_units or {}, region)
        for raw in (with_geometry or tables)
    ]
    features = _together(layer, parts)
    if with_geometry:
        for raw in tables:
            _join(features, _part(layer, raw, catalogue, {}, stated_units or {}, region))
    _points_from_lonlat(features)
    _unknown_land_use(features, catalogue)
    return features


def _part(
    layer: Layer,
    raw: RawLayer,
    catalogue: Catalogue,
    declared_crs: Mapping[str, Any],
    stated_units: Mapping[str, str],
    region: Sequence[Bounds],
) -> Features:
    """One file as features."""
    match = columns.match(
        [str(header) for header in raw.table.columns],
        layer,
        truncated=raw.truncated_names,
        fixed=raw.header_units,
        stated=stated_units,
    )
    frame = pd.DataFrame(index=raw.table.index)
    for column in match.columns:
        frame[column.field.name] = _values(raw, layer, column, catalogue)
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
        frame = gpd.GeoDataFrame(frame, geometry=made.lonlat, crs="EPSG:4490")
    count = len(raw.table)
    nothing = np.full(count, None, dtype=object)
    return Features(
        layer=layer,
        frame=frame,
        rows=raw.row_numbers,
        source_of=np.zeros(count, dtype=int) if made is not None else np.full(count, -1),
        sources=[Source(raw.path, raw.where, raw.format, placement, raw.encoding, count)],
        own=made.own if made else nothing,
        sound=made.sound if made else nothing,
        invalid=made.invalid if made else np.zeros(count, dtype=bool),
        repairs=[replace(one, layer=layer.name) for one in raw.repairs],
        faults=[replace(one, layer=layer.name) for one in raw.faults],
        questions=dict(match.questions),
        matches=[(raw.where, match)],
    )


def _values(raw: RawLayer, layer: Layer, column: columns.Column, catalogue: Catalogue) -> pd.Series:
    """A column in its type; what could not be read becomes a fault of its rows."""
    source = raw.table[column.header]
    codes = catalogue.codes.get(column.field.codes or "") if column.field.type == "code" else None
    result, problems = values.convert(source, column.field, column.factor, codes)
    if column.factor != 1.0:
        raw.repaired(
            "unit_converted",
            Text(
                f"“{column.header}”按 {column.unit} 读取，已换算为 {column.field.unit}",
                f"“{column.header}” was read in {column.unit} and converted to {column.field.unit}",
            ),
            field_name=column.field.name, old=column.unit, new=column.field.unit,
        )  # fmt: skip
    for value, (code, _) in problems.items():
        positions = np.flatnonzero((source == value).to_numpy())
        for position in positions[:_MANY]:
            raw.faulty(
                code,
                _PROBLEMS[code],
                row=int(raw.row_numbers[position]),
                field_name=column.field.name,
                value=str(value),
            )
        if len(positions) > _MANY:
            raw.faulty(
                code,
                _PROBLEMS[code] + Text(f"（另有 {len(positions) - _MANY} 行相同）", f" ({len(positions) - _MANY} more rows)"),
                field_name=column.field.name, value=str(value),
            )  # fmt: skip
    return result


def _together(layer: Layer, parts: list[Features]) -> Features:
    """Several files of one layer as one, in the order of the files."""
    frames = [part.frame for part in parts]
    if len(parts) == 1:
        frame = frames[0].reset_index(drop=True)
    else:
        frame = pd.concat(frames, ignore_index=True)
        if any(isinstance(one, gpd.GeoDataFrame) for one in frames):
            frame = gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4490")
    offsets = np.cumsum([0, *(len(part.sources) for part in parts[:-1])])
    together = Features(
        layer=layer,
        frame=frame,
        rows=np.concatenate([part.rows for part in parts]),
        source_of=np.concatenate(
            [
                np.where(part.source_of < 0, -1, part.source_of + offset)
                for part, offset in zip(parts, offsets, strict=True)
            ]
        ),
        sources=[source for part in parts for source in part.sources],
        own=np.concatenate([part.own for part in parts]),
        sound=np.concatenate([part.sound for part in parts]),
        invalid=np.concatenate([part.invalid for part in parts]),
        repairs=[one for part in parts for one in part.repairs],
        faults=[one for part in parts for one in part.faults],
        questions={name: question for part in parts for name, question in part.questions.items()},
        matches=[one for part in parts for one in part.matches],
    )
    _name_the_nameless(together)
    return together


def _name_the_nameless(features: Features) -> None:
    """Features without an id are called by their row, so that a finding can point at them; a table must have one."""
    name = features.layer.id_field
    if name is None:
        return
    column = features.column(name)
    missing = column.isna().to_numpy()
    if not missing.any():
        return
    if missing.all() and not features.has_geometry:
        raise NotJudged(features.why_missing(name), where="、".join(source.where for source in features.sources))
    several = len(features.sources) > 1
    new = column.astype(object).copy()
    for position in np.flatnonzero(missing):
        stem = features.sources[max(int(features.source_of[position]), 0)].path.stem
        new.iloc[position] = f"{stem}#{features.rows[position]}" if several else f"#{features.rows[position]}"
    features.frame[name] = new
    features.repairs.append(
        Repair(
            features.layer.name,
            "id_from_row",
            Text(
                f"{int(missing.sum())} 个要素没有编号，以行号代替",
                f"{int(missing.sum())} features have no id; rows stand in",
            ),
            field_name=name,
        )
    )


def _join(features: Features, table: Features) -> None:
    """Take the values of a table onto the features of the same id; its rows without a feature stay, without geometry."""
    name = features.layer.id_field
    if name is None or name not in table.frame:
        raise NotJudged(table.why_missing(name or features.layer.key[0]), where=table.sources[0].where)
    repeated = table.frame[name].duplicated(keep=False) & table.frame[name].notna()
    if repeated.any():
        raise NotJudged(
            Text("同一编号有多行，无法连接", "several rows have one id and cannot be joined"),
            where=table.sources[0].where,
            found=same("、".join(dict.fromkeys(table.frame.loc[repeated, name].astype(str)))),
        )
    lookup = table.frame.set_index(name)
    keys = features.frame[name]
    for field_name in lookup.columns:
        new = keys.map(lookup[field_name])
        if field_name in features.frame:
            old = features.frame[field_name]
            differs = new.notna() & old.notna() & (new != old)
            for position in np.flatnonzero(differs.to_numpy()):
                features.repairs.append(
                    Repair(
                        features.layer.name,
                        "table_value_taken",
                        Text(
                            f"图形与表格不一致，采用 {table.sources[0].where}",
                            f"geometry and table differ; {table.sources[0].where} counts",
                        ),
                        row=int(features.rows[position]),
                        field_name=field_name,
                        old=str(old.iloc[position]),
                        new=str(new.iloc[position]),
                    )
                )
            new = new.where(new.notna(), old)
        features.frame[field_name] = new
    alone = table.frame[~table.frame[name].isin(keys) & table.frame[name].notna()]
    if len(alone):
        _append_without_geometry(features, alone, table)
    features.sources.extend(table.sources)
    features.repairs.extend(table.repairs)
    features.faults.extend(table.faults)
    features.matches.extend(table.matches)
    for field_name, question in table.questions.items():
        if field_name not in features.frame:
            features.questions[field_name] = question


def _append_without_geometry(features: Features, alone: pd.DataFrame, table: Features) -> None:
    count = len(alone)
    nothing = np.full(count, None, dtype=object)
    frame = pd.concat([pd.DataFrame(features.frame), alone.assign(geometry=None)], ignore_index=True)
    features.frame = gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4490")
    features.rows = np.concatenate([features.rows, table.rows[alone.index.to_numpy()]])
    features.source_of = np.concatenate([features.source_of, np.full(count, -1)])
    features.own = np.concatenate([features.own, nothing])
    features.sound = np.concatenate([features.sound, nothing])
    features.invalid = np.concatenate([features.invalid, np.zeros(count, dtype=bool)])
    features.forget()


def _points_from_lonlat(features: Features) -> None:
    """The place of a row that has coordinates in its columns and no geometry."""
    if features.layer.geometry != "optional-point" or features.has_geometry or not features.has("lon", "lat"):
        return
    lon, lat = features.column("lon").astype(float), features.column("lat").astype(float)
    known = (lon.notna() & lat.notna()).to_numpy()
    places = np.full(len(features), None, dtype=object)
    places[known] = shapely.points(lon[known].to_numpy(), lat[known].to_numpy())
    features.frame = gpd.GeoDataFrame(features.frame, geometry=places, crs="EPSG:4490")
    features.forget()


def _unknown_land_use(features: Features, catalogue: Catalogue) -> None:
    """Codes that their own classification does not have; the same digits mean other things in another one."""
    for one in features.layer.fields.values():
        if not (one.scheme_field and one.codes in catalogue.codes and one.name in features.frame):
            continue
        codes = catalogue.codes[one.codes or ""]
        scheme = features.column(one.scheme_field)
        pairs = pd.DataFrame({"code": features.frame[one.name], "scheme": scheme}).dropna()
        for (code, name), group in pairs.groupby(["code", "scheme"], sort=True):
            if codes.knows(_unpadded(str(code)), str(name)) is False:
                for position in list(group.index)[:_MANY]:
                    features.faults.append(
                        Fault(
                            features.layer.name,
                            "unknown_value",
                            _PROBLEMS["unknown_value"],
                            row=int(features.rows[position]),
                            field_name=one.name,
                            value=f"{code} ({name})",
                        )
                    )


def _unpadded(code: str) -> str:
    """Plan databases pad codes to six digits: 010000 is 01."""
    while (len(code) == 6 and code.endswith("00")) or (len(code) == 4 and code.endswith("00")):
        code = code[:-2]
    return code


def _ids(frame: pd.DataFrame, layer: Layer, rows: Array) -> Iterable[str]:
    present = [name for name in layer.key if name in frame]
    if not present:
        return [f"#{row}" for row in rows]
    if len(present) == 1:
        return [
            str(value) if value is not None and value == value else f"#{row}"
            for value, row in zip(frame[present[0]], rows, strict=True)
        ]
    parts = [[_key_word(value) for value in frame[name]] for name in present]
    return ["/".join(one) for one in zip(*parts, strict=True)]


def _key_word(value: Any) -> str:
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def refusal(reasons: list[NotJudged]) -> Text:
    """Why a layer is not judged, from everything that was wrong with its files."""
    return joined([Text(one.line("zh"), one.line("en")) for one in reasons])
