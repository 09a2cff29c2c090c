"""The urban development boundary of every county before and after its changes, by zone, in square metres.

The layer ``udb`` is the boundary as it stands. A plot to be brought in that lies wholly inside it, or one to be let go
that lies wholly outside, has been carried out already: then the boundary before is worked back. Where a plot is to come
in and another on the same land to go, it comes in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.levels import county_of
from geoparks.measure.places import counties, largest
from geoparks.measure.plane import plane_of, tree_of
from geoparks.measure.whereabouts import Park, counties_of, parks_of
from geoparks.normalise.features import Features
from geoparks.normalise.geometry import only_polygons
from geoparks.records import Subject
from geoparks.text import Text, joined

Array = np.ndarray[Any, Any]
CORE = "集中建设区"
"""The zone that land is taken to join when it comes in: the one that counts in every definition."""
ZONES = (CORE, "弹性发展区", "特别用途区")
UNNAMED = ""
_HAIR = 1e-6  # share of a plot that two drawings of one line may have in common by rounding
_LAYERS = ("udb", "udb_changes", "udb_limits", "counties", "parks", "blocks")


@dataclass(frozen=True)
class Change:
    """One plot of an adjustment, which may be stored in several rows."""

    subject: Subject
    row: int
    direction: str | None
    """``in``, ``out``, or None where it is not stated."""
    county: str | None
    park: str | None
    case: str | None
    on: dt.date | None
    evidence_no: str | None
    shape: shapely.Geometry
    """As drawn, in the equal-area plane; empty where it has no geometry."""
    moved: shapely.Geometry
    """What of it crosses the boundary: of a plot coming in what lies outside, of one going what lies inside."""
    done: bool
    """Whether the layer ``udb`` has it already."""
    sound: bool


@dataclass(frozen=True)
class Extent:
    """A boundary at one time: its land by zone, in the equal-area plane, no two of them sharing any."""

    zones: Mapping[str, shapely.Geometry]

    def m2(self, names: Iterable[str] | None = None) -> float:
        """Square metres in some zones, in all of them where none are named."""
        return float(sum(one.area for name, one in self.zones.items() if names is None or name in names))

    @property
    def whole(self) -> shapely.Geometry:
        """All of it."""
        return shapely.union_all(list(self.zones.values())) if self.zones else shapely.MultiPolygon()

    def changed(self, brought: shapely.Geometry, let_go: shapely.Geometry) -> Extent:
        """The boundary after some land has gone and other has come in, as `CORE`."""
        left = {name: _only(shapely.difference(one, let_go)) for name, one in self.zones.items()}
        new = _only(shapely.difference(brought, shapely.union_all(list(left.values())))) if left else _only(brought)
        return Extent({**left, CORE: shapely.union(left.get(CORE, shapely.MultiPolygon()), new)})


@dataclass(frozen=True)
class County:
    """One county's boundary before and after, and what its plan allows."""

    name: str
    now: Extent
    """As the layer has it."""
    before: Extent
    after: Extent
    brought_m2: float
    let_go_m2: float
    changes: tuple[Change, ...]
    rows: tuple[int, ...]
    """Positions of its pieces in the layer ``udb``."""
    base_m2: float
    """Urban construction land of the base year; NaN where it is not stated."""
    multiple: float
    limit_m2: float
    """Urban construction land that the plan allows."""
    reason: Text | None
    """Why its totals are not certain."""

    @property
    def subject(self) -> Subject:
        """The county as the row of limits that it has, or lacks."""
        return Subject("udb_limits", self.name, self.name)


@dataclass(frozen=True)
class Adjustment:
    """All changes, and every county that has a boundary, a limit or a change."""

    changes: tuple[Change, ...] = ()
    counties: Mapping[str, County] = field(default_factory=dict)

    def of_park(self, park: str) -> tuple[Change, ...]:
        """The changes that are made for a park."""
        return tuple(one for one in self.changes if one.park == park)


def adjustment_of(layers: Dataset) -> Adjustment:
    """The changes of a dataset and what they do to every county; computed once for the layers it is made of.

    Without a boundary there is nothing to change: then it is empty.
    """
    made_of = [layers.get(name) for name in _LAYERS]
    kept: tuple[list[Features | None], Adjustment] | None = layers.derived.get("adjustment")
    if kept is None or any(one is not other for one, other in zip(kept[0], made_of, strict=True)):
        kept = layers.derived["adjustment"] = (made_of, _adjustment(layers))
    return kept[1]


def county_of_park(layers: Dataset, park: Park) -> str | None:
    """The county that most of a park's land lies in, else the one that the register gives."""
    features = layers.get("counties")
    shares = counties_of(park, features) if features is not None and features.has("name") and park.is_area else []
    if shares and features is not None:
        return features.subject(shares[0].position).label
    return counties(layers).key(county_of(layers, park))


def _adjustment(layers: Dataset) -> Adjustment:
    udb = layers.get("udb")
    if udb is None:
        return Adjustment()
    where = _counties_of(layers, udb)
    changes = tuple(_changes(layers, udb, where))
    limits = _limits(layers)
    names = {one for one in where if one is not None} | {one.county for one in changes if one.county} | set(limits)
    lost = [] if (gone := udb.lost) is None else [gone]
    if unknown := sum(one is None for one in where):
        lost.append(Text(f"有 {unknown} 片边界不知属于哪个旗县", f"the county of {unknown} pieces of the boundary is not known"))  # fmt: skip
    if nowhere := [one.subject.label for one in changes if one.county is None]:
        lost.append(Text(f"调整地块{'、'.join(nowhere)}不知属于哪个旗县", f"the county of {', '.join(nowhere)} is not known"))  # fmt: skip
    made = {name: _county(name, udb, where, changes, limits.get(name), lost) for name in sorted(names)}
    return Adjustment(changes, made)


def _counties_of(layers: Dataset, features: Features) -> list[str | None]:
    """The county of every feature: stated, else the one that most of it lies in."""
    known, layer = counties(layers), layers.get("counties")
    found = [known.key(one) for one in features.column("county")]
    blank = np.array([index for index, one in enumerate(found) if one is None], dtype=int)
    if len(blank) and layer is not None:
        holder, _ = largest(plane_of(features)[blank], plane_of(layer), tree_of(layer))
        for index, position in zip(blank.tolist(), holder.tolist(), strict=True):
            found[index] = layer.subject(position).label if position >= 0 else None
    return found


def _changes(layers: Dataset, udb: Features, where: list[str | None]) -> Iterable[Change]:
    """Every change with what of it crosses the boundary."""
    features = layers.get("udb_changes")
    if features is None:
        return
    stated, shapes, tree, land = _counties_of(layers, features), plane_of(features), tree_of(udb), plane_of(udb)
    of_park = {park.subject.id: county_of_park(layers, park) for park in parks_of(layers)}
    for name in dict.fromkeys(map(str, features.ids)):
        rows = features.positions(name)
        drawn = [shapes[row] for row in rows if shapes[row] is not None]
        shape = (
            only_polygons(np.array([shapely.union_all(drawn)], dtype=object))[0] if drawn else shapely.MultiPolygon()
        )
        near: Array = np.sort(tree.query(shape)) if not shape.is_empty else np.empty(0, dtype=int)
        inside = _only(shapely.intersection(shape, shapely.union_all(land[near])))
        direction, park = _first(features, "direction", rows), _first(features, "park_id", rows)
        outside = _only(shapely.difference(shape, inside))
        hair = _HAIR * shape.area
        done = (direction == "in" and outside.area <= hair) or (direction == "out" and inside.area <= hair)
        day = _first(features, "changed_on", rows)
        yield Change(
            features.subject(rows[0]), int(features.rows[rows[0]]), direction,
            next((stated[row] for row in rows if stated[row]), None) or of_park.get(str(park)) or _touching(shape, land, near, where),
            park, _first(features, "case", rows), None if day is None else _day(day), _first(features, "evidence_no", rows),
            shape, (shape if done else outside if direction == "in" else inside), bool(done) and not shape.is_empty,
            not shape.is_empty and not bool(features.invalid[rows].any()),
        )  # fmt: skip


def _touching(shape: shapely.Geometry, land: Array, near: Any, where: list[str | None]) -> str | None:
    """The county of the boundary that a plot lies in or beside, where it is one."""
    beside = {where[position] for position in near if shapely.intersects(shape, land[position])}
    return beside.pop() if len(beside) == 1 else None


def _first(features: Features, name: str, rows: list[int]) -> Any:
    """What the rows of one id say; None where none does, or where they contradict each other."""
    said = [one for one in features.column(name).iloc[rows] if one is not None and one == one]
    return said[0] if said and all(one == said[0] for one in said) else None


def _day(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


@dataclass(frozen=True)
class _Limits:
    base_m2: float
    multiple: float
    limit_m2: float


def _limits(layers: Dataset) -> dict[str, _Limits]:
    """What the plan of every county allows; NaN for what is not stated."""
    features, known = layers.get("udb_limits"), counties(layers)
    if features is None:
        return {}
    found = {}
    for position, name in enumerate(features.column("county")):
        if (key := known.key(name)) is not None:
            base, multiple, limit = (
                float(features.column(one).iloc[position])
                for one in ("base_built_ha", "expansion_multiple", "construction_land_limit_ha")
            )
            found[key] = _Limits(base * units.M2_PER_HA, multiple, limit * units.M2_PER_HA)
    return found


def _county(
    name: str, udb: Features, where: list[str | None], changes: tuple[Change, ...], limits: _Limits | None, lost: list[Text]
) -> County:  # fmt: skip
    own = tuple(one for one in changes if one.county == name)
    rows = [position for position, county in enumerate(where) if county == name]
    now = _extent(udb, rows)
    nothing = shapely.MultiPolygon()
    by = {
        key: shapely.union_all([one.moved for one in own if (one.direction, one.done) == key] or [nothing])
        for key in (("in", True), ("in", False), ("out", True), ("out", False))
    }
    before = now.changed(by["out", True], by["in", True]) if any(one.done for one in own) else now
    after = now.changed(by["in", False], by["out", False]) if any(not one.done for one in own) else now
    reasons = list(lost)
    if not rows:
        reasons.append(Text("边界图层里没有该旗县的图形", "the boundary has no polygon in this county"))
    if bad := [str(udb.ids[row]) for row in rows if udb.invalid[row]]:
        reasons.append(
            Text(f"边界图形{'、'.join(bad)}不合格（见 B11）", f"boundary {', '.join(bad)} is not sound (see B11)")
        )
    if bad := [one.subject.label for one in own if not one.sound]:
        reasons.append(
            Text(f"调整地块{'、'.join(bad)}没有图形或图形不合格", f"{', '.join(bad)}: no geometry, or not sound")
        )
    if bad := [one.subject.label for one in own if one.direction is None]:
        reasons.append(
            Text(f"调整地块{'、'.join(bad)}没有注明调入还是调出", f"{', '.join(bad)}: in or out is not stated")
        )
    whole, left = before.whole, after.whole
    allowed = limits or _Limits(np.nan, np.nan, np.nan)
    return County(
        name, now, before, after, float(shapely.difference(left, whole).area), float(shapely.difference(whole, left).area), own,
        tuple(rows), allowed.base_m2, allowed.multiple, allowed.limit_m2, joined(reasons) if reasons else None,
    )  # fmt: skip


def _extent(udb: Features, rows: list[int]) -> Extent:
    """The land of some features by zone; what two zones share counts in the first."""
    plane, names = plane_of(udb), udb.column("zone")
    found: dict[str, shapely.Geometry] = {}
    taken = shapely.MultiPolygon()
    for zone in (*ZONES, UNNAMED):
        here = [plane[row] for row in rows if (names.iloc[row] if names.iloc[row] in ZONES else UNNAMED) == zone]
        here = [one for one in here if one is not None]
        if not here:
            continue
        shape = (
            _only(shapely.difference(shapely.union_all(here), taken)) if not taken.is_empty else shapely.union_all(here)
        )
        found[zone], taken = shape, shapely.union(taken, shape)
    return Extent(found)


def _only(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape, without the lines and points that an overlay leaves."""
    return only_polygons(np.array([shape], dtype=object))[0]
