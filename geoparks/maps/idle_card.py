"""What a click on a parcel tells of idle land: status, dates, path, article, steps, from the idle rows of the document."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units, words
from geoparks.maps.idle_lookup import IdleLookup
from geoparks.text import Lang, Text

TITLES = {
    "status": Text("闲置状态", "Status"), "type": Text("闲置类型", "Type"), "reason": Text("理由", "Reason"),
    "since": Text("起算日", "Since"), "days": Text("天数", "Days"), "path": Text("处置路径", "Path"), "article": Text("依据", "Article"),
    "fee_wanyuan": Text("闲置费（万元）", "Fee (10 000 yuan)"), "deadline": Text("下一期限", "Next deadline"),
    "steps": Text("程序", "Steps"), "evidence": Text("栅格上的建成比例", "Built up on rasters"), "remarks": Text("注意", "Notes"),
}  # fmt: skip
"""What ``idle = [...]`` of a map's layer may name."""


def card(
    names: tuple[str, ...], positions: np.ndarray[Any, Any], idle: IdleLookup, lang: Lang
) -> list[tuple[str, pd.Series]]:
    """A column for each thing to tell, with its title, of parcels whose idle rows stand at positions (−1: none).

    Nothing where the document has no idle rows.
    """
    if not names or not idle:
        return []
    return [
        (TITLES[name].to(lang), pd.Series(idle.each(positions, partial(told, name=name, lang=lang)), dtype=object))
        for name in names
    ]


def told(one: dict[str, Any], name: str, lang: Lang) -> str | None:
    """One thing in words; None where there is nothing to tell."""
    value = one.get(name)
    if value is None or value in ([], {}):
        return None
    if name == "status":
        return words.IDLE_STATUS[value].to(lang)
    if name == "type":
        return words.IDLE_TYPE[value].to(lang)
    if name == "path":
        return words.IDLE_PATH[value].to(lang)
    if name == "remarks":
        return "；".join(value)
    if name == "evidence":
        return "；".join(f"{raster_title(source).to(lang)} {share:.1%}" for source, share in value.items())
    if name == "steps":
        return "；".join(_step(step, lang) for step in value)
    return units.number(value) if isinstance(value, int | float) else str(value)


def raster_title(name: str) -> Text:
    """``land_cover_2023`` for a reader: 2023 年地表覆盖."""
    kind, _, year = name.rpartition("_")
    zh, en = {"land_cover": ("地表覆盖", "land cover"), "imagery": ("影像", "imagery")}.get(kind, (kind, kind))
    return Text(f"{year} 年{zh}", f"{en} of {year}")


def _step(step: dict[str, Any], lang: Lang) -> str:
    title = step["title"][lang]
    if step["done_on"]:
        return f"{title} {step['done_on']} ✓"
    due = Text("应于", "due").to(lang)
    late = Text("（已逾期）", " (overdue)").to(lang) if step["overdue"] else ""
    return f"{title} {due} {step['due_on']}{late}" if step["due_on"] else title
