"""A goal that a document sets a figure, as an indicator: what it is so far, what is asked for by when, and the gap."""

from __future__ import annotations

from dataclasses import replace

from geoparks.catalog.clause import Clause
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.judge import judge
from geoparks.limits import limit_in_words
from geoparks.records import Goal, Indicator, Measurement
from geoparks.text import Text

_OF_BASE = Text(" ÷ {year} 年的数值", " ÷ the figure of {year}")
_SO_FAR = Text("到期前以最近年度的数值计", "until it is due, the figure of the latest year")


def goal(measurement: Measurement, clause: Clause, pack: Pack, dataset: Dataset) -> Indicator:
    """The figure of the clause's year, or of the latest year before it that is known, beside what the clause asks for."""
    year = _year_shown(measurement, clause)
    shown = replace(clause, year=year)
    verdict = judge(measurement, shown, pack, dataset.on)
    certain = verdict.outcome in ("pass", "fail") and isinstance(verdict.measured, float)
    value = (
        float(verdict.measured)
        if certain and not isinstance(verdict.measured, str) and verdict.measured is not None
        else None
    )
    limit = clause.limit(dataset.on)
    target = float(limit) if isinstance(limit, int | float) else _setting(limit, pack)
    spec = pack.indicators.get(clause.figure)
    title = spec.title if spec is not None else Text("", "")
    base = measurement.series.get(clause.base_year) if clause.base_year is not None else None
    latest = measurement.series.get(year) if year is not None else None
    return Indicator(
        id=f"{clause.rule}.{clause.target}",
        subject=measurement.subject,
        year=year,
        value=None if _is_open(measurement, year) else value,
        at_least=_least(measurement, shown) if _is_open(measurement, year) else None,
        unit=clause.unit,
        numerator=latest[0] if latest is not None else None,
        denominator=base[0] if base is not None else None,
        formula=(spec.formula if spec is not None else title)
        + (_OF_BASE.fill(year=clause.base_year) if clause.base_year is not None else Text("", "")),
        source=title
        + (Text("；", "; ") + _SO_FAR if clause.year is not None and year != clause.year else Text("", "")),
        responsible=clause.responsible,
        reason=verdict.reason or measurement.reason if value is None or _is_open(measurement, year) else None,
        title=clause.title if clause.title.zh else title,
        goal=None
        if target is None
        else Goal(
            target=target,
            operator=clause.operator,
            words=limit_in_words(clause, pack, dataset.on) or Text("", ""),
            gap=None if value is None else value - target,
            reached={"pass": True, "fail": False}.get(verdict.outcome),
            due_on=clause.due_on,
            base_year=clause.base_year,
        ),
        citation=clause.citation,
    )


def _setting(limit: object, pack: Pack) -> float | None:
    return pack.settings[limit].value if isinstance(limit, str) else None


def _least(measurement: Measurement, clause: Clause) -> float | None:
    """What an incomplete sum is at least, as the clause compares it."""
    span = measurement.series.get(clause.year) if clause.year is not None else None
    if span is None or clause.base_year is None:
        return span[0] if span is not None else None
    base = measurement.series.get(clause.base_year)
    # Of a base that is itself incomplete the multiple could be anything.
    return span[0] / base[0] if base is not None and base[0] == base[1] and base[0] > 0 else None


def _is_open(measurement: Measurement, year: int | None) -> bool:
    """Whether the figure of a year is only known to be more than something."""
    span = measurement.series.get(year) if year is not None else None
    return span is not None and span[0] != span[1]


def _year_shown(measurement: Measurement, clause: Clause) -> int | None:
    """The clause's own year once the run has come to it, known or not; before, the latest year that is known."""
    last = clause.year if clause.year is not None else measurement.year
    if measurement.year is not None and last is not None:
        if clause.year is not None and measurement.year >= clause.year:
            return clause.year
        last = min(last, measurement.year)
    known = [year for year in measurement.series if last is None or year <= last]
    return max(known, default=last)
