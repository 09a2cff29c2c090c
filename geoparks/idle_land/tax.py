"""The tax of the enterprises on every parcel in a year, or why it is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.days import days_of
from geoparks.measure.rows_of_one import unread_in_any
from geoparks.normalise.features import Features
from geoparks.text import Text, joined

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Tax:
    """万元 of tax of the parcels that enterprises are on record on."""

    parcels: pd.Index
    """Their ids."""
    wanyuan: Array
    """NaN where it is not known."""
    why: Mapping[int, Text]
    """By place, why it is not known."""


def tax_of(layers: Dataset, year: int) -> Tax | Text:
    """The tax of each parcel, of the enterprises that were there in a year; or why nothing is known of any.

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
    frame = _who_was_where(enterprises, year).merge(_returns(stats, year), how="left", left_on="id", right_index=True)
    frame["missing"] = frame["tax"].isna() & ~frame["differ"].eq(True) & ~frame["unread"].eq(True)
    frame["elsewhere"] = frame["id"].duplicated(keep=False)
    for name in _WHY:
        frame[name] = frame[name].eq(True)
    by_parcel = frame.groupby("parcel")
    counts = by_parcel[list(_WHY)].sum()
    total = by_parcel["tax"].sum().to_numpy(dtype=float)
    unknown = counts.to_numpy().any(axis=1)
    sizes = by_parcel.size().to_numpy()
    why = {
        place: joined(
            [_told(name, int(count), int(sizes[place]), year) for name, count in counts.iloc[place].items() if count]
        )
        for place in np.flatnonzero(unknown).tolist()
    }
    return Tax(pd.Index(counts.index.astype(str)), np.where(unknown, np.nan, total), why)


_WHY = {
    "missing": Text("没有 {year} 年的税收", "have no tax of {year} on record"),
    "unread": Text("的 {year} 年税收填了但读不懂", "have a tax of {year} that cannot be read"),
    "differ": Text("的 {year} 年税收有几个不同的数", "have several taxes of {year} that differ"),
    "elsewhere": Text(
        "同时登记在其他宗地上，没有分开各宗地的税收",
        "are on record on other parcels too, and their tax is not told apart",
    ),
    "undated": Text("的迁入或迁出日期填了但读不懂", "have a day of coming or leaving that cannot be read"),
}
"""Why the tax of an enterprise on a parcel is not known."""


def _told(name: object, count: int, size: int, year: int) -> Text:
    what = _WHY[str(name)].fill(year=year)
    return Text(f"{count} 家企业{what.zh}（共 {size} 家）", f"of {size} enterprises {count} {what.en}")


def _who_was_where(enterprises: Features, year: int) -> pd.DataFrame:
    """Each enterprise with each parcel it was on in a year: id, parcel, undated (the days that say so cannot be read)."""
    first, last = np.datetime64(f"{year}-01-01", "D"), np.datetime64(f"{year}-12-31", "D")
    left, came = days_of(enterprises.column("left_on")), days_of(enterprises.column("entered_on"))
    those = enterprises.column("parcel_id").notna().to_numpy() & ~(left < first) & ~(came > last)
    undated = unread_in_any(enterprises, "left_on") | unread_in_any(enterprises, "entered_on")
    frame = pd.DataFrame(
        {"id": enterprises.ids.astype(str), "parcel": enterprises.column("parcel_id"), "undated": undated}
    )
    return frame[those].drop_duplicates(["id", "parcel"])


def _returns(stats: Features, year: int) -> pd.DataFrame:
    """By enterprise what it returned of a year: tax, and whether its returns differ, or have words that cannot be read."""
    frame = pd.DataFrame(
        {
            "id": stats.column("enterprise_id"), "tax": stats.column("tax_wanyuan").astype(float),
            "unread": unread_in_any(stats, "tax_wanyuan"),
        }
    )[(stats.column("year") == year).to_numpy()]  # fmt: skip
    by_id = frame.groupby("id")
    found = pd.DataFrame({"tax": by_id["tax"].first(), "differ": by_id["tax"].nunique() > 1})
    found["unread"] = by_id["unread"].any()
    return found
