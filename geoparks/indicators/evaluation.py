"""E08: scores by the office's weights, and grades of them; who may not be graded is left out, with the reason."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geoparks.catalog.policy import Pack
from geoparks.catalog.score import Grade, Item, LeftOut, Score
from geoparks.dataset import Dataset
from geoparks.measure.built_up import BuiltUpAreas, built_up_areas
from geoparks.measure.days import anniversaries, end_of
from geoparks.measure.whereabouts import parks_of
from geoparks.measure.yearly import Returns, returns_of
from geoparks.normalise.features import Features
from geoparks.records import Indicator, Subject
from geoparks.text import Text, joined

_SCORE, _GRADE = "E08.score", "E08.grade"
INDICATORS = (_SCORE, _GRADE)
_KEY = "E08"
_NO_WEIGHTS = Text(
    "未计算：没有权重（policies/office-evaluation.toml 由主管部门填写）",
    "not computed: no weights given (policies/office-evaluation.toml is for the office)",
)
_EXAMPLE = Text("示例权重，不是本地规定", "example weights, not in force here")
_BUILT = "built_area_mu"


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Score and grade of every park and every enterprise for every year."""
    returns = returns_of(layers)
    built = built_up_areas(layers)
    for layer, subjects in (
        ("parks", [park.subject for park in parks_of(layers)]),
        ("enterprises", _enterprises(layers)),
    ):
        score = pack.scores.get((_KEY, layer))
        if score is None or not score.items:
            for year in years if layer == "parks" else ():
                for subject in subjects:
                    for name in INDICATORS:
                        yield Indicator(name, subject, year, None, "", reason=_NO_WEIGHTS)
            continue
        for year in years:
            yield from _scored(score, subjects, year, layers, returns, built)


def _enterprises(layers: Dataset) -> list[Subject]:
    enterprises = layers.get("enterprises")
    if enterprises is None or "enterprise_stats" not in layers:
        return []
    return list(dict.fromkeys(enterprises.subject(position) for position in range(len(enterprises))))


def _scored(
    score: Score, subjects: list[Subject], year: int, layers: Dataset, returns: Returns, built: BuiltUpAreas
) -> Iterator[Indicator]:
    out = _left_out(score, subjects, year, layers, returns)
    graded = [one for one in subjects if one not in out]
    points = pd.DataFrame(
        {index: [_points(item, one, year, returns, built) for one in graded] for index, item in enumerate(score.items)},
        index=pd.Index(range(len(graded))), dtype=float,
    )  # fmt: skip
    for index, item in enumerate(score.items):
        if item.missing == "mean":
            points[index] = points[index].fillna(points[index].mean())
    sums = points.sum(axis=1, skipna=False)
    total = dict(zip(graded, sums, strict=True))
    grades = _grades(score.grades, total)
    source = joined([score.title, score.document.title, *([_EXAMPLE] if score.example else [])])
    place_of = {one: place for place, one in enumerate(graded)}
    for one in subjects:
        if one in out:
            for name in INDICATORS:
                yield Indicator(
                    name, one, year, None, "", source=source, reason=Text("不参评：", "not graded: ") + out[one]
                )
            continue
        value, place = total[one], place_of[one]
        if math.isnan(value):
            lacking = joined([score.items[index].title for index in points.columns if math.isnan(points[index][place])])
            for name in INDICATORS:
                yield Indicator(
                    name, one, year, None, "", source=source, reason=Text("缺少数据：", "data are missing: ") + lacking
                )
            continue
        told = joined(
            [
                Text(f"{item.title.zh} {points[index][place]:.2f}", f"{item.title.en} {points[index][place]:.2f}")
                for index, item in enumerate(score.items)
            ]
        )
        yield Indicator(_SCORE, one, year, float(value), "", source=source + Text("；", "; ") + told)
        grade = grades.get(one)
        if grade is not None:
            gets = Text("；", "; ") + grade.gets if grade.gets.zh else Text("", "")
            yield Indicator(_GRADE, one, year, grade.value, "", numerator=float(value), source=source + gets)


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
    """Who is not graded, with the first reason that holds."""
    features = layers.get(score.layer)
    found: dict[Subject, Text] = {}
    if features is None:
        return found
    row_of: dict[Subject, int] = {}
    for position in range(len(features)):
        row_of.setdefault(features.subject(position), position)
    for rule in score.left_out:
        holds = _holds(rule, features, year)
        for one in subjects:
            if one in found or one not in row_of:
                continue
            if rule.below is not None:
                value = returns.of(one, year, rule.field).value
                applies = value is not None and value < rule.below
            else:
                applies = bool(holds[row_of[one]])
            if applies:
                found[one] = rule.reason
    return found


def _holds(rule: LeftOut, features: Features, year: int) -> np.ndarray[Any, Any]:
    """Of every row of the register, whether a reason holds."""
    if rule.field not in features.layer.fields:
        return np.zeros(len(features), dtype=bool)
    column = features.column(rule.field)
    if rule.starts:
        return column.map(lambda one: isinstance(one, str) and one.startswith(rule.starts)).to_numpy(dtype=bool)
    if rule.younger_years is not None:
        return anniversaries(column, rule.younger_years) > np.datetime64(end_of(year), "D")
    return column.eq(rule.is_).to_numpy(dtype=bool)
