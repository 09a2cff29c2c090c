"""Land approved and not supplied: the ratio over some approvals, what is left of them, and what of it was disposed of in a year."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.measure.supplied import Ledger, as_of
from geoparks.text import Text, joined

ROUNDING_M2 = 1.0
"""An approval with less left than a square metre has been supplied."""


class Figure(NamedTuple):
    """A figure with what it was divided from, or why there is none; areas in mu."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    reason: Text | None = None


def ratio(rows: pd.DataFrame) -> Figure:
    """Supplied ÷ approved, each summed over approvals as they stood on a day (``as_of``); no number over zero.

    >>> one = pd.DataFrame({"approved_m2": [6e4, 4e4], "supplied_m2": [3e4, 4e4], "contradicts": False})
    >>> ratio(one).value
    0.7
    """
    if (reason := why_unknown(rows)) is not None:
        return Figure(None, _mu(rows, "supplied_m2"), _mu(rows, "approved_m2"), reason)
    above, below = _mu(rows, "supplied_m2"), _mu(rows, "approved_m2")
    if not below:
        return Figure(
            None, above, below, Text("批准面积（扣除撤回）为零", "the approved area, withdrawals taken off, is zero")
        )
    assert above is not None
    return Figure(above / below, above, below)


def window(rows: pd.DataFrame, year: int, years: int) -> pd.DataFrame:
    """The approvals of a year and of those before it, so many in all."""
    return rows[(rows["year"] > year - years) & (rows["year"] <= year)]


def left(rows: pd.DataFrame) -> Figure:
    """Approved and not supplied, in mu: what one approval has too much does not make up for another."""
    if rows.empty:
        return Figure(None, reason=Text("没有批准用地", "no approvals"))
    if (reason := why_unknown(rows)) is not None:
        return Figure(None, reason=reason)
    return Figure(_mu(rows, "left_m2"))


def why_unknown(rows: pd.DataFrame) -> Text | None:
    """Why nothing can be said of some approvals; None where all is known of them."""
    if rows.empty:
        return Text("该时段没有批准用地", "no approvals in these years")
    if rows["supplied_m2"].isna().any():
        return Text(
            "没有带供地日期的宗地，或已供宗地面积不明：已供面积不明",
            "what was supplied is not known: no parcels with a date of supply, or supplied parcels without an area",
        )
    unknown = rows["approved_m2"].isna()
    if not unknown.any():
        return None
    if contradicts := int((unknown & rows["contradicts"]).sum()):
        return Text(
            f"{contradicts} 个批次有撤回日期而撤回面积为零，撤回多少不明",
            f"{contradicts} approvals have a day of withdrawal and an area of zero: how much is not known",
        )
    return Text(
        "有批次的批准面积（或要扣除的不可供面积）不明",
        "the area of an approval, or what of it cannot be supplied, is not known",
    )


def disposed(book: Ledger, year: int, on: dt.date) -> pd.DataFrame:
    """For every dated approval that was there at the end of the year before: stock, and what went in the year (or to the day).

    Columns stock_m2, disposed_m2, by_withdrawal_m2, all in square metres, with the places of the ledger; NaN where unknown.
    What one approval is supplied beyond its stock disposes of nothing.
    """
    before = as_of(book, min(year_end(year - 1), on))
    before = before[before["approved_on"].notna()]
    after = as_of(book, min(year_end(year), on)).reindex(before.index)
    gone = np.minimum(after["taken_m2"] - before["taken_m2"], before["left_m2"])
    return before.assign(
        stock_m2=before["left_m2"],
        disposed_m2=before["left_m2"] - after["left_m2"],
        by_withdrawal_m2=gone,
        supplied_m2=before["supplied_m2"] + after["supplied_m2"],
        approved_m2=before["approved_m2"] + after["approved_m2"],
        contradicts=before["contradicts"],
    )


def disposed_of(rows: pd.DataFrame) -> Figure:
    """Land disposed of in mu, out of the stock, which is the denominator; both of the rows of ``disposed``."""
    if rows.empty:
        return Figure(None, reason=Text("上年末没有批准用地", "no approvals at the end of the year before"))
    if (reason := why_unknown(rows)) is not None:
        return Figure(None, reason=reason)
    found = _mu(rows, "disposed_m2")
    return Figure(found, found, _mu(rows, "stock_m2"))


def over(above: Figure, below: Figure) -> Figure:
    """A figure divided by another; no number over zero, and the reason of whichever is missing."""
    if above.value is None or below.value is None:
        return Figure(None, above.value, below.value, above.reason or below.reason)
    if not below.value:
        return Figure(None, above.value, below.value, Text("分母为零", "the denominator is zero"))
    return Figure(above.value / below.value, above.value, below.value)


def year_end(year: int) -> dt.date:
    """The last day of a year."""
    return dt.date(year, 12, 31)


def years_before(on: dt.date, years: int) -> np.datetime64:
    """The day so many years before: what happened on it has been so many years ago; 29 February goes to the 28th."""
    try:
        return np.datetime64(on.replace(year=on.year - years), "D")
    except ValueError:
        return np.datetime64(on.replace(year=on.year - years, day=on.day - 1), "D")


def age_days(days: pd.Series, m2: pd.Series, on: dt.date) -> float | None:
    """Mean age in days of areas, weighted by area; None where there is no area, or the day of some is not known.

    >>> age_days(pd.Series(pd.to_datetime(["2024-01-01", "2024-01-11"])), pd.Series([1.0, 3.0]), dt.date(2024, 1, 31))
    22.5
    """
    some = m2 > 0
    if not some.any() or days[some].isna().any():
        return None
    ages = (np.datetime64(on, "D") - days[some].to_numpy().astype("datetime64[D]")).astype(float)
    return float(np.average(ages, weights=m2[some]))


def told(rows: pd.DataFrame) -> list[Text]:
    """What is to be known beside a figure of approvals as they stood on a day."""
    notes = []
    if over := int((rows["over_m2"] > ROUNDING_M2).sum()):
        mu = units.number(units.to_mu(float(rows["over_m2"].sum())))
        notes.append(
            Text(
                f"{over} 个批次已供面积大于批准面积，共多 {mu} 亩，请核对",
                f"{over} approvals have more supplied than approved, {mu} mu in all: check them",
            )
        )
    if void := int((rows["void_m2"] > 0).sum()):
        mu = units.number(units.to_mu(float(rows["void_m2"].sum())))
        notes.append(
            Text(
                f"{void} 个整件撤回的批次仍有已供宗地 {mu} 亩，未计入",
                f"{void} approvals withdrawn whole have parcels of {mu} mu all the same, left out",
            )
        )
    if early := int(rows["early"].sum()):
        notes.append(
            Text(
                f"{early} 宗供地日期早于批准日期，已计入",
                f"{early} parcels were supplied before the approval, counted in",
            )
        )
    return notes


def to_be_told(parcels: pd.DataFrame, on: dt.date) -> np.ndarray:
    """Which parcels ``told_of_parcels`` has something to say of."""
    supplied = parcels["supplied_on"] <= np.datetime64(on, "D")
    outside = ~parcels["placed"] | (parcels["outside_m2"] > ROUNDING_M2)
    result: np.ndarray = (parcels["supplied_on"].isna() | (supplied & outside)).to_numpy(dtype=bool)
    return result


def told_of_parcels(parcels: pd.DataFrame, on: dt.date) -> list[Text]:
    """Which parcels are in no ratio, and why: no day of supply, neither approval nor shape, or land outside all approvals."""
    if parcels.empty:
        return []
    supplied = parcels["supplied_on"] <= np.datetime64(on, "D")
    notes = []
    if undated := _count(parcels, parcels["supplied_on"].isna()):
        notes.append(
            Text(f"{undated} 宗没有供地日期，未计入", f"{undated} parcels without a day of supply are left out")
        )
    if nowhere := _count(parcels, supplied & ~parcels["placed"]):
        notes.append(
            Text(
                f"{nowhere} 宗已供宗地没有（有效的）批准编号，也没有图形，未计入已供面积",
                f"{nowhere} supplied parcels have neither the id of an approval nor a shape: not counted as supplied",
            )
        )
    outside = supplied & (parcels["outside_m2"] > ROUNDING_M2)
    if count := _count(parcels, outside):
        mu = units.number(units.to_mu(float(parcels.loc[outside, "outside_m2"].sum())))
        notes.append(
            Text(
                f"{count} 宗没有批准编号的已供宗地有 {mu} 亩不在任何批准用地内，未计入",
                f"{count} supplied parcels that name no approval have {mu} mu outside all approvals, left out",
            )
        )
    return notes


def with_notes(source: Text, notes: list[Text]) -> Text:
    """A source with what is to be known beside it, in brackets."""
    return source + Text("（", " (") + joined(notes) + Text("）", ")") if notes else source


def _count(parcels: pd.DataFrame, those: pd.Series) -> int:
    return int(parcels.loc[those, "parcel"].nunique())


def _mu(rows: pd.DataFrame, name: str) -> float | None:
    """The sum of a column in mu; None where a part of it is not known, or there is nothing to sum."""
    found = units.to_mu(float(rows[name].sum(skipna=False)))
    return None if rows.empty or np.isnan(found) else found
