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
            _say_arrangement(one, t)
            if one["fields"]:
                screen.print(_columns(one, t))
            _say_open(one, t)
            for item in _grouped(one["repairs"], lang):
                screen.print(f"    {t('修正', 'repair')}{item}")
            for item in _grouped(one["faults"], lang):
                screen.print(f"    {t('问题', 'fault')}{item}")


def _say_arrangement(one: dict[str, Any], t: Speaker) -> None:
    """Which rows are titles and header, and what of them was needed to understand the columns."""
    screen, mark = console(), t("；", "; ")
    if one["titles"]:
        screen.print(f"    {t('表上的文字', 'above the table')}: {mark.join(one['titles'])}")
    if one["header_rows"]:
        rows = t("、", ", ").join(map(str, one["header_rows"]))
        screen.print(t(f"    列名在第 {rows} 行", f"    header: row {rows}"))
    if one["years_in_columns"]:
        years = t("、", ", ").join(map(str, one["years_in_columns"]))
        screen.print(
            t(
                f"    年份在列里：{years}，按每年一行读取",
                f"    years in columns: {years}; read as a row for each year",
            ),
            highlight=False,
        )
    if one["field_from_title"]:
        found = one["field_from_title"]
        name = f"{found['field']}（{found['name'][t.lang]}）"
        screen.print(
            t(f"    指标取自标题“{found['title']}”：{name}", f"    indicator by the title “{found['title']}”: {name}"),
            highlight=False,
        )
    if one["year_from_title"]:
        found = one["year_from_title"]
        screen.print(
            t(
                f"    年度取自标题“{found['title']}”：{found['year']}",
                f"    year by the title “{found['title']}”: {found['year']}",
            ),
            highlight=False,
        )


def _columns(one: dict[str, Any], t: Speaker) -> Any:
    """The columns of a layer: what each is taken for, in which unit, and samples."""
    fields = table(
        "",
        (t("列", "Column"), "left"),
        (t("对应字段", "Field"), "left"),
        (t("单位", "Unit"), "left"),
        (t("空缺", "Missing"), "right"),
        (t("示例", "Samples"), "left"),
    )
    for column in one["fields"]:
        if column["taken_for"]:
            year = t(f" {column['year']} 年", f" {column['year']}") if column["year"] else ""
            meaning = f"{column['taken_for']}（{column['title'][t.lang]}）{year}"
        elif column["question"]:
            meaning = t("未用，见下", "not used, see below")
        else:
            meaning = t("未用", "not used") if one["taken_for"] else ""
        fields.add_row(
            column["name"], meaning, _unit(column, t), str(column["missing"] or ""), "；".join(column["samples"])[:60]
        )
    return fields


def _unit(column: dict[str, Any], t: Speaker) -> str:
    if not column["unit"]:
        return ""
    words = str(column["unit_name"][t.lang] or "")
    if column["converted_to"]:
        words += f" → {column['converted_to'][t.lang] or t('比值', 'ratio')} ×{column['factor']:g}"
    if column["unit_from"]:
        words += t("，按", ", by ") + column["unit_from"][t.lang]
    return words


def _say_open(one: dict[str, Any], t: Speaker) -> None:
    """What was not understood: the table as a whole, columns that are asked about, values that cannot be read."""
    screen = console()
    if one["refused"]:
        screen.print(
            f"    {t('看不懂，整张表不用', 'not understood, the table is not used')}: {one['refused'][t.lang]}",
            style="red",
            highlight=False,
        )
    told = {column["question"][t.lang]: None for column in one["fields"] if column["question"]}
    told |= {question[t.lang]: None for question in one["questions"].values()}
    for words in told:
        screen.print(f"    {t('待答', 'question')}: {words}", style="yellow")
    for column in one["fields"]:
        if column["unreadable"]:
            shown = t("、", ", ").join(f"“{value}”" for value in column["unreadable"])
            screen.print(
                t(
                    f"    读不懂：“{column['name']}”列有 {shown}",
                    f"    cannot be read: {shown} in column “{column['name']}”",
                ),
                style="yellow",
                highlight=False,
            )


def _grouped(items: list[dict[str, Any]], lang: Lang) -> list[str]:
    """What was changed or is wrong, a line for each kind, with its rows and what stood in them."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        kinds.setdefault(item["note"][lang], []).append(item)
    lines = []
    for words, some in list(kinds.items())[:_SHOWN]:
        rows = [item for item in some if item["row"]]
        shown = [
            (f"第 {item['row']} 行" if lang == "zh" else f"row {item['row']}")
            + (f"（{item['old']}）" if item.get("old") else "")
            for item in rows[:_SHOWN]
        ]
        if len(rows) > _SHOWN:
            shown.append(f"……共 {len(rows)} 行" if lang == "zh" else f"… {len(rows)} rows")
        lines.append(
            f": {words}" + ("：" if lang == "zh" else ": ") * bool(rows) + ("、" if lang == "zh" else ", ").join(shown)
        )
    return lines


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
