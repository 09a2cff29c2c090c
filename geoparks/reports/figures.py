"""Indicators as reports show them: one table for each row of the requirements, a line a subject, a column an indicator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geoparks import units
from geoparks.document import Document
from geoparks.text import Lang

_ANNEX = (
    "E01.output", "E01.fixed_investment", "E01.tax", "E01.output_per_mu", "E01.fixed_investment_per_mu", "E01.tax_per_mu",
    "E01.energy_per_value_added", "E01.water_per_value_added", "E01.pollutant", "E01.rd_share", "E01.patents",
)  # fmt: skip
"""The eleven indicators in the order of annex 2 of 内政发〔2019〕21号, in which they are filed."""


@dataclass(frozen=True)
class Table:
    """The indicators of one row (E01 …), one layer of subjects and one year."""

    row: str
    layer: str
    year: int | None
    columns: tuple[str, ...]
    """Ids of the indicators."""
    heads: dict[str, dict[str, Any]]
    """One figure of every column, for title, unit, formula and responsible department."""
    lines: tuple[tuple[dict[str, str], dict[str, dict[str, Any]]], ...]
    """Subject, and its figures by indicator."""


def tables(content: Document) -> Iterator[Table]:
    """Every table of the document's own year, else of the latest year that it has, in the order of the rows."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in content["indicators"]:
        groups.setdefault((one["id"].split(".")[0], one["subject"]["layer"]), []).append(one)
    for (row, layer), some in sorted(groups.items()):
        year = latest(some, content["year"])
        those = [one for one in some if one["year"] == year]
        heads = {one["id"]: one for one in reversed(those)}
        lines: dict[str, tuple[dict[str, str], dict[str, dict[str, Any]]]] = {}
        for one in those:
            lines.setdefault(one["subject"]["id"], (one["subject"], {}))[1][one["id"]] = one
        yield Table(row, layer, year, tuple(sorted(heads, key=_place)), heads, tuple(lines.values()))


def latest(figures: list[dict[str, Any]], wanted: int | None) -> int | None:
    """The year wanted where there are figures of it, else the latest."""
    years = {one["year"] for one in figures}
    return wanted if wanted in years else max((one for one in years if one is not None), default=None)


def _place(one: str) -> tuple[int, str]:
    return (_ANNEX.index(one) if one in _ANNEX else len(_ANNEX), one)


def head(one: dict[str, Any], lang: Lang) -> str:
    """What a column is called: its title, with its unit."""
    title, words = one["title"][lang] or one["id"], unit(one, lang)
    return f"{title}（{words}）" if words else title


def unit(one: dict[str, Any], lang: Lang) -> str:
    """The unit of a figure in words."""
    if one["unit"] == "ratio":
        return "%"
    return units.UNITS[one["unit"]].title.to(lang) if one["unit"] in units.UNITS else ""


def cell(one: dict[str, Any] | None) -> str:
    """A figure as paper shows it; a dash where there is none."""
    if one is None or one["value"] is None:
        return "—"
    value = one["value"]
    if isinstance(value, str):
        return value
    return units.number(value * 100, 2) if one["unit"] == "ratio" else units.number(value, 4 if abs(value) < 10 else 2)
