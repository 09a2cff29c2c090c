"""B18 in figures: the share of every park and block that assessments in force of each kind cover, and the parcels inside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.assessed import Cover, Standing, covers, kind_title, pieces_of, share
from geoparks.measure.assessed_parcels import Held, parcels_covered
from geoparks.measure.assessed_words import NO_LAND
from geoparks.measure.union import union_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_SOURCE = Text("区域评估、区块", "assessments, blocks")
_FORMULA = Text(
    "检查日有效的该类评估范围之并 ∩ 区块 ÷ 区块，椭球面积（平方米）", "union of the kind's assessments in force ∩ block ÷ block, m² on the ellipsoid"
)  # fmt: skip
_PARCELS = Text("宗地、区域评估", "parcels, assessments")


def kind_id(layers: Dataset, kind: str) -> str:
    """A kind as a part of an indicator's id: its English name in small letters, else as it is written."""
    return layers.catalogue.codes["assessment_kind"].titles.get(kind, kind).lower().replace(" ", "_")


def covered_shares(layers: Dataset) -> Iterator[Indicator]:
    """``B18.covered_<kind>`` of every park and block, then ``B18.parcels_<kind>`` and ``B18.parcels_mu_<kind>`` of every park."""
    for cover in covers(layers):
        source, pieces = pieces_of(cover.park, layers)
        shapes: dict[Subject, list[int]] = {}
        for place, (position, _) in enumerate(pieces):
            shapes.setdefault(source.subject(position), []).append(place)
        yield _covered(cover, cover.park.subject, [shape for _, shape in pieces], layers)
        if source.layer.name == "blocks":
            for subject, some in shapes.items():
                yield _covered(cover, subject, [pieces[place][1] for place in some], layers)
        if "parcels" in layers:
            yield from _parcels(cover, layers)


def _covered(cover: Cover, subject: Subject, shapes: list, layers: Dataset) -> Indicator:
    name = f"B18.covered_{kind_id(layers, cover.kind)}"
    title = kind_title(layers, cover.kind) + Text("覆盖率", " covered")
    year = layers.year or layers.on.year
    if not shapes or (subject.layer == "parks" and cover.park.unmeasured is not None):
        return Indicator(
            name, subject, year, None, "ratio", title=title, formula=_FORMULA, source=_SOURCE,
            reason=cover.park.unmeasured or NO_LAND,
        )  # fmt: skip
    certain, possible, whole = share(cover, union_of(shapes), layers)
    known = certain == possible
    return Indicator(
        name, subject, year, certain / whole if known else None, "ratio", numerator=certain if known else None,
        denominator=whole, title=title, formula=_FORMULA, source=_SOURCE, reason=None if known else cover.reason,
        at_least=None if known else certain / whole,
    )  # fmt: skip


def _parcels(cover: Cover, layers: Dataset) -> Iterator[Indicator]:
    """How many parcels of a park, and how many mu of them, a project on which in principle needs no assessment of the kind."""
    parcels, subject = parcels_covered(layers), cover.park.subject
    own = parcels.of_park(subject)
    held, m2 = parcels.held[own, parcels.kinds.index(cover.kind)], parcels.table.array("m2", own)
    told, inside = held != Held.NOWHERE, held == Held.COVERED
    unknown = int((held == Held.OPEN).sum())
    reason = None
    if not len(own):
        reason = Text("宗地图层中没有该园区的宗地", "the layer of parcels has none of the park")
    elif unknown:
        reason = cover.reason
    year, key, title = layers.year or layers.on.year, kind_id(layers, cover.kind), kind_title(layers, cover.kind)
    formula = Text(
        "全部位于检查日有效的该类评估范围之内的宗地", "parcels wholly inside an assessment of the kind in force"
    )
    count = int(inside.sum())
    yield Indicator(
        f"B18.parcels_{key}", subject, year, None if reason else count, "count", numerator=count, denominator=int(told.sum()),
        title=title + Text("覆盖的宗地", ": parcels covered"), formula=formula, source=_PARCELS, reason=reason,
        at_least=count if reason and len(own) else None,
    )  # fmt: skip
    mu = units.to_mu(float(np.nansum(m2[inside])))
    blank = bool(np.isnan(m2[inside]).any())
    why = reason or (Text("有宗地面积不明", "the area of a parcel is not known") if blank else None)
    yield Indicator(
        f"B18.parcels_mu_{key}", subject, year, None if why else mu, "mu", numerator=mu, denominator=units.to_mu(float(np.nansum(m2[told]))),
        title=title + Text("覆盖的宗地面积", ": area of the parcels covered"), formula=formula, source=_PARCELS, reason=why,
        at_least=mu if why and len(own) else None,
    )  # fmt: skip


def state_of(cover: Cover, layers: Dataset) -> str:
    """What the matrix of parks and kinds says in a word: covered, partial, expired, open, not_yet, missing, no_land."""
    if cover.missing:
        return "not_yet" if cover.rows.get(Standing.NOT_YET) else "missing"
    _, pieces = pieces_of(cover.park, layers)
    if not pieces:
        return "no_land"
    certain, possible, whole = share(cover, union_of([shape for _, shape in pieces]), layers)
    if certain == whole and cover.park.unmeasured is None:
        return "covered"
    if certain < possible or cover.park.unmeasured is not None:
        return "open"
    if certain == 0 and cover.rows.get(Standing.EXPIRED):
        return "expired"
    return "partial"
