"""Regional assessments on a day: which are in force, which land of every park each kind covers, and which it leaves.

Source: 内政办发〔2021〕76号 第二十六条. An assessment is in force from the day it was approved to the last day of its term, both
included. It counts for the park that it names; one that names none, for every park that it reaches.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.days import days_of
from geoparks.measure.evidence import parts_of, parts_once
from geoparks.measure.plane import plane_of, tree_of
from geoparks.measure.slivers import without_slivers
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.normalise.features import Features
from geoparks.normalise.geometry import only_polygons
from geoparks.records import Part
from geoparks.text import Text, joined

Array = np.ndarray[Any, Any]
CODES = "assessment_kind"
_NOTHING = shapely.MultiPolygon()
_ROUNDING = 1e-9  # relative: how well a difference with nothing keeps its area


class Standing(StrEnum):
    """What a day makes of an assessment."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    OPEN = "open"
    """Nobody knows: a date is missing or they contradict each other, or the kind is not stated."""


def kinds(layers: Dataset) -> tuple[str, ...]:
    """The kinds that a code list names; what it does not name is assessed besides."""
    return layers.catalogue.codes[CODES].values


def kind_title(layers: Dataset, kind: str) -> Text:
    """A kind in both languages."""
    return Text(kind, layers.catalogue.codes[CODES].titles.get(kind, kind))


def strays(layers: Dataset) -> list[str]:
    """Ids of the assessments whose park nobody knows: they count for none, and may be what a park is said to lack."""
    features, known = layers["assessments"], {park.subject.id for park in parks_of(layers)}
    named = features.column("park_id").to_numpy(dtype=object)
    return list(
        dict.fromkeys(
            str(one)
            for one, park in zip(features.ids, named, strict=True)
            if isinstance(park, str) and park not in known
        )
    )


def standing(assessments: Features, on: dt.date) -> Array:
    """What a day makes of every assessment: an array of ``Standing``.

    A blank day is unknown, and so is a term that ends before the approval; but what is approved later has not begun, and
    what has run out has run out, whatever else is blank.
    """
    approved, until = days_of(assessments.column("approved_on")), days_of(assessments.column("valid_until_on"))
    day = np.datetime64(on, "D")
    contradicts = until < approved
    result = np.full(len(assessments), Standing.IN_FORCE, dtype=object)
    result[np.isnat(approved) | np.isnat(until) | contradicts] = Standing.OPEN
    result[(until < day) & ~contradicts] = Standing.EXPIRED
    result[approved > day] = Standing.NOT_YET
    return result


@dataclass(frozen=True)
class Left:
    """What assessments of one kind leave of a piece of land, told apart by why; parts in square metres."""

    expired: tuple[Part, ...] = ()
    """Covered by one that has run out, and by none else."""
    maybe_expired: tuple[Part, ...] = ()
    """The same, where one of which nobody knows whether it is in force lies too."""
    bare: tuple[Part, ...] = ()
    """Covered by none, neither now nor before."""
    maybe_bare: tuple[Part, ...] = ()
    """Covered by nothing but one of which nobody knows whether it is in force."""

    def __add__(self, other: object) -> Left:
        """The same of two pieces of land together."""
        if not isinstance(other, Left):
            return NotImplemented
        return Left(
            self.expired + other.expired, self.maybe_expired + other.maybe_expired,
            self.bare + other.bare, self.maybe_bare + other.maybe_bare,
        )  # fmt: skip


@dataclass(frozen=True)
class Cover:
    """All assessments of one kind of one park, as a day makes of them."""

    park: Park
    kind: str
    rows: Mapping[Standing, tuple[int, ...]]
    """Positions in the layer."""
    features: Features

    @cached_property
    def shapes(self) -> dict[Standing, shapely.Geometry]:
        """The land of each standing in the equal-area plane."""
        plane = plane_of(self.features)
        return {one: _union(plane[list(some)]) for one, some in self.rows.items()}

    def shape(self, one: Standing) -> shapely.Geometry:
        """The land of the assessments of a standing; empty where there are none."""
        return self.shapes.get(one, _NOTHING)

    def ids(self, one: Standing) -> list[str]:
        """Ids of the assessments of a standing, each once, in order."""
        return sorted({str(self.features.ids[row]) for row in self.rows.get(one, ())})

    @property
    def missing(self) -> bool | None:
        """Whether there is none that was approved by the day; None where that is not known."""
        if self.rows.get(Standing.IN_FORCE) or self.rows.get(Standing.EXPIRED):
            return False
        unknown = self.rows.get(Standing.OPEN, ())
        approved = self.features.column("approved_on").iloc[list(unknown)].notna().to_numpy()
        stated = self.features.column("kind").iloc[list(unknown)].notna().to_numpy()
        return False if bool((approved & stated).any()) else None if unknown else True

    @property
    def reason(self) -> Text | None:
        """Why nobody knows whether some of them are in force; None where all is known."""
        told = [why_open(self.features, row) for row in self.rows.get(Standing.OPEN, ())]
        return joined(list(dict.fromkeys(told))) if told else None

    def leaves(self, shape: shapely.Geometry, source: Features, position: int) -> Left:
        """What the kind leaves of a shape in the equal-area plane, as evidence about the feature at a position."""
        now, before, unknown = (self.shape(one) for one in (Standing.IN_FORCE, Standing.EXPIRED, Standing.OPEN))
        rest = shapely.difference(shape, now)
        if rest.is_empty:
            return Left()

        def parts(piece: shapely.Geometry) -> tuple[Part, ...]:
            return parts_of(only_polygons(np.array([piece], dtype=object))[0], source, position)

        ran_out, bare = shapely.intersection(rest, before), shapely.difference(rest, before)
        if unknown.is_empty:
            return Left(expired=parts(ran_out), bare=parts(bare))
        return Left(
            parts(shapely.difference(ran_out, unknown)), parts(shapely.intersection(ran_out, unknown)),
            parts(shapely.difference(bare, unknown)), parts(shapely.intersection(bare, unknown)),
        )  # fmt: skip


def covers(layers: Dataset) -> list[Cover]:
    """The assessments of every park and kind on the day of the run; made once."""
    key = f"assessed {layers.on}"
    if key not in layers.derived:
        layers.derived[key] = list(_covers(layers))
    found: list[Cover] = layers.derived[key]
    return found


def pieces_of(park: Park, layers: Dataset) -> tuple[Features, list[tuple[int, shapely.Geometry]]]:
    """The land of a park piece by piece: its blocks, else its own polygon; the layer, and position and shape of each."""
    blocks = layers.get("blocks")
    if blocks is not None and park.blocks:
        plane = plane_of(blocks)
        drawn = [(row, plane[row]) for row in park.blocks if plane[row] is not None and not plane[row].is_empty]
        return blocks, drawn
    parks = layers.get("parks")
    if parks is not None and park.is_area and park.row is not None:
        return parks, [(park.row, park.shape)]
    return layers["blocks"] if parks is None else parks, []


def left_of(cover: Cover, layers: Dataset) -> Left:
    """What a kind leaves of the land of its park; ground of two blocks counts once."""
    source, pieces = pieces_of(cover.park, layers)
    left = Left()
    for position, shape in pieces:
        left += cover.leaves(shape, source, position)
    first = pieces[0][0] if pieces else 0
    return Left(
        *(parts_once(some, source, first) for some in (left.expired, left.maybe_expired, left.bare, left.maybe_bare))
    )


def share(cover: Cover, shape: shapely.Geometry, layers: Dataset) -> tuple[float, float, float]:
    """Square metres of a shape that are covered for certain, those that may be, and those of the shape; no slivers.

    What is left uncovered but is too small or thin to count is covered.
    """
    whole = float(shape.area)
    rest = _kept(shapely.difference(shape, cover.shape(Standing.IN_FORCE)), layers)
    unknown = cover.shape(Standing.OPEN)
    least = rest if unknown.is_empty else _kept(shapely.difference(rest, unknown), layers)
    return _less(whole, rest), _less(whole, least), whole


def why_open(features: Features, row: int) -> Text:
    """Why nobody knows whether an assessment is in force, or of what kind it is."""
    name = str(features.ids[row])
    if features.column("kind").iloc[[row]].isna().iloc[0]:
        return Text(f"评估 {name} 没有填评估类型", f"{name} does not say what kind it is")
    blank = [
        one for one in ("approved_on", "valid_until_on") if features.column(one).iloc[[row]].isna().iloc[0]
    ]  # fmt: skip
    if not blank:
        return Text(f"评估 {name} 的有效期止于批准之前", f"the term of {name} ends before its approval")
    if (disputed := features.disputed(row, *blank)) is not None:
        return Text(f"评估 {name} ", f"{name}: ") + disputed
    titles = [features.layer.fields[one].title for one in blank]
    return Text(f"评估 {name} 没有填", f"{name} does not state: ") + joined(titles, "、", ", ")


def _covers(layers: Dataset) -> Iterator[Cover]:
    features = layers["assessments"]
    states, stated = standing(features, layers.on), features.column("kind").to_numpy(dtype=object)
    unstated = pd.isna(stated)
    own = _rows_by_park(layers, features)
    for park in parks_of(layers):
        rows = own.get(park.subject.id, np.empty(0, dtype=int))
        for kind in kinds(layers):
            those = rows[(stated[rows] == kind) | unstated[rows]]
            found: dict[Standing, list[int]] = {}
            for row in those.tolist():
                one = states[row]
                if unstated[row]:
                    if one in (Standing.EXPIRED, Standing.NOT_YET):
                        continue  # of whatever kind it is, it covers nothing
                    one = Standing.OPEN
                found.setdefault(one, []).append(row)
            yield Cover(park, kind, {one: tuple(some) for one, some in found.items()}, features)


def _rows_by_park(layers: Dataset, features: Features) -> dict[str, Array]:
    """Positions of the assessments of every park: those that name it, and those that name none and reach it."""
    named = features.column("park_id").to_numpy(dtype=object)
    blank = pd.isna(named)
    column = pd.Series(named[~blank])
    found = {str(name): np.flatnonzero(~blank)[list(rows)] for name, rows in column.groupby(column).indices.items()}
    if not blank.any():
        return found
    tree, plane = tree_of(features), plane_of(features)
    for park in parks_of(layers):
        if park.is_area:
            near = np.sort(tree.query(park.shape, predicate="intersects"))
            near = near[blank[near]]
            near = near[shapely.area(shapely.intersection(plane[near], park.shape)) > 0]
            own = found.get(park.subject.id, np.empty(0, dtype=int))
            found[park.subject.id] = np.sort(np.concatenate([own, near]))
    return found


def _union(shapes: Array) -> shapely.Geometry:
    drawn = shapes[~shapely.is_missing(shapes)]
    return shapely.union_all(drawn) if len(drawn) else _NOTHING


def _less(whole: float, rest: shapely.Geometry) -> float:
    """What a rest leaves of a whole; nothing where the rest is the whole, up to rounding."""
    return 0.0 if rest.area >= whole * (1 - _ROUNDING) else whole - float(rest.area)


def _kept(shape: shapely.Geometry, layers: Dataset) -> shapely.Geometry:
    """The polygons of a shape that are large and wide enough to count."""
    return without_slivers(np.array([shape], dtype=object), layers.settings)[0]
