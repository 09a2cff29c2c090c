"""E09: the cases of a zombie enterprise, each as a test of its own: 1 where it holds, 0 where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.days import anniversaries, reached
from geoparks.normalise.features import Features
from geoparks.records import Indicator
from geoparks.text import Text

_STOPPED, _PAY, _AGAINST = "E09.stopped", "E09.unable_to_pay", "E09.against_restructuring"
_SUPPORT, _RATIO, _TESTS = "E09.living_on_support", "E09.debt_ratio", "E09.tests"
INDICATORS = (_STOPPED, _PAY, _AGAINST, _SUPPORT, _RATIO, _TESTS)
Array = np.ndarray[Any, Any]
_SOURCE = Text("企业、企业年报", "enterprises, enterprise_stats")
_NO_DATA = Text("数据不足，无法判断", "not enough data to tell")
_OPEN = Text("有情形无法判断，只得下限", "some cases cannot be told: a lower bound")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Every test of every enterprise that has not left, in the year of the run; NaN stands for what cannot be told."""
    enterprises, year = layers.get("enterprises"), layers.year
    if enterprises is None or year is None:
        return
    tests = _tests(enterprises, _Stats(layers, enterprises), year, pack, layers)
    fired = np.vstack(list(tests.values()))
    known, certain = np.nansum(fired, axis=0), ~np.isnan(fired).any(axis=0)
    gone = reached(enterprises.column("left_on"), layers.on)
    seen = set()
    for position in np.flatnonzero(~gone).tolist():
        subject = enterprises.subject(position)
        if subject in seen:
            continue
        seen.add(subject)
        for name, values in tests.items():
            value = values[position]
            told = None if np.isnan(value) else int(value)
            yield Indicator(name, subject, year, told, "", source=_SOURCE, reason=_NO_DATA if told is None else None)
        count, sure = int(known[position]), bool(certain[position])
        yield Indicator(
            _TESTS, subject, year, count if sure else None, "", source=_SOURCE, reason=None if sure else _OPEN,
            at_least=None if sure else count,
        )  # fmt: skip


class _Stats:
    """The returns of enterprises, a column of one year at a time, in the order of the register; NaN where there is none."""

    def __init__(self, layers: Dataset, enterprises: Features) -> None:
        stats = layers.get("enterprise_stats")
        self.frame = pd.DataFrame() if stats is None else pd.DataFrame(stats.frame)
        self.ids = pd.Series(enterprises.ids)

    def of(self, field: str, year: int) -> Array:
        if not {"enterprise_id", "year", field} <= set(self.frame.columns):
            return np.full(len(self.ids), np.nan)
        rows = self.frame[(self.frame["year"] == year).to_numpy()]
        values = pd.to_numeric(rows[field].astype(object).where(rows[field].notna(), np.nan), errors="coerce").astype(
            float
        )
        by_id = values.groupby(rows["enterprise_id"].to_numpy())
        single = by_id.first().where(by_id.nunique() <= 1)
        return self.ids.map(single).to_numpy(dtype=float)


def _tests(enterprises: Features, stats: _Stats, year: int, pack: Pack, layers: Dataset) -> dict[str, Array]:
    return {
        _STOPPED: _stopped(enterprises, stats, year, pack, layers),
        _PAY: 1 - stats.of("debt_serviceable", year),
        _AGAINST: _flag(enterprises, "against_restructuring"),
        _SUPPORT: _living_on_support(enterprises, stats, year, pack, layers),
        _RATIO: _debt_ratio(stats, year, pack),
    }


def _number(pack: Pack, name: str, key: str) -> Any:
    spec = pack.indicators.get(name)
    return spec.parameters[key] if spec is not None else 0


def _flag(enterprises: Features, name: str) -> Array:
    column = enterprises.column(name)
    return column.astype(object).where(column.notna(), np.nan).astype(float).to_numpy()


def _stopped(enterprises: Features, stats: _Stats, year: int, pack: Pack, layers: Dataset) -> Array:
    """Full years since the stop; who has no such day and made something in the year has not stopped."""
    day = enterprises.column("stopped_on")
    full = anniversaries(day, int(_number(pack, _STOPPED, "years"))) <= np.datetime64(layers.on, "D")
    working = np.where(stats.of("output_wanyuan", year) > 0, 0.0, np.nan)
    return np.where(day.notna(), full.astype(float), working)


def _living_on_support(enterprises: Features, stats: _Stats, year: int, pack: Pack, layers: Dataset) -> Array:
    """Old enough, losing money year after year, and supported in each of these years; one clear no settles it."""
    day = enterprises.column("established_on")
    full = anniversaries(day, int(_number(pack, _SUPPORT, "years"))) <= np.datetime64(layers.on, "D")
    conditions = [np.where(day.notna(), full.astype(float), np.nan)]
    for one in range(year - int(_number(pack, _SUPPORT, "losses")) + 1, year + 1):
        profit, subsidy, loan = (
            stats.of(name, one) for name in ("net_profit_wanyuan", "subsidy_wanyuan", "renewed_loan_wanyuan")
        )
        conditions.append(_compared(profit, profit < 0))
        helped = np.fmax(subsidy, loan) > 0
        silent = np.isnan(subsidy) | np.isnan(loan)
        conditions.append(np.where(helped, 1.0, np.where(silent, np.nan, 0.0)))
    return _all(conditions)


def _debt_ratio(stats: _Stats, year: int, pack: Pack) -> Array:
    most, running = float(_number(pack, _RATIO, "ratio")), int(_number(pack, _RATIO, "years"))
    conditions = []
    for one in range(year - running + 1, year + 1):
        assets, debts = stats.of("assets_wanyuan", one), stats.of("liabilities_wanyuan", one)
        quotient = np.divide(debts, assets, out=np.full(len(assets), np.nan), where=assets > 0)
        conditions.append(_compared(quotient, quotient >= most))
    return _all(conditions)


def _compared(values: Array, holds: Array) -> Array:
    return np.where(np.isnan(values), np.nan, holds.astype(float))


def _all(conditions: list[Array]) -> Array:
    """1 where all hold, 0 where one does not, NaN where none fails and one is not known."""
    together = np.vstack(conditions)
    fails = (together == 0).any(axis=0)
    return np.where(fails, 0.0, np.where(np.isnan(together).any(axis=0), np.nan, 1.0))
