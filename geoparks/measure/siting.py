"""Where projects are: on their parcel, else at their own place; and what of them lies outside the parks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.evidence import parts_of
from geoparks.measure.overlay import grouped, meeting, shapes_of
from geoparks.measure.plane import from_plane, plane_of, plane_of_rows
from geoparks.measure.whereabouts import parks_of
from geoparks.normalise.features import Features
from geoparks.normalise.geometry import only_polygons
from geoparks.records import Measurement, Part, Rule, Subject, Words
from geoparks.text import Text

Array = np.ndarray[Any, Any]

_NOISE = 1e-6  # share of a parcel that two drawings of one line may have in common by rounding
_NO_PLACE = Text("没有地块也没有经纬度，无法核实位置", "neither a parcel nor coordinates: its place cannot be verified")


@dataclass(frozen=True)
class Grounds:
    """The land of the parks: their blocks, and the polygons of parks that have no block in the data."""

    shapes: Array
    """In the equal-area plane."""
    parks: tuple[str | None, ...]
    """Id of the park of each shape; None where a block names none."""


@dataclass(frozen=True)
class Site:
    """One project, its record, and where it stands."""

    subject: Subject
    row: pd.Series
    row_number: int
    shape: shapely.Geometry | None
    """In the equal-area plane; None where neither a parcel nor coordinates are known."""
    place: shapely.Geometry | None
    """The same in EPSG:4490."""
    source: Features
    position: int
    """Layer and position of the feature that the shape was taken from."""
    grounds: Grounds
    inside: tuple[int, ...]
    """Which grounds it shares area with, the most first; or, as a point, lies in or on. A neighbour beyond a common
    edge is none."""

    @property
    def is_area(self) -> bool:
        """Whether it is known by its parcel, not only by a point."""
        return self.shape is not None and self.shape.geom_type in ("Polygon", "MultiPolygon")

    def value(self, name: str) -> Any:
        """A field of the project; None where it is missing."""
        value = self.row.get(name)
        return None if value is None or value != value else value

    def without(self, grounds: tuple[int, ...]) -> tuple[Part, ...]:
        """For a parcel: its polygons outside some of the grounds it is in."""
        rest = self.shape
        if grounds:
            rest = shapely.difference(rest, shapely.union_all(self.grounds.shapes[list(grounds)]))
        return parts_of(only_polygons(np.array([rest]))[0], self.source, self.position)


def outside_rule(fault: str, title: Text, about: Text, message: Text, fix: Text, *, register: bool = False) -> Rule:
    """A rule of B16 about projects that lie outside the land they must be on; with `register`, the parks' own entries count.

    Blocks that never arrived could be what a project lies in: then its place outside proves nothing.
    """
    return Rule(
        id="B16",
        title=title,
        about=about,
        subjects=("projects",),
        needs=("projects", "blocks", "parks") if register else ("projects", "blocks"),
        uses=("parcels",) if register else ("parcels", "parks"),
        geometric=True,
        whole_to_pass=(),
        whole_to_fail=("blocks",),
        faults={fault: Words(title=title, message=message, fix=fix)},
    )


def sites(layers: Dataset) -> list[Site]:
    """Every project with its place; computed once for the layers it is made of."""
    made_of = [layers.get(name) for name in ("projects", "blocks", "parcels", "parks")]
    projects = layers["projects"]
    kept: tuple[list[Features | None], list[Site]] | None = projects.derived.get("sites")
    if kept is None or any(one is not other for one, other in zip(kept[0], made_of, strict=True)):
        kept = projects.derived["sites"] = (made_of, list(_sites(layers)))
    return kept[1]


def touches(site: Site, other: Features) -> bool | None:
    """Whether a project stands on a feature of another layer: its parcel shares area with one, or its point lies in one."""
    return None if site.shape is None else _shared_area(site, other) > 0


def reaches_out(site: Site, other: Features) -> bool | None:
    """Whether a project reaches out of another layer: its parcel lies not wholly inside, or its point in none."""
    if site.shape is None:
        return None
    return _shared_area(site, other) < 1


def _shared_area(site: Site, other: Features) -> float:
    """The share of a parcel on another layer, 0 and 1 up to rounding; of a point 1 where it lies in a feature."""
    target = shapes_of(other)
    near = np.sort(target.tree.query(site.shape, predicate="intersects"))
    if not site.is_area:
        return float(len(near) > 0)
    shared = (
        shapely.area(shapely.intersection(site.shape, shapely.union_all(target.shapes[near]))) if len(near) else 0.0
    )
    part = float(shared / shapely.area(site.shape))
    return 0.0 if part <= _NOISE else 1.0 if part >= 1 - _NOISE else part


def siting(site: Site, fault: str, exception: Text) -> Measurement:
    """How much of a project that must be in a park lies outside: square metres of its parcel, or the point itself."""
    return measured(site, fault, exception, site.inside)


def measured(
    site: Site, fault: str, exception: Text, right: tuple[int, ...], unsure: tuple[int, ...] = ()
) -> Measurement:
    """The same where only some grounds are right, and of others it is not known whether they are."""
    words = {"exception": exception}
    if site.shape is None:
        return Measurement(site.subject, fault, reason=_NO_PLACE, row=site.row_number)
    facts = {name: site.value(name) for name in ("purpose", "ancillary", "change_kind")}
    reason = Text("所在园区的情况没有写明", "its park does not say what it is") if unsure else None
    if not site.is_area:
        return Measurement(
            site.subject, fault, value=float(not right and not unsure), value_at_most=float(not right), unit="count",
            reason=reason, evidence=site.place, row=site.row_number, facts=facts, words=words,
        )  # fmt: skip
    certain = site.without(right + unsure)
    both = site.without(right) if unsure else certain
    return Measurement(
        site.subject, fault, parts=certain, unsure=both if unsure else (), how="sum",
        reason=reason, evidence=site.place, row=site.row_number, facts=facts, words=words,
    )  # fmt: skip


def not_concerned(site: Site, fault: str) -> Measurement:
    """A project that the rule does not speak of."""
    return Measurement(site.subject, fault, value=0.0, unit="count", row=site.row_number)


def not_known(site: Site, fault: str, field: Text) -> Measurement:
    """A project of which it is not known whether the rule speaks of it."""
    return not_told(site, fault, Text("未注明", "not stated: ") + field)


def not_told(site: Site, fault: str, reason: Text) -> Measurement:
    """A project that cannot be judged, and why."""
    return Measurement(site.subject, fault, row=site.row_number, reason=reason)


def _sites(layers: Dataset) -> Iterator[Site]:
    projects, grounds = layers["projects"], _grounds(layers)
    placed = [_placed(layers, position) for position in range(len(projects))]
    shapes = np.array([shape for shape, _, _ in placed], dtype=object)
    tree = shapely.STRtree(grounds.shapes)
    areas, points = shapes.copy(), shapes.copy()
    is_area = np.isin(shapely.get_type_id(shapes), (3, 6))
    areas[~is_area], points[is_area] = None, None
    inside = {**_areas_in(areas, grounds.shapes, tree), **grouped(*_points_in(points, tree))}
    lonlat = from_plane(shapes)
    for position, (shape, source, at) in enumerate(placed):
        yield Site(
            projects.subject(position), projects.frame.iloc[position], int(projects.rows[position]),
            shape, lonlat[position], source, at, grounds, tuple(np.asarray(inside.get(position, ())).tolist()),
        )  # fmt: skip


def _areas_in(areas: Array, grounds: Array, tree: shapely.STRtree) -> dict[int, Array]:
    """For every parcel the grounds that it shares area with, the most first."""
    i, j = meeting(areas, grounds, tree)
    shared = shapely.area(shapely.intersection(areas[i], grounds[j]))
    more = shared > _NOISE * shapely.area(areas[i])
    i, j, shared = i[more], j[more], shared[more]
    order = np.lexsort((j, -shared, i))
    return grouped(i[order], j[order])


def _points_in(points: Array, tree: shapely.STRtree) -> tuple[Array, Array]:
    i, j = tree.query(points, predicate="intersects")
    order = np.lexsort((j, i))
    return i[order], j[order]


def _grounds(layers: Dataset) -> Grounds:
    blocks = layers.get("blocks")
    shapes = [] if blocks is None else list(plane_of(blocks))
    parks = [] if blocks is None else [one if isinstance(one, str) else None for one in blocks.column("park_id")]
    for park in parks_of(layers):
        if park.known_by == "polygon" and not park.blocks:
            shapes.append(park.shape)
            parks.append(park.subject.id)
    return Grounds(np.array(shapes, dtype=object), tuple(parks))


def _placed(layers: Dataset, position: int) -> tuple[shapely.Geometry | None, Features, int]:
    """The shape of a project, and the feature it was taken from: its parcel before its own place."""
    projects, parcels = layers["projects"], layers.get("parcels")
    if parcels is not None and parcels.has_geometry and projects.holds("parcel_id"):
        rows = parcels.positions(str(projects.column("parcel_id").iloc[position]))
        shapes = plane_of_rows(parcels, np.array(rows, dtype=int))
        if len(shapes := shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]):
            return shapely.union_all(shapes), parcels, rows[0]
    own = plane_of(projects)[position] if projects.has_geometry else None
    return (None if own is None or own.is_empty else own), projects, position
