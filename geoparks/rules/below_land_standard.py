"""E07: a new industrial project falls short of the control values of standard land for its industry."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.standard import Control, controls
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text


def _words(zh: str, en: str) -> Words:
    title = Text(f"{zh}不符合准入标准", f"{en} below the land standard")
    return Words(
        title=title,
        message=Text(
            f"{{name}}（行业 {{industry}}）{zh} {{value}}，{{day}} 有效的控制值为 {{limit}}。",
            f"{{name}} (industry {{industry}}): {en} {{value}}; the control value in force on {{day}} is {{limit}}.",
        ),
        fix=Text("不符合准入标准的项目不得入园。", "It may not be admitted."),
    )


RULE = Rule(
    id="E07",
    title=Text("新建工业项目不符合用地准入标准", "New industrial project below the land standard"),
    about=Text(
        "新建工业项目的亩均固定资产投资、产出、税收、能耗、容积率，与批准之日有效的同行业控制值之比；控制值是单位的数据，没有该行业控制值的不判定。"
        "文件印发前批准的项目不受约束。",
        "Investment, output, tax, energy and plot ratio of a new industrial project over the control values of its industry on the"
        " day of its approval; the values are the office's data. Projects approved before the document are not bound by it.",
    ),
    subjects=("projects",),
    needs=("projects",),
    uses=("land_controls",),
    whole_to_pass=(),
    faults={
        "investment_low": _words("亩均固定资产投资", "investment per mu"),
        "output_low": _words("亩均产值", "output per mu"),
        "tax_low": _words("亩均税收", "tax per mu"),
        "energy_high": _words("单位能耗", "energy per 10,000 yuan"),
        "far_low": _words("容积率", "plot ratio"),
    },
)


def below_land_standard(layers: Dataset) -> Iterator[Measurement]:
    """Each of the five figures over its control value, for every new industrial project."""
    for one in controls(layers):
        for fault in RULE.faults:
            yield _measured(one, fault)


def _measured(one: Control, fault: str) -> Measurement:
    value, limit, reason = one.held[fault]
    return Measurement(
        one.subject,
        fault,
        value=value / limit if value is not None and limit else None,
        acted_on=one.day,
        row=one.row,
        reason=reason,
        words={"industry": one.industry or "—", "value": value, "limit": limit, "day": one.day or "—"},
    )
