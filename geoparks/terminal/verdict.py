"""The verdict in a screenful, what was repaired, what changed from one run to the next."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from geoparks.terminal.tables import Speaker, console, print_json, table
from geoparks.text import Lang, Text

if TYPE_CHECKING:
    from rich.console import Console

    from geoparks.diff import Difference
    from geoparks.document import Document
    from geoparks.repair import Changed
    from geoparks.result import Result

_SHOWN = 20
_FEW = 10
_TO_CONFIRM = {
    "crs_inferred", "zone_prefix", "axis_swapped", "coordinates_unusual", "degrees_in_projected", "maybe_dms", "closing_row_bug",
}  # fmt: skip
"""Repairs that rest on evidence and may be wrong."""
_CONFIRM = re.compile("，请核实$|[,:] please confirm$")  # said once, before it


def show_result(result: Result, files: list[Path]) -> None:
    """The verdict in a screenful: parks, the worst findings, what was not checked, where the outputs are."""
    from geoparks import words
    from geoparks.reports import summary

    content, lang = result.content, result.lang
    t, screen = Speaker(lang), console()
    year = content["year"] or "—"
    screen.print(t(f"{content['workspace']}：按 {content['on']} 有效的规定检查（政策包 {content['policy']['pack']}，统计年度 {year}）",
                    f"{content['workspace']}: judged as of {content['on']} (pack {content['policy']['pack']}, statistics of {year})"))  # fmt: skip
    if content["made"]:
        screen.print(words.MADE.to(lang), style="yellow")
    parks = table(t("各园区", "Parks"), (t("园区", "Park"), "left"), *((text.to(lang), "right") for text in words.SEVERITY.values()),
                   (words.OUTCOME["not_checked"].to(lang), "right"), (words.OUTCOME["manual"].to(lang), "right"))  # fmt: skip
    for line in summary.by_park(content):
        counts = [str(line.counts[key] or "") for key in words.SEVERITY]
        parks.add_row(
            line.name or line.id or t("未注明园区的", "no park"),
            *counts,
            str(line.outcomes["not_checked"] or ""),
            str(line.outcomes["manual"] or ""),
        )
    if content["checks"]:
        screen.print(parks)
    titles = {}
    if result.workspace is not None:
        titles = words.titles(result.workspace.catalogue.layers, lang)
    found = words.failed(content)
    order = {name: index for index, name in enumerate(words.SEVERITY)}
    for one in sorted(found, key=lambda finding: order[finding["severity"]])[:_SHOWN]:
        screen.print(
            f"{words.SEVERITY[one['severity']].to(lang)} {one['rule']} {words.subject(one['subject'], titles)}：{one['message'][lang]}"
        )
    if len(found) > _SHOWN:
        screen.print(
            t(
                f"……以上 {_SHOWN} 项，共 {len(found)} 项，其余见报告。",
                f"… {_SHOWN} of {len(found)}; the rest is in the report.",
            )
        )
    for one in content["inputs"]:
        if one["refused"]:
            screen.print(t("不能判定：", "cannot be judged: ") + one["refused"][lang], style="red")
    _show_to_confirm(content, titles, t, screen)
    for one in content["ignored"]:
        screen.print(t("未使用：", "not used: ") + f"{one['path']}（{one['reason'][lang]}）")
    for one in content["lapsed"]:
        who = f"{one['rule']} {one['subject']} {one['by']} {one['on']}"
        screen.print(
            t("接受未生效：", "acceptance without effect: ") + f"{who}（{one['reason'][lang]}）", style="yellow"
        )
    for one in content["errors"]:
        screen.print(t("程序错误：", "error of the program: ") + f"{one['rule']} {one['what']}", style="red")
    by_rule = summary.outcomes_of_rules(content)
    if unchecked := {rule: some["not_checked"] for rule, some in by_rule.items() if some["not_checked"]}:
        screen.print(
            t("未检查：", "not checked: ") + "、".join(f"{rule}×{count}" for rule, count in sorted(unchecked.items()))
        )
    if content["idle"]:
        _show_idle(content, t, screen)
    for file in files:
        if file.name in ("report.html", "report.xlsx") or file.parent.name == "maps":
            screen.print(
                {"report.html": t("报告", "report"), "report.xlsx": t("工作簿", "workbook")}.get(
                    file.name, t("地图", "map")
                )
                + f"  {file}"
            )


def _show_idle(content: Document, t: Speaker, screen: Console) -> None:
    """How many parcels have each status, and how many will be full within the days asked for."""
    from geoparks import words
    from geoparks.reports import summary

    counts: Counter[str] = Counter()
    for group in summary.idle_counts(content):
        counts[group["status"]] += group["count"]
    screen.print(
        t("闲置土地：", "idle land: ")
        + "，".join(
            f"{text.to(t.lang)} {counts[status]}" for status, text in words.IDLE_STATUS.items() if counts[status]
        )
    )
    if content["within"] is not None:
        some = summary.warnings(content)
        screen.print(
            t(f"{content['within']} 天内将满一年：{len(some)} 宗", f"full within {content['within']} days: {len(some)}")
        )


def _show_to_confirm(content: Document, titles: dict[str, str], t: Speaker, screen: Console) -> None:
    """What geoparks decided by the numbers where a file is silent or contradicts itself: a line for each kind, capped."""
    files: dict[tuple[str, str], list[str]] = {}
    for one in content["repairs"]:
        if one["code"] in _TO_CONFIRM:
            files.setdefault((one["layer"], _CONFIRM.sub("", one["note"][t.lang])), []).append(one["path"])
    for (layer, note), paths in list(files.items())[:_FEW]:
        names = list(dict.fromkeys(paths))
        more = t(f" 等 {len(names)} 个文件", f" and {len(names) - 1} more") if len(names) > 1 else ""
        screen.print(
            t("请核实：", "please confirm: ") + f"{titles.get(layer, layer)} {names[0]}{more}：{note}", style="yellow"
        )
    if len(files) > _FEW:
        screen.print(
            t(
                f"……另有 {len(files) - _FEW} 项须核实，见报告。",
                f"… {len(files) - _FEW} more to confirm, in the report.",
            )
        )


def show_repairs(file: Path | None, changed: list[Changed], lang: Lang, json: bool) -> None:
    """What was repaired, and where the file is."""
    from geoparks.measure.mend import CODES

    if json:
        rows = [{"layer": one.layer, "id": one.id, "row": one.row, "codes": list(one.codes), "area_before_m2": _none(one.area_before_m2),
                 "area_after_m2": _none(one.area_after_m2)} for one in changed]  # fmt: skip
        print_json({"file": str(file) if file else None, "changed": rows})
        return
    if file is None:
        print("没有需要修复的图形" if lang == "zh" else "nothing to repair")
        return
    for one in changed:
        print(f"{one.layer} {one.id}: {'、'.join(CODES[code].to(lang) for code in one.codes)}")
    print(file)


def _none(value: float) -> float | None:
    return None if value != value else value


def show_difference(difference: Difference, lang: Lang, json: bool) -> None:
    """Fixed, new and still there."""
    if json:
        print_json(
            {"fixed": difference.fixed, "new": difference.new, "still": difference.still, "lost": difference.lost}
        )
        return
    titles = {
        "fixed": Text("已解决", "fixed"), "new": Text("新增", "new"), "still": Text("仍存在", "still there"),
        "lost": Text("本次未检查（不算已解决）", "not checked this time (not fixed)"),
    }  # fmt: skip
    for name, title in titles.items():
        found = getattr(difference, name)
        print(f"{title.to(lang)} {len(found)}")
        for one in found[: _SHOWN * 5]:
            print(f"  {one['rule']} {one['subject']['name'] or one['subject']['id']}：{one['message'][lang]}")
