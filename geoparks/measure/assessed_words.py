"""Words about regional assessments: which they are, when they ran out, which blocks they leave out and by how much."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.assessed import Cover, Standing, pieces_of
from geoparks.measure.plane import to_plane
from geoparks.measure.whereabouts import Park
from geoparks.records import Part, Subject
from geoparks.text import Text, joined, same

NO_LAND = Text(
    "园区没有区块也没有图形，无法核实评估是否覆盖", "neither blocks nor a polygon: what is covered cannot be measured"
)
_STANDINGS = (Standing.IN_FORCE, Standing.EXPIRED, Standing.OPEN)
_SHOWN = 4


def first_of(cover: Cover, *wanted: Standing) -> Subject | None:
    """The assessment that a fault of its kind is about beside the park: the first one by id."""
    for one in wanted or _STANDINGS:
        if ids := cover.ids(one):
            return cover.features.subject(cover.features.positions(ids[0])[0])
    return None


def told_ids(cover: Cover) -> Text:
    """The assessments of a kind that are in force or may be, by id; those that ran out where there is no other."""
    ids = cover.ids(Standing.IN_FORCE) + cover.ids(Standing.OPEN) or cover.ids(Standing.EXPIRED)
    return _few([same(one) for one in ids])


def ran_out_on(cover: Cover) -> Text:
    """The assessments of a kind that ran out, each with the last day of its term."""
    column = cover.features.column("valid_until_on")
    told = []
    for name in cover.ids(Standing.EXPIRED):
        row = next(row for row in cover.rows[Standing.EXPIRED] if str(cover.features.ids[row]) == name)
        day = column.iloc[row]
        told.append(Text(f"{name}（有效期至 {day:%Y-%m-%d}）", f"{name} (to {day:%Y-%m-%d})"))
    return _few(told)


def blocks_left(parts: Iterable[Part], park: Park, layers: Dataset) -> Text:
    """Which blocks pieces of evidence lie in, with the share of each block that they are."""
    pieces = list(parts)
    if not pieces:
        return Text("", "")
    inside = shapely.point_on_surface(to_plane(np.array([one.geometry for one in pieces], dtype=object)))
    source, blocks = pieces_of(park, layers)
    found: dict[str, tuple[float, float]] = {}
    for position, shape in blocks:
        label = source.subject(position).label
        m2 = sum(one.value for one, within in zip(pieces, shapely.contains(shape, inside), strict=True) if within)
        before = found.get(label, (0.0, 0.0))
        found[label] = before[0] + m2, before[1] + float(shape.area)
    return _few(
        [
            same(label) + Text(f" {area.zh}", f" {area.en}") + same(f"（{m2 / whole:.2%}）")
            for label, (m2, whole) in found.items()
            if m2
            for area in [_mu(m2)]
        ]
    )


def _mu(m2: float) -> Text:
    mu = units.number(units.to_mu(m2))
    return Text(f"{mu} 亩", f"{mu} mu")


def _few(told: list[Text]) -> Text:
    """The first few of some words, and how many there are in all where there are more."""
    shown = joined(told[:_SHOWN], "、", ", ")
    more = len(told)
    return shown if more <= _SHOWN else shown + Text(f"等 {more} 项", f" and others, {more} in all")
