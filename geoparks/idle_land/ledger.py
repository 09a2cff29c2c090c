"""The three ledgers of land to be disposed of: approved and not supplied, supplied and not used, idle.

For a year, up to its end or to the day of the run: what was there before, what was found, what was disposed of, and what is
left. A run of an earlier day prints the ledger as it stood on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure import idle_stock, stock
from geoparks.measure.idle_stock import Year
from geoparks.measure.places import groups, told_in
from geoparks.measure.stock import Figure
from geoparks.measure.supplied import as_of, ledger
from geoparks.measure.tasks import TASK, Tasks
from geoparks.records import IdleRow, Subject
from geoparks.text import Text, joined, same

Kind = Literal["unsupplied", "unused", "idle"]
TITLES: dict[Kind, Text] = {
    "unsupplied": Text("批而未供", "Approved, not supplied"),
    "unused": Text("供而未用", "Supplied, not used"),
    "idle": Text("闲置土地", "Idle land"),
}
_TASKS: dict[Kind, TASK] = {"unsupplied": TASK.UNSUPPLIED, "unused": TASK.UNUSED, "idle": TASK.IDLE}
_REGION = Subject("region", "")
_NO_PATH = Text("原因待查明", "cause to be established")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line: whose, of which year, up to which day; areas in mu, None where they are not known (`reason`)."""

    kind: Kind
    title: Text
    subject: Subject
    year: int
    until: dt.date
    path: str
    """Of idle land: the path of what is open, the way of what was disposed of; empty in the line of all together."""
    path_title: Text
    before_mu: float | None = None
    before_count: int | None = None
    found_mu: float | None = None
    found_count: int | None = None
    disposed_mu: float | None = None
    disposed_count: int | None = None
    left_mu: float | None = None
    left_count: int | None = None
    task_mu: float | None = None
    rate: float | None = None
    """Disposed of ÷ the year's task."""
    reason: Text | None = None
    """Why an area, the task or the rate is missing."""


@dataclass(frozen=True, slots=True)
class ReuseRow:
    """Parcels that were re-used in a year by one way; mu None where an area is not known."""

    subject: Subject
    year: int
    way: str
    count: int
    mu: float | None


def rows_of(
    layers: Dataset, pack: Pack, idle: Iterable[IdleRow], years: Iterable[int] | None = None
) -> tuple[LedgerRow, ...]:
    """The ledgers of some years (the run's and the one before), by park, county, league and all together; idle land by path, too.

    before + found − disposed = left, in area and in count; of land approved and not supplied, what is left of the year's own
    approvals is what was found. `idle` gives the path of what is open; land without determination is in no ledger.
    """
    last = layers.on.year
    asked = sorted({last, last - 1} if years is None else set(years))
    tasks = Tasks(layers)
    rows = tuple(idle)
    found: list[LedgerRow] = []
    for year in asked:
        found += _unsupplied(layers, pack, year, tasks)
        found += _unused(layers, pack, year, tasks)
        found += _idle(layers, pack, year, tasks, rows)
    return tuple(found)


def reuse(layers: Dataset, pack: Pack, years: Iterable[int]) -> tuple[ReuseRow, ...]:
    """How much land was re-used in each year by each of the ways that are known, zero included, and by others on record."""
    if "parcels" not in layers:
        return ()
    rows = idle_stock.reused(layers, pack)
    known = layers.catalogue.codes["reuse_way"].values
    found = []
    for subject, those in groups(layers, rows):
        for year in sorted(set(years)):
            mine = rows[those & (rows["year"] == year).to_numpy(dtype=bool)]
            ways = mine["way"].where(mine["way"].notna(), "")
            for way in (*known, *sorted(set(ways) - set(known))):
                some = (ways == way).to_numpy(dtype=bool)
                area = idle_stock.area_of(mine, pd.Series(some, index=mine.index)).value
                found.append(
                    ReuseRow(subject, year, way, idle_stock.count_of(mine, pd.Series(some, index=mine.index)), area)
                )
    return tuple(found)


def _unsupplied(layers: Dataset, pack: Pack, year: int, tasks: Tasks) -> Iterator[LedgerRow]:
    until = min(stock.year_end(year), layers.on)
    if "approvals" not in layers:
        yield _without("unsupplied", year, until, layers.why_not("approvals"))
        return
    book = ledger(layers, pack)
    now, moved = as_of(book, until), stock.disposed(book, year, layers.on)
    gone = dict(groups(layers, moved))
    for subject, those in groups(layers, now):
        some = now[those]
        mine = moved[gone[subject]] if subject in gone else moved.iloc[:0]
        if why := stock.why_unknown(some):
            yield _without("unsupplied", year, until, why, subject)
            continue
        open_before, open_now = mine["stock_m2"] > stock.ROUNDING_M2, some["left_m2"] > stock.ROUNDING_M2
        closed = open_before & ~(mine["stock_m2"] - mine["disposed_m2"] > stock.ROUNDING_M2)
        counts = [_approvals(mine, open_before), _approvals(mine, closed), _approvals(some, open_now)]
        before, disposed, left = (float(one.sum()) for one in (mine["stock_m2"], mine["disposed_m2"], some["left_m2"]))
        areas = tuple(map(units.to_mu, (before, left - before + disposed, disposed, left)))
        numbers = (counts[0], counts[-1] - counts[0] + counts[1], counts[1], counts[-1])
        yield _row("unsupplied", subject, year, until, areas, numbers, tasks, told_in(some["county"]))


def _unused(layers: Dataset, pack: Pack, year: int, tasks: Tasks) -> Iterator[LedgerRow]:
    until = min(stock.year_end(year), layers.on)
    if (why := idle_stock.lacks(layers, "supplied_on", "started_on")) is not None:
        yield _without("unused", year, until, why)
        return
    spans, whole = idle_stock.unused_spans(layers, pack, year), idle_stock.places_of_parcels(layers, pack)
    moves = idle_stock.year_of(spans, year, layers.on)
    for subject, those in groups(layers, whole):
        counties = told_in(whole["county"][those])
        yield _moved("unused", spans, moves, those[spans.index], subject, year, until, (tasks, counties))


def _idle(layers: Dataset, pack: Pack, year: int, tasks: Tasks, rows: tuple[IdleRow, ...]) -> Iterator[LedgerRow]:
    until = min(stock.year_end(year), layers.on)
    if (why := idle_stock.lacks(layers, "determined_on")) is not None:
        yield _without("idle", year, until, why)
        return
    spans, whole = idle_stock.idle_spans(layers, pack, year), idle_stock.places_of_parcels(layers, pack)
    moves = idle_stock.year_of(spans, year, layers.on)
    spans = spans.assign(path=_paths(layers, spans, until, rows))
    there = (moves.before | moves.found | moves.left).to_numpy(dtype=bool)
    for subject, of_all in groups(layers, whole):
        those = of_all[spans.index]
        yield _moved("idle", spans, moves, those, subject, year, until, (tasks, told_in(whole["county"][of_all])))
        for path in sorted(set(spans["path"][those & there])):
            of_path = those & (spans["path"] == path).to_numpy(dtype=bool)
            yield _moved("idle", spans, moves, of_path, subject, year, until, None, path, _title(pack, path))


def _paths(layers: Dataset, spans: pd.DataFrame, until: dt.date, rows: tuple[IdleRow, ...]) -> np.ndarray:
    """Of some rows the way each was disposed of by a day, else its path; one that has neither is not known."""
    path = {one.parcel.id: one.path for one in rows}
    ids = layers["parcels"].ids[spans["parcel"].to_numpy()]
    ahead = np.array([path.get(one) or "unknown" for one in ids.tolist()], dtype=object)
    way = layers["parcels"].column("disposal", spans.index.to_numpy())
    closed = (spans["closed"] <= np.datetime64(until, "D")).to_numpy(dtype=bool) & way.notna().to_numpy()
    return np.where(closed, way.to_numpy(dtype=object), ahead)


def _moved(
    kind: Kind, spans: pd.DataFrame, moves: Year, those: np.ndarray, subject: Subject, year: int, until: dt.date,
    asked: tuple[Tasks, frozenset[str]] | None, path: str = "", path_title: Text = Text("", ""),
) -> LedgerRow:  # fmt: skip
    """One line of parcels that came and went; asked: the tasks, and the counties that the subject has parcels in, but of a path."""
    mine = [one & those for one in (moves.before, moves.found, moves.gone, moves.left)]
    areas = [idle_stock.area_of(spans, one) for one in mine]
    counts = tuple(idle_stock.count_of(spans, one) for one in mine)
    why = next((one.reason for one in areas if one.reason is not None), None)
    tasks, counties = asked if asked is not None else (None, frozenset[str]())
    values = tuple(one.value for one in areas)
    return _row(kind, subject, year, until, values, counts, tasks, counties, path, path_title, why)


def _row(
    kind: Kind, subject: Subject, year: int, until: dt.date, areas: tuple[float | None, ...], counts: tuple[int, ...],
    tasks: Tasks | None, counties: frozenset[str], path: str = "", path_title: Text = Text("", ""),
    reason: Text | None = None,
) -> LedgerRow:  # fmt: skip
    before, found, disposed, left = areas
    task = tasks.of(subject, year, _TASKS[kind], counties) if tasks is not None else Figure(None)
    rate = stock.over(Figure(disposed, reason=reason), task)
    reasons = list(dict.fromkeys(one for one in (reason, rate.reason) if one is not None))
    return LedgerRow(
        kind, TITLES[kind], subject, year, until, path, path_title, before, counts[0], found, counts[1], disposed,
        counts[2], left, counts[-1], task.value, rate.value, joined(reasons) if reasons else None,
    )  # fmt: skip


def _without(
    kind: Kind, year: int, until: dt.date, why: Text, subject: Subject = _REGION
) -> LedgerRow:  # fmt: skip
    return LedgerRow(kind, TITLES[kind], subject, year, until, "", Text("", ""), reason=why)


def _title(pack: Pack, path: str) -> Text:
    """What a path or a way of disposal is called; as it stands where no document names it."""
    ways = {**{one.id: one.title for one in pack.idle.options}, **{k: v.title for k, v in pack.idle.paths.items()}}
    return _NO_PATH if path == "unknown" else ways.get(path, same(path))


def _approvals(some: pd.DataFrame, those: pd.Series) -> int:
    return int(some.loc[those, "approval_id"].nunique())
