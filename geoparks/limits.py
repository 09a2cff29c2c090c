"""The limits of a clause on a day, and how they are read: 不超过 3 个. Nothing is held against them here.

Whoever names a number that is no law says so in the same breath: it is the toolkit's, or the workspace's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from geoparks import units
from geoparks.catalog.clause import Bounds, Clause, Setting
from geoparks.catalog.policy import Pack
from geoparks.text import Text, same

_SAYS = {
    "<=": Text("不超过 {limit}", "at most {limit}"),
    "<": Text("小于 {limit}", "less than {limit}"),
    ">=": Text("不低于 {limit}", "at least {limit}"),
    ">": Text("超过 {limit}", "more than {limit}"),
    "==": Text("{limit}", "{limit}"),
}


def limits_on(clause: Clause, pack: Pack, on: dt.date, case: str) -> list[Bounds]:
    """The limits that may apply: one, or several where the clause has cases and the measurement does not say which."""
    limit = clause.limit(on)
    if limit is None:
        return []
    if isinstance(limit, str):
        number = pack.settings[limit].value
        return [] if number is None else [number]
    if isinstance(limit, Mapping):
        return [limit[case]] if case in limit else list(limit.values())
    return [limit]


def limit_in_words(clause: Clause, pack: Pack, on: dt.date) -> Text | None:
    """The limit of a clause on a day, as a rule's page shows it."""
    limits = limits_on(clause, pack, on, "")
    if not limits:
        return None
    said = [expectation_in_words(clause, limit, clause.unit, None) for limit in limits]
    return Text(" / ".join(one.zh for one in said), " / ".join(one.en for one in said))


def expectation_in_words(clause: Clause, limit: Bounds, unit: str, reference: float | None) -> Text:
    """The expectation in words: 不超过 3 个. `limit` and `reference` are in `unit`."""
    if isinstance(limit, tuple):
        return same(f"{limit[0]:g}") + Text(" 至 ", " to ") + units.quantity_text(limit[1], unit)
    if clause.operator == "within":
        return units.quantity_text(reference, unit) + Text(f" ±{limit:.2%}", f" ±{limit:.2%}")
    return _SAYS[clause.operator].fill(limit=units.quantity_text(limit, unit))


def tolerance_in_words(clause: Clause, pack: Pack, on: dt.date) -> Text | None:
    """The tolerance that was used, and that it is the toolkit's and not the law's; None where the limit is the law's."""
    limit = clause.limit(on)
    if not isinstance(limit, str):
        return None
    used = pack.settings[limit]
    value = units.quantity_text(used.given, used.unit)
    whose = _whose(used.by_workspace)
    return Text(f"{value.zh}（{whose.zh}）", f"{value.en} ({whose.en})")


def slivers_in_words(area: Setting, width: Setting, ignored_m2: float) -> Text:
    """Below which area and which mean width slivers do not count, and how much that was in all."""
    whose = _whose(area.by_workspace or width.by_workspace)
    return Text(
        f"小于 {units.number(area.given, 6)} 平方米或平均宽度小于 {units.number(width.given, 6)} 米的碎片不计（{whose.zh}），共略去 {units.number(ignored_m2, 6)} 平方米",
        f"slivers below {units.number(area.given, 6)} m² or {units.number(width.given, 6)} m mean width are left out"
        f" ({whose.en}), {units.number(ignored_m2, 6)} m² in all",
    )


def scraps_in_words(most: Setting, scraps_m2: float) -> Text:
    """That what was left out is more than may be left out without a person looking at it."""
    whose = _whose(most.by_workspace)
    return Text(
        f"因面积小而略去的碎片合计 {units.number(scraps_m2, 6)} 平方米，超过 {units.number(most.given, 6)} 平方米（{whose.zh}），须人工判断",
        f"the scraps left out for being small sum to {units.number(scraps_m2, 6)} m², more than {units.number(most.given, 6)} m² ({whose.en}): a person must judge",
    )


def _whose(by_workspace: bool) -> Text:
    """Whose number it is: nobody shall take it for the law's."""
    if by_workspace:
        return Text("本工作区设定", "set by this workspace")
    return Text("工具设定，非法规", "the toolkit's setting, not law")
