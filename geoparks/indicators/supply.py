"""L01, L02: how much of the approved land has been supplied, what is left and how old it is, what of it went in a year, what stands unused."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure import stock
from geoparks.measure.places import PLACES, groups
from geoparks.measure.stock import Figure
from geoparks.measure.supplied import Ledger, as_of, ledger, parcels_of
from geoparks.measure.tasks import TASK, Tasks
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_RATIO, _POOLED = "L01.supply_ratio", "L01.supply_ratio_5y"
_LEFT = ("L02.unsupplied_mu", "L02.unsupplied_count", "L02.unsupplied_old_mu", "L02.unsupplied_age_days")
_UNUSED = ("L02.unused_mu", "L02.unused_count", "L02.unused_old_mu", "L02.unused_age_days")
_DISPOSED = ("L02.disposed_mu", "L02.disposal_rate", "L02.disposal_rate_of_stock")
INDICATORS = (_RATIO, _POOLED, *_LEFT, *_DISPOSED, *_UNUSED)
_SOURCE, _PARCELS = Text("批准用地、宗地", "approvals, parcels"), Text("宗地", "parcels")
_REGION = Subject("region", "")
_OF_A_RATIO = [
    "park_id", "county", "league", "approved_on", "year", "approved_m2", "supplied_m2", "over_m2", "void_m2", "early", "contradicts",
]  # fmt: skip


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """By park, county, league and the whole region; ratios by year of approval and pooled over a window, up to the run's year."""
    if "approvals" not in layers:
        reason = layers.why_not("approvals")
        for subject in _everybody(layers):
            for one in (_RATIO, _POOLED, *_LEFT, *_DISPOSED):
                yield Indicator(one, subject, _last(layers), None, "", source=_SOURCE, reason=reason)
    else:
        book = ledger(layers, pack)
        yield from _ratios(layers, pack, book)
        yield from _left(layers, pack, book)
        yield from _disposals(layers, pack, book)
    yield from _unused(layers, pack)


def _last(layers: Dataset) -> int:
    return layers.year or layers.on.year


def _everybody(layers: Dataset) -> list[Subject]:
    return [*(park.subject for park in parks_of(layers)), _REGION]


def _ratios(layers: Dataset, pack: Pack, book: Ledger) -> Iterator[Indicator]:
    rows, last = as_of(book, layers.on)[_OF_A_RATIO], _last(layers)
    span = int(pack.settings["supply_ratio_window_years"].given)
    asked = _parcels_by_subject(layers, book)
    for subject, those in groups(layers, rows):
        some, parcels = rows[those], asked.get(subject, pd.DataFrame())
        of_all = _of_all(some) + stock.told_of_parcels(parcels, layers.on)
        of_all += _nowhere(layers, some) if subject == _REGION else []
        dated = sorted(int(one) for one in some["year"].dropna().unique())
        for year in dated:
            of_year = some[some["year"] == year]
            found, notes = stock.ratio(of_year), stock.told(of_year) + of_all
            yield _indicator(
                _RATIO, subject, year, found, _SOURCE, notes, _formula(pack, _RATIO, book, layers, year, year)
            )
        for year in sorted({last, *range(dated[0] if dated else last, last + 1)}):
            pooled = stock.window(some, year, span)
            if pooled.empty and year != last:
                continue
            found, notes = stock.ratio(pooled), stock.told(pooled) + of_all
            formula = _formula(pack, _POOLED, book, layers, year - span + 1, year)
            yield _indicator(_POOLED, subject, year, found, _SOURCE, notes, formula)


def _of_all(some: pd.DataFrame) -> list[Text]:
    undated = int(some["approved_on"].isna().sum())
    note = Text(f"{undated} 个批次没有批准日期，未计入", f"{undated} approvals without a date are left out")
    return [note] if undated else []


def _nowhere(layers: Dataset, some: pd.DataFrame) -> list[Text]:
    """Which approvals are in the figure of all, and in none of a park or a county."""
    parks = [park.subject.id for park in parks_of(layers)]
    notes = []
    if outside := int((~some["park_id"].isin(parks)).sum()):
        notes.append(Text(f"{outside} 个批次不在任何园区", f"{outside} approvals are in no park"))
    if unknown := int(some["county"].isna().sum()):
        notes.append(Text(f"{unknown} 个批次不知在哪个旗县", f"of {unknown} approvals the county is not known"))
    return notes


def _parcels_by_subject(layers: Dataset, book: Ledger) -> dict[Subject, pd.DataFrame]:
    if not len(book.parcels):
        return {}
    columns = ("parcel", "supplied_on", "placed", "outside_m2")
    some = book.parcels.where(lambda rows: stock.to_be_told(rows, layers.on), *columns)
    return {subject: some[those[some.index]] for subject, those in groups(layers, book.parcels.frame(*PLACES))}


def _formula(pack: Pack, name: str, book: Ledger, layers: Dataset, first: int, year: int) -> Text:
    """The definition with the years, the day and the settings that this number was computed by."""
    spec = pack.indicators.get(name)
    if spec is None:
        return Text("", "")
    years = f"{first}" if first == year else f"{first}—{year}"
    land = (
        Text("不可供面积已扣除", "less what cannot be supplied")
        if book.without_unsuppliable
        else Text("不可供面积计入", "what cannot be supplied included")
    )
    return spec.formula + Text(
        f"（批准年份 {years}，截至 {layers.on}，批次和单独选址都计入，{land.zh}）",
        f" (approved in {years}, supplied by {layers.on}, both kinds of approval, {land.en})",
    )


def _left(layers: Dataset, pack: Pack, book: Ledger) -> Iterator[Indicator]:
    rows, year = as_of(book, layers.on), _last(layers)
    line = int(pack.settings["unsupplied_line_years"].given)
    old = stock.years_before(layers.on, line)
    for subject, those in groups(layers, rows):
        some = rows[those]
        open_ones = some[some["left_m2"] > stock.ROUNDING_M2]
        count = open_ones["approval_id"].nunique()
        source = _SOURCE + Text(f"；{count} 个批次未供完", f"; {count} approvals not wholly supplied")
        long = open_ones[open_ones["approved_on"] <= old]
        whole = stock.left(some)
        reason = whole.reason or _undated(open_ones["approved_on"], Text("批次", "approvals"))
        found = (
            whole,
            whole if whole.value is None else Figure(float(count)),
            Figure(units.to_mu(float(long["left_m2"].sum())), denominator=whole.value) if reason is None else Figure(None, reason=reason),
            Figure(stock.age_days(open_ones["approved_on"], open_ones["left_m2"], layers.on), reason=reason),
        )  # fmt: skip
        notes = stock.told(some)
        for name, figure in zip(_LEFT, found, strict=True):
            formula = _with_line(pack, name, line, old)
            yield _indicator(name, subject, year, _aged(figure), source, notes, formula)


def _disposals(layers: Dataset, pack: Pack, book: Ledger) -> Iterator[Indicator]:
    tasks, last = Tasks(layers), _last(layers)
    for year in sorted({last, *(one for one in tasks.years if one <= last)}):
        rows = stock.disposed(book, year, layers.on)
        undated = [] if len(rows) == len(book.approvals) else _of_all(book.approvals)
        for subject, those in groups(layers, rows):
            some = rows[those]
            figure = stock.disposed_of(some)
            withdrawn = units.number(units.to_mu(float(some["by_withdrawal_m2"].sum())))
            notes = (
                [Text(f"其中撤回 {withdrawn} 亩", f"{withdrawn} mu of it by withdrawal"), *undated]
                if figure.value
                else undated
            )
            if stock.year_end(year) > layers.on:
                notes = [*notes, Text(f"算到 {layers.on}", f"up to {layers.on}")]
            yield _indicator(_DISPOSED[0], subject, year, figure._replace(denominator=None), _SOURCE, notes)
            task = tasks.of(subject, year, TASK.UNSUPPLIED, _counties_of(some))
            source = _SOURCE + Text("、处置任务", ", tasks")
            yield _indicator(_DISPOSED[1], subject, year, stock.over(figure, task), source, notes)
            by_stock = Figure(figure.denominator, reason=figure.reason)
            yield _indicator(_DISPOSED[-1], subject, year, stock.over(figure, by_stock), _SOURCE, notes)


def _counties_of(some: pd.DataFrame) -> frozenset[str]:
    return frozenset(one for one in some["county"] if isinstance(one, str))


def _unused(layers: Dataset, pack: Pack) -> Iterator[Indicator]:
    """Supplied and not used: parcels supplied by the day on which no building has begun, nor been finished, nor the land taken back."""
    parcels, year = layers.get("parcels"), _last(layers)
    lacking = next((one for one in ("supplied_on", "started_on") if parcels and not parcels.has(one)), None)
    if parcels is None or lacking is not None:
        why = layers.why_not("parcels") if parcels is None else parcels.why_missing(str(lacking))
        for subject in _everybody(layers):
            for name in _UNUSED:
                yield Indicator(name, subject, year, None, "", source=_PARCELS, reason=why)
        return
    table, day = parcels_of(layers, pack), np.datetime64(layers.on, "D")
    line = int(pack.settings["unused_line_years"].given)
    old = stock.years_before(layers.on, line)
    used = ["started_on", "finished_on", "recovered_on"]
    without = table.where(lambda rows: rows["supplied_on"].isna(), "supplied_on").index
    left = table.where(
        lambda rows: (rows["supplied_on"] <= day) & ~(rows[used] <= day).any(axis=1),
        "parcel",
        "supplied_on",
        "m2",
        *used,
    ).drop(columns=used)
    for subject, those in groups(layers, table.frame(*PLACES)):
        some = left[those[left.index]]
        count, unknown = some["parcel"].nunique(), int(some["m2"].isna().sum())
        source = _PARCELS + Text(f"；{count} 宗", f"; {count} parcels")
        undated = int(those[without].sum())
        note = Text(f"{undated} 宗没有供地日期，未计入", f"{undated} parcels without a day of supply are left out")
        reason = Text(f"{unknown} 宗面积不明", f"the area of {unknown} parcels is not known") if unknown else None
        long = some.loc[some["supplied_on"] <= old, "m2"]
        whole = Figure(units.to_mu(float(some["m2"].sum())))
        found = (
            whole,
            Figure(float(count)),
            Figure(units.to_mu(float(long.sum())), denominator=whole.value),
            Figure(stock.age_days(some["supplied_on"], some["m2"], layers.on)),
        )
        for name, figure in zip(_UNUSED, found, strict=True):
            figure = figure if reason is None or name == _UNUSED[1] else Figure(None, reason=reason)
            yield _indicator(
                name, subject, year, _aged(figure), source, [note] if undated else [], _with_line(pack, name, line, old)
            )


def _aged(figure: Figure) -> Figure:
    """A figure that has neither a value nor a reason is a mean of nothing."""
    if figure.value is None and figure.reason is None:
        return figure._replace(reason=Text("没有这样的土地", "there is no such land"))
    return figure


def _undated(days: pd.Series, what: Text) -> Text | None:
    count = int(days.isna().sum())
    return Text(f"{count} 个{what.zh}没有日期", f"{count} {what.en} have no date") if count else None


def _with_line(pack: Pack, name: str, line: int, old: np.datetime64) -> Text:
    """The definition of what is old, with the line."""
    spec = pack.indicators.get(name)
    if spec is None or not name.endswith("_old_mu"):
        return Text("", "")
    return spec.formula + Text(
        f"（满 {line} 年：{old} 及以前；工具设定）", f" ({line} years: on {old} or before; a setting)"
    )


def _indicator(
    name: str,
    subject: Subject,
    year: int,
    figure: Figure,
    source: Text,
    notes: list[Text],
    formula: Text = Text("", ""),
) -> Indicator:
    return Indicator(
        name, subject, year, figure.value, "", numerator=figure.numerator, denominator=figure.denominator,
        formula=formula, source=stock.with_notes(source, notes), reason=figure.reason,
    )  # fmt: skip
