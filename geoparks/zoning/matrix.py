"""区域评估: a row for every park and kind: covered, in part, run out or missing; until when, public or not, how many parcels."""

from __future__ import annotations

from typing import Any

import numpy as np

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.assessed import Cover, Standing, covers, kind_title, pieces_of, share
from geoparks.measure.assessed_figures import state_of
from geoparks.measure.assessed_parcels import Held, parcels_covered
from geoparks.measure.days import days_of
from geoparks.measure.union import union_of

Row = dict[str, Any]
_DATES = ("approved_on", "valid_until_on", "published_on")


def assessed(layers: Dataset) -> list[Row]:
    """Every park and kind, parks in their order; empty where there is no layer of assessments.

    ``state`` is covered, partial, expired, open (nobody knows whether it is in force), not_yet, missing or no_land; ``share`` what
    assessments in force cover of the park, None where that is not known.
    """
    return [_row(cover, layers) for cover in covers(layers)] if "assessments" in layers else []


def _row(cover: Cover, layers: Dataset) -> Row:
    _, pieces = pieces_of(cover.park, layers)
    certain, possible, whole = (
        share(cover, union_of([shape for _, shape in pieces]), layers) if pieces else (0.0, 0.0, 0.0)
    )
    known = bool(pieces) and certain == possible and cover.park.unmeasured is None
    used = [_assessment(cover, name, one) for one in (Standing.IN_FORCE, Standing.OPEN) for name in cover.ids(one)]
    gone = [_assessment(cover, name, one) for one in (Standing.EXPIRED, Standing.NOT_YET) for name in cover.ids(one)]
    ends = [one["valid_until_on"] for one in used if one["valid_until_on"] is not None]
    stated = cover.features.has("published_on")
    public = [one["published"] for one in used]
    return {
        "park": cover.park.subject.id, "name": cover.park.subject.name, "kind": cover.kind, "title": kind_title(layers, cover.kind),
        "state": state_of(cover, layers), "share": certain / whole if known and whole else None,
        "until_on": min(ends, default=None), "published": all(public) if used and stated else None,
        "in_force": used, "other": gone, "blocks": _blocks(cover, layers), **_parcels(cover, layers),
        "reason": cover.park.unmeasured or cover.reason,
    }  # fmt: skip


def _assessment(cover: Cover, name: str, standing: Standing) -> Row:
    """One assessment with its dates; public means on or before the day of the run."""
    row = next(row for row in cover.rows[standing] if str(cover.features.ids[row]) == name)
    dates: Row = {}
    for field in _DATES:
        day = days_of(cover.features.column(field).iloc[[row]])[0]
        dates[field] = None if np.isnat(day) else str(day)
    return {"id": name, "standing": standing.value, **dates, "published": dates["published_on"] is not None}


def _blocks(cover: Cover, layers: Dataset) -> list[Row]:
    """What of every block is covered; None where nobody knows whether what covers it is in force."""
    source, pieces = pieces_of(cover.park, layers)
    if source.layer.name != "blocks":
        return []
    by_id: dict[str, list[int]] = {}
    for place, (position, _) in enumerate(pieces):
        by_id.setdefault(str(source.ids[position]), []).append(place)
    found = []
    for name, some in by_id.items():
        certain, possible, whole = share(cover, union_of([pieces[place][1] for place in some]), layers)
        subject = source.subject(pieces[some[0]][0])
        found.append(
            {"id": name, "name": subject.name, "share": certain / whole if whole and certain == possible else None}
        )
    return found


def _parcels(cover: Cover, layers: Dataset) -> Row:
    """How many parcels of the park there are, and how many, of what area, an assessment of the kind covers whole."""
    if "parcels" not in layers:
        return {"parcels": None, "parcels_covered": None, "parcels_covered_mu": None}
    parcels = parcels_covered(layers)
    own = parcels.of_park(cover.park.subject)
    held = parcels.held[own, parcels.kinds.index(cover.kind)]
    inside = held == Held.COVERED
    m2 = parcels.table.array("m2", own[inside])
    return {
        "parcels": int((held != Held.NOWHERE).sum()), "parcels_covered": int(inside.sum()),
        "parcels_covered_mu": None if np.isnan(m2).any() else units.to_mu(float(m2.sum())),
    }  # fmt: skip
