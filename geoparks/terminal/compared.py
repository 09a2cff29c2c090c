"""Two versions of a boundary, on the terminal: the figures, the changes, where the files are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geoparks.terminal.tables import Speaker, console, table
from geoparks.text import Lang

if TYPE_CHECKING:
    from geoparks.compare.document import Document

_SHOWN = 40


def show_compared(content: Document, files: list[Path], lang: Lang) -> None:
    """The figures, then every change that is one; long lists go on in the workbook."""
    from geoparks import units, words
    from geoparks.compare.document import RELATIONS
    from geoparks.compare.telling import sentence, shift_sentence
    from geoparks.measure.versions import Relation

    t, screen, summary = Speaker(lang), console(), content["summary"]
    if content["made"]:
        screen.print(words.MADE.to(lang), style="yellow")
    for side, title in (("old", t("旧版", "Old")), ("new", t("新版", "New"))):
        one = content[side]
        area = units.area_text(one["area_m2"]).to(lang)
        columns = t(
            f"编号取自 {one['id_from'] or '—'}，名称取自 {one['name_from'] or '—'}",
            f"ids from {one['id_from'] or '—'}, names from {one['name_from'] or '—'}",
        )
        screen.print(
            f"{title}  {one['path']}  {one['crs'] or ''}  {one['rows']} {t('个图形', 'features')}  {area}  {columns}"
        )
        if one["without_geometry"]:
            screen.print(
                t(
                    f"  {one['without_geometry']} 行没有图形，未参加比对",
                    f"  {one['without_geometry']} rows without geometry took no part",
                ),
                style="yellow",
            )
        if one["invalid"]:
            screen.print(
                t(
                    f"  {one['invalid']} 个图形无效，按修复后的图形比对",
                    f"  {one['invalid']} were not valid: compared as repaired",
                ),
                style="yellow",
            )
        for note in dict.fromkeys(each["note"][lang] for each in one["faults"]):
            screen.print(f"  {t('问题', 'fault')}: {note}", style="yellow")
    if (shift := shift_sentence(content)) is not None:
        screen.print(shift.to(lang), style="bold red")
    counts = table(
        "",
        (t("变化", "Change"), "left"),
        (t("个数", "Count"), "right"),
        (t("增加（亩）", "Added (mu)"), "right"),
        (t("减少（亩）", "Removed (mu)"), "right"),
    )
    for name, count in summary["changes"].items():
        if count:
            some = [one for one in content["changes"] if one["relation"] == name]
            areas = [sum(one[key] for one in some) for key in ("added_mu", "removed_mu")]
            counts.add_row(
                RELATIONS[Relation(name)].to(lang), str(count), *(f"{area:,.2f}" if area else "" for area in areas)
            )
    counts.add_row(
        t("合计", "total"),
        str(sum(summary["changes"].values())),
        f"{summary['added_mu']:,.2f}",
        f"{summary['removed_mu']:,.2f}",
    )
    screen.print(counts)
    furthest = f"{summary['furthest_m']:,.2f}" if summary["furthest_m"] is not None else "—"
    screen.print(t(
        f"拐点：移动 {summary['corners_moved']} 个（最远 {furthest} 米），增加 {summary['corners_added']} 个，减少 {summary['corners_removed']} 个；略去的碎片共 {units.number(summary['ignored_m2'], 4)} 平方米",
        f"Corners: {summary['corners_moved']} moved (at most {furthest} m), {summary['corners_added']} added, {summary['corners_removed']} removed; slivers left out: {units.number(summary['ignored_m2'], 4)} m²",
    ))  # fmt: skip
    changed = [one for one in content["changes"] if one["relation"] != "unchanged"]
    for one in changed[:_SHOWN]:
        screen.print(sentence(one).to(lang))
    if len(changed) > _SHOWN:
        screen.print(
            t(
                f"……共 {len(changed)} 处变化，全部见 --out 写出的表格",
                f"… {len(changed)} changes: all of them in the workbook (--out)",
            )
        )
    for file in files:
        screen.print(str(file))
