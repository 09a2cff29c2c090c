"""Words that every report uses, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geoparks import units
from geoparks.catalog.layer import Layer
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
LEVELS = {"leagues": Text("盟市", "Leagues"), "region": Text("全部", "All together")}
"""What is above the parks and has no layer of its own."""
ROWS = {
    "B05": Text("四至所指的距离", "Distance of what the limits name"),
    "B06": Text("区块在开发边界各分区的面积", "Blocks in the zones of the boundary"),
    "B14": Text("主导产业产值占比", "Share of the leading industries"),
    "B17": Text("功能分区与用地比例", "Functional zones and proportion of land"),
    "B18": Text("区域评估", "Regional assessments"),
    "B15": Text("与批准边界的差异", "Differences from the approved boundary"),
    "E01": Text("考核评价指标", "Evaluation indicators"),
    "E02": Text("建成区面积", "Built-up area"),
    "E03": Text("园区分类", "Class of the parks"),
    "E04": Text("综合评价排名与奖惩", "Ranking and what follows from it"),
    "E05": Text("全市提质目标", "Goals of the city"),
    "E06": Text("就近整合", "Merging nearby"),
    "E07": Text("标准地", "Standard land"),
    "E08": Text("亩均效益评价", "Per-mu evaluation"),
    "E09": Text("僵尸企业与未开工项目", "Zombie enterprises, projects not started"),
    "E10": Text("能耗与新能源", "Energy"),
    "E11": Text("包联层级", "Tier of responsibility"),
    "E12": Text("经开区与高新区目标", "Goals of national and high-tech zones"),
    "E13": Text("土地集约利用", "Intensive use of land"),
    "E14": Text("高新区动态管理", "Dynamic management of high-tech zones"),
    "E15": Text("基础设施", "Infrastructure"),
    "E16": Text("产业集聚与统计", "Structure of industry and statistics"),
    "E17": Text("共享项目分成", "Shared projects"),
    "I05": Text("闲置土地处置", "Disposal of idle land"),
    "L01": Text("供地率", "Supply ratio"),
    "L02": Text("批而未供与供而未用", "Approved not supplied, supplied not used"),
    "L03": Text("计划指标测算（不是法规）", "What-if of the plan's quotas (not law)"),
    "L04": Text("盘活利用", "Re-use"),
    "U01": Text("城镇开发边界与城镇建设用地规模", "Boundary and urban construction land"),
    "U02": Text("扩展倍数", "Expansion multiple"),
}
"""What the rows of figures are called."""
IDLE_STATUS = {
    "suspected": Text("疑似闲置", "Suspected"),
    "determined": Text("已认定", "Determined"),
    "disposed": Text("已处置", "Disposed of"),
    "not_checked": Text("未检查", "Not checked"),
    "not_idle": Text("未闲置", "Not idle"),
}
IDLE_TYPE = {"A": Text("未动工（A 类）", "Not started (A)"), "B": Text("动工后中止（B 类）", "Stopped (B)")}
IDLE_PATH = {
    "fee": Text("征缴闲置费", "Idle-land fee"),
    "recovery": Text("无偿收回", "Recovery"),
    "negotiate": Text("协商处置", "Negotiated"),
}
CAUSE = {
    "government": Text("政府原因", "Government"),
    "force_majeure": Text("不可抗力", "Force majeure"),
    "enterprise": Text("企业原因", "Enterprise"),
}


def titles(layers: Mapping[str, Layer], lang: Lang) -> dict[str, str]:
    """The title of every layer, and of what is above the parks."""
    return {
        **{name: layer.title.to(lang) for name, layer in layers.items()},
        **{name: text.to(lang) for name, text in LEVELS.items()},
    }


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
