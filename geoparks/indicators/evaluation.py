"""E08: scores by the office's weights, and grades of them; who may not be graded is left out, with the reason."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoparks.catalog.policy import Pack
from geoparks.catalog.score import Grade, Item, LeftOut, Score
from geoparks.dataset import Dataset
from geoparks.measure.built_up import BuiltUpAreas, built_up_areas
from geoparks.measure.days import anniversaries, end_of
from geoparks.measure.industries import digits
from geoparks.measure.members import members
from geoparks.measure.whereabouts import parks_of
from geoparks.measure.yearly import Returns, returns_of
from geoparks.normalise.features import Features
from geoparks.records import Indicator, Subject
from geoparks.text import Text, joined, same

_SCORE, _GRADE = "E08.score", "E08.grade"
INDICATORS = (_SCORE, _GRADE)
_KEY = "E08"
_NO_WEIGHTS = Text(
    "未计算：没有权重（policies/office-evaluation.toml 由主管部门填写）",
    "not computed: no weights given (policies/office-evaluation.toml is for the office)",
)
_EXAMPLE = Text("示例权重，不是本地规定", "example weights, not in force here")
_BUILT = "built_area_mu"
_OUT = Text("不参评：", "not graded: ")
_AWAY = Text("当年不在园", "it was not there in the year")
_NO_GRADE = Text("没有分档办法，或者没有达到最低一档", "there are no grades, or it reaches none")


@dataclass(frozen=True)
class Scored:
    """What came out for one subject: a score with its parts told, or why there is none; and the grade."""

    value: float | None
    source: Text
    reason: Text | None = None
    grade: Grade | None = None


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Score and grade of every park and every enterprise for every year; without weights, that there are none."""
    for layer, subjects in (
        ("parks", [park.subject for park in parks_of(layers)]),
        ("enterprises", _enterprises(layers)),
    ):
        score = pack.scores.get((_KEY, layer))
        if score is None or not score.items:
            for year in years if layer == "parks" else ():  # said once a park, not once a firm
                for subject in subjects:
                    for name in INDICATORS:
                        yield Indicator(name, subject, year, None, "", reason=_NO_WEIGHTS)
            continue
        for year in years:
            for subject, one in scored(score, subjects, year, layers).items():
                yield Indicator(_SCORE, subject, year, one.value, "", source=one.source, reason=one.reason)
                yield _graded(subject, year, one)


def _graded(subject: Subject, year: int, one: Scored) -> Indicator:
    if one.grade is None:
        return Indicator(
            _GRADE, subject, year, None, "", numerator=one.value, source=one.source, reason=one.reason or _NO_GRADE
        )
    gets = Text("；", "; ") + one.grade.gets if one.grade.gets.zh else Text("", "")
    return Indicator(_GRADE, subject, year, one.grade.value, "", numerator=one.value, source=one.source + gets)


def _enterprises(layers: Dataset) -> list[Subject]:
    enterprises = layers.get("enterprises")
    if enterprises is None or "enterprise_stats" not in layers:
        return []
    return list(dict.fromkeys(enterprises.subject(position) for position in range(len(enterprises))))


def scored(score: Score, subjects: list[Subject], year: int, layers: Dataset) -> dict[Subject, Scored]:
    """Score and grade of some subjects for a year, by the weights that an office gave."""
    returns, built = returns_of(layers), built_up_areas(layers)
    _fields_are_known(score, layers)
    out = _left_out(score, subjects, year, layers, returns)
    graded = [one for one in subjects if one not in out]
    points = pd.DataFrame(
        {index: [_points(item, one, year, returns, built) for one in graded] for index, item in enumerate(score.items)},
        index=pd.Index(range(len(graded))), dtype=float,
    )  # fmt: skip
    for index, item in enumerate(score.items):
        if item.missing == "mean":
            points[index] = points[index].fillna(points[index].mean())
    total = dict(zip(graded, points.sum(axis=1, skipna=False), strict=True))
    grades = _grades(score.grades, total)
    source = joined([score.title, score.document.title, *([_EXAMPLE] if score.example else [])])
    found: dict[Subject, Scored] = {one: Scored(None, source, reason) for one, reason in out.items()}
    for place, one in enumerate(graded):
        own = points.loc[place]
        if math.isnan(total[one]):
            lacking = joined([item.title for index, item in enumerate(score.items) if math.isnan(own[index])])
            found[one] = Scored(None, source, Text("缺少数据：", "data are missing: ") + lacking)
            continue
        told = joined([item.title + same(f" {own[index]:.2f}") for index, item in enumerate(score.items)])
        found[one] = Scored(float(total[one]), source + Text("；", "; ") + told, None, grades.get(one))
    return {one: found[one] for one in subjects}


def _fields_are_known(score: Score, layers: Dataset) -> None:
    """A field that no layer has would leave everybody without a score, or nobody out: the office must hear of it."""
    stats = layers.catalogue["park_stats" if score.layer == "parks" else "enterprise_stats"].fields
    used = {name for item in score.items for name in (item.numerator, item.denominator) if name}
    unknown = used - {*stats, *([_BUILT] if score.layer == "parks" else [])}
    for rule in score.left_out:
        known = (
            {*stats, *([_BUILT] if score.layer == "parks" else [])}
            if rule.below is not None
            else layers.catalogue[score.layer].fields
        )
        unknown |= {rule.field} - set(known)
    if unknown:
        raise ValueError(f"[[score]] {score.id} {score.layer}: no field {', '.join(sorted(unknown))}")


def _points(item: Item, subject: Subject, year: int, returns: Returns, built: BuiltUpAreas) -> float:
    """The points of one part; NaN where one of its figures is missing, or its denominator zero."""
    upper, lower = (_figure(name, subject, year, returns, built) for name in (item.numerator, item.denominator))
    value = upper if not item.denominator else upper / lower if lower else math.nan
    if item.lower_is_better:
        quotient = item.benchmark / value if value > 0 else math.nan
    else:
        quotient = value / item.benchmark
    points = item.weight * quotient
    if item.least is not None:
        points = max(points, item.least) if not math.isnan(points) else points
    if item.most is not None:
        points = min(points, item.most) if not math.isnan(points) else points
    return points


def _figure(name: str, subject: Subject, year: int, returns: Returns, built: BuiltUpAreas) -> float:
    if not name:
        return math.nan
    one = built.of(subject, year).area if name == _BUILT else returns.of(subject, year, name)
    return math.nan if one.value is None else one.value


def _grades(grades: tuple[Grade, ...], total: Mapping[Subject, float]) -> dict[Subject, Grade]:
    """The first grade that a score reaches, or that its place among all that have a score is within.

    Equal scores share a place, the better one.
    """
    known = pd.Series({one: value for one, value in total.items() if not math.isnan(value)}, dtype=float)
    places = known.rank(ascending=False, method="min") / max(len(known), 1)
    found: dict[Subject, Grade] = {}
    for one in known.index:
        for grade in grades:
            if (grade.least is not None and known[one] >= grade.least) or (
                grade.top_share is not None and places[one] <= grade.top_share
            ):
                found[one] = grade
                break
    return found


def _left_out(
    score: Score, subjects: list[Subject], year: int, layers: Dataset, returns: Returns
) -> dict[Subject, Text]:
    """Who is not graded, with the first reason that holds; and of whom that cannot be told."""
    features = layers.get(score.layer)
    found: dict[Subject, Text] = {}
    if features is None:
        return found
    row_of: dict[Subject, int] = {}
    for position in range(len(features)):
        row_of.setdefault(features.subject(position), position)
    if score.layer == "enterprises":
        there = set(members(layers, year)["enterprise_id"])
        found = {one: _OUT + _AWAY for one in subjects if one.id not in there}
    for rule in score.left_out:
        holds = _holds(rule, features, year) if rule.below is None else None
        for one in subjects:
            if one in found or one not in row_of:
                continue
            if holds is None:
                value = returns.of(one, year, rule.field).value
                applies = math.nan if value is None else float(value < (rule.below or 0))
            else:
                applies = float(holds[row_of[one]])
            if applies == 1:
                found[one] = _OUT + rule.reason
            elif math.isnan(applies):
                found[one] = Text("是否参评无法判断：", "whether it is graded cannot be told: ") + _title(
                    rule, layers, score
                )
    return found


def _title(rule: LeftOut, layers: Dataset, score: Score) -> Text:
    stats = "park_stats" if score.layer == "parks" else "enterprise_stats"
    fields = layers.catalogue[stats if rule.below is not None else score.layer].fields
    return fields[rule.field].title + Text("没有填", " is not given")


def _holds(rule: LeftOut, features: Features, year: int) -> np.ndarray[Any, Any]:
    """Of every row of the register, whether a reason holds: 1, 0, or NaN where the field is blank."""
    column = features.column(rule.field)
    if rule.starts:
        holds = column.map(lambda one: isinstance(one, str) and digits(one).startswith(rule.starts)).to_numpy(
            dtype=float
        )
    elif rule.younger_years is not None:
        holds = (anniversaries(column, rule.younger_years) > np.datetime64(end_of(year), "D")).astype(float)
    else:
        holds = column.eq(rule.is_).to_numpy(dtype=float)
    return np.where(column.isna().to_numpy(), np.nan, holds)
