"""What files are, and how large their polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoparks.terminal.tables import Speaker, console, print_json, table
from geoparks.text import Lang

if TYPE_CHECKING:
    from geoparks.catalog.layer import Catalogue

_SHOWN = 20
_TABLE_ROWS = 2_000  # more than that nobody reads on a screen; drawing a table of them would take minutes


def show_inspection(reports: list[dict[str, Any]], catalogue: Catalogue, lang: Lang, json: bool) -> None:
    """What files are."""
    t = Speaker(lang)
    if json:
        print_json({"format": 1, "files": reports})
        return
    screen = console()

    for report in reports:
        screen.print(report["path"], style="bold")
        if report["raster"]:
            for key, value in report["raster"].items():
                screen.print(f"  {key}: {value}")
        for one in report["layers"]:
            taken = (
                catalogue[one["taken_for"]].title.to(lang)
                if one["taken_for"]
                else t("认不出是哪个图层", "not recognised")
            )
            screen.print(f"  {one['layer']}  {one['format']}  {one['rows']} {t('行', 'rows')}  → {taken}")
            if one["geometry"]:
                kinds = "、".join(f"{kind} {count}" for kind, count in one["geometry"]["kinds"].items())
                screen.print(
                    f"    {t('图形', 'geometry')}: {kinds}  {t('无效', 'invalid')} {one['geometry']['invalid']}  {t('缺失', 'missing')} {one['geometry']['missing']}"
                )
                if one["crs"]:
                    screen.print(
                        f"    {t('坐标系', 'CRS')}: {one['crs']} {one['crs_name']}（{one['crs_how'][lang]}；{t('坐标顺序', 'axes')} {one['axes']}）"
                    )
                elif one["crs_problem"]:
                    screen.print(f"    {t('坐标系', 'CRS')}: {one['crs_problem'][lang]}", style="red")
            if one["encoding"]:
                screen.print(f"    {t('编码', 'encoding')}: {one['encoding']}")
            fields = table(
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
                screen.print(fields)
            for kind, title in (("repairs", t("修正", "repair")), ("faults", t("问题", "fault"))):
                for item in one[kind][:_SHOWN]:
                    row = f" {t('第', 'row')} {item['row']} {t('行', '')}" if item["row"] else ""
                    screen.print(f"    {title}{row}: {item['note'][lang]}")


def show_areas(reports: list[dict[str, Any]], lang: Lang, json: bool) -> None:
    """Areas of every polygon."""
    t = Speaker(lang)
    if json:
        print_json({"format": 1, "files": reports})
        return
    screen = console()

    for report in reports:
        plane = report["plane"] or t("经纬度，无平面", "degrees, no plane")
        title = f"{report['path']}  {report['crs']}（{report['crs_how'][lang]}；{t('平面', 'plane')} {plane}）"
        columns = (
            (t("行", "Row"), "right"), (t("编号", "Id"), "left"), (t("名称", "Name"), "left"), (t("椭球面积 m²", "Ellipsoidal m²"), "right"),
            (t("亩", "mu"), "right"), (t("公顷", "ha"), "right"), (t("平面面积 m²", "Planar m²"), "right"), (t("说明", "Note"), "left"),
        )  # fmt: skip
        total = {"row": "", "id": t("合计", "total"), "name": "", **report["total"], "valid": True}
        rows = [_area_row(one, t) for one in [*report["features"], total]]
        if len(rows) > _TABLE_ROWS:  # tab-separated, so that it can be pasted into a spreadsheet
            print("\n".join("\t".join(row) for row in [[title], [name for name, _ in columns], *rows]))
        else:
            listing = table(title, *columns)
            for row in rows:
                listing.add_row(*row)
            screen.print(listing)
        for item in [*report["repairs"], *report["faults"]]:
            screen.print(f"  {item['note'][lang]}")


def _area_row(one: dict[str, Any], t: Speaker) -> list[str]:
    notes = [] if one["valid"] else [t("图形无效，按修复后量算", "not valid; measured after repair")]
    if one.get("stated_ha") is not None:
        notes.append(t(f"所写 {one['stated_ha']:g} 公顷", f"stated {one['stated_ha']:g} ha"))
        notes += [one["explanation"][t.lang]] if one["explanation"] else []
    figures = [(one["area_m2"], 3), (one["area_mu"], 4), (one["area_ha"], 4), (one["area_planar_m2"], 3)]
    return [
        str(one["row"]),
        one["id"] or "",
        one["name"] or "",
        *(_figure(*figure) for figure in figures),
        t("；", "; ").join(notes),
    ]


def _figure(value: float | None, digits: int) -> str:
    return "—" if value is None else f"{value:,.{digits}f}"
