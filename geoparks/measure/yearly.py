"""Yearly figures by subject: an own return, else the sum over what belongs to it; which of the two it was is told."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.members import members_of, single_values
from geoparks.records import Subject
from geoparks.text import Text

_DIGITS = 15  # what a double keeps of a decimal number
_PARK_RETURN = Text("园区年报", "park_stats")
_OWN_RETURN = Text("企业年报", "enterprise_stats")
_SUM = Text("企业年报合计", "sum of enterprise_stats")
_OF_PARKS = Text("各园区合计", "sum of the parks")


@dataclass(frozen=True)
class Yearly:
    """One figure of one subject and year."""

    value: float | None
    source: Text
    reason: Text | None = None
    known: float | None = None
    """Of a sum that is not complete: what is known of it."""

    @property
    def span(self) -> tuple[float, float] | None:
        """Between which two numbers the figure lies; of an incomplete sum only the lower one is known."""
        if self.value is not None:
            return self.value, self.value
        return None if self.known is None else (self.known, math.inf)


@dataclass(frozen=True)
class _Cell:
    """The rows of one subject and year in one column: an own return, or those of the enterprises of a park or block."""

    rows: int
    missing: int
    value: float
    """The first value of an own return; the sum over enterprises."""
    different: int = 1
    """How many different values an own return has."""


class Returns:
    """The returns of parks, their sub-parks and their enterprises, by subject and year."""

    def __init__(self, layers: Dataset) -> None:
        self.layers = layers
        returned = _table(layers, "park_stats")
        of_part = returned["sub_park_id"].notna() if "sub_park_id" in returned else pd.Series(False, returned.index)
        self._tables = {
            ("parks", "park_id"): returned[~of_part],
            ("sub_parks", "sub_park_id"): returned[of_part],
            ("enterprises", "enterprise_id"): _table(layers, "enterprise_stats"),
        }
        self._cells: dict[tuple[str, str, str], dict[tuple[str, int], _Cell]] = {}
        self._sums: dict[tuple[str, str, int], dict[str, _Cell]] = {}

    @property
    def years(self) -> tuple[int, ...]:
        """Every year that any return is of, in order."""
        found: set[int] = set()
        for table in self._tables.values():
            if "year" in table:
                found |= {int(year) for year in table["year"].dropna().unique()}
        return tuple(sorted(found))

    def of(self, subject: Subject, year: int, field: str) -> Yearly:
        """A figure: the subject's own return, else, of a park or a block, the sum over its enterprises, where each states it.

        Two rows of one subject and year that differ give no figure.
        """
        source = _OWN_RETURN if subject.layer == "enterprises" else _PARK_RETURN
        key = {"parks": "park_id", "sub_parks": "sub_park_id", "enterprises": "enterprise_id"}.get(subject.layer)
        cell = self._cell(subject.layer, key, subject.id, year, field) if key is not None else None
        if cell is not None and cell.rows > cell.missing:
            if cell.different > 1:
                return Yearly(
                    None,
                    source,
                    Text(f"{source.zh} {year} 年有几行数值不同", f"{source.en} has rows of {year} that differ"),
                )
            return Yearly(cell.value, source)
        if subject.layer in ("parks", "blocks"):
            return self._summed(subject, year, field)
        return Yearly(None, source, self._nothing(subject, year, field))

    def total(self, parks: Iterable[Subject], year: int, field: str) -> Yearly:
        """The sum over some parks; where one of them has no figure, only what is known of it."""
        return total({park: self.of(park, year, field) for park in parks})

    def _summed(self, subject: Subject, year: int, field: str) -> Yearly:
        """Over the enterprises of the year; one that was there and returned nothing leaves the sum open."""
        cell = self._of_members("park_id" if subject.layer == "parks" else "block_id", year, field).get(subject.id)
        if cell is None or cell.rows == cell.missing:
            return Yearly(None, _PARK_RETURN if subject.layer == "parks" else _SUM, self._nothing(subject, year, field))
        if cell.missing:
            words = self._title("enterprise_stats", field)
            reason = Text(
                f"有 {cell.missing} 家企业没有填{words.zh}，或者几行不一致，合计不完整",
                f"{cell.missing} enterprises state no {words.en}, or rows of theirs differ: the sum is incomplete",
            )
            return Yearly(None, _SUM, reason, known=cell.value)
        return Yearly(cell.value, _SUM + Text(f"（{cell.rows} 家）", f" ({cell.rows} enterprises)"))

    def _of_members(self, place: str, year: int, field: str) -> dict[str, _Cell]:
        """What the enterprises of every park or block returned for a year, each enterprise once.

        One whose rows differ, in the figure or in where it was, returned nothing; one that had stopped before the year
        owes no return.
        """
        where = (place, field, year)
        if where not in self._sums:
            values = single_values(self.layers, field, year) if "enterprises" in self.layers else pd.Series(dtype=float)
            if values.empty:
                self._sums[where] = {}
                return {}
            table = members_of(self.layers, year, place)
            made = table["enterprise_id"].map(values).astype(float).where(table["sure"])
            counted = made.notna() | ~table["silent"]
            grouped = made[counted].groupby(table.loc[counted, place].to_numpy(dtype=object))
            self._sums[where] = {
                str(name): _Cell(int(size), int(size - count), float(summed))
                for name, size, count, summed in grouped.agg(["size", "count", "sum"]).itertuples()
            }
        return self._sums[where]

    def _nothing(self, subject: Subject, year: int, field: str) -> Text:
        words = self._title("enterprise_stats" if subject.layer in ("enterprises", "blocks") else "park_stats", field)
        return Text(f"{year} 年没有{words.zh}", f"no {words.en} for {year}")

    def _title(self, layer: str, field: str) -> Text:
        for name in (layer, "park_stats", "enterprise_stats"):
            if (one := self.layers.catalogue[name].fields.get(field)) is not None:
                return one.title
        return Text(field, field)

    def _cell(self, layer: str, key: str, subject: str, year: int, field: str) -> _Cell | None:
        where = (layer, key, field)
        if where not in self._cells:
            self._cells[where] = self._counted(self._tables[layer, key], key, field)
        return self._cells[where].get((subject, year))

    @staticmethod
    def _counted(table: pd.DataFrame, key: str, field: str) -> dict[tuple[str, int], _Cell]:
        """Every subject and year of a column at once. Numbers only: 是 and 否 count as one and nought."""
        if not {key, "year", field} <= set(table.columns):
            return {}
        values = pd.to_numeric(table[field].astype(object).where(table[field].notna(), np.nan), errors="coerce")
        some = pd.DataFrame(
            {
                "id": table[key].to_numpy(dtype=object),
                "year": table["year"].to_numpy(),
                "value": values.to_numpy(dtype=float),
            }
        )
        grouped = some[some["id"].notna() & some["year"].notna()].groupby(["id", "year"])["value"]
        counts = grouped.agg(["size", "count", "first", "nunique"])
        return {
            (str(name), int(year)): _Cell(int(size), int(size - count), float(value), int(different))
            for (name, year), size, count, value, different in counts.itertuples()
        }


def returns_of(layers: Dataset) -> Returns:
    """The returns of a dataset; made once, as every family of indicators asks for them."""
    if "returns" not in layers.derived:
        layers.derived["returns"] = Returns(layers)
    found: Returns = layers.derived["returns"]
    return found


def total(parts: Mapping[Subject, Yearly]) -> Yearly:
    """The sum of some figures, by whom they are of; where one is missing there is none, and it says whose."""
    if not parts:
        return Yearly(None, _OF_PARKS, Text("没有园区", "there are no parks"))
    lacking = [subject.label for subject, one in parts.items() if one.value is None]
    known = [one.value if one.value is not None else one.known for one in parts.values()]
    sum_known = math.fsum(one for one in known if one is not None)
    source = _OF_PARKS + Text(f"（{len(parts)} 个）", f" ({len(parts)})")
    if not lacking:
        return Yearly(sum_known, source)
    names = "、".join(lacking)
    reason = Text(f"{names}没有数据，合计不完整", f"no data of {names}: the sum is incomplete")
    return Yearly(None, source, reason, known=None if all(one is None for one in known) else sum_known)


def ratio(numerator: Yearly, denominator: Yearly) -> tuple[float | None, Text | None]:
    """A quotient, or why there is none: a zero denominator gives no number."""
    reasons = [one.reason for one in (numerator, denominator) if one.value is None and one.reason is not None]
    if numerator.value is None or denominator.value is None:
        return None, reasons[0] if reasons else Text("缺少数据", "data are missing")
    if denominator.value == 0:
        return None, Text("分母为零", "the denominator is zero")
    return quotient(numerator.value, denominator.value), None


def quotient(numerator: float, denominator: float) -> float:
    """A quotient of figures as they are written, in decimals: who is just at a limit is not below it by a binary rounding.

    >>> quotient(0.0025, 0.1), 0.0025 / 0.1
    (0.025, 0.024999999999999998)
    """
    upper, lower = (Decimal(f"{one:.{_DIGITS}g}") for one in (numerator, denominator))
    return float(upper / lower)


def _table(layers: Dataset, name: str) -> pd.DataFrame:
    features = layers.get(name)
    return pd.DataFrame() if features is None else pd.DataFrame(features.frame)
