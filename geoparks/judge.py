"""The only place where a measured value is compared with a limit.

One measurement, one clause, one day: pass, fail, not checked or manual. Nothing here knows geometry or files.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from geoparks.catalog.clause import Bounds, Clause
from geoparks.catalog.policy import Pack
from geoparks.limits import expectation_in_words, limits_on, scraps_in_words, slivers_in_words, tolerance_in_words
from geoparks.measure.yearly import quotient
from geoparks.records import Measurement, Outcome, Part
from geoparks.text import Text, joined

_HOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<=": lambda value, limit: value <= limit,
    "<": lambda value, limit: value < limit,
    ">=": lambda value, limit: value >= limit,
    ">": lambda value, limit: value > limit,
}
_NO_DATA = Text("缺少数据", "data are missing")


@dataclass(frozen=True)
class Verdict:
    """What one clause says of one measurement."""

    clause: Clause
    outcome: Outcome
    measured: float | str | None = None
    expected: float | str | None = None
    expected_words: Text = Text("", "")
    unit: str = ""
    parts: tuple[Part, ...] = ()
    """The evidence that counts: slivers are left out."""
    ignored_m2: float = 0.0
    tolerance: Text | None = None
    reason: Text | None = None


def judge(measurement: Measurement, clause: Clause, pack: Pack, on: dt.date) -> Verdict:
    """Hold a measurement against a clause, as the law stands on a day."""
    if measurement.outcome is not None:
        return Verdict(clause, measurement.outcome, reason=measurement.reason)
    limits = limits_on(clause, pack, on, measurement.case)
    if not limits and clause.otherwise == "manual":  # the law gives no number, and nobody has set one
        known = _count(measurement, clause, pack, 0.0) is not None
        return Verdict(clause, "manual" if known else "not_checked", reason=measurement.reason or _NO_DATA)
    if not limits:
        reason = Text("政策包没有填写该项限值", "the policy pack gives no limit for this")
        return Verdict(clause, "not_checked", reason=reason)
    counted = _count(measurement, clause, pack, limits[0])
    if counted is None:
        return Verdict(clause, "not_checked", reason=measurement.reason or _NO_DATA)
    if clause.operator == "within" and not (measurement.reference is not None and measurement.reference > 0):
        reason = Text("用以对照的数值缺失，或者不大于零", "the figure to compare with is missing, or not above zero")
        return Verdict(clause, "not_checked", reason=reason)
    held = {one for limit in limits for one in _held(clause, limit, counted, measurement.reference)}
    if held == {True} and (doubt := _too_many_slivers(measurement, clause, limits, counted, pack)) is not None:
        return Verdict(clause, "manual", measured=counted.value, ignored_m2=counted.ignored_m2, reason=doubt)
    if held == {True}:  # most are: no words are made for them but what is worth knowing of a pass
        return Verdict(clause, "pass", measured=counted.value, reason=_why_passed(measurement, counted))
    unit = measurement.unit or clause.unit
    verdict = Verdict(
        clause,
        "pass",
        measured=counted.value,
        expected=_expected(clause, limits[0], measurement),
        expected_words=expectation_in_words(clause, limits[0], unit, measurement.reference),
        unit=unit,
        parts=counted.parts,
        ignored_m2=counted.ignored_m2,
        tolerance=counted.tolerance or tolerance_in_words(clause, pack, on),
    )
    if len(held) > 1:
        # Missing data, or a limit that depends on what nobody stated: both answers are possible.
        outcome: Outcome = "manual" if len(limits) > 1 else "not_checked"
        return replace(verdict, outcome=outcome, reason=measurement.reason or _NO_DATA)
    if _exempt(measurement, clause):
        return replace(verdict, reason=Text("属于除外情形", "excepted by the clause"))
    manual = clause.otherwise == "manual"
    return replace(verdict, outcome=clause.otherwise, reason=measurement.reason if manual else None)


def surely_passes(value: np.ndarray, at_most: np.ndarray, clause: Clause, pack: Pack, on: dt.date) -> np.ndarray:
    """Which of many values meet every limit that a clause may have at both ends; False where only `judge` can tell."""
    limits, holds = limits_on(clause, pack, on, ""), _HOLDS.get(clause.operator)
    found = np.full(len(value), bool(limits) and holds is not None)
    for limit in limits:
        if holds is None or isinstance(limit, tuple):
            return np.zeros(len(value), dtype=bool)
        found &= holds(value, limit) & holds(at_most, limit)
    return found


@dataclass(frozen=True)
class _Counted:
    value: float
    at_most: float
    parts: tuple[Part, ...] = ()
    ignored_m2: float = 0.0
    tolerance: Text | None = None


def _count(measurement: Measurement, clause: Clause, pack: Pack, limit: Bounds) -> _Counted | None:
    """What is compared: the measured value, the sum or the worst of its parts, or the items; None where unknown."""
    if measurement.figure:
        return _of_series(measurement, clause)
    if measurement.items:
        known = [measurement.items.get(name) for name in clause.items or measurement.items]
        if all(one is None for one in known):
            return None
        certain = sum(one for one in known if one is not None)
        return _Counted(certain, certain + sum(1 for one in known if one is None))
    if measurement.how == "sum":
        kept, ignored, words = _without_slivers(measurement.parts, pack)
        total = math.fsum(part.value for part in kept)
        unsure = math.fsum(part.value for part in _without_slivers(measurement.unsure, pack)[0])
        at_most = total + unsure if measurement.value_at_most is None else measurement.value_at_most
        return _Counted(total, at_most, kept, ignored, words)
    if measurement.how == "each":
        failing = tuple(part for part in measurement.parts if not _holds(clause, limit, part.value, None))
        values = [part.value for part in failing] or [_harmless(clause, limit)]
        worst = min(values) if clause.operator in (">=", ">") else max(values)
        return _Counted(worst, worst, failing)
    value = measurement.value
    if value is None or isinstance(value, str) or math.isnan(value):
        return None
    return _Counted(value, value if measurement.value_at_most is None else measurement.value_at_most, measurement.parts)


def _of_series(measurement: Measurement, clause: Clause) -> _Counted | None:
    """The figure of the clause's year, as a multiple of the base year's where it says so.

    Where each of several years on end must break the limit, the best of them is compared: if that one holds, not all
    break it. A year that is not known could hold.
    """
    last = clause.year if clause.year is not None else measurement.year
    if last is None:
        return None
    spans = [measurement.series.get(year) for year in range(last - clause.running + 1, last + 1)]
    known = [one for one in spans if one is not None]
    if clause.base_year is not None:
        base = measurement.series.get(clause.base_year)
        if base is None or base[0] != base[1] or not base[0] > 0:
            return None
        known = [(quotient(one[0], base[0]), quotient(one[1], base[0])) for one in known]
    if not known:
        return None
    more = clause.operator in (">=", ">")
    best = max if more else min
    least, most = best(one[0] for one in known), best(one[1] for one in known)
    if len(known) < len(spans):
        least, most = (least, math.inf) if more else (-math.inf, most)
    return _Counted(least, most)


def _harmless(clause: Clause, limit: Bounds) -> float:
    """A value that meets the limit, for a measurement none of whose parts fails."""
    number = limit[0] if isinstance(limit, tuple) else limit
    return number + 1 if clause.operator == ">" else number - 1 if clause.operator == "<" else number


def _without_slivers(parts: tuple[Part, ...], pack: Pack) -> tuple[tuple[Part, ...], float, Text | None]:
    """Leave out polygons that are smaller or thinner than the toolkit's two numbers; their area is summed and told."""
    if not parts:
        return (), 0.0, None
    area, width = pack.settings["sliver_area_m2"], pack.settings["sliver_width_m"]
    kept, ignored = [], 0.0
    for part in parts:
        if part.width_m is not None and (part.value < area.given or part.width_m < width.given):
            ignored += part.value
        else:
            kept.append(part)
    return tuple(kept), ignored, slivers_in_words(area, width, ignored)


def _too_many_slivers(
    measurement: Measurement, clause: Clause, limits: list[Bounds], counted: _Counted, pack: Pack
) -> Text | None:
    """Why a pass that rests on what was left out is none: each of a hundred scraps is drawing noise, together they are land.

    What is thinner than boundary points are surveyed stays noise, however long the boundary is.
    """
    if not counted.ignored_m2:
        return None
    most, width = pack.settings["sliver_total_m2"], pack.settings["sliver_width_m"]
    kept = {id(part) for part in counted.parts}
    scraps = math.fsum(
        part.value
        for part in measurement.parts
        if id(part) not in kept and part.width_m is not None and part.width_m >= width.given
    )
    if scraps <= most.given or all(_holds(clause, limit, counted.value + scraps, None) for limit in limits):
        return None
    doubt = scraps_in_words(most, scraps)
    return joined([doubt, counted.tolerance]) if counted.tolerance is not None else doubt


def _held(clause: Clause, limit: Bounds, counted: _Counted, reference: float | None) -> set[bool]:
    """Which answers are possible anywhere between the least and the most that the value can be."""
    ends = {_holds(clause, limit, one, reference) for one in (counted.value, counted.at_most)}
    span = _span(clause, limit, reference)
    if span is not None and counted.value < span[0] and span[1] < counted.at_most:
        return {True, False}  # both ends lie beside what is asked for, and the truth may lie in it
    return ends


def _span(clause: Clause, limit: Bounds, reference: float | None) -> tuple[float, float] | None:
    """What is asked for, where it has two ends."""
    if isinstance(limit, tuple):
        return limit
    if clause.operator == "within" and reference is not None:
        return reference * (1 - limit), reference * (1 + limit)
    return (limit, limit) if clause.operator == "==" else None


def _holds(clause: Clause, limit: Bounds, value: float, reference: float | None) -> bool:
    if isinstance(limit, tuple):
        return limit[0] <= value <= limit[1]
    if clause.operator == "within":
        return reference is not None and abs(value - reference) <= limit * reference
    if clause.operator == "==":
        return value == limit
    return bool(_HOLDS[clause.operator](value, limit))


def _expected(clause: Clause, limit: Bounds, measurement: Measurement) -> float | str | None:
    if clause.operator == "within":
        return measurement.reference
    if isinstance(limit, tuple):
        return f"{limit[0]:g}–{limit[1]:g}"
    return limit


def _exempt(measurement: Measurement, clause: Clause) -> bool:
    """Whether every fact that the exception asks for is there."""
    asked = clause.exempt.items()
    return bool(asked) and all(measurement.facts.get(name) in values for name, values in asked)


def _why_passed(measurement: Measurement, counted: _Counted) -> Text | None:
    """What is worth knowing of a pass: the measurement's own remark, and the slivers that were left out."""
    remarks = [measurement.remark] if measurement.remark is not None else []
    if counted.ignored_m2 and counted.tolerance is not None:
        remarks.append(counted.tolerance)
    return joined(remarks) if remarks else None
