"""I05: idle land that is open, what a year disposed of, and how much of the year's task that is."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure import idle_stock, stock
from geoparks.measure.places import groups, told_in
from geoparks.measure.stock import Figure
from geoparks.measure.tasks import TASK, Tasks
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_IDLE, _COUNT, _DISPOSED, _RATE = "I05.idle_mu", "I05.idle_count", "I05.disposed_mu", "I05.disposal_rate"
INDICATORS = (_IDLE, _COUNT, _DISPOSED, _RATE)
_PARCELS, _TASKS = Text("宗地", "parcels"), Text("宗地、处置任务", "parcels, tasks")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """By park, county, league and the whole region: the stock of the day, and the disposals of every year with a task.

    Land is idle from the bureau's determination until it is disposed of; what is only suspected is not in it. Without a
    layer of parcels, or a column of determinations in it, there is no figure; where that column is blank, none is idle: 0.
    """
    year = layers.year or layers.on.year
    if (why := idle_stock.lacks(layers, "determined_on")) is not None:
        for subject in (*(park.subject for park in parks_of(layers)), Subject("region", "")):
            for name in INDICATORS:
                yield Indicator(name, subject, year, None, "", source=_PARCELS, reason=why)
        return
    spans, tasks = idle_stock.idle_spans(layers, pack), Tasks(layers)
    whole = idle_stock.places_of_parcels(layers, pack)
    # What was never determined idle is in no figure; of its county a task may be all the same.
    everybody = [
        (subject, those[spans.index], told_in(whole["county"][those])) for subject, those in groups(layers, whole)
    ]
    now = idle_stock.there(spans, layers.on)
    for subject, those, _ in everybody:
        area, count = idle_stock.area_of(spans, now & those), idle_stock.count_of(spans, now & those)
        source = _PARCELS + Text(f"；{count} 宗", f"; {count} parcels")
        yield Indicator(_IDLE, subject, year, area.value, "", source=source, reason=area.reason)
        yield Indicator(_COUNT, subject, year, float(count), "", source=_PARCELS)
    for one in sorted({year, *(some for some in tasks.years if some <= year)}):
        moves = idle_stock.year_of(spans, one, layers.on)
        for subject, those, its_counties in everybody:
            yield from _disposed(subject, one, spans, moves.gone & those, its_counties, tasks, layers)


def _disposed(
    subject: Subject, year: int, spans: pd.DataFrame, gone: pd.Series, its_counties: frozenset[str], tasks: Tasks,
    layers: Dataset,
) -> Iterator[Indicator]:  # fmt: skip
    area, count = idle_stock.area_of(spans, gone), idle_stock.count_of(spans, gone)
    notes = [Text(f"{count} 宗", f"{count} parcels")]
    if stock.year_end(year) > layers.on:
        notes.append(Text(f"算到 {layers.on}", f"up to {layers.on}"))
    yield Indicator(
        _DISPOSED, subject, year, area.value, "", numerator=area.value, source=stock.with_notes(_PARCELS, notes),
        reason=area.reason,
    )  # fmt: skip
    rate = stock.over(Figure(area.value, reason=area.reason), tasks.of(subject, year, TASK.IDLE, its_counties))
    yield Indicator(
        _RATE, subject, year, rate.value, "", numerator=rate.numerator, denominator=rate.denominator,
        source=stock.with_notes(_TASKS, notes), reason=rate.reason,
    )  # fmt: skip
