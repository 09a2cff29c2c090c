"""Figures of several years as rules hold them against clauses: one measurement for every subject of an indicator."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

from geoparks.dataset import Dataset
from geoparks.records import Indicator, Measurement, Subject
from geoparks.text import Text

_NO_FIGURE = Text("没有算出该指标", "the figure was not computed")


def held(layers: Dataset, fault: str, figures: tuple[str, ...], subjects: Collection[str]) -> Iterator[Measurement]:
    """Every figure of the indicators whose ids begin so, with all its years; of the subjects of some layers.

    An incomplete sum is known from below: it may pass what asks for more, and prove nothing else.
    """
    found: dict[tuple[str, Subject], list[Indicator]] = {}
    for one in layers.figures:
        if one.id.startswith(figures) and one.subject.layer in subjects:
            found.setdefault((one.id, one.subject), []).append(one)
    for (name, subject), some in found.items():
        spans = {one.year or layers.year or layers.on.year: _span(one) for one in some}
        reasons = [one.reason for one in some if one.reason is not None and one.year == layers.year]
        reasons += [one.reason for one in some if one.reason is not None]
        yield Measurement(
            subject,
            fault,
            figure=name,
            series={year: span for year, span in spans.items() if span is not None},
            year=layers.year,
            reason=reasons[0] if reasons else _NO_FIGURE,
        )


def _span(one: Indicator) -> tuple[float, float] | None:
    if isinstance(one.value, int | float):
        return float(one.value), float(one.value)
    return None if one.at_least is None else (one.at_least, math.inf)
