"""Indicators as reports show them: by row of the requirements, a table for each kind of subject; goals; what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from geoparks import units
from geoparks.document import Document
from geoparks.text import Lang

ANNEX = (
    "E01.output", "E01.fixed_investment", "E01.tax", "E01.output_per_mu", "E01.fixed_investment_per_mu", "E01.tax_per_mu",
    "E01.energy_per_value_added", "E01.water_per_value_added", "E01.pollutant", "E01.rd_share", "E01.patents",
)  # fmt: skip
"""The eleven indicators in the order of annex 2 of 内政发〔2019〕21号, in which they are filed."""
LOWER_IS_BETTER = ("E01.energy_per_value_added", "E01.water_per_value_added", "E01.pollutant")
_LAYERS = ("parks", "sub_parks", "blocks", "counties", "leagues", "region", "projects", "enterprises")
_FIRST = {"E01": "E01.output_per_mu", "E08": "E08.score", "E09": "E09.tests"}
"""By which figure the many enterprises of a row are put in order, the largest first."""

TOLD_ELSEWHERE = ("B17", "B18")
"""Rows that have a chapter and sheets of their own: functional zones, regional assessments."""

Figure = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """The indicators of one row (E01 …), one layer of subjects and one year."""

    row: str
    layer: str
    year: int | None
    columns: tuple[str, ...]
    """Ids of the indicators."""
    heads: dict[str, Figure]
    """One figure of every column, for title, unit, formula and responsible department."""
    lines: tuple[tuple[dict[str, str], dict[str, Figure]], ...]
    """Subject, and its figures by indicator."""


def tables(content: Document, order: Mapping[str, int] | None = None) -> Iterator[Table]:
    """Every table of the document's own year, else of the latest year that it has, in the order of rows and layers.

    `order` is the place of every indicator in the pack. Goals have a table of their own and are left out.
    """
    groups: dict[tuple[str, str], list[Figure]] = {}
    for one in content["indicators"]:
        if one["goal"] is None:
            groups.setdefault((one["id"].split(".")[0], one["subject"]["layer"]), []).append(one)
    for (row, layer), some in sorted(groups.items(), key=lambda item: (item[0][0], _rank(item[0][1]), item[0][1])):
        year = latest(some, content["year"])
        those = [one for one in some if one["year"] == year]
        heads = {one["id"]: one for one in reversed(those)}
        lines: dict[str, tuple[dict[str, str], dict[str, Figure]]] = {}
        for one in those:
            lines.setdefault(one["subject"]["id"], (one["subject"], {}))[1][one["id"]] = one
        columns = tuple(sorted(heads, key=lambda name: _place(name, order or {})))
        listed = list(lines.values())
        if layer in ("enterprises", "projects"):
            listed.sort(key=lambda line: -_size(line[1].get(_FIRST.get(row, columns[0]))))
        yield Table(row, layer, year, columns, heads, tuple(listed))


def goals(content: Document) -> list[Figure]:
    """Every goal with its figure: those that are due first, then by day."""
    some = [one for one in content["indicators"] if one["goal"] is not None]
    return sorted(some, key=lambda one: (one["id"].split(".")[0], one["goal"]["due_on"] or "", one["id"]))


def consequences(content: Document) -> list[tuple[Figure, dict[str, Any]]]:
    """What follows from figures of the document's year, and by which article."""
    return [
        (one, each)
        for one in content["indicators"]
        for each in one["follows"]
        if one["year"] is None or one["year"] == content["year"]
    ]


def by_year(content: Document, name: str, layer: str) -> dict[str, list[Figure]]:
    """The figures of one indicator by subject, each list in the order of years."""
    found: dict[str, list[Figure]] = {}
    for one in content["indicators"]:
        if one["id"] == name and one["subject"]["layer"] == layer and one["year"] is not None:
            found.setdefault(one["subject"]["name"] or one["subject"]["id"], []).append(one)
    return {subject: sorted(some, key=lambda one: one["year"]) for subject, some in found.items()}


def latest(figures: list[Figure], wanted: int | None) -> int | None:
    """The year wanted where there are figures of it, else the latest."""
    years = {one["year"] for one in figures}
    return wanted if wanted in years else max((one for one in years if one is not None), default=None)


def _place(one: str, order: Mapping[str, int]) -> tuple[int, str]:
    return (ANNEX.index(one) if one in ANNEX else len(ANNEX) + order.get(one, 0), one)


def _rank(layer: str) -> int:
    """The place of a layer's table in its row."""
    return _LAYERS.index(layer) if layer in _LAYERS else len(_LAYERS)


def _size(one: Figure | None) -> float:
    value = (
        one["value"] if one is not None and one["value"] is not None else one["at_least"] if one is not None else None
    )
    return float(value) if isinstance(value, int | float) else float("-inf")


def head(one: Figure, lang: Lang) -> str:
    """What a column is called: its title, with its unit."""
    title, words = one["title"][lang] or one["id"], unit(one, lang)
    return f"{title}（{words}）" if words else title


def unit(one: Figure, lang: Lang) -> str:
    """The unit of a figure in words."""
    if one["unit"] == "ratio":
        return "%"
    return units.UNITS[one["unit"]].title.to(lang) if one["unit"] in units.UNITS else ""


def cell(one: Figure | None) -> str:
    """A figure as paper shows it; a dash where there is none, ≥ where only a lower bound is known."""
    if one is None:
        return "—"
    if one["value"] is None:
        return "—" if one["at_least"] is None else f"≥ {_number(one['at_least'], one['unit'])}"
    return one["value"] if isinstance(one["value"], str) else _number(one["value"], one["unit"])


def _number(value: float, unit_: str) -> str:
    return units.number(value * 100, 2) if unit_ == "ratio" else units.number(value, 4 if abs(value) < 10 else 2)
