"""What land that is to come into the boundary shares with a layer that must be kept clear of, or be shown (U04)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.overlay import by_subject, shared
from geoparks.measure.plane import plane_of
from geoparks.records import Measurement, Rule, Subject, Words
from geoparks.text import Text

Array = np.ndarray[Any, Any]
_CULTIVATED = "01"  # 耕地 in GB/T 21010, in the land survey and in 用地用海 alike
_HAIR = 1e-3  # share of a plot that a survey drawn in another plane may seem to leave open
_LET_GO = Text("调出地块，不涉及", "it is let go: not concerned")
_BOTH = Text("同一编号的几行既有调入又有调出", "its rows say that it comes in and that it goes")
_NO_DIRECTION = Text("没有注明调入还是调出", "whether it comes in or goes is not stated")


def kept_clear(fault: str, layer: str, title: Text, message: Text, fix: Text) -> Rule:
    """A rule of U04: nothing that is brought in overlaps a layer."""
    return Rule(
        id="U04",
        title=title,
        about=Text(
            f"{title.zh}的面积：调入边界的地块与该图层重叠的部分；调出地块不涉及。另列调入地块中的其他耕地（按地类图斑）。",
            f"{title.en}: what a plot that is brought into the boundary shares with that layer; plots let go are not concerned."
            " Other cultivated land in it is listed beside it (by the land survey).",
        ),
        subjects=("udb_changes",),
        needs=("udb_changes", layer),
        uses=("land_use", "udb"),
        geometric=True,
        faults={fault: Words(title=title, message=message, fix=fix)},
    )


def overlapping(layers: Dataset, fault: str, layer: str) -> Iterator[Measurement]:
    """Square metres that every change shares with a layer; nothing of one that is let go."""
    changes = layers["udb_changes"]
    directions: dict[str, set[str]] = {str(name): set() for name in changes.ids}
    for name, said in zip(changes.ids, changes.column("direction"), strict=True):
        directions[str(name)] |= {said} if isinstance(said, str) else set()
    cultivated = cultivated_m2(layers)
    for change in by_subject(changes, shared(changes, layers[layer])):
        said_ways = directions[change.subject.id]
        if not said_ways:
            yield Measurement(change.subject, fault, reason=_why(layers))
        elif len(said_ways) > 1:
            yield Measurement(change.subject, fault, reason=_BOTH)
        elif "out" in said_ways:
            yield Measurement(change.subject, fault, how="sum", remark=_LET_GO)
        else:
            yield Measurement(
                change.subject, fault, parts=change.parts, how="sum", remark=_shown(cultivated.get(change.subject)),
                words={"others": _beside(cultivated.get(change.subject))},
            )  # fmt: skip


def _why(layers: Dataset) -> Text:
    changes = layers["udb_changes"]
    return _NO_DIRECTION if changes.has("direction") else changes.why_missing("direction")


def cultivated_m2(layers: Dataset) -> dict[Subject, float]:
    """Square metres of cultivated land in every change that the land survey covers; nothing of the others."""
    among, changes = is_cultivated(layers), layers.get("udb_changes")
    if among is None or changes is None:
        return {}
    pieces = list(by_subject(changes, shared(changes, layers["land_use"])))
    surveyed = {one.subject: sum(part.value for part in one.parts) for one in pieces}
    whole = {one.subject: shapely.union_all(plane_of(changes)[list(one.positions)]).area for one in pieces}
    cultivated = shared_m2(layers, "land_use", among)
    return {one: m2 for one, m2 in cultivated.items() if surveyed[one] >= whole.get(one, np.inf) * (1 - _HAIR)}


def is_cultivated(layers: Dataset) -> Array | None:
    """Which features of the land survey are cultivated; None where there is no survey, or it has no codes."""
    land = layers.get("land_use")
    if land is None or not land.has("use_code"):
        return None
    return np.array(
        [isinstance(one, str) and one.startswith(_CULTIVATED) for one in land.column("use_code")], dtype=bool
    )


def shared_m2(layers: Dataset, layer: str, among: Array | None = None) -> dict[Subject, float]:
    """Square metres that every change shares with a layer, land that two of its features share counted once."""
    changes, other = layers.get("udb_changes"), layers.get(layer)
    if changes is None or other is None or (layer == "land_use" and among is None):
        return {}
    return {
        one.subject: sum(part.value for part in one.parts) for one in by_subject(changes, shared(changes, other, among))
    }


def _shown(m2: float | None) -> Text | None:
    return None if m2 is None else Text("其中耕地 ", "cultivated land in it: ") + units.area_text(m2)


def _beside(m2: float | None) -> Text:
    return (
        Text("", "")
        if m2 is None
        else Text("；按地类图斑其中耕地共 ", "; cultivated land in all: ") + units.area_text(m2)
    )
