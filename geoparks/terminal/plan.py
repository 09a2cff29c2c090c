"""What a run will need, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geoparks.terminal.tables import Speaker, console, print_json, table
from geoparks.text import Lang

if TYPE_CHECKING:
    from geoparks.planning.counts import Count
    from geoparks.planning.plan import Plan, Span


def show_plan(plan: Plan, lang: Lang, json: bool) -> None:
    """The counts, the needs of every verb, and where the lines were measured."""
    from geoparks.planning.plan import as_dict, duration

    if json:
        print_json(as_dict(plan))
        return
    t, screen = Speaker(lang), console()
    listing = table(
        t("数据", "Data"), (t("图层", "Layer"), "left"), (t("文件", "Files"), "right"), (t("行", "Rows"), "right"), (t("顶点", "Vertices"), "right")
    )  # fmt: skip
    by_layer: dict[str, list[Count]] = {}
    for one in plan.counts:
        by_layer.setdefault(one.layer, []).append(one)
    for name, some in sorted(by_layer.items()):
        rows = _sum([one.rows for one in some], all(one.rows_exact for one in some))
        vertices = _sum([one.vertices for one in some], all(one.vertices_exact for one in some))
        listing.add_row(name or t("看列名而定", "by its columns"), str(len(some)), rows, vertices)
    screen.print(listing)

    needs = table(
        t(f"预计（宗地 {plan.rows:,} 宗）", f"Expected ({plan.rows:,} parcels)"),
        (t("命令", "Command"), "left"), (t("时间", "Time"), "right"), (t("内存", "Memory"), "right"), (t("引擎", "Engine"), "left"),
    )  # fmt: skip
    for need in plan.needs:
        seconds = f"{duration(need.seconds.expected).to(lang)}（{duration(need.seconds.least).to(lang)}–{duration(need.seconds.most).to(lang)}）"
        engine = need.engine if need.engine != "larger" else t("内存不够", "too little memory")
        needs.add_row(need.verb, seconds, _memory(need.memory_mib), engine)
    screen.print(needs)
    for words in dict.fromkeys(f"{need.verb}：{need.why.to(lang)}" for need in plan.needs if need.engine != "local"):
        screen.print(words)
    base = plan.machine
    screen.print(
        t(
            f"按实测推算：{base['processor']}，{base['cores']} 核，{base['memory_gib']} GiB，{base['rows_from']:,} 至 {base['rows_to']:,} 宗，共 {base['runs']} 次；"
            "括号内是多数运行所在的范围；写出报告、表格和地图计算在内。别的机器快慢不同。",
            f"By runs on {base['processor']}, {base['cores']} cores, {base['memory_gib']} GiB, {base['rows_from']:,} to {base['rows_to']:,} parcels,"
            f" {base['runs']} of them; in brackets where most runs lie; writing reports, tables and maps is in it. Other machines differ.",
        )
    )
    if plan.beyond:
        screen.print(
            t("宗地数超过实测范围，为外推。", "There are more parcels than were measured: this is extrapolated.")
        )


def _sum(numbers: list[int | None], exact: bool) -> str:
    """A sum as shown: a wave before an estimate, a dash where nothing is known."""
    known = [one for one in numbers if one is not None]
    return "—" if not known else ("" if exact and len(known) == len(numbers) else "≈") + f"{sum(known):,}"


def _memory(span: Span) -> str:
    return f"{span.expected / 1024:.1f} GiB（{span.least / 1024:.1f}–{span.most / 1024:.1f}）"
