"""What a report shows of functional zones and regional assessments: their sheets, and the two chapters of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geoparks import units
from geoparks.document import Document
from geoparks.reports.sheets import Columns, Row, Sheet
from geoparks.text import Lang, Text, same

CLASSES = {
    "production": Text("产业用地", "Production"), "living": Text("生活用地", "To live on"), "other": Text("其他用地", "Other"),
    "unknown": Text("用途不明", "Use unknown"), "unsurveyed": Text("无地类图斑", "Not surveyed"),
}  # fmt: skip
STATE = {
    "covered": Text("已覆盖", "covered"), "partial": Text("部分覆盖", "in part"), "expired": Text("已过期", "run out"),
    "open": Text("不明", "not known"), "not_yet": Text("未批准", "not yet"), "missing": Text("缺", "missing"), "no_land": Text("园区无图形", "no polygon"),
}  # fmt: skip
_LOUD = {"missing": "duty", "not_yet": "duty", "expired": "duty", "partial": "duty"}
_YES, _NO = Text("已公开", "published"), Text("未公开", "not published")
_ZONES: Columns = [
    ("park", Text("园区编号", "Park id"), 12), ("name", Text("园区名称", "Park"), 26), ("zone", Text("功能分区", "Zone"), 20),
    ("count", Text("分区数", "Zones"), 8), ("ha", Text("面积（公顷）", "Area (ha)"), 14), ("mu", Text("面积（亩）", "Area (mu)"), 14),
    ("share", Text("占园区（%）", "Share (%)"), 12), *((f"{key}_m2", title + Text("（亩）", " (mu)"), 14) for key, title in CLASSES.items()),
    ("beyond_m2", Text("园区以外（亩）", "Outside the park (mu)"), 14), ("reason", Text("说明", "Note"), 40),
]  # fmt: skip
_USES: Columns = [
    ("park", Text("园区编号", "Park id"), 12), ("name", Text("园区名称", "Park"), 26), ("zone", Text("功能分区", "Zone"), 20),
    ("use_scheme", Text("分类标准", "Classification"), 16), ("use_code", Text("地类编码", "Code"), 10), ("use_name", Text("地类", "Class"), 20),
    ("class", Text("归类", "Counted as"), 12), ("mu", Text("面积（亩）", "Area (mu)"), 14),
]  # fmt: skip
_KINDS: Columns = [
    ("park", Text("园区编号", "Park id"), 12), ("name", Text("园区名称", "Park"), 26), ("title", Text("评估类型", "Kind"), 24),
    ("state", Text("状态", "State"), 12), ("share", Text("覆盖率（%）", "Covered (%)"), 12), ("until_on", Text("有效期至", "Valid until"), 12),
    ("published", Text("公开", "Published"), 10), ("in_force", Text("所依据的评估", "Assessments"), 30),
    ("other", Text("过期或未批准的评估", "Run out or not yet approved"), 30), ("blocks", Text("各区块覆盖率", "By block"), 44),
    ("parcels", Text("宗地数", "Parcels"), 8), ("parcels_covered", Text("原则上不再单独评估的宗地", "Parcels that need none"), 14),
    ("parcels_covered_mu", Text("其面积（亩）", "Their area (mu)"), 14), ("reason", Text("说明", "Note"), 40),
]  # fmt: skip


def zoning_sheets(content: Document, lang: Lang) -> Iterator[Sheet]:
    """The table of zones with its land use, and the matrix of assessments with its details; nothing where there is neither."""
    if content["zoning"]:
        yield Text("功能分区表", "Functional zones"), _ZONES, [_line(one, _ZONES, lang) for one in content["zoning"]]
        uses = [
            {**use, "park": one["park"], "name": one["name"], "zone": one["zone"], "mu": units.to_mu(use["m2"])}
            for one in content["zoning"]
            if one["kind"] != "total"
            for use in one["uses"]
        ]
        if uses:
            yield Text("功能分区地类", "Land use of zones"), _USES, [_line(one, _USES, lang) for one in uses]
    if content["assessments"]:
        told = matrix(content)
        columns: Columns = [("park", Text("园区编号", "Park id"), 12), ("name", Text("园区名称", "Park"), 26)]
        columns += [(str(place), same(kind), 18) for place, kind in enumerate(told["kinds"])]
        rows: list[tuple[str, Row]] = [
            (
                "duty" if any(cell["loud"] for cell in line["cells"]) else "",
                [line["park"], line["name"], *("\n".join(one["words"]) for one in line["cells"])],
            )
            for line in told["lines"]
        ]
        yield Text("区域评估", "Assessments"), columns, rows
        yield (
            Text("区域评估明细", "Assessments by kind"),
            _KINDS,
            [_line(one, _KINDS, lang) for one in content["assessments"]],
        )


def zone_tables(content: Document) -> list[dict[str, Any]]:
    """The table of zones park by park, as the page shows it."""
    lang: Lang = content["lang"]
    parks: dict[str, dict[str, Any]] = {}
    surveyed = any(one["production_m2"] is not None for one in content["zoning"])
    for one in content["zoning"]:
        park = parks.setdefault(one["park"], {"park": one["park"], "name": one["name"], "lines": [], "reason": None})
        if one["m2"] is None:
            park["reason"] = one["reason"][lang]
            continue
        uses = [_mu(one[f"{key}_m2"]) for key in CLASSES] if surveyed else []
        if one["kind"] in ("several", "none") and round(units.to_mu(one["m2"]), 2) == 0:
            continue  # a hair of rounding is no row
        park["lines"].append(
            {
                "zone": one["zone"][lang], "kind": one["kind"], "count": one["count"], "ha": _number(one["ha"]), "mu": _number(one["mu"]),
                "share": _percent(one["share"]), "bar": round(100 * (one["share"] or 0), 2), "uses": uses,
            }
        )  # fmt: skip
    return list(parks.values())


def use_heads(content: Document) -> list[str]:
    """The classes of land use that the table of zones has columns for; none where there is no survey."""
    lang: Lang = content["lang"]
    surveyed = any(one["production_m2"] is not None for one in content["zoning"])
    return [title.to(lang) for title in CLASSES.values()] if surveyed else []


def matrix(content: Document) -> dict[str, Any]:
    """The assessments as parks by kinds: what each cell says, and which cells are faults."""
    lang: Lang = content["lang"]
    kinds: dict[str, str] = {}
    lines: dict[str, dict[str, Any]] = {}
    for one in content["assessments"]:
        kinds[one["kind"]] = one["title"][lang]
        line = lines.setdefault(one["park"], {"park": one["park"], "name": one["name"], "by_kind": {}})
        line["by_kind"][one["kind"]] = _cell(one, lang)
    for line in lines.values():
        line["cells"] = [line["by_kind"][kind] for kind in kinds]
    return {"kinds": list(kinds.values()), "lines": list(lines.values())}


def _cell(one: dict[str, Any], lang: Lang) -> dict[str, Any]:
    state = STATE[one["state"]].to(lang)
    words = [("✓ " if one["state"] == "covered" else "") + state]
    if one["state"] == "partial":
        words[0] += f" {_percent(one['share'])}"
    if one["until_on"] and one["state"] in ("covered", "partial"):
        words.append(Text("至 {}", "to {}").to(lang).format(one["until_on"]))
    ran_out = [each["valid_until_on"] for each in one["other"] if each["standing"] == "expired"]
    if one["state"] == "expired" and ran_out:
        words.append(max(ran_out))
    if one["published"] is False:
        words.append(_NO.to(lang))
    if one["state"] == "open" and one["reason"]:
        words.append(one["reason"][lang])
    return {
        "state": one["state"], "words": words, "loud": one["state"] in _LOUD or one["published"] is False,
        "why": one["reason"][lang] if one["reason"] else "、".join(each["id"] for each in one["in_force"] + one["other"]),
    }  # fmt: skip


def _line(one: dict[str, Any], columns: Columns, lang: Lang) -> tuple[str, Row]:
    row = [_told(one, key, lang) for key, _, _ in columns]
    return _LOUD.get(str(one.get("state")), "") or ("duty" if one.get("published") is False else ""), row


def _told(one: dict[str, Any], key: str, lang: Lang) -> Any:
    value = one[key]
    if value is None:
        return None
    if key == "state":
        return STATE[value].to(lang)
    if key == "class":
        return CLASSES[value].to(lang)
    if key == "published":
        return (_YES if value else _NO).to(lang)
    if key == "share":
        return value * 100
    if key.endswith("_m2"):
        return units.to_mu(value)
    if key in ("in_force", "other"):
        return "、".join(f"{each['id']}（{each['valid_until_on'] or '—'}）" for each in value) or None
    if key == "blocks":
        return "、".join(f"{each['name'] or each['id']} {_percent(each['share'])}" for each in value) or None
    return value[lang] if isinstance(value, dict) else value


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.2%}"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:,.2f}"


def _mu(m2: float | None) -> str:
    return "—" if m2 is None else _number(units.to_mu(m2))
