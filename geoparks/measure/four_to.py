"""Four-to limits held against the map: every side of every block with what it says, and how far that is from the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.four_to_features import Found, Gazetteer, gazetteer_of
from geoparks.measure.four_to_gauge import Gauge, gauge, together
from geoparks.measure.four_to_sides import Lines, Outline, outline_of
from geoparks.measure.four_to_words import SIDES, Mention, Side, Stated, read
from geoparks.normalise.features import Features
from geoparks.records import Subject
from geoparks.text import Text

State = Literal["unread", "unknown", "held", "partly"]


class Said(NamedTuple):
    """What a block says of one side, or why nobody knows it."""

    stated: Stated
    why: Text | None = None


class Sides(NamedTuple):
    """A block, which may be stored in several rows, with what it says of its four sides."""

    subject: Subject
    positions: tuple[int, ...]
    sides: dict[Side, Said]


@dataclass(frozen=True)
class Held:
    """What a side says, held against the map. Distances in metres, evidence in EPSG:4490."""

    side: Side
    state: State
    """unread: not understood, or without a name (规划路); unknown: what it names is in no layer; held: measured; partly:
    measured, and something else that it names is in no layer."""
    reason: Text | None = None
    gauge: Gauge | None = None
    metres: float = 0.0
    """Within which the asked share of the stretch lies of what is named; of a place its nearest distance."""
    found: tuple[Found, ...] = ()
    evidence: shapely.Geometry | None = None
    """The stretch, and the line to the feature."""


def sides_of(dataset: Dataset) -> list[Sides]:
    """Every block with the words of its four sides, read; made once."""
    if "four_to_sides" not in dataset.derived:
        blocks, gazetteer = dataset["blocks"], gazetteer_of(dataset)
        rows: dict[str, list[int]] = {}
        for position, one in enumerate(blocks.ids):
            rows.setdefault(str(one), []).append(position)
        dataset.derived["four_to_sides"] = [
            Sides(
                blocks.subject(some[0]), tuple(some), {side: _said(blocks, tuple(some), side, gazetteer) for side in SIDES}
            )
            for some in rows.values()
        ]  # fmt: skip
    found: list[Sides] = dataset.derived["four_to_sides"]
    return found


def _said(blocks: Features, positions: tuple[int, ...], side: Side, gazetteer: Gazetteer) -> Said:
    if not blocks.holds(side):
        return Said(Stated(""), blocks.why_missing(side))
    if (why := blocks.disputed(positions[0], side)) is not None:
        return Said(Stated(""), why)
    words = next((one for one in blocks.column(side).iloc[list(positions)] if isinstance(one, str)), None)
    return Said(read(words, side, gazetteer.knows))


def outline_at(blocks: Features, positions: tuple[int, ...]) -> Outline | None:
    """The outer boundary of a block of some rows; made once."""
    made: dict[tuple[int, ...], Outline | None] = blocks.derived.setdefault("four_to_outlines", {})
    if positions not in made:
        made[positions] = outline_of(blocks.geometry[list(positions)])
    return made[positions]


def held_of(dataset: Dataset, share: float) -> list[tuple[Sides, dict[Side, Held | None]]]:
    """Every block with every side held against the map; None for a side that names nothing. Made once."""
    if "four_to_held" not in dataset.derived:
        blocks, gazetteer = dataset["blocks"], gazetteer_of(dataset)
        made = []
        for one in sides_of(dataset):
            named = any(said.stated.mentions for said in one.sides.values())
            outline = outline_at(blocks, one.positions) if named else None
            held = {
                side: hold(said.stated, side, outline, one.positions, gazetteer, share)
                if outline is not None and said.stated.mentions
                else None
                for side, said in one.sides.items()
            }
            made.append((one, held))
        dataset.derived["four_to_held"] = made
    found: list[tuple[Sides, dict[Side, Held | None]]] = dataset.derived["four_to_held"]
    return found


def hold(
    stated: Stated, side: Side, outline: Outline, own: tuple[int, ...], gazetteer: Gazetteer, share: float
) -> Held:
    """Hold the features that a side names against it. `own` are the rows of the block itself among the blocks.

    `share` is the share of the stretch that must be near a feature which runs along it (0 to 1).
    """
    found = [(one, gazetteer.find(one, outline, own)) for one in stated.mentions]
    for mention, it in found:
        if it is None and not mention.named:
            return Held(side, "unread", _why_unread(mention))
    unknown = tuple(mention.words for mention, it in found if it is None)
    known = [(mention, it) for mention, it in found if it is not None]
    why = _why_unknown(unknown, gazetteer) if unknown else None
    gauges: list[Gauge] = []
    for mention, it in known:
        lines, radius = _moved(it.lines, mention)
        if (one := gauge(outline, side, lines, radius)) is not None:
            gauges.append(one)
    if not gauges:
        return Held(side, "unknown", why)
    # What is joined must come near each by itself; together they must run along the stretch, if they are of that kind.
    off = next((one for one in gauges if not one.on_side), None)
    whole = off or together(gauges)
    worst = off.within(share) if off is not None else max(one.nearest_m for one in gauges)
    if off is None and not unknown and not any(it.place for _, it in known):
        worst = max(worst, whole.within(share))
    lines_drawn = shapely.get_parts(np.array([whole.stretch.lines, whole.way(worst)]))
    evidence = outline.local.out_of(shapely.multilinestrings(lines_drawn))
    return Held(side, "partly" if unknown else "held", why, whole, worst, tuple(it for _, it in known), evidence)


def _why_unread(mention: Mention) -> Text:
    if not mention.names:
        return Text(
            f"“{mention.words}”没有名称，无法在图上查找，请人工核对",
            f"“{mention.words}” has no name to look it up by: a person must check",
        )
    return Text(
        f"“{mention.words}”看不懂是什么地物，请人工核对", f"“{mention.words}” was not understood: a person must check"
    )


def _why_unknown(names: tuple[str, ...], gazetteer: Gazetteer) -> Text:
    told = "”“".join(names)
    if "landmarks" not in gazetteer.dataset:
        return gazetteer.dataset.why_not("landmarks") + Text(f"，无法查找“{told}”", f", “{told}” cannot be looked up")
    return Text(f"参照地物、区块、旗县中都没有“{told}”", f"no landmark, block or county is called “{told}”")


def _moved(lines: Lines, mention: Mention) -> tuple[Lines, float]:
    """A feature moved to where the boundary is said to be; without a direction it keeps its place, at a distance."""
    if mention.away_m is None:
        return lines, 0.0
    if mention.towards is None:
        return lines, mention.away_m
    by = np.array(mention.towards) * mention.away_m
    return Lines(lines.starts + by, lines.ends + by), 0.0
