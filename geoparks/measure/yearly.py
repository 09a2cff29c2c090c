"""Yearly figures of a park: what its return says, else the sum over its enterprises; and which of the two it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.text import Text

_PARK_RETURN = Text("园区年报", "park_stats")
_SUM = Text("企业年报合计", "sum of enterprise_stats")


@dataclass(frozen=True)
class Yearly:
    """One figure of one park and year."""

    value: float | None
    source: Text
    reason: Text | None = None


class Returns:
    """The returns of parks and of their enterprises, by park and year."""

    def __init__(self, layers: Dataset) -> None:
        self.layers = layers
        self.of_parks = _table(layers, "park_stats")
        if not self.of_parks.empty and "sub_park_id" in self.of_parks:
            self.of_parks = self.of_parks[self.of_parks["sub_park_id"].isna()]
        self.of_enterprises = _with_park(layers, _table(layers, "enterprise_stats"))

    @property
    def years(self) -> tuple[int, ...]:
        """Every year that any return is of, in order."""
        found: set[int] = set()
        for table in (self.of_parks, self.of_enterprises):
            if "year" in table:
                found |= {int(year) for year in table["year"].dropna()}
        return tuple(sorted(found))

    def of(self, park: str, year: int, field: str) -> Yearly:
        """A figure: the park's own return, else the sum over its enterprises where every one of them states it."""
        own = self._rows(self.of_parks, park, year)
        if field in own and own[field].notna().any():
            values = own[field].dropna().astype(float).unique()
            if len(values) > 1:
                reason = Text(f"园区年报 {year} 年有几行数值不同", f"park_stats has rows of {year} that differ")
                return Yearly(None, _PARK_RETURN, reason)
            return Yearly(float(values[0]), _PARK_RETURN)
        return self._summed(park, year, field)

    def _summed(self, park: str, year: int, field: str) -> Yearly:
        rows = self._rows(self.of_enterprises, park, year)
        title = self.layers.catalogue["enterprise_stats"].fields.get(field)
        if field not in rows or not rows[field].notna().any():
            name = self.layers.catalogue["park_stats"].fields[field].title
            return Yearly(None, _PARK_RETURN, Text(f"{year} 年没有{name.zh}", f"no {name.en} for {year}"))
        missing = int(rows[field].isna().sum())
        if missing:
            words = title.title if title is not None else Text(field, field)
            reason = Text(
                f"有 {missing} 家企业没有填{words.zh}，合计不完整",
                f"{missing} enterprises state no {words.en}: the sum is incomplete",
            )
            return Yearly(None, _SUM, reason)
        return Yearly(float(rows[field].sum()), _SUM + Text(f"（{len(rows)} 家）", f" ({len(rows)} enterprises)"))

    @staticmethod
    def _rows(table: pd.DataFrame, park: str, year: int) -> pd.DataFrame:
        if table.empty or not {"park_id", "year"} <= set(table.columns):
            return pd.DataFrame()
        return table[(table["park_id"] == park) & (table["year"] == year)]


def _table(layers: Dataset, name: str) -> pd.DataFrame:
    features = layers.get(name)
    return pd.DataFrame() if features is None else pd.DataFrame(features.frame)


def _with_park(layers: Dataset, stats: pd.DataFrame) -> pd.DataFrame:
    """The returns of enterprises with the park that each is in."""
    enterprises = layers.get("enterprises")
    if stats.empty or enterprises is None or "enterprise_id" not in stats:
        return pd.DataFrame()
    park_of = dict(zip(enterprises.ids, enterprises.column("park_id"), strict=True))
    return stats.assign(park_id=stats["enterprise_id"].map(park_of).replace({np.nan: None}))


def ratio(numerator: Yearly, denominator: Yearly) -> tuple[float | None, Text | None]:
    """A quotient, or why there is none: a zero denominator gives no number."""
    reasons = [one.reason for one in (numerator, denominator) if one.value is None and one.reason is not None]
    if numerator.value is None or denominator.value is None:
        return None, reasons[0] if reasons else Text("缺少数据", "data are missing")
    if denominator.value == 0:
        return None, Text("分母为零", "the denominator is zero")
    return numerator.value / denominator.value, None
