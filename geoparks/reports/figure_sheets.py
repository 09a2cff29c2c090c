"""The sheets of the workbook with figures: the filed annex first, then goals, consequences, each row, and every figure in a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geoparks import words
from geoparks.document import Document
from geoparks.reports import figures
from geoparks.reports.sheets import Columns, Row, Sheet
from geoparks.text import Lang, Text, same

_YEARLY = ("E01.output_per_mu", "E01.tax_per_mu", "E01.output", "L01.supply_ratio", "L01.supply_ratio_5y")
"""Figures that get a sheet with years as columns."""
_SHEETS = (("L03", "counties"), ("B06", "blocks"), ("B15", "blocks"))
"""Tables of other subjects than parks and enterprises that get a sheet."""
_LONGEST_TITLE = 31  # characters of a sheet's name in a workbook


def figure_sheets(content: Document, titles: dict[str, str], lang: Lang) -> Iterator[Sheet]:
    """Annex 2, goals, what follows, a sheet for each row and kind of subject, figures by year, all figures."""
    yield from _annex(content, lang)
    if some := figures.goals(content):
        yield Text("目标完成情况", "Goals"), *_goals(some, titles, lang)
    if told := figures.consequences(content):
        yield Text("指标后果", "Consequences"), *_consequences(told, lang)
    for table in figures.tables(content):
        is_annex = (table.row, table.layer) == ("E01", "parks") or table.row in figures.TOLD_ELSEWHERE
        if not is_annex and (table.layer in ("parks", "enterprises") or (table.row, table.layer) in _SHEETS):
            yield _row_sheet(table, titles, lang)
    for name in _YEARLY:
        yield from _by_year(content, name, lang)
    yield Text("指标", "Indicators"), *_list(content, titles, lang)


def _annex(content: Document, lang: Lang) -> Iterator[Sheet]:
    """The eleven indicators as annex 2 of 内政发〔2019〕21号 files them: an indicator a line, a park a column."""
    for table in figures.tables(content):
        if (table.row, table.layer) != ("E01", "parks"):
            continue
        columns: Columns = [
            ("no", Text("序号", "No."), 6),
            ("title", Text("指标名称", "Indicator"), 34),
            ("unit", Text("单位", "Unit"), 14),
        ]
        columns += [(subject["id"], same(subject["name"] or subject["id"]), 18) for subject, _ in table.lines]
        columns.append(("responsible", Text("责任部门", "Responsible"), 30))
        rows: list[tuple[str, Row]] = [
            (
                "",
                [
                    number, table.heads[name]["title"][lang], figures.unit(table.heads[name], lang),
                    *(_value(some.get(name)) for _, some in table.lines), table.heads[name]["responsible"][lang],
                ],
            )
            for number, name in enumerate(table.columns, start=1)
        ]  # fmt: skip
        yield Text(f"考核指标{table.year or ''}", f"Evaluation {table.year or ''}"), columns, rows


def _goals(some: list[dict[str, Any]], titles: dict[str, str], lang: Lang) -> tuple[Columns, list[tuple[str, Row]]]:
    columns: Columns = [
        ("title", Text("目标", "Goal"), 34), ("subject", Text("对象", "Of"), 26), ("year", Text("年度", "Year"), 8),
        ("value", Text("实际", "Actual"), 16), ("at_least", Text("至少", "At least"), 16), ("asked", Text("要求", "Asked for"), 20),
        ("target", Text("目标值", "Target"), 16), ("gap", Text("差距", "Gap"), 16), ("unit", Text("单位", "Unit"), 10),
        ("due", Text("到期", "Due"), 12), ("reached", Text("是否达到", "Reached"), 10), ("article", Text("依据", "Article"), 26),
        ("quote", Text("条文", "Quote"), 60), ("reason", Text("未算出的原因", "Why not computed"), 50),
        ("responsible", Text("责任部门", "Responsible"), 30),
    ]  # fmt: skip
    reached = {True: Text("达到", "reached"), False: Text("未达到", "not reached"), None: Text("不明", "not known")}
    rows: list[tuple[str, Row]] = []
    for one in some:
        goal, scale = one["goal"], 100 if one["unit"] == "ratio" else 1
        rows.append(
            (
                "target" if goal["reached"] is False else "",
                [
                    one["title"][lang], one["subject"]["name"] or titles.get(one["subject"]["layer"]), one["year"],
                    _scaled(one["value"], scale), _scaled(one["at_least"], scale), goal["words"][lang], _scaled(goal["target"], scale),
                    _scaled(goal["gap"], scale), figures.unit(one, lang), goal["due_on"], reached[goal["reached"]].to(lang),
                    words.article(one["citation"]), one["citation"]["quote"], one["reason"][lang] if one["reason"] else None,
                    one["responsible"][lang],
                ],
            )
        )  # fmt: skip
    return columns, rows


def _consequences(
    told: list[tuple[dict[str, Any], dict[str, Any]]], lang: Lang
) -> tuple[Columns, list[tuple[str, Row]]]:
    columns: Columns = [
        ("subject", Text("对象", "Of"), 28), ("title", Text("指标", "Indicator"), 28), ("value", Text("数值", "Value"), 12),
        ("words", Text("后果", "What follows"), 50), ("article", Text("依据", "Article"), 26), ("quote", Text("条文", "Quote"), 60),
        ("source", Text("来源", "Source"), 50),
    ]  # fmt: skip
    rows: list[tuple[str, Row]] = [
        (
            "",
            [
                one["subject"]["name"] or one["subject"]["id"], one["title"][lang], one["value"], each["words"][lang],
                words.article(each["citation"]), each["citation"]["quote"], one["source"][lang],
            ],
        )
        for one, each in told
    ]  # fmt: skip
    return columns, rows


def _row_sheet(table: figures.Table, titles: dict[str, str], lang: Lang) -> Sheet:
    """A line a subject, a column a figure, then why figures are missing."""
    columns: Columns = [("id", Text("编号", "Id"), 16), ("name", Text("名称", "Name"), 28)]
    columns += [(name, same(figures.head(table.heads[name], lang)), 16) for name in table.columns]
    columns.append(("reason", Text("未算出的原因", "Why not computed"), 60))
    rows: list[tuple[str, Row]] = []
    for subject, some in table.lines:
        why = dict.fromkeys(one["reason"][lang] for one in some.values() if one["reason"])
        rows.append(
            (
                "",
                [
                    subject["id"],
                    subject["name"],
                    *(_value(some.get(name)) for name in table.columns),
                    "；".join(why) or None,
                ],
            )
        )
    title = words.ROWS.get(table.row, same(table.row)).to(lang)
    kind = "" if table.layer == "parks" else f" {titles.get(table.layer, table.layer)}"
    return same(f"{table.row} {title}{kind}".replace("/", "")[:_LONGEST_TITLE]), columns, rows


def _by_year(content: Document, name: str, lang: Lang) -> Iterator[Sheet]:
    """A figure of every park, county and league with the years as columns."""
    lines: list[tuple[str, list[dict[str, Any]]]] = []
    for layer in ("parks", "counties", "leagues", "region"):
        kind = words.LEVELS["region"].to(lang) if layer == "region" else ""
        lines += [(subject or kind, some) for subject, some in figures.by_year(content, name, layer).items()]
    years = sorted({one["year"] for _, some in lines for one in some})
    if len(years) < len(("first", "last")):
        return
    head = lines[0][1][0]
    columns: Columns = [("name", Text("名称", "Name"), 30), *((str(year), same(str(year)), 14) for year in years)]
    rows: list[tuple[str, Row]] = []
    for subject, some in lines:
        of_year = {one["year"]: one for one in some}
        rows.append(("", [subject, *(_value(of_year.get(year)) for year in years)]))
    title = Text("历年", "By year ") + Text(head["title"]["zh"], head["title"]["en"])
    unit = figures.unit(head, lang)
    columns[0] = ("name", Text(f"名称（单位：{unit}）", f"Name (unit: {unit})") if unit else Text("名称", "Name"), 30)
    yield same(title.to(lang)[:_LONGEST_TITLE]), columns, rows


def _value(one: dict[str, Any] | None) -> Any:
    if one is None or one["value"] is None:
        return None
    return one["value"] * 100 if one["unit"] == "ratio" else one["value"]


def _scaled(value: Any, scale: int) -> Any:
    return None if value is None else value * scale


def _list(content: Document, titles: dict[str, str], lang: Lang) -> tuple[Columns, list[tuple[str, Row]]]:
    columns: Columns = [
        ("id", Text("指标编号", "Id"), 26), ("title", Text("指标", "Indicator"), 28), ("layer", Text("图层", "Layer"), 12),
        ("subject", Text("编号", "Subject"), 14), ("name", Text("名称", "Name"), 24), ("year", Text("年份", "Year"), 8),
        ("value", Text("数值", "Value"), 16), ("unit", Text("单位", "Unit"), 14), ("numerator", Text("分子", "Numerator"), 16),
        ("denominator", Text("分母", "Denominator"), 16), ("formula", Text("公式", "Formula"), 40), ("source", Text("来源", "Source"), 36),
        ("reason", Text("未算出的原因", "Why not computed"), 60), ("responsible", Text("责任部门", "Responsible"), 30),
        ("article", Text("依据", "Article"), 26),
    ]  # fmt: skip
    rows: list[tuple[str, Row]] = [
        (
            "",
            [
                one["id"], one["title"][lang], titles.get(one["subject"]["layer"], one["subject"]["layer"]), one["subject"]["id"],
                one["subject"]["name"], one["year"], _value(one), "%" if one["unit"] == "ratio" else figures.unit(one, lang),
                one["numerator"], one["denominator"], one["formula"][lang], one["source"][lang],
                one["reason"][lang] if one["reason"] else None, one["responsible"][lang],
                words.article(one["citation"]) if one["citation"] else None,
            ],
        )
        for one in content["indicators"]
    ]  # fmt: skip
    return columns, rows
