"""Low-efficiency land: what a finished parcel's contract agreed on, beside what there is: plot ratio, investment, tax.

No document gives a number by which land is of low efficiency, so this is for information and no verdict.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.idle_land.finished import AREA, Reasons, finished
from geoparks.idle_land.tax import Tax, tax_of
from geoparks.normalise.by_position import pieces
from geoparks.normalise.features import Features
from geoparks.records import Subject
from geoparks.text import Text
from geoparks.who import Who

MEASURES: dict[str, tuple[Text, str]] = {
    "far": (Text("容积率", "Plot ratio"), "ratio"),
    "investment": (Text("投资强度", "Investment per mu"), "wanyuan_per_mu"),
    "tax": (Text("亩均税收", "Tax per mu"), "wanyuan_per_mu"),
}
"""Title and unit of what is compared."""
_CONTRACT = {
    "far": "contract_far", "investment": "contract_investment_wanyuan_mu", "tax": "contract_tax_wanyuan_mu",
}  # fmt: skip
_LACKING = {"far": Text("没有填建筑面积", "no floor area"), "investment": Text("没有填已投资额", "no investment")}
_NO_AREA = Text("宗地面积不明", "the area of the parcel is not known")
_NOBODY = Text("没有企业登记在该宗地上", "no enterprise is on record on this parcel")
_NOTHING_AGREED = Text("合同约定值不大于零，无从比较", "the contract agrees on nothing above zero")
_SAME = 1e-9  # relative; a quotient of the agreed area is not below it by its last digit
_ACTUAL = {"far": "floor_area_m2", "investment": "invested_wanyuan"}


Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of one parcel, as agreed and as it is."""

    parcel: Subject
    park: str
    measure: str
    """far, investment or tax; a key of ``MEASURES``."""
    year: int | None
    """The year of the tax; None of what is as it stands."""
    contract: float | None
    actual: float | None
    below: bool | None
    """Whether it is below the contract; None where that was not checked."""
    short: float | None
    """Contract less actual where it is below, 0 where it is not; None where not checked."""
    reason: Text | None = None
    """Why it was not checked."""


@dataclass(frozen=True)
class Comparison:
    """The figures of many parcels, as columns; iterated over, a record of each figure, three a parcel."""

    at: Array
    """(parcels,): the position of the first row of each in the layer."""
    who: Who | None
    """The rows of the layer; None while what was found of a piece is on its way to the whole."""
    year: int
    contract: Array
    """(parcels, measures); NaN where not known."""
    actual: Array
    below: Array
    """(parcels, measures): 1 below, 0 not, −1 not checked."""
    why: Array
    """(parcels, measures): place in `reasons`, why it was not checked; −1 where it was."""
    reasons: tuple[Text, ...]

    def __len__(self) -> int:
        return len(self.at) * len(MEASURES)

    def short(self, some: Array) -> Array:
        """(parcels, measures), of some parcels: contract less actual where it is below, 0 elsewhere."""
        return np.where(self.below[some] == 1, self.contract[some] - self.actual[some], 0.0)

    def told(self) -> Iterator[tuple[Who, Array]]:
        """The parcels and their places here, a piece at a time."""
        assert self.who is not None
        for some in pieces(len(self.at)):
            yield self.who.told(self.at[some]), some

    def __iter__(self) -> Iterator[Compared]:
        for who, some in self.told():
            columns = (self.contract[some], self.actual[some], self.below[some], self.short(some), self.why[some])
            whose = zip(who.ids, who.names, who.parks, strict=True)
            for (name, title, park), *rows in zip(whose, *(one.tolist() for one in columns), strict=True):
                subject = Subject("parcels", name, title)
                for measure, contract, actual, below, short, why in zip(MEASURES, *rows, strict=True):
                    checked = below >= 0
                    yield Compared(
                        subject, park, measure, self.year if measure == "tax" else None, _known(contract), _known(actual),
                        bool(below) if checked else None, short if checked else None, None if checked else self.reasons[why],
                    )  # fmt: skip


def together(some: Sequence[Comparison]) -> Comparison:
    """The figures of several pieces of a layer, one after another; of whose, nobody has said then."""
    if len(some) == 1:
        return some[0]
    reasons = {text: place for place, text in enumerate(dict.fromkeys(text for one in some for text in one.reasons))}
    why = [np.array([*(reasons[text] for text in one.reasons), -1], dtype=np.int32)[one.why] for one in some]
    names = ("at", "contract", "actual", "below")
    at, contract, actual, below = (np.concatenate([getattr(one, name) for one in some]) for name in names)
    return Comparison(at, None, some[0].year, contract, actual, below, np.concatenate(why), tuple(reasons))


def compared(layers: Dataset, on: dt.date, year: int) -> Comparison:
    """Every parcel finished by a day, and not given back: plot ratio as m²/m², money in 万元 per mu.

    The area is the stated one, else the measured; a parcel in several rows has the sum of their areas, and values that its
    rows state differently are not known. One of which nobody can tell whether it is finished, or was given back, is not
    checked. The tax is that of all enterprises on the parcel in the year; where the return of one is missing, one is on
    another parcel too, or none is on record, it is not known. The investment on record is without the price of the land and
    taxes; a contract may count these in. Without a layer of parcels there are no rows.
    """
    if "parcels" not in layers:
        nothing, none = np.empty((0, len(MEASURES))), np.empty(0, dtype=object)
        whole = (nothing, nothing, nothing.astype(np.int8), nothing.astype(np.int32))
        return Comparison(np.empty(0, dtype=np.intp), Who(none, none, none), year, *whole, ())
    parcels, told = layers["parcels"], Reasons()
    table = finished(layers, on, (*_CONTRACT.values(), *_ACTUAL.values()), told)
    sides = [
        _one(parcels, table, measure, told, tax_of(layers, year) if measure == "tax" else None) for measure in MEASURES
    ]
    contract, actual, why = (np.column_stack(one) for one in zip(*sides, strict=True))
    checked = why < 0
    with np.errstate(invalid="ignore"):
        below = (
            checked
            & (actual < contract)
            & (np.abs(contract - actual) > _SAME * np.maximum(np.abs(contract), np.abs(actual)))
        )
    return Comparison(
        table["position"].to_numpy(dtype=np.int64), Who.of(layers, "parcels"), year,
        contract, actual, np.where(checked, below, -1).astype(np.int8), why.astype(np.int32), tuple(told.texts),
    )  # fmt: skip


def _one(
    parcels: Features, table: pd.DataFrame, measure: str, told: Reasons, tax: Tax | Text | None
) -> tuple[Array, Array, Array]:  # fmt: skip
    """One measure of every finished parcel: what was agreed, what there is, and the place of the reason why that is not known."""
    contract, m2 = (table[name].to_numpy(dtype=float) for name in (_CONTRACT[measure], "m2"))
    actual, why = _of_tax(table, tax, told) if tax is not None else _on_record(table, measure, told)
    why = _unless(~(m2 > 0), _NO_AREA, why, told)
    why = _first(table[f"{AREA} why"], why)
    if (blank := np.isnan(contract)).any():
        why = np.where(blank, told.place(parcels.why_missing(_CONTRACT[measure])), why)
    why = _unless(contract <= 0, _NOTHING_AGREED, why, told)
    why = _first(table["why"], _first(table[f"{_CONTRACT[measure]} why"], why))
    with np.errstate(invalid="ignore", divide="ignore"):
        actual = np.where(why < 0, actual / (m2 if measure == "far" else units.to_mu(m2)), np.nan)
    return contract, actual, why


def _unless(mask: Array, text: Text, why: Array, told: Reasons) -> Array:
    """Places of reasons, with that of another one where it holds."""
    return np.where(mask, told.place(text), why) if mask.any() else why


def _first(before: pd.Series, why: Array) -> Array:
    """Places of reasons, those that come before the others where there are some."""
    first = before.to_numpy(dtype=np.int64)
    return np.where(first < 0, why, first)


def _on_record(table: pd.DataFrame, measure: str, told: Reasons) -> tuple[Array, Array]:
    value = table[_ACTUAL[measure]].to_numpy(dtype=float)
    why = _unless(~(value >= 0), _LACKING[measure], np.full(len(table), -1), told)
    return value, _first(table[f"{_ACTUAL[measure]} why"], why)


def _of_tax(table: pd.DataFrame, tax: Tax | Text, told: Reasons) -> tuple[Array, Array]:
    """The tax of all enterprises on every parcel."""
    if isinstance(tax, Text):
        return np.full(len(table), np.nan), np.full(len(table), told.place(tax) if len(table) else -1)
    place = tax.parcels.get_indexer(table["id"])
    values = np.append(tax.wanyuan, np.nan)[place]  # −1: of nobody
    why = _unless(place < 0, _NOBODY, np.full(len(table), -1), told)
    for row in np.flatnonzero(np.isnan(values) & (place >= 0)).tolist():
        why[row] = told.place(tax.why[int(place[row])])
    return values, why


def _known(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
