"""The report as a workbook: one sheet for each question an office asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geoparks import words
from geoparks.catalog.layer import Catalogue
from geoparks.document import Document, is_partial
from geoparks.records import OUTCOMES
from geoparks.reports import summary
from geoparks.reports.adjustment import adjustment_sheets
from geoparks.reports.figure_sheets import figure_sheets
from geoparks.reports.four_to_sheet import four_to_sheet
from geoparks.reports.html import rule_titles
from geoparks.reports.idle_sheets import idle_sheets
from geoparks.reports.sheets import Columns, Row
from geoparks.reports.zoning import zoning_sheets
from geoparks.text import Lang, Text
from geoparks.write.sheet import safe, save_without_clock

ROW_CAP = 100_000
"""Rows of a sheet; what is worse comes first, the count is exact, and the result document holds everything."""
_ROW_CAP_OF_MANY = 10_000
"""The same where the document itself does not list everything: a list of that length nobody works through in a workbook."""
_STYLED_ROWS = 5_000
_CAPPED = Text(
    "本表列出前 {shown} 行，共 {count} 行（先列不符合的）；全部见 result.json 和 tables 文件夹",
    "The first {shown} of {count} rows, failures first; all are in result.json and the folder tables",
)
_FILL = {"must": "F6D5DA", "duty": "FBE3CC", "principle": "FFF3C4", "target": "DCE7F5", "info": "EEF1F4"}
_WIDTHS = {"message": 60, "quote": 60, "fix": 40, "reason": 60, "note": 50, "responsible": 30, "hash": 20}


def write(content: Document, catalogue: Catalogue, path: Path) -> None:
    """Write the workbook: 汇总, 问题清单, 检查结果, 未检查, 修正记录, 输入文件."""
    import openpyxl

    lang: Lang = content["lang"]
    titles = words.titles(catalogue.layers, lang)
    book = openpyxl.Workbook(write_only=True)
    cap = _ROW_CAP_OF_MANY if is_partial(content) else ROW_CAP
    for title, columns, rows in _sheets(content, titles, lang):
        _fill(book.create_sheet(title.to(lang)), columns, rows, lang, cap, made=content["made"])
    save_without_clock(book, path)


def _fill(sheet: Any, columns: Columns, rows: list[tuple[str, Row]], lang: Lang, cap: int, *, made: bool) -> None:
    """One sheet, row by row; long sheets go without wrapping, which would make them slow to write and to open."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    notes = [words.MADE.to(lang)] if made else []
    if len(rows) > cap:
        notes.append(_CAPPED.fill(shown=f"{cap:,}", count=f"{len(rows):,}").to(lang))
    top = len(notes) + 1
    for index, (_, _, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = f"B{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(columns))}{top + max(1, min(len(rows), cap))}"
    wrap, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)

    def look(**style: Any) -> Any:
        """A style, made once: openpyxl compares every style that a cell is given with all that there are."""
        one = WriteOnlyCell(sheet)
        for name, what in style.items():
            setattr(one, name, what)
        return one._style

    def cell(value: Any, style: Any = None) -> Any:
        one = WriteOnlyCell(sheet, safe(value))
        if isinstance(one.value, str):
            one.data_type = "s"  # a name that begins with = stays a name
        if style is not None:
            one._style = style
        return one

    plain, head = look(alignment=wrap), look(font=bold, fill=PatternFill("solid", start_color="DDE3EA"), alignment=wrap)
    marked = {name: look(alignment=wrap, fill=PatternFill("solid", start_color=one)) for name, one in _FILL.items()}
    note_look = look(font=Font(bold=True, color="9C5700"))
    for note in notes:
        sheet.append([cell(note, note_look)])
    sheet.append([cell(title.to(lang), head) for _, title, _ in columns])
    styled = len(rows) <= _STYLED_ROWS
    for severity, row in rows[:cap]:
        if styled:
            first, *rest = row
            sheet.append([cell(first, marked.get(severity, plain)), *(cell(value, plain) for value in rest)])
        else:
            sheet.append(
                [cell(value) if isinstance(value, str) and value.startswith("=") else safe(value) for value in row]
            )


def _sheets(
    content: Document, titles: dict[str, str], lang: Lang
) -> Iterator[tuple[Text, Columns, list[tuple[str, Row]]]]:
    rules = rule_titles(lang)
    yield Text("汇总", "Summary"), *_summary(content)
    yield Text("问题清单", "Findings"), *_findings(content, titles, rules, lang)
    yield Text("检查结果", "Checks"), *_checks(content, titles, rules, lang)
    yield from four_to_sheet(content, lang)
    if content["indicators"]:
        yield from figure_sheets(content, titles, lang)
    yield from zoning_sheets(content, lang)
    yield from adjustment_sheets(content, lang)
    if content["idle"] or is_partial(content):
        yield from idle_sheets(content, lang)
    yield Text("未检查", "Not checked"), *_open(content, titles, rules, lang)
    yield Text("修正记录", "Repairs"), *_repairs(content, titles, lang)
    yield Text("输入文件", "Inputs"), *_inputs(content, titles, lang)


def _summary(content: Document) -> tuple[Columns, list[tuple[str, Row]]]:
    columns: Columns = [("id", Text("园区编号", "Park id"), 16), ("name", Text("园区名称", "Park"), 28)]
    columns += [(key, text, 10) for key, text in words.SEVERITY.items()]
    columns += [(key, words.OUTCOME[key], 10) for key in ("not_checked", "manual", "pass")]
    rows = [
        (
            "",
            [
                line.id, line.name, *(line.counts[key] for key in words.SEVERITY),
                *(line.outcomes[key] for key in ("not_checked", "manual", "pass")),
            ],
        )
        for line in summary.by_park(content)
    ]  # fmt: skip
    return columns, rows


def _findings(
    content: Document, titles: dict[str, str], rules: dict[str, str], lang: Lang
) -> tuple[Columns, list[tuple[str, Row]]]:
    columns: Columns = [
        ("severity", Text("严重程度", "Severity"), 10), ("rule", Text("规则", "Rule"), 8), ("title", Text("规则名称", "Title"), 20),
        ("code", Text("问题代码", "Code"), 20), ("layer", Text("图层", "Layer"), 12), ("id", Text("编号", "Id"), 14),
        ("name", Text("名称", "Name"), 20), ("park", Text("园区编号", "Park id"), 12), ("other", Text("相关对象", "Other"), 20),
        ("message", Text("问题", "What is wrong"), 60), ("measured", Text("实测", "Measured"), 22),
        ("expected", Text("要求", "Expected"), 18), ("area_mu", Text("面积（亩）", "Area (mu)"), 14),
        ("area_m2", Text("椭球面积（平方米）", "Ellipsoidal area (m²)"), 18),
        ("area_planar_m2", Text("平面面积（平方米）", "Planar area (m²)"), 18), ("lon", Text("经度", "Longitude"), 13),
        ("lat", Text("纬度", "Latitude"), 13), ("row", Text("行号", "Row"), 8), ("field", Text("字段", "Field"), 16),
        ("value", Text("原值", "Value"), 16), ("article", Text("依据", "Article"), 26), ("quote", Text("条文", "Quote"), 60),
        ("also", Text("其他依据", "Also"), 26), ("responsible", Text("责任单位", "Responsible"), 30),
        ("fix", Text("处理建议", "What to do"), 40), ("tolerance", Text("容差", "Tolerance"), 30),
        ("accepted", Text("接受记录", "Accepted"), 24), ("hash", Text("图形指纹", "Geometry hash"), 20),
    ]  # fmt: skip
    rows = []
    for one in content["findings"]:
        accepted = one["accepted"]
        rows.append(
            (
                one["severity"],
                [
                    words.SEVERITY[one["severity"]].to(lang), one["rule"], rules.get(one["rule"], ""), one["code"],
                    titles.get(one["subject"]["layer"], one["subject"]["layer"]), one["subject"]["id"], one["subject"]["name"],
                    one["park"], words.subject(one["other"], titles) if one["other"] else None, one["message"][lang],
                    words.measured(one, lang), words.expected(one, lang), one["area_mu"], one["area_m2"],
                    one["area_planar_m2"], *(one["point"] or (None, None)), one["row"], one["field"], one["value"],
                    words.article(one["citation"]), one["citation"]["quote"],
                    "；".join(words.article(other) for other in one["also"]), one["responsible"][lang], one["fix"][lang],
                    one["tolerance"][lang] if one["tolerance"] else None,
                    f"{accepted['by']} {accepted['on']} {accepted['reason']}" if accepted else None, one["geometry_hash"],
                ],
            )
        )  # fmt: skip
    return columns, rows


def _checks(
    content: Document, titles: dict[str, str], rules: dict[str, str], lang: Lang
) -> tuple[Columns, list[tuple[str, Row]]]:
    columns: Columns = [
        ("rule", Text("规则", "Rule"), 8), ("title", Text("规则名称", "Title"), 24), ("layer", Text("图层", "Layer"), 12),
        ("id", Text("编号", "Id"), 14), ("name", Text("名称", "Name"), 24), ("park", Text("园区编号", "Park id"), 14),
        ("outcome", Text("结果", "Outcome"), 12), ("reason", Text("说明", "Reason"), 60),
    ]  # fmt: skip
    rows = [
        (
            "",
            [
                one["rule"], rules.get(one["rule"], ""), titles.get(one["subject"]["layer"], one["subject"]["layer"]),
                one["subject"]["id"], one["subject"]["name"], one["park"], words.OUTCOME[one["outcome"]].to(lang), one["reason"],
            ],
        )
        for one in sorted(content["checks"], key=lambda check: OUTCOMES.index(check["outcome"]))
    ]  # fmt: skip
    return columns, rows


def _open(
    content: Document, titles: dict[str, str], rules: dict[str, str], lang: Lang
) -> tuple[Columns, list[tuple[str, Row]]]:
    columns: Columns = [
        ("rule", Text("规则", "Rule"), 8), ("title", Text("规则名称", "Title"), 24), ("outcome", Text("结果", "Outcome"), 12),
        ("reason", Text("原因", "Reason"), 70), ("count", Text("对象数", "Subjects"), 10), ("subjects", Text("对象", "Subjects"), 60),
    ]  # fmt: skip
    rows = [
        (
            "",
            [
                one.rule, rules.get(one.rule, ""), words.OUTCOME[one.outcome].to(lang), one.reason, one.count,
                "、".join(words.subject(subject, titles) for subject in one.subjects)[:2_000],
            ],
        )
        for one in summary.unanswered(content)
    ]  # fmt: skip
    return columns, rows


def _repairs(content: Document, titles: dict[str, str], lang: Lang) -> tuple[Columns, list[tuple[str, Row]]]:
    columns: Columns = [
        ("layer", Text("图层", "Layer"), 14), ("path", Text("文件", "File"), 24), ("row", Text("行号", "Row"), 8),
        ("field", Text("字段", "Field"), 20), ("code", Text("代码", "Code"), 20), ("note", Text("处理", "What"), 60),
        ("old", Text("原值", "Before"), 24), ("new", Text("新值", "After"), 24),
    ]  # fmt: skip
    rows = [
        (
            "",
            [
                titles.get(one["layer"], one["layer"]),
                one["path"],
                one["row"],
                one["field"],
                one["code"],
                one["note"][lang],
                one["old"],
                one["new"],
            ],
        )
        for one in content["repairs"]
    ]
    return columns, rows


def _inputs(content: Document, titles: dict[str, str], lang: Lang) -> tuple[Columns, list[tuple[str, Row]]]:
    columns: Columns = [
        ("layer", Text("图层", "Layer"), 16), ("path", Text("文件", "File"), 36), ("rows", Text("行数", "Rows"), 10),
        ("crs", Text("坐标系", "CRS"), 16), ("how", Text("如何得知", "Known by"), 20), ("encoding", Text("编码", "Encoding"), 12),
        ("refused", Text("不能判定的原因", "Why it cannot be judged"), 40), ("sha256", Text("SHA-256", "SHA-256"), 70),
    ]  # fmt: skip
    rows: list[tuple[str, Row]] = [
        (
            "",
            [
                titles.get(one["layer"], one["layer"]), one["path"], one["rows"], one["crs"],
                one["crs_how"][lang] if one["crs_how"] else None, one["encoding"],
                one["refused"][lang] if one["refused"] else None, one["sha256"],
            ],
        )
        for one in content["inputs"]
    ]  # fmt: skip
    rows += [("", [None, one["path"], None, None, None, None, one["reason"][lang], None]) for one in content["ignored"]]
    return columns, rows
