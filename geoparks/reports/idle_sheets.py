"""The sheets of the workbook on idle land: every open parcel, the warnings, the work list by who must do it, all parcels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geoparks import words
from geoparks.document import Document
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
    yield Text("全部宗地闲置判定", "All parcels"), _COLUMNS, [_row(one, lang) for one in content["idle"]]


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
