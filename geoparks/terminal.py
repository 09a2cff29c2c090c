"""What the command line shows: tables and progress on a terminal, plain lines or one JSON document elsewhere."""

from __future__ import annotations

import json as jsons
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoparks import progress, units
from geoparks.text import Lang, Text

if TYPE_CHECKING:
    from rich.console import Console

    from geoparks.catalog.layer import Catalogue, Layer
    from geoparks.diff import Difference
    from geoparks.doctor import Line
    from geoparks.repair import Changed
    from geoparks.result import Result

_QUIET_SECONDS = 1.0
_SHOWN = 20
_WIDTH = 140  # where the output goes to a file or a pipe


def _console() -> Console:
    from rich.console import Console

    return Console(
        highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else _WIDTH, markup=False
    )


@contextmanager
def progress_shown(lang: Lang) -> Iterator[None]:
    """Show on a terminal what is being done, once it has taken a second; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False)
    started = time.monotonic()
    with console.status("", spinner="dots") as status:
        status.stop()

        def hear(what: Text) -> None:
            if time.monotonic() - started > _QUIET_SECONDS:
                status.start()
                status.update(f"{what.to(lang)}… {time.monotonic() - started:.0f} s")

        with progress.heard_by(hear):
            yield


def _print_json(content: Any) -> None:
    print(jsons.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


def _table(title: str, *columns: tuple[str, str]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for name, justify in columns:
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    return table


def show_result(result: Result, files: list[Path]) -> None:
    """The verdict in a screenful: parks, the worst findings, what was not checked, where the outputs are."""
    from geoparks.reports import summary, words

    content, lang = result.content, result.lang
    console = _console()

    def t(zh: str, en: str) -> str:
        return en if lang == "en" else zh

    year = content["year"] or "—"
    console.print(t(f"{content['workspace']}：按 {content['on']} 有效的规定检查（政策包 {content['policy']['pack']}，统计年度 {year}）",
                    f"{content['workspace']}: judged as of {content['on']} (pack {content['policy']['pack']}, statistics of {year})"))  # fmt: skip
    if content["made"]:
        console.print(words.MADE.to(lang), style="yellow")
    parks = _table(t("各园区", "Parks"), (t("园区", "Park"), "left"), *((text.to(lang), "right") for text in words.SEVERITY.values()),
                   (words.OUTCOME["not_checked"].to(lang), "right"), (words.OUTCOME["manual"].to(lang), "right"))  # fmt: skip
    for line in summary.by_park(content):
        counts = [str(line.counts[key] or "") for key in words.SEVERITY]
        parks.add_row(
            line.name or line.id or t("未注明园区的", "no park"),
            *counts,
            str(line.outcomes["not_checked"] or ""),
            str(line.outcomes["manual"] or ""),
        )
    console.print(parks)
    titles = {}
    if result.workspace is not None:
        titles = {name: layer.title.to(lang) for name, layer in result.workspace.catalogue.layers.items()}
    found = words.failed(content)
    order = {name: index for index, name in enumerate(words.SEVERITY)}
    for one in sorted(found, key=lambda finding: order[finding["severity"]])[:_SHOWN]:
        console.print(
            f"{words.SEVERITY[one['severity']].to(lang)} {one['rule']} {words.subject(one['subject'], titles)}：{one['message'][lang]}"
        )
    if len(found) > _SHOWN:
        console.print(
            t(
                f"……以上 {_SHOWN} 项，共 {len(found)} 项，其余见报告。",
                f"… {_SHOWN} of {len(found)}; the rest is in the report.",
            )
        )
    for one in content["inputs"]:
        if one["refused"]:
            console.print(t("不能判定：", "cannot be judged: ") + one["refused"][lang], style="red")
    for one in content["ignored"]:
        console.print(t("未使用：", "not used: ") + f"{one['path']}（{one['reason'][lang]}）")
    for one in content["errors"]:
        console.print(t("程序错误：", "error of the program: ") + f"{one['rule']} {one['what']}", style="red")
    unchecked = Counter(one["rule"] for one in content["checks"] if one["outcome"] == "not_checked")
    if unchecked:
        console.print(
            t("未检查：", "not checked: ") + "、".join(f"{rule}×{count}" for rule, count in sorted(unchecked.items()))
        )
    for file in files:
        if file.name in ("report.html", "report.xlsx", "boundaries.html"):
            console.print(
                {"report.html": t("报告", "report"), "report.xlsx": t("工作簿", "workbook")}.get(
                    file.name, t("地图", "map")
                )
                + f"  {file}"
            )


def show_repairs(file: Path | None, changed: list[Changed], lang: Lang, json: bool) -> None:
    """What was repaired, and where the file is."""
    from geoparks.measure.mend import CODES

    if json:
        rows = [{"layer": one.layer, "id": one.id, "row": one.row, "codes": list(one.codes), "area_before_m2": _none(one.area_before_m2),
                 "area_after_m2": _none(one.area_after_m2)} for one in changed]  # fmt: skip
        _print_json({"file": str(file) if file else None, "changed": rows})
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
        _print_json(
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


def show_inspection(reports: list[dict[str, Any]], catalogue: Catalogue, lang: Lang, json: bool) -> None:
    """What files are."""
    if json:
        _print_json({"format": 1, "files": reports})
        return
    console = _console()

    def t(zh: str, en: str) -> str:
        return en if lang == "en" else zh

    for report in reports:
        console.print(report["path"], style="bold")
        if report["raster"]:
            for key, value in report["raster"].items():
                console.print(f"  {key}: {value}")
        for one in report["layers"]:
            taken = (
                catalogue[one["taken_for"]].title.to(lang)
                if one["taken_for"]
                else t("认不出是哪个图层", "not recognised")
            )
            console.print(f"  {one['layer']}  {one['format']}  {one['rows']} {t('行', 'rows')}  → {taken}")
            if one["geometry"]:
                kinds = "、".join(f"{kind} {count}" for kind, count in one["geometry"]["kinds"].items())
                console.print(
                    f"    {t('图形', 'geometry')}: {kinds}  {t('无效', 'invalid')} {one['geometry']['invalid']}  {t('缺失', 'missing')} {one['geometry']['missing']}"
                )
                if one["crs"]:
                    console.print(
                        f"    {t('坐标系', 'CRS')}: {one['crs']} {one['crs_name']}（{one['crs_how'][lang]}；{t('坐标顺序', 'axes')} {one['axes']}）"
                    )
                elif one["crs_problem"]:
                    console.print(f"    {t('坐标系', 'CRS')}: {one['crs_problem'][lang]}", style="red")
            if one["encoding"]:
                console.print(f"    {t('编码', 'encoding')}: {one['encoding']}")
            fields = _table(
                "",
                (t("列", "Column"), "left"),
                (t("对应字段", "Field"), "left"),
                (t("单位", "Unit"), "left"),
                (t("示例", "Samples"), "left"),
            )
            for column in one["fields"]:
                meaning = (
                    f"{column['taken_for']}（{column['title'][lang]}）"
                    if column["taken_for"]
                    else (column["question"] or {}).get(lang, "")
                )
                fields.add_row(column["name"], meaning, column["unit"] or "", "；".join(column["samples"])[:60])
            if one["fields"]:
                console.print(fields)
            for kind, title in (("repairs", t("修正", "repair")), ("faults", t("问题", "fault"))):
                for item in one[kind][:_SHOWN]:
                    row = f" {t('第', 'row')} {item['row']} {t('行', '')}" if item["row"] else ""
                    console.print(f"    {title}{row}: {item['note'][lang]}")


def show_areas(reports: list[dict[str, Any]], lang: Lang, json: bool) -> None:
    """Areas of every polygon."""
    if json:
        _print_json({"format": 1, "files": reports})
        return
    console = _console()

    def t(zh: str, en: str) -> str:
        return en if lang == "en" else zh

    for report in reports:
        plane = report["plane"] or t("经纬度，无平面", "degrees, no plane")
        table = _table(
            f"{report['path']}  {report['crs']}（{report['crs_how'][lang]}；{t('平面', 'plane')} {plane}）",
            (t("行", "Row"), "right"), (t("编号", "Id"), "left"), (t("名称", "Name"), "left"), (t("椭球面积 m²", "Ellipsoidal m²"), "right"),
            (t("亩", "mu"), "right"), (t("公顷", "ha"), "right"), (t("平面面积 m²", "Planar m²"), "right"), (t("说明", "Note"), "left"),
        )  # fmt: skip
        for one in [
            *report["features"],
            {"row": "", "id": t("合计", "total"), "name": "", **report["total"], "valid": True},
        ]:
            note = "" if one["valid"] else t("图形无效，按修复后量算", "not valid; measured after repair")
            if one.get("stated_ha") is not None:
                note += t(f"所写 {one['stated_ha']:g} 公顷", f"stated {one['stated_ha']:g} ha") + (
                    f"；{one['explanation'][lang]}" if one["explanation"] else ""
                )
            table.add_row(
                str(one["row"]), one["id"] or "", one["name"] or "", _figure(one["area_m2"], 3), _figure(one["area_mu"], 4),
                _figure(one["area_ha"], 4), _figure(one["area_planar_m2"], 3), note,
            )  # fmt: skip
        console.print(table)
        for item in [*report["repairs"], *report["faults"]]:
            console.print(f"  {item['note'][lang]}")


def _figure(value: float | None, digits: int) -> str:
    return "—" if value is None else f"{value:,.{digits}f}"


def show_rules(pages: list[dict[str, Any]], *, one: bool, lang: Lang, json: bool) -> None:
    """The catalogue of rules, or the pages of one row id."""
    if json:
        _print_json({"format": 1, "rules": pages})
        return
    console = _console()

    def t(zh: str, en: str) -> str:
        return en if lang == "en" else zh

    if not one:
        table = _table(
            t("规则", "Rules"),
            (t("编号", "Id"), "left"),
            (t("名称", "Title"), "left"),
            (t("需要的图层", "Layers"), "left"),
            (t("依据", "Articles"), "left"),
        )
        for page in pages:
            articles = dict.fromkeys(f"{clause['document']} {clause['article']}" for clause in page["clauses"])
            table.add_row(page["id"], page["title"][lang], "、".join(page["needs"]), "；".join(articles))
        console.print(table)
        return
    from geoparks.reports.words import SEVERITY

    for page in pages:
        console.print(f"{page['id']} {page['title'][lang]}（{page['name']}）", style="bold")
        console.print("  " + page["about"][lang])
        console.print(
            f"  {t('需要的图层', 'needs')}: {'、'.join(page['needs']) or '—'}  {t('可用的图层', 'uses')}: {'、'.join(page['uses']) or '—'}"
        )
        shown: set[tuple[str, ...]] = set()
        for clause in page["clauses"]:
            key = (clause["document"], clause["article"], clause["quote"], clause["severity"])
            if key in shown and not clause["is_law"]:
                continue
            shown.add(key)
            state = "" if clause["in_force"] else t("（当日不适用）", " (not in force on that day)")
            console.print(
                f"  {clause['title'][lang]} {clause['document']} {clause['article']}  {SEVERITY[clause['severity']].to(lang)}{state}"
            )
            if clause["quote"]:
                console.print(f"    “{clause['quote']}”")
            if clause["limit"]:
                console.print(
                    f"    {t('限值', 'limit')}: {clause['limit'][lang]}  {t('自', 'from')} {clause['in_force_from'] or '—'}"
                )
            if clause["note"][lang]:
                console.print(f"    {t('说明', 'note')}: {clause['note'][lang]}")
        for fault in page["faults"]:
            console.print(f"  {t('问题代码', 'code')} {fault['code']}: {fault['title'][lang]}。{fault['fix'][lang]}")


def show_layers(catalogue: Catalogue, lang: Lang, json: bool) -> None:
    """All layers."""
    if json:
        _print_json({"format": 1, "layers": [_layer(one) for one in catalogue.layers.values()]})
        return
    table = _table(
        "图层" if lang == "zh" else "Layers",
        ("name", "left"),
        ("中文", "left"),
        ("geometry", "left"),
        ("key", "left"),
        ("别名" if lang == "zh" else "aliases", "left"),
    )
    for one in catalogue.layers.values():
        table.add_row(one.name, one.title.zh, one.geometry, "、".join(one.key), "、".join(one.aliases[:6]))
    _console().print(table)


def show_layer(layer: Layer, catalogue: Catalogue, lang: Lang, json: bool) -> None:
    """One layer in full."""
    if json:
        _print_json({"format": 1, **_layer(layer)})
        return
    console = _console()
    console.print(f"{layer.name} {layer.title.to(lang)}  {layer.geometry}", style="bold")
    console.print("  " + layer.about.to(lang))
    console.print(("  别名: " if lang == "zh" else "  aliases: ") + "、".join(layer.aliases))
    table = _table(
        "",
        ("field", "left"),
        ("中文" if lang == "zh" else "title", "left"),
        ("type", "left"),
        ("单位" if lang == "zh" else "unit", "left"),
        ("别名" if lang == "zh" else "aliases", "left"),
    )
    for one in layer.fields.values():
        unit = units.UNITS[one.unit].title.to(lang) if one.unit else ""
        table.add_row(
            one.name,
            one.title.to(lang),
            one.type + (f" {one.codes}" if one.codes else ""),
            unit,
            "、".join(one.aliases[:8]),
        )
    console.print(table)


def _layer(one: Layer) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title.as_dict(),
        "about": one.about.as_dict(),
        "geometry": one.geometry,
        "key": list(one.key),
        "aliases": list(one.aliases),
        "authority": one.authority.as_dict(),
        "fields": [
            {
                "name": field.name, "title": field.title.as_dict(), "type": field.type, "unit": field.unit,
                "aliases": list(field.aliases), "fixed_units": dict(field.fixed_units), "codes": field.codes,
            }
            for field in one.fields.values()
        ],
    }  # fmt: skip


def show_doctor(lines: list[Line], lang: Lang) -> int:
    """What the machine has; exit status 1 where something is missing."""
    for line in lines:
        mark = "✓" if line.good else "✗"
        print(f"{mark} {line.what}: {line.found}" + ("" if line.good else f"  {line.mend.to(lang)}"))
    return int(any(not line.good for line in lines))
