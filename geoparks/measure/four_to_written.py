"""Four-to limits written from the map: by the named features along each side, each tried as a check would try it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from geoparks.measure.four_to import Held, hold
from geoparks.measure.four_to_features import Gazetteer
from geoparks.measure.four_to_sides import Outline
from geoparks.measure.four_to_words import CHARACTER, SIDE, SIDES, Side, read
from geoparks.text import Text

REACH_M = 5000.0
"""How far around a block names are looked for."""
_ENOUGH, _MORE, _MOST_NAMES = 0.5, 0.2, 3
"""A name that half of the stretch is near will do alone; another joins it where it adds a fifth, up to three."""
_ROUND_M = 10.0
_KM = 1000.0
_OPPOSITE: dict[Side, Side] = {"east": "west", "south": "north", "west": "east", "north": "south"}
_DEGREES = {"east": ("东经", 0), "south": ("北纬", 1), "west": ("东经", 0), "north": ("北纬", 1)}


@dataclass(frozen=True)
class Written:
    """One side as it is written: the words, which a check reads and finds true, and the same for English readers."""

    side: Side
    words: str
    english: str
    metres: float | None = None
    """Median distance between the stretch and what is named; None where coordinates are written."""


@dataclass(frozen=True)
class _Near:
    name: str
    held: Held


def write_limits(
    outline: Outline, own: tuple[int, ...], gazetteer: Gazetteer, share: float, tolerance_m: float
) -> dict[Side, Written]:
    """The four sides of a block in words that hold: what runs along a side; else what lies off it, and how far; else coordinates.

    `own` are the rows of the block among the blocks; `share` and `tolerance_m` are those by which limits are checked.
    """
    called = {
        reach: [_called(name, layer) for name, layer in gazetteer.near(outline, own, reach)]
        for reach in (tolerance_m, max(tolerance_m, REACH_M))
    }
    return {side: _side(outline, side, own, gazetteer, tuple(called.values()), share, tolerance_m) for side in SIDES}


def _called(name: str, layer: str) -> str:
    return f"{name}界" if layer == "counties" else name


def _side(
    outline: Outline, side: Side, own: tuple[int, ...], gazetteer: Gazetteer, names: tuple[list[str], ...], share: float, tolerance_m: float
) -> Written:  # fmt: skip
    def held(words: str) -> Held | None:
        made = hold(read(words, side, gazetteer.knows), side, outline, own, gazetteer, share)
        right = made.state == "held" and made.gauge is not None and made.gauge.on_side
        return made if right else None

    # What is farther than the tolerance is looked at only where nothing is within it.
    near = sorted(
        (one for one in _all(names[0], held) if one.held.metres <= tolerance_m), key=lambda one: _rank(one, tolerance_m)
    )
    if near:
        words = _joined(near, tolerance_m)
        made = held(words)
        if made is None or made.metres > tolerance_m:
            words, made = near[0].name, near[0].held
        return Written(side, words, words, made.gauge.median if made.gauge is not None else None)
    there = _all(names[-1], held)
    for words, english, median in _off(there, side):
        made = held(words)
        if made is not None and made.metres <= tolerance_m:
            return Written(side, words, english, median)
    return _by_coordinates(outline, side, there)


def _all(names: list[str], held: Callable[[str], Held | None]) -> list[_Near]:
    """The names whose features lie on a side."""
    return [_Near(name, one) for name in names if (one := held(name)) is not None]


def _rank(one: _Near, tolerance_m: float) -> tuple[bool, float, float, str]:
    """What runs along a side before what stands beside it, by how much of the side it is near, then by how near."""
    assert one.held.gauge is not None
    place = any(found.place for found in one.held.found)
    return place, -round(one.held.gauge.share_within(tolerance_m), 1), one.held.metres, one.name


def _joined(near: list[_Near], tolerance_m: float) -> str:
    """One name, or as many as it takes to be near half of the stretch."""
    chosen, covered = [near[0]], _covered(near[0], tolerance_m)
    for one in near[1:]:
        lengths = near[0].held.gauge.stretch.lengths if near[0].held.gauge is not None else np.ones(1)
        along = not any(found.place for found in (*one.held.found, *chosen[0].held.found))
        if not along or lengths[covered].sum() >= _ENOUGH * lengths.sum() or len(chosen) == _MOST_NAMES:
            continue
        both = covered | _covered(one, tolerance_m)
        if lengths[both].sum() - lengths[covered].sum() >= _MORE * lengths.sum():
            chosen, covered = [*chosen, one], both
    return "、".join(one.name for one in chosen)


def _covered(one: _Near, tolerance_m: float) -> np.ndarray:
    assert one.held.gauge is not None
    return np.asarray(one.held.gauge.metres <= tolerance_m)


def _off(there: list[_Near], side: Side) -> Iterator[tuple[str, str, float]]:
    """What lies off a side, the nearest first, with how far the boundary is from it: 经七路以西约350米."""
    back = _OPPOSITE[side]
    for one in sorted(there, key=lambda one: (one.held.metres, one.name)):
        if one.held.gauge is None or any(found.place for found in one.held.found):
            continue
        median = one.held.gauge.median
        metres = f"{round(median / _ROUND_M) * _ROUND_M:.0f}"
        english = f"about {metres} m {SIDE[back].en} of {one.name}"
        yield f"{one.name}以{CHARACTER[back]}约{metres}米", english, median


def _by_coordinates(outline: Outline, side: Side, there: list[_Near]) -> Written:
    """The longitude or latitude of the extreme point, with the nearest name on that side and how far it is."""
    label, axis = _DEGREES[side]
    point = shapely.get_coordinates(outline.local.out_of(shapely.points(outline.extreme(side)[:1])))[0]
    stated = label + degrees(float(point[axis]))
    english = f"{'longitude' if axis == 0 else 'latitude'} {degrees(float(point[axis]))}"
    if not there:
        remark = Text(
            f"（附近{REACH_M / _KM:.0f}公里内无有名地物）", f" (nothing with a name within {REACH_M / _KM:.0f} km)"
        )
    else:
        nearest = min(there, key=lambda one: (one.held.metres, one.name))
        far = nearest.held.metres / _KM
        remark = Text(
            f"（最近的有名地物为{nearest.name}，相距约{far:.1f}公里）",
            f" (the nearest name is {nearest.name}, about {far:.1f} km away)",
        )
    return Written(side, stated + remark.zh, english + remark.en)


def degrees(value: float) -> str:
    """Degrees, minutes and seconds to a hundredth.

    >>> degrees(110.06018888888889), degrees(39.999999)
    ('110°03′36.68″', '40°00′00.00″')
    """
    hundredths = round(value * 360_000)
    whole, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6_000)
    return f"{whole}°{minutes:02d}′{seconds // 100:02d}.{seconds % 100:02d}″"
