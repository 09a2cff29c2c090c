"""The catalogues of rules and layers, and what the doctor found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoparks import units
from geoparks.terminal.tables import Speaker, console, print_json, table
from geoparks.text import Lang

if TYPE_CHECKING:
    from geoparks.catalog.layer import Catalogue, Layer
    from geoparks.doctor import Line


def show_rules(pages: list[dict[str, Any]], *, one: bool, lang: Lang, json: bool) -> None:
    """The catalogue of rules, or the pages of one row id."""
    t = Speaker(lang)
    if json:
        print_json({"format": 1, "rules": pages})
        return
    screen = console()

    if not one:
        listing = table(
            t("规则", "Rules"),
            (t("编号", "Id"), "left"),
            (t("名称", "Title"), "left"),
            (t("需要的图层", "Layers"), "left"),
            (t("依据", "Articles"), "left"),
        )
        for page in pages:
            articles = dict.fromkeys(f"{clause['document']} {clause['article']}" for clause in page["clauses"])
            listing.add_row(page["id"], page["title"][lang], "、".join(page["needs"]), "；".join(articles))
        screen.print(listing)
        return
    from geoparks.words import SEVERITY

    for page in pages:
        screen.print(f"{page['id']} {page['title'][lang]}（{page['name']}）", style="bold")
        screen.print("  " + page["about"][lang])
        screen.print(
            f"  {t('需要的图层', 'needs')}: {'、'.join(page['needs']) or '—'}  {t('可用的图层', 'uses')}: {'、'.join(page['uses']) or '—'}"
        )
        shown: set[tuple[str, ...]] = set()
        for clause in page["clauses"]:
            key = (clause["document"], clause["article"], clause["quote"], clause["severity"])
            if key in shown and not clause["is_law"]:
                continue
            shown.add(key)
            state = "" if clause["in_force"] else t("（当日不适用）", " (not in force on that day)")
            screen.print(
                f"  {clause['title'][lang]} {clause['document']} {clause['article']}  {SEVERITY[clause['severity']].to(lang)}{state}"
            )
            if clause["quote"]:
                screen.print(f"    “{clause['quote']}”")
            if clause["limit"]:
                screen.print(
                    f"    {t('限值', 'limit')}: {clause['limit'][lang]}  {t('自', 'from')} {clause['in_force_from'] or '—'}"
                )
            if clause["note"][lang]:
                screen.print(f"    {t('说明', 'note')}: {clause['note'][lang]}")
        for fault in page["faults"]:
            screen.print(f"  {t('问题代码', 'code')} {fault['code']}: {fault['title'][lang]}。{fault['fix'][lang]}")


def show_layers(catalogue: Catalogue, lang: Lang, json: bool) -> None:
    """All layers."""
    if json:
        print_json({"format": 1, "layers": [_layer(one) for one in catalogue.layers.values()]})
        return
    listing = table(
        "图层" if lang == "zh" else "Layers",
        ("name", "left"),
        ("中文", "left"),
        ("geometry", "left"),
        ("key", "left"),
        ("别名" if lang == "zh" else "aliases", "left"),
    )
    for one in catalogue.layers.values():
        listing.add_row(one.name, one.title.zh, one.geometry, "、".join(one.key), "、".join(one.aliases[:6]))
    console().print(listing)


def show_layer(layer: Layer, lang: Lang, json: bool) -> None:
    """One layer in full."""
    if json:
        print_json({"format": 1, **_layer(layer)})
        return
    screen = console()
    screen.print(f"{layer.name} {layer.title.to(lang)}  {layer.geometry}", style="bold")
    screen.print("  " + layer.about.to(lang))
    screen.print(("  别名: " if lang == "zh" else "  aliases: ") + "、".join(layer.aliases))
    listing = table(
        "",
        ("field", "left"),
        ("中文" if lang == "zh" else "title", "left"),
        ("type", "left"),
        ("单位" if lang == "zh" else "unit", "left"),
        ("别名" if lang == "zh" else "aliases", "left"),
    )
    for one in layer.fields.values():
        unit = units.UNITS[one.unit].title.to(lang) if one.unit else ""
        listing.add_row(
            one.name,
            one.title.to(lang),
            one.type + (f" {one.codes}" if one.codes else ""),
            unit,
            "、".join(one.aliases[:8]),
        )
    screen.print(listing)


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
