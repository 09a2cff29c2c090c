"""A comparison in words: the summary line by line, what became of one feature, which features it is about."""

from __future__ import annotations

from typing import Any

from geoparks import units, words
from geoparks.compare.document import RELATIONS, Document
from geoparks.text import Text, joined

KINDS = {
    "moved": Text("移动", "moved"), "added": Text("增加", "added"), "removed": Text("减少", "removed"),
}  # fmt: skip
_REJOINED = Text(
    "直边画在不同的坐标系里，已在同一坐标系中连接后比对",
    "their straight edges were drawn in different systems; they were joined in one",
)
_UNDRAWN = Text(
    "另一份数据里有这个编号，但没有图形：先补上图形，不能由此断定",
    "the other version has this id in a row without geometry: have it drawn first, nothing follows from this",
)
_RENAMED = Text("名称改变", "another name")
_RECODED = Text("编号改变", "another id")


def called(one: Document) -> str:
    """The features of a change: A → B、C."""
    sides = ["、".join(dict.fromkeys(each["name"] or each["id"] for each in one[side])) for side in ("old", "new")]
    return sides[0] if sides[0] == sides[1] else " → ".join(side for side in sides if side)


def what(one: Document) -> Text:
    """What else is to be said of a change."""
    told = [
        words
        for key, words in (("renamed", _RENAMED), ("recoded", _RECODED), ("rejoined", _REJOINED), ("undrawn", _UNDRAWN))
        if one[key]
    ]
    return joined(told) if told else Text("", "")


def sentence(one: Document) -> Text:
    """A change in one sentence: 扩大：零碳区块，增加 899.78 亩."""
    relation, amounts = RELATIONS[one["relation"]], amount(one)
    words = Text(f"{relation.zh}：{called(one)}", f"{relation.en}: {called(one)}")
    return words + Text("，", ", ") + amounts if amounts.zh else words


def amount(one: Document) -> Text:
    """How much it is: 向东 300 米，增加 630 亩，减少 630 亩."""
    told = []
    if one["move"]:
        metres, side = units.number(one["move"]["metres"], 2), one["move"]["direction"]
        told.append(Text(f"向{side['zh']} {metres} 米", f"{metres} m to the {side['en']}"))
    for sign in ("added", "removed"):
        if one[f"{sign}_m2"]:
            area = units.area_text(one[f"{sign}_m2"])
            told.append(Text(f"{KINDS[sign].zh} {area.zh}", f"{KINDS[sign].en} {area.en}"))
    extra = what(one)
    return joined([*told, extra] if extra.zh else told, "，", ", ")


def shift_sentence(content: Document) -> Text | None:
    """The move of the whole set, or the likeness of GCJ-02, with what is asked about it."""
    shift, shifted = content["shift"], content["gcj02"]
    if shifted is not None:
        which = {"old": Text("旧版", "the old version"), "new": Text("新版", "the new version")}[shifted["version"]]
        metres = units.number(shifted["metres"], 0)
        return Text(
            f"{which.zh}是否为 GCJ-02（火星坐标）？{shifted['pairs']} 对图形按其方向相差约 {metres} 米。若是，请索取 CGCS2000 原始数据后再比。",
            f"Is {which.en} in GCJ-02? {shifted['pairs']} pairs lie about {metres} m apart in its direction. If so, ask for the original in CGCS2000.",
        )
    if shift is None:
        return None
    metres, side, question = units.number(shift["metres"], 2), shift["direction"], shift["question"]
    return Text(
        f"整体偏移：新版比旧版整体向{side['zh']}偏 {metres} 米。{question['zh']}",
        f"The whole set lies {metres} m to the {side['en']} of the old one. {question['en']}",
    )


def told(content: Document) -> list[tuple[Text, Any]]:
    """The summary, a line for each figure."""
    summary = content["summary"]
    lines: list[tuple[Text, Any]] = [(Text("注意", "Note"), words.MADE)] if content["made"] else []
    for side, title in (("old", Text("旧版", "Old version")), ("new", Text("新版", "New version"))):
        one = content[side]
        lines += [
            (title, one["path"]),
            (title + Text("坐标系", ": CRS"), one["crs"]),
            (title + Text("图形数", ": features"), one["rows"]),
            (title + Text("没有图形的行", ": rows without geometry"), one["without_geometry"]),
            (title + Text("面积（亩）", ": area (mu)"), units.to_mu(one["area_m2"])),
        ]
    lines += [(title, summary["changes"][relation.value]) for relation, title in RELATIONS.items()]
    lines += [
        (Text("名称改变", "Names changed"), summary["renamed"]), (Text("编号改变", "Ids changed"), summary["recoded"]),
        (Text("增加（亩）", "Added (mu)"), summary["added_mu"]), (Text("减少（亩）", "Removed (mu)"), summary["removed_mu"]),
        (Text("略去的碎片（平方米）", "Slivers left out (m²)"), summary["ignored_m2"]),
        (Text("直边在同一坐标系中连接后比对的", "Compared with edges joined in one system"), summary["rejoined"]),
        (Text("移动的拐点", "Corners moved"), summary["corners_moved"]), (Text("增加的拐点", "Corners added"), summary["corners_added"]),
        (Text("减少的拐点", "Corners removed"), summary["corners_removed"]), (Text("拐点最大移动（米）", "Furthest move of a corner (m)"), summary["furthest_m"]),
    ]  # fmt: skip
    if (shift := shift_sentence(content)) is not None:
        lines.append((Text("整体偏移", "Shift of the whole set"), shift))
    lines += [
        (Text(f"设定 {name}（{one['reason']['zh']}）", f"Setting {name} ({one['reason']['en']})"), one["value"])
        for name, one in content["settings"].items()
    ]
    return lines
