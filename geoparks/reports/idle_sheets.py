"""The sheets of the workbook on idle land: every open parcel, the warnings, the work list by who must do it, all parcels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geoparks import words
from geoparks.document import Document
from geoparks.idle_land.low_efficiency import MEASURES
from geoparks.reports import summary
from geoparks.reports.sheets import Columns, Row, Sheet
from geoparks.text import Lang, Text

_COLUMNS: Columns = [
    ("parcel_id", Text("宗地编号", "Parcel"), 22), ("name", Text("名称", "Name"), 24), ("park", Text("园区编号", "Park"), 10),
    ("status", Text("状态", "Status"), 10), ("type", Text("类型", "Type"), 16), ("since", Text("起算日", "Since"), 12),
    ("days", Text("天数", "Days"), 8), ("becomes_on", Text("将满一年", "Full on"), 12), ("cause", Text("原因", "Cause"), 12),
    ("cause_item", Text("原因条款", "Item"), 14), ("path", Text("路径", "Path"), 14), ("article", Text("依据", "Article"), 26),
    ("fee_wanyuan", Text("闲置费（万元）", "Fee (10 000 yuan)"), 14), ("area_mu", Text("面积（亩）", "Area (mu)"), 12),
    ("deadline", Text("下一期限", "Next deadline"), 12), ("reason", Text("理由", "Reason"), 60), ("remarks", Text("注意", "Notes"), 50),
]  # fmt: skip


def idle_sheets(content: Document, lang: Lang) -> Iterator[Sheet]:
    """Open parcels, warnings, work list, ledger of all parcels."""
    yield Text("闲置土地", "Idle land"), _COLUMNS, [_row(one, lang) for one in summary.idle_open(content)]
    if some := summary.warnings(content):
        yield Text("闲置预警", "Idle warnings"), _COLUMNS, [_row(one, lang) for one in some]
    if steps := _steps(content, lang):
        yield steps
    if content["ledger"]:
        yield Text("处置台账", "Ledger"), *_ledger(content, lang)
    if some := [one for one in content["low_efficiency"] if one["below"] is not None]:
        yield Text("低效用地", "Low efficiency"), *_low_efficiency(some, lang)
    elif "low_efficiency_counts" in content:
        yield Text("低效用地", "Low efficiency"), *_low_efficiency_counts(content, lang)
    all_of_them = Text("全部宗地闲置判定", "All parcels")
    if "idle_table" in content:
        all_of_them = Text("宗地闲置判定（未闲置的不列）", "Parcels, without not idle")
    yield all_of_them, _COLUMNS, [_row(one, lang) for one in content["idle"]]


def _row(one: dict[str, Any], lang: Lang) -> tuple[str, Row]:
    told = {
        **one,
        "status": words.IDLE_STATUS[one["status"]].to(lang),
        "type": words.IDLE_TYPE[one["type"]].to(lang) if one["type"] else None,
        "path": words.IDLE_PATH[one["path"]].to(lang) if one["path"] else None,
        "cause": words.CAUSE[one["cause"]].to(lang) if one["cause"] in words.CAUSE else one["cause"],
        "remarks": "；".join(one["remarks"]) or None,
    }
    severity = {"recovery": "must", "fee": "duty", "negotiate": "target"}.get(one["path"] or "", "")
    return severity if one["status"] in ("suspected", "determined") else "", [told[key] for key, _, _ in _COLUMNS]


def _steps(content: Document, lang: Lang) -> Sheet | None:
    """The work list: every step that is not done, by who must do it, the soonest first."""
    columns: Columns = [
        ("who", Text("责任人", "Who"), 26), ("due_on", Text("期限", "Due"), 12), ("overdue", Text("逾期", "Overdue"), 8),
        ("step", Text("步骤", "Step"), 30), ("parcel_id", Text("宗地编号", "Parcel"), 22), ("name", Text("名称", "Name"), 24),
        ("park", Text("园区编号", "Park"), 10), ("article", Text("依据", "Article"), 26),
    ]  # fmt: skip
    listed = [
        (step["who"][lang], step["due_on"] or "9999", step, one)
        for one in summary.idle_open(content)
        for step in one["steps"]
        if step["done_on"] is None
    ]
    if not listed:
        return None
    listed.sort(key=lambda item: (item[0], item[1], item[3]["parcel_id"]))
    yes = Text("是", "yes").to(lang)
    rows: list[tuple[str, Row]] = [
        (
            "must" if step["overdue"] else "",
            [who, step["due_on"], yes if step["overdue"] else None, step["title"][lang], one["parcel_id"], one["name"], one["park"], step["article"]],
        )
        for who, _, step, one in listed
    ]  # fmt: skip
    return Text("闲置处置工作清单", "Work list"), columns, rows


def _ledger(content: Document, lang: Lang) -> tuple[Columns, list[tuple[str, Row]]]:
    """The ledgers of the year and the year before, by subject and path."""
    columns: Columns = [
        ("title", Text("台账", "Ledger"), 14), ("subject", Text("对象", "Of"), 26), ("year", Text("年度", "Year"), 8),
        ("until", Text("截至", "Until"), 12), ("path", Text("路径", "Path"), 16), ("before_mu", Text("年初（亩）", "Before (mu)"), 12),
        ("before_count", Text("年初（宗）", "Before"), 10), ("found_mu", Text("新增（亩）", "Found (mu)"), 12),
        ("found_count", Text("新增（宗）", "Found"), 10), ("disposed_mu", Text("处置（亩）", "Disposed (mu)"), 12),
        ("disposed_count", Text("处置（宗）", "Disposed"), 10), ("left_mu", Text("剩余（亩）", "Left (mu)"), 12),
        ("left_count", Text("剩余（宗）", "Left"), 10), ("task_mu", Text("任务（亩）", "Task (mu)"), 12),
        ("rate", Text("完成率（%）", "Done (%)"), 10), ("reason", Text("缺数的原因", "Why missing"), 50),
    ]  # fmt: skip
    whole = Text("全部", "All").to(lang)
    rows: list[tuple[str, Row]] = []
    for one in content["ledger"]:
        told = {
            **one,
            "title": one["title"][lang],
            "subject": one["subject"]["name"] or one["subject"]["id"] or whole,
            "path": one["path_title"][lang] if one["path"] else None,
            "rate": None if one["rate"] is None else one["rate"] * 100,
            "reason": one["reason"][lang] if one["reason"] else None,
        }
        rows.append(("", [told[key] for key, _, _ in columns]))
    return columns, rows


def _low_efficiency(some: list[dict[str, Any]], lang: Lang) -> tuple[Columns, list[tuple[str, Row]]]:
    """What was agreed beside what is, of finished parcels; those below their contract first."""
    columns: Columns = [
        ("parcel", Text("宗地编号", "Parcel"), 22), ("name", Text("名称", "Name"), 24), ("park", Text("园区编号", "Park"), 10),
        ("measure", Text("指标", "Figure"), 18), ("year", Text("年度", "Year"), 8), ("contract", Text("约定", "Agreed"), 12),
        ("actual", Text("实际", "Actual"), 12), ("short", Text("差", "Short by"), 12),
    ]  # fmt: skip
    names = {key: title for key, (title, _) in MEASURES.items()}
    rows: list[tuple[str, Row]] = [
        (
            "target" if one["below"] else "",
            [
                one["parcel"]["id"], one["parcel"]["name"], one["park"], names[one["measure"]].to(lang), one["year"], one["contract"],
                one["actual"], one["short"],
            ],
        )
        for one in sorted(some, key=lambda each: (not each["below"], each["parcel"]["id"], each["measure"]))
    ]  # fmt: skip
    return columns, rows


def _low_efficiency_counts(content: Document, lang: Lang) -> tuple[Columns, list[tuple[str, Row]]]:
    """How many parcels are below their contract, where there are too many to list them."""
    columns: Columns = [
        ("measure", Text("指标", "Figure"), 18), ("below", Text("低于约定（宗）", "Below"), 14),
        ("not_below", Text("不低于约定（宗）", "Not below"), 16), ("not_checked", Text("未检查（宗）", "Not checked"), 14),
        ("table", Text("逐宗数值", "Every parcel"), 34),
    ]  # fmt: skip
    rows: list[tuple[str, Row]] = []
    for measure, (title, _) in MEASURES.items():
        some = [one for one in content["low_efficiency_counts"] if one["measure"] == measure]
        sums = [sum(one[key] for one in some) for key in ("below", "not_below", "not_checked")]
        rows.append(("", [title.to(lang), *sums, content.get("low_efficiency_table")]))
    return columns, rows
