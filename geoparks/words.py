"""Words that every report uses, in both languages."""

from __future__ import annotations

from typing import Any

from geoparks import units
from geoparks.document import Document
from geoparks.text import Lang, Text

SEVERITY = {
    "must": Text("必须", "Must"),
    "duty": Text("应当", "Duty"),
    "principle": Text("原则上", "Principle"),
    "target": Text("目标", "Target"),
    "info": Text("提示", "Info"),
}
OUTCOME = {
    "fail": Text("不符合", "Fail"),
    "not_checked": Text("未检查", "Not checked"),
    "manual": Text("人工判断", "Manual"),
    "pass": Text("符合", "Pass"),
}
MADE = Text(
    "演示数据：全部为虚构，不代表任何真实园区", "Demonstration: all data are made up and stand for no real park"
)
INTERNAL = Text("内部工作用图，未经审核不得公开", "Internal working document, not for publication")


def measured(finding: dict[str, Any], lang: Lang) -> str:
    """The measured value of a finding, with its unit."""
    return units.quantity(finding["measured"], finding["unit"], lang)


def expected(finding: dict[str, Any], lang: Lang) -> str:
    """What was expected, in words."""
    return finding["expected_words"][lang] or "—"


def article(citation: dict[str, Any]) -> str:
    """Document number and article."""
    return f"{citation['document']} {citation['article']}".replace(" —", "")


def subject(one: dict[str, Any], layer_titles: dict[str, str]) -> str:
    """A subject with its layer, as people say it: 区块 一区（B1）."""
    name = one["name"] or one["id"]
    code = f"（{one['id']}）" if one["name"] and one["id"] and one["id"] != one["name"] else ""
    return f"{layer_titles.get(one['layer'], one['layer'])} {name}{code}".strip()


def failed(content: Document) -> list[dict[str, Any]]:
    """Findings that nobody has accepted."""
    return [one for one in content["findings"] if one["accepted"] is None]
