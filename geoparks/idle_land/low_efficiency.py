"""Low-efficiency land: what a finished parcel's contract agreed on, beside what there is: plot ratio, investment, tax.

No document gives a number by which land is of low efficiency, so this is for information and no verdict.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.days import days_of, reached
from geoparks.measure.once import areas_once
from geoparks.measure.supplied import RECOVERED
from geoparks.normalise.features import Features
from geoparks.records import Subject
from geoparks.text import Text

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

    ids: Array
    names: Array
    parks: Array
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
        return len(self.ids) * len(MEASURES)

    @property
    def short(self) -> Array:
        """(parcels, measures): contract less actual where it is below, 0 elsewhere."""
        return np.where(self.below == 1, self.contract - self.actual, 0.0)

    def __iter__(self) -> Iterator[Compared]:
        numbers = [one.tolist() for one in (self.contract, self.actual, self.below, self.short, self.why)]
        whose = zip(self.ids.tolist(), self.names.tolist(), self.parks.tolist(), strict=True)
        for (name, title, park), *rows in zip(whose, *numbers, strict=True):
            subject = Subject("parcels", name, title)
            for measure, contract, actual, below, short, why in zip(MEASURES, *rows, strict=True):
                checked = below >= 0
                yield Compared(
                    subject, park, measure, self.year if measure == "tax" else None, _known(contract), _known(actual),
                    bool(below) if checked else None, short if checked else None, None if checked else self.reasons[why],
                )  # fmt: skip


def together(some: Sequence[Comparison]) -> Comparison:
    """The figures of several pieces of a layer, one after another."""
    if len(some) == 1:
        return some[0]
    reasons = {text: place for place, text in enumerate(dict.fromkeys(text for one in some for text in one.reasons))}
    why = [np.array([*(reasons[text] for text in one.reasons), -1], dtype=np.int32)[one.why] for one in some]
    names = ("ids", "names", "parks", "contract", "actual", "below")
    ids, titles, parks, contract, actual, below = (
        np.concatenate([getattr(one, name) for one in some]) for name in names
    )
    return Comparison(
        ids, titles, parks, some[0].year, contract, actual, below, np.concatenate(why), tuple(reasons)
    )  # fmt: skip


def compared(layers: Dataset, on: dt.date, year: int) -> Comparison:
    """Every parcel finished by a day, and not given back: plot ratio as m²/m², money in 万元 per mu.

    The area is the stated one, else the measured; a parcel in several rows has the sum of their areas, and values that its
    rows state differently are not known. The tax is that of all enterprises on the parcel in the year; where the return of
    one is missing, or none is on record, it is not known. The investment on record is without the price of the land and
    taxes; a contract may count these in. Without a layer of parcels there are no rows.
    """
    if "parcels" not in layers:
        nothing, none = np.empty((0, len(MEASURES))), np.empty(0, dtype=object)
        return Comparison(
            none, none, none, year, nothing, nothing, nothing.astype(np.int8), nothing.astype(np.int32), ()
        )
    parcels = layers["parcels"]
    table = _table(parcels, on)
    told = _Reasons()
    sides = [
        _one(parcels, table, measure, told, _tax(layers, year) if measure == "tax" else None) for measure in MEASURES
    ]
    contract, actual, why = (np.column_stack(one) for one in zip(*sides, strict=True))
    checked = why < 0
    with np.errstate(invalid="ignore"):
        below = (
            checked
            & (actual < contract)
            & (np.abs(contract - actual) > _SAME * np.maximum(np.abs(contract), np.abs(actual)))
        )
    positions = table["position"].to_numpy(dtype=np.int64)
    return Comparison(
        parcels.ids[positions], parcels.names[positions], layers.parks_along("parcels")[positions],
        year, contract, actual, np.where(checked, below, -1).astype(np.int8),
        why.astype(np.int32), tuple(told.texts),
    )  # fmt: skip


def _table(parcels: Features, on: dt.date) -> pd.DataFrame:
    """One row a finished parcel: position, area in m², and the fields that are compared, NaN where its rows differ."""
    area = areas_once(parcels, "area_ha", "finished_on")
    back = parcels.column("disposal").isin(RECOVERED).to_numpy() & reached(parcels.column("disposed_on"), on)
    over = back | reached(parcels.column("deregistered_on"), on)
    finished = reached(parcels.column("finished_on"), on) & ~over
    frame = pd.DataFrame({"id": parcels.ids.astype(str), "position": np.arange(len(parcels)), "m2": area})
    for name in (*_CONTRACT.values(), *_ACTUAL.values()):
        frame[name] = parcels.column(name).astype(float).to_numpy()
    frame = frame[finished]
    if frame.empty:
        return frame
    if not frame["id"].duplicated().any():
        return frame.reset_index(drop=True)
    by_id = frame.groupby("id", sort=False)
    result = by_id[["position"]].first()
    result["m2"] = by_id["m2"].agg(lambda some: some.sum(skipna=False))
    for name in (*_CONTRACT.values(), *_ACTUAL.values()):
        result[name] = by_id[name].agg(_agreed)
    return result.reset_index()


def _agreed(some: pd.Series) -> float:
    values = some.dropna().unique()
    return float(values[0]) if len(values) == 1 else math.nan


class _Reasons:
    """Different reasons, each once."""

    def __init__(self) -> None:
        self.texts: dict[Text, int] = {}

    def place(self, text: Text) -> int:
        return self.texts.setdefault(text, len(self.texts))


Tax = dict[str, tuple[float | None, Text | None]] | Text


def _one(
    parcels: Features, table: pd.DataFrame, measure: str, told: _Reasons, tax: Tax | None
) -> tuple[Array, Array, Array]:  # fmt: skip
    """One measure of every finished parcel: what was agreed, what there is, and the place of the reason why that is not known."""
    contract, m2 = (table[name].to_numpy(dtype=float) for name in (_CONTRACT[measure], "m2"))
    known, why = _of_tax(table, tax, told) if tax is not None else _on_record(table, measure, told)
    no_area = ~(m2 > 0)
    why = np.where(no_area, told.place(_NO_AREA), why) if no_area.any() else why
    with np.errstate(invalid="ignore", divide="ignore"):
        actual = np.where(why < 0, known / (m2 if measure == "far" else units.to_mu(m2)), np.nan)
    if (blank := np.isnan(contract)).any():
        why = np.where(blank, told.place(parcels.why_missing(_CONTRACT[measure])), why)
    if (nothing := contract <= 0).any():
        why = np.where(nothing, told.place(_NOTHING_AGREED), why)
    return contract, actual, why


def _on_record(table: pd.DataFrame, measure: str, told: _Reasons) -> tuple[Array, Array]:
    value = table[_ACTUAL[measure]].to_numpy(dtype=float)
    missing = ~(value >= 0)
    return value, np.where(missing, told.place(_LACKING[measure]) if missing.any() else -1, -1)


def _of_tax(table: pd.DataFrame, tax: Tax, told: _Reasons) -> tuple[Array, Array]:
    """The tax of all enterprises on every parcel."""
    if isinstance(tax, Text):
        return np.full(len(table), np.nan), np.full(len(table), told.place(tax) if len(table) else -1)
    values, why = np.full(len(table), np.nan), np.full(len(table), -1)
    place = pd.Index(list(tax)).get_indexer(table["id"]) if tax else np.full(len(table), -1)
    if (nobody := place < 0).any():
        why[nobody] = told.place(_NOBODY)
    found = list(tax.values())
    for row in np.flatnonzero(place >= 0).tolist():
        value, reason = found[place[row]]
        values[row] = np.nan if value is None else value
        why[row] = -1 if reason is None else told.place(reason)
    return values, why


def _tax(layers: Dataset, year: int) -> Tax:
    """万元 of tax by parcel, of the enterprises that were there in a year; or why nothing is known of any.

    Every piece of the parcels asks for it, so it is worked out once.
    """
    enterprises, stats = layers.get("enterprises"), layers.get("enterprise_stats")
    if enterprises is None or stats is None:
        return layers.why_not("enterprises" if enterprises is None else "enterprise_stats")
    if f"tax of {year}" not in enterprises.derived:
        enterprises.derived[f"tax of {year}"] = _tax_of(enterprises, stats, year)
    found: Tax = enterprises.derived[f"tax of {year}"]
    return found


def _tax_of(enterprises: Features, stats: Features, year: int) -> Tax:
    returns = pd.DataFrame(
        {"id": stats.column("enterprise_id"), "year": stats.column("year"), "tax": stats.column("tax_wanyuan")}
    )
    of_year = returns[returns["year"] == year].dropna(subset=["tax"]).groupby("id")["tax"].agg(_agreed)
    first, last = np.datetime64(f"{year}-01-01", "D"), np.datetime64(f"{year}-12-31", "D")
    left, came = days_of(enterprises.column("left_on")), days_of(enterprises.column("entered_on"))
    those = enterprises.column("parcel_id").notna().to_numpy() & ~(left < first) & ~(came > last)
    frame = pd.DataFrame({"id": enterprises.ids.astype(str), "parcel": enterprises.column("parcel_id")})[those]
    frame = frame.drop_duplicates()
    frame["tax"] = frame["id"].map(of_year)
    found: dict[str, tuple[float | None, Text | None]] = {}
    for parcel, some in frame.groupby("parcel"):
        if unknown := int(some["tax"].isna().sum()):
            found[str(parcel)] = (
                None,
                Text(
                    f"{unknown} 家企业没有 {year} 年的税收（共 {len(some)} 家）",
                    f"of {len(some)} enterprises {unknown} have no tax of {year} on record",
                ),
            )
        else:
            found[str(parcel)] = (float(some["tax"].sum()), None)
    return found


def _known(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
