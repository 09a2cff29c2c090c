"""Yearly figures by subject: an own return, else the sum over what belongs to it; which of the two it was is told."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.records import Subject
from geoparks.text import Text

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
    """The rows of one subject and year in one column."""

    rows: int
    missing: int
    total: float
    different: int
    """How many different values there are."""


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
            return Yearly(cell.total / (cell.rows - cell.missing), source)
        if subject.layer in ("parks", "blocks"):
            return self._summed(subject, year, field)
        return Yearly(None, source, self._nothing(subject, year, field))

    def total(self, parks: Iterable[Subject], year: int, field: str) -> Yearly:
        """The sum over some parks; where one of them has no figure, only what is known of it."""
        return total({park.label: self.of(park, year, field) for park in parks})

    def _summed(self, subject: Subject, year: int, field: str) -> Yearly:
        cell = self._cell("members", "park_id" if subject.layer == "parks" else "block_id", subject.id, year, field)
        if cell is None or cell.rows == cell.missing:
            return Yearly(None, _PARK_RETURN if subject.layer == "parks" else _SUM, self._nothing(subject, year, field))
        if cell.missing:
            words = self._title("enterprise_stats", field)
            reason = Text(
                f"有 {cell.missing} 家企业没有填{words.zh}，合计不完整",
                f"{cell.missing} enterprises state no {words.en}: the sum is incomplete",
            )
            return Yearly(None, _SUM, reason, known=cell.total)
        return Yearly(cell.total, _SUM + Text(f"（{cell.rows} 家）", f" ({cell.rows} enterprises)"))

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
            self._cells[where] = self._counted(
                self._members if layer == "members" else self._tables[layer, key], key, field
            )
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
        counts = grouped.agg(["size", "count", "sum", "nunique"])
        return {
            (str(name), int(year)): _Cell(int(size), int(size - count), float(total), int(different))
            for (name, year), size, count, total, different in counts.itertuples()
        }

    @cached_property
    def _members(self) -> pd.DataFrame:
        """The returns of enterprises with the park and the block that each is in; a row that is there twice counts once."""
        stats, enterprises = self._tables["enterprises", "enterprise_id"], self.layers.get("enterprises")
        if stats.empty or enterprises is None or "enterprise_id" not in stats:
            return pd.DataFrame()
        where = {}
        for name in ("park_id", "block_id"):
            of = dict(zip(enterprises.ids, enterprises.column(name), strict=True))
            where[name] = stats["enterprise_id"].map(of).replace({np.nan: None})
        return stats.assign(**where).drop_duplicates()


def returns_of(layers: Dataset) -> Returns:
    """The returns of a dataset; made once, as every family of indicators asks for them."""
    if "returns" not in layers.derived:
        layers.derived["returns"] = Returns(layers)
    found: Returns = layers.derived["returns"]
    return found


def total(parts: dict[str, Yearly]) -> Yearly:
    """The sum of some figures, by the names of whom they are of; where one is missing there is none, and it says whose."""
    if not parts:
        return Yearly(None, _OF_PARKS, Text("没有园区", "there are no parks"))
    lacking = [name for name, one in parts.items() if one.value is None]
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
    return numerator.value / denominator.value, None


def _table(layers: Dataset, name: str) -> pd.DataFrame:
    features = layers.get(name)
    return pd.DataFrame() if features is None else pd.DataFrame(features.frame)
