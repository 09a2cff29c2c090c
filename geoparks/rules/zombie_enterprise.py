"""E09: an enterprise of which cases of a zombie enterprise hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from geoparks.dataset import Dataset
from geoparks.measure.series import held
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text, joined

_FAULT, _TESTS = "zombie_enterprise", "E09.tests"

RULE = Rule(
    id="E09",
    title=Text("疑似僵尸企业", "Suspected zombie enterprise"),
    about=Text(
        "停产满两年、不具备偿债能力、不符合结构调整方向、连年亏损靠补贴和续贷维持、资产负债率连续三年 100% 及以上：成立几种即提示，是设定 zombie_tests。"
        "已退出的企业不计。",
        "Stopped for two years, unable to pay, against restructuring, losing money and living on support, liabilities at or above"
        " assets for three years: how many must hold is the setting zombie_tests. Enterprises that left are not counted.",
    ),
    subjects=("enterprises",),
    needs=("enterprises", "enterprise_stats"),
    figures=("E09",),
    faults={
        _FAULT: Words(
            title=Text("疑似僵尸企业", "Suspected zombie enterprise"),
            message=Text("{name}符合 {measured}情形：{tests}。", "{name} is a case in {measured} respects: {tests}."),
            fix=Text(
                "核实后，采取市场化法治化手段出清，或通过兼并重组转型。",
                "Verify; then market exit by law, or merger and restructuring.",
            ),
        )
    },
)


def zombie_enterprise(layers: Dataset) -> Iterator[Measurement]:
    """How many cases hold of every enterprise, with their names."""
    fired: dict[str, list[Text]] = {}
    for one in layers.figures:
        if one.id.startswith("E09.") and one.id != _TESTS and one.value == 1:
            fired.setdefault(one.subject.id, []).append(one.title)
    for measurement in held(layers, _FAULT, (_TESTS,), RULE.subjects):
        some = fired.get(measurement.subject.id, [])
        yield replace(measurement, words={"tests": joined(some) if some else Text("", "")})
