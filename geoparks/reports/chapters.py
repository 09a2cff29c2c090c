"""The chapters of figures on the page: one for each row, its tables by kind of subject, and the charts that go with it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from markupsafe import Markup

from geoparks import words
from geoparks.catalog.policy import Pack
from geoparks.document import Document
from geoparks.reports import figures
from geoparks.reports.charts import ranking, trend
from geoparks.reports.progress import bar, pairs
from geoparks.reports.radar import radars
from geoparks.text import Lang, Text

Years = dict[tuple[str, str, str], list[tuple[int, float]]]
_SUPPLIED = "L01.supply_ratio"


def chapters(content: Document, pack: Pack) -> list[dict[str, Any]]:
    """Every row that has figures, in order: title, tables, charts."""
    lang: Lang = content["lang"]
    order = {name: place for place, name in enumerate(pack.indicators)}
    years = _years(content)
    found: dict[str, dict[str, Any]] = {}
    for table in figures.tables(content, order):
        if table.row in figures.TOLD_ELSEWHERE:
            continue
        title = words.ROWS.get(table.row, Text(table.row, table.row)).to(lang)
        chapter = found.setdefault(
            table.row, {"row": table.row, "title": title, "tables": [], "charts": [], "radars": []}
        )
        chapter["tables"].append(_table(table, years, lang))
        if table.layer == "parks":
            chapter["charts"] = _rankings(table, lang)
            chapter["radars"] = radars(table, lang) if table.row == "E01" else []
    if "L01" in found:
        found["L01"]["charts"] = [*_supply(content, lang), *found["L01"]["charts"]]
    return list(found.values())


def goals(content: Document) -> list[tuple[dict[str, Any], Markup]]:
    """Every goal with its bar."""
    return [(one, bar(one)) for one in figures.goals(content)]


def _years(content: Document) -> Years:
    found: Years = defaultdict(list)
    for one in content["indicators"]:
        if one["goal"] is None and one["year"] is not None and isinstance(one["value"], int | float):
            subject = one["subject"]
            found[one["id"], subject["layer"], subject["id"]].append((one["year"], one["value"]))
    return found


def _table(table: figures.Table, years: Years, lang: Lang) -> dict[str, Any]:
    return {
        "layer": table.layer,
        "year": table.year,
        "heads": [(name, figures.head(table.heads[name], lang), table.heads[name]) for name in table.columns],
        "lines": [
            (
                subject,
                [
                    (figures.cell(some.get(name)), some.get(name), _trend(years, name, table.layer, subject["id"]))
                    for name in table.columns
                ],
            )
            for subject, some in table.lines
        ],
    }


def _trend(years: Years, name: str, layer: str, subject: str) -> Markup:
    return Markup("") if layer == "enterprises" else trend(sorted(years.get((name, layer, subject), [])))


def _rankings(table: figures.Table, lang: Lang) -> list[tuple[str, Markup]]:
    """The ranking of every figure that has one."""
    charts = []
    for name in table.columns:
        if table.heads[name]["unit"] == "place":  # a rank is a ranking already
            continue
        bars = ranking(
            [(subject["name"] or subject["id"], some[name]) for subject, some in table.lines if name in some]
        )
        if bars:
            charts.append((figures.head(table.heads[name], lang), bars))
    return charts


def _supply(content: Document, lang: Lang) -> list[tuple[str, Markup]]:
    """What was approved in each year and how much of it is supplied, of all parks together."""
    some = next(iter(figures.by_year(content, _SUPPLIED, "region").values()), [])
    known = [one for one in some if one["numerator"] is not None and one["denominator"] is not None]
    chart = pairs(
        [(one["year"], one["denominator"], one["numerator"]) for one in known],
        Text("批准（亩）", "approved (mu)").to(lang),
        Text("其中已供（亩）", "of it supplied (mu)").to(lang),
        [f"{one['value']:.0%}" if one["value"] is not None else "—" for one in known],
    )
    return [(Text("各批准年度供地情况", "Supply by year of approval").to(lang), chart)] if chart else []
