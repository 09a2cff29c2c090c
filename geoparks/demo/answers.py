"""The known answers, as a program reads them and as a workbook for whoever looks at the demonstration."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from geoparks import write as writing
from geoparks.demo.supply import idle_cases
from geoparks.write.sheet import workbook

FILE = Path(__file__).parent / "answers.toml"


def load() -> dict[str, list[dict[str, Any]]]:
    """``finding``: all that a check must find; ``unchecked``: what it must leave open; ``later``: planted for other work."""
    with FILE.open("rb") as stream:
        answers: dict[str, list[dict[str, Any]]] = tomllib.load(stream)
    return answers


def write(path: Path) -> None:
    """The answers as a workbook of three sheets."""
    answers = load()
    sheets: list[tuple[str, list[str], list[list[Any]]]] = [
        (
            "预设问题",
            ["规则", "问题代码", "图层", "编号", "另一要素", "严重程度", "实测值", "平面面积（平方米）", "说明"],
            [
                [
                    one.get(key)
                    for key in ("rule", "code", "layer", "id", "other", "severity", "measured", "planar_m2", "why")
                ]
                for one in answers["finding"]
            ],
        ),
        (
            "未检查与人工判断",
            ["规则", "图层", "编号", "结果", "说明"],
            [
                ["、".join(one["rules"]), one["layer"], one["id"], one["outcome"], one["why"]]
                for one in answers["unchecked"]
            ],
        ),
        (
            "其他预设情形",
            ["相关规则", "图层", "编号", "说明"],
            [
                *([one["rule"], one["layer"], one["id"], one["why"]] for one in answers["later"]),
                *(["I01–I04", "parcels", one["id"], one["what"]] for one in idle_cases()),
            ],
        ),
    ]
    writing.whole(path, lambda target: workbook(target, sheets))
