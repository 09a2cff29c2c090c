"""B05: what a four-to limit names is not where it says."""

from __future__ import annotations

import math
from collections.abc import Iterator

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.four_to import Held, Said, held_of
from geoparks.measure.four_to_words import LIMIT, SIDE, Stated
from geoparks.records import Indicator, Measurement, Part, Rule, Subject, Words
from geoparks.text import Text, joined, same

_FAULT, _WRONG_SIDE = "four_to_untrue", "four_to_wrong_side"
_SHARE, _TOLERANCE = "four_to_share", "four_to_tolerance_m"
_FIX = Text(
    "核对四至和区块边界，改正写错的一方；geoparks describe 可由图形写出四至供对照。",
    "Compare the limit with the boundary and correct what is wrong; geoparks describe writes the limits from the geometry.",
)

RULE = Rule(
    id="B05",
    title=Text("四至与实地不符", "Four-to limit untrue"),
    about=Text(
        "东、南、西、北各侧所写的道路、河流、村庄、界线、区块在参照地物、区块、旗县中查找，量它到区块边界上朝这一侧的那一段（外法线与该方向"
        "夹角不超过 45°）的距离：沿边界走向的地物，取该段的一定比例（工具设定）都在其内的距离；村庄、湖泊等取最近距离。近的相符，远的不符，"
        "介于两者之间的由人工判断（两个距离都是工具设定）；整个不在这一侧的，不论远近都不符。写明“以东50米”的，先按所写的距离移动。查不到的不检查，看不懂的由人工判断。",
        "What each side names is looked up among landmarks, blocks and counties, and its distance measured from the stretch of the"
        " boundary that faces this side (outward normal within 45°): of what runs along it, the distance within which a set share of"
        " the stretch lies; of a village or lake the least. Near is true, far is false, between the two a person decides (both distances"
        " are the toolkit's settings); what lies wholly on another side is false at any distance. Where 50 m east of it is"
        " stated, it is moved there first. What is in no layer is not checked, what is not understood is for a person.",
    ),
    subjects=("blocks",),
    needs=("blocks",),
    uses=("landmarks", "counties", "parks"),
    geometric=True,
    whole_to_pass=(),
    whole_to_fail=("landmarks",),
    faults={
        _FAULT: Words(
            title=Text("四至所指相距过远", "Four-to limit untrue: too far"),
            message=Text(
                "{name}{limit}“{stated}”，与图上不符：{told}。",
                "{name}: the {limit} “{stated}” is not so on the map: {told}.",
            ),
            fix=_FIX,
        ),
        _WRONG_SIDE: Words(
            title=Text("四至所指不在这一侧", "Four-to limit untrue: on another side"),
            message=Text(
                "{name}{limit}“{stated}”，与图上不符：{told}。",
                "{name}: the {limit} “{stated}” is not so on the map: {told}.",
            ),
            fix=_FIX,
        ),
    },
)


def four_to_untrue(layers: Dataset) -> Iterator[Measurement]:
    """Metres between every side of every block and what it names; nothing where a side names nothing."""
    blocks = layers["blocks"]
    share, tolerance = layers.settings[_SHARE].given, layers.settings[_TOLERANCE].given
    for (subject, positions, sides), of_sides in held_of(layers, share):
        row = int(blocks.rows[positions[0]])
        for side, held in of_sides.items():
            if held is not None:
                stated = sides[side].stated
                yield _measurement(subject, held, stated, row, share, tolerance, "landmarks" in layers)
        if not any(of_sides.values()):
            why = [said.why for said in sides.values() if said.why is not None]
            reason = joined(list(dict.fromkeys(why))) if why else None
            yield Measurement(subject, _FAULT, value=None if reason else 0.0, reason=reason, row=row)


def _measurement(
    subject: Subject, held: Held, stated: Stated, row: int, share: float, tolerance: float, has_landmarks: bool
) -> Measurement:
    limit = LIMIT[held.side]
    reason = limit + Text("：", ": ") + held.reason if held.reason is not None else None
    if held.gauge is None:
        missing = "landmarks" if held.state == "unknown" and not has_landmarks else ""
        return Measurement(
            subject, _FAULT, reason=reason, outcome="manual" if held.state == "unread" else None, missing=missing, row=row, field_name=held.side,
            field_value=stated.words,
        )  # fmt: skip
    told = _told(held, share, tolerance)
    partly = held.state == "partly" and held.gauge.on_side
    return Measurement(
        subject,
        _FAULT if held.gauge.on_side else _WRONG_SIDE,
        value=held.metres,
        value_at_most=math.inf if partly else None,
        parts=(Part(held.evidence, held.metres),) if held.evidence is not None else (),
        reason=reason if partly else limit + Text(f"“{stated.words}”：", f" “{stated.words}”: ") + told,
        remark=limit + Text(f"“{stated.words}”：", f" “{stated.words}”: ") + told,
        row=row,
        field_name=held.side,
        field_value=stated.words,
        words={"limit": limit, "stated": stated.words, "told": told},
    )


def indicators(layers: Dataset) -> Iterator[Indicator]:
    """Metres between each side of every block and what it names, as the rule has them; a reason where there is none."""
    share = layers.settings[_SHARE].given
    for (subject, _, sides), of_sides in held_of(layers, share):
        for side, held in of_sides.items():
            if not layers["blocks"].holds(side):  # the rule says once that there is no such column
                continue
            measured = held is not None and held.gauge is not None and held.state == "held"
            yield Indicator(
                id=f"B05.{side}_m",
                title=Text(f"{LIMIT[side].zh}所指的距离", f"distance of the {LIMIT[side].en}"),
                subject=subject,
                year=layers.year,
                value=held.metres if measured and held is not None else None,
                unit="m",
                formula=Text(
                    f"朝这一侧的边界到所指地物的距离（{share:.0%} 的边界在其内；村庄、湖泊等为最近距离）",
                    f"from the boundary that faces this side, within which {share:.0%} of it lies; of a place the nearest",
                ),
                source=same(sides[side].stated.words),
                reason=None if measured else _why_unmeasured(sides[side], held),
            )


def _why_unmeasured(said: Said, held: Held | None) -> Text:
    if held is not None and held.reason is not None:
        return held.reason
    if said.why is not None:
        return said.why
    if not said.stated.words:
        return Text("没有填写", "not stated")
    return Text("没有写地物，或没有图形", "names no feature, or there is no geometry")


def _told(held: Held, share: float, tolerance: float) -> Text:
    """How far it is, in a sentence: the stretch, median and greatest distance, the share within the tolerance."""
    gauge = held.gauge
    assert gauge is not None
    side = SIDE[held.side]
    length, middle, most = (units.number(one, 0) for one in (gauge.stretch.length_m, gauge.median, gauge.metres.max()))
    near = f"{gauge.share_within(tolerance):.0%}"
    place = Text("", "")
    if not gauge.on_side and gauge.elsewhere:
        where = SIDE[gauge.elsewhere[0]]
        place = Text(f"它不在{side.zh}侧，而在{where.zh}侧；", f"it lies not to the {side.en} but to the {where.en}; ")
    elif not gauge.on_side:
        place = Text(f"它只与{side.zh}侧的一角相邻；", f"it meets a corner of the {side.en} side only; ")
    elif any(one.place for one in held.found):
        place = Text(f"最近处 {units.number(held.metres, 0)} 米；", f"nearest {units.number(held.metres, 0)} m; ")
    return place + Text(
        f"朝{side.zh}的边界长 {length} 米，到它的距离中位数 {middle} 米、最大 {most} 米，{units.number(tolerance)} 米以内的占 {near}"
        f"（工具设定：至少 {share:.0%} 在 {units.number(tolerance)} 米以内为相符）",
        f"the boundary facing {side.en} is {length} m long, its distance {middle} m in the median, {most} m at most, {near} of it"
        f" within {units.number(tolerance)} m (the toolkit's setting: at least {share:.0%} within {units.number(tolerance)} m is true)",
    )
