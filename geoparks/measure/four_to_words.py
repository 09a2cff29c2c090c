"""The words of four-to limits (四至), read: which features a side names, how far off them it runs, which coordinates it gives.

Nothing here looks at a map. What a name may be called otherwise stands as further candidates after the words themselves,
so that 塔林河北堤 is looked up as it stands before it is taken for the northern bank of 塔林河.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from geoparks.measure.four_to_coordinates import Coordinates, coordinates_in
from geoparks.text import Text

Side = Literal["east", "south", "west", "north"]
SIDES: tuple[Side, ...] = ("east", "south", "west", "north")
CHARACTER: dict[Side, str] = {"east": "东", "south": "南", "west": "西", "north": "北"}
LIMIT: dict[Side, Text] = {
    "east": Text("东至", "east limit"), "south": Text("南至", "south limit"),
    "west": Text("西至", "west limit"), "north": Text("北至", "north limit"),
}  # fmt: skip
SIDE: dict[Side, Text] = {
    "east": Text("东", "east"), "south": Text("南", "south"), "west": Text("西", "west"), "north": Text("北", "north"),
}  # fmt: skip
_VECTOR = {"东": (1, 0), "南": (0, -1), "西": (-1, 0), "北": (0, 1)}


@dataclass(frozen=True)
class Mention:
    """One feature that a side names."""

    words: str
    names: tuple[str, ...]
    """What to look it up by, the most literal first; empty where it has no name (规划路)."""
    away_m: float | None = None
    """How far from the feature the boundary runs, in metres; None where it is not said."""
    towards: tuple[float, float] | None = None
    """To which side of the feature (east, north), as a unit vector; None where it is not said, or 以外."""
    named: bool = True
    """Whether the words end as a name does: then not finding it is a want of data, not of understanding."""


@dataclass(frozen=True)
class Stated:
    """What one side says."""

    words: str
    mentions: tuple[Mention, ...] = ()
    coordinates: Coordinates | None = None

    @property
    def blank(self) -> bool:
        """Whether it says nothing."""
        return not self.mentions and self.coordinates is None


_NOTHING = {"", "/", "\\", "-", "--", "—", "——", "无", "空", "略", "none", "null", "nan"}
_GENERIC = (
    r"(?:道路|公路|马路|大路|小路|土路|便道|路|街道?|巷道?|铁路|高速(?:公路)?|河流?|河道|沟渠?|水渠|渠道?|排水沟|湖泊?|水库|水面|坑塘|"
    r"山体?|山坡|空地|荒地|沙地|草地|草场|草原|林地|耕地|农田|田地|未利用地|建设用地|用地|土地|围墙|厂区?|厂房|企业|村庄|居民点|住宅|"
    r"园区|区块|开发区|红线|边界|界线|边线|中心线|规划线)"
)
_NAMELESS = re.compile(
    rf"(?:规划|现状|拟建|在建|已建|既有|新建|市政|城市|乡村|农村|通村|村级|村|农民|县乡|机耕|生产|田间|园区|开发区|区块|本|该|国有|集体|其他|相邻|周边)*"
    rf"(?:{_GENERIC})?(?:[东南西北]?(?:侧|面|边)?(?:边界|界线|边线|红线|中心线|中线|围墙))?"
)
_NAMED = re.compile(
    r"(?:路|街|道|巷|线|环|桥|隧道|高速|铁路|河|江|沟|渠|湖|海|泡|淖|淖尔|诺尔|库|堤|坝|塘|涌|溪|川|泉|滩|水系|山|岭|梁|峁|沙漠|沙地|"
    r"村|社|屯|庄|营|寨|堡|窑|湾|嘎查|浩特|苏木|镇|乡|社区|旗|县|市|盟|省|区|组|园|厂|矿|井|公司|集团|学校|学院|小学|中学|大学|医院|站|场|"
    r"港|码头|机场|口岸|寺|庙|塔|广场|公园|小区|基地|中心|仓库|管廊|管线|管道|墓|林带|绿化带|湿地|工业园|墙|界|边界|\d)$"
)
_UNREADABLE = re.compile(
    r"折|转向|转[东南西北]|再向|然后|依次|拐点|界址点|连线|详见|附图|附件|同上|不详|待定|延长线|延伸|沿.+?至|[东南西北]北?向[东南西北]"
)
_DECORATIONS = (
    re.compile(
        r"[东南西北]?(?:道路|规划|用地|征地|管理|保护)*(?:中心线|中线|红线|边线|边界线?|界线|路沿|路边|路肩|坡脚线?|(?<=山)山[脚麓体]|征地线|控制线|地界|范围线?|岸线|外缘|边缘|围墙|界)$"
    ),
    re.compile(r"(?:[东南西北左右内外](?:侧|边|面|段|岸|缘|线|头)|[上下中]段)$"),
    re.compile(r"(?:村民)?(?:委员会|委会)$"),
    re.compile(r"的?(?:农民)?(?:集体|国有)?(?:所有)?的?(?:土地|用地|草场|草地|耕地|农田|林地|荒地|地)$"),
    re.compile(r"(?<=[路街道速线河沟渠湖库堤])[东南西北]$"),
    re.compile(r"(?:现有|现状)$"),
)
_BEFORE = re.compile(r"^(?:规划的?|现状|拟建的?|在建的?|已建的?|既有|现有|原|老)")
_ADMINISTRATIVE = re.compile(r"^.{1,9}?(?:自治区|省|市|盟|县|旗|区|镇|乡|苏木|街道|村|嘎查)(?=.{2,})")
_TAIL = re.compile(
    r"(?:为界线?|为[东南西北]?边?界线?|相接壤?|相连接?|相邻|相望|接壤|毗邻|毗连|相交处?|交界处?|为止|处)$"
)
_ALSO = re.compile(r"^(?:即|又名|又称|亦称|曾用名|原名|原|现|现名|暂名|俗称)")
_REMARK = re.compile(
    r"^(?:不?含|不?包括|规划|现状|在建|拟建|已建|红线|中心线|中线|边线|路中|部分|约.*|暂定|附近.*|最近.*|.*无有名地物.*)$"
)
_SUFFIX = "路街道巷线速河江沟渠湖库堤坝山村镇乡查木旗县厂司矿场站园区界"
_SPLIT = re.compile(rf"[、,;/]|以及|(?<=.)及其?(?=.)|(?<=[{_SUFFIX}])[和与](?=.)")
_DIRECTION = "东南|东北|西南|西北|东|南|西|北"
_METRES = r"(?:约为?|大约|各)?(?P<m>\d+(?:\.\d+)?)(?P<u>公里|千米|km|米|m)(?:左右|处|范围)?$"
_AWAY = (
    re.compile(rf"^(?:距离?)?(?P<n>.+?)(?:以|向|往|的)?(?P<d>{_DIRECTION})(?:侧|面|边|方|部)?{_METRES}"),
    re.compile(rf"^(?:距离?)?(?P<n>.+?)(?:以外|外侧?|以内|内侧?)?{_METRES}"),
    re.compile(rf"^(?P<n>.+?)(?:以(?P<d>{_DIRECTION})(?:侧|面|边)?)$"),
)
_STARTS = {
    side: re.compile(
        rf"^(?:(?:该|本)?(?:区块|地块|园区|片区|开发区|宗地)的?)?{one}(?:侧|面|边|部|方|端|起|界|边界)?"
        r"(?:边界|界线|边线)?(?:为|是|在|:)?(?:紧|毗|相)?(?:起于|起自|起|止于|至|到|抵|达|临近|临|邻近|邻|靠近|靠|连接|接|连|沿着?|以|与|距(?=.*\d)|:)"
    )
    for side, one in CHARACTER.items()
}
_SIDE_ONLY = {side: re.compile(rf"^{one}(?:侧|面|部|界|边界)(?:为|是|:)?(?=.)") for side, one in CHARACTER.items()}
_START = re.compile(
    r"^(?:紧邻|紧临|紧靠|毗邻|毗连|相邻|邻近|临近|靠近|连接|起于|起自|止于|至|到|抵|以(?=.+为)|与(?=.+(?:接|连|邻|界处?)$)|:)+"
)
_MARKER = re.compile(
    r"(?:(?<=[,、;。:(\s])|^|(?<=.))(?P<c>[东南西北])(?:侧|面|边|部)?(?:边界)?(?:起于|起自|起|止于|至|到|抵|紧邻|紧临|紧靠|毗邻|临|邻|接|靠|连|以(?=[^,;。]+为[东南西北]?边?界)|与(?=[^,;。]+(?:接|连|邻|界))|:)"
)
_DIGIT = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CHINESE_METRES = re.compile(r"([〇零一二两三四五六七八九十百千]+)(?=米|公里|千米)")


def clean(words: str) -> str:
    """Words in one form: half-width digits and brackets, no spaces, no full stop at the end."""
    words = unicodedata.normalize("NFKC", words).replace("，", ",").replace("；", ";").replace("：", ":")
    return re.sub(r"\s+", "", words).strip("。.,;、:")


def limits_in(words: str) -> dict[Side, str]:
    """The sides that a sentence tells, with their words; empty where it tells fewer than two.

    >>> limits_in("东至经七路，南起纬一路，西以黄河为界，北侧与东胜区相接")["west"]
    '黄河为界'
    """
    text = clean(words)
    found = list(_MARKER.finditer(text))
    of = {character: side for side, character in CHARACTER.items()}
    if len({one["c"] for one in found}) < len("东西") or len({one["c"] for one in found}) < len(found):
        return {}
    ends = [one.start() for one in found[1:]] + [len(text)]
    return {of[one["c"]]: text[one.end() : end].strip("。.,;、:") for one, end in zip(found, ends, strict=True)}


def read(words: str | None, side: Side, known: Callable[[str], bool] = lambda _: False) -> Stated:
    """What one side says. `known` tells whether something is called so: such a name is not taken apart.

    >>> [one.names[0] for one in read("东至Ｇ１８荣乌高速、经七路及规划路", "east").mentions if one.names]
    ['G18荣乌高速', '经七路']
    >>> one = read("包茂高速以东50米", "west").mentions[0]
    >>> one.names[0], one.away_m, one.towards
    ('包茂高速', 50.0, (1.0, 0.0))
    """
    if words is None or (text := clean(words)).lower() in _NOTHING:
        return Stated("")
    if known(text):
        return Stated(text, (Mention(text, (text,)),))
    text = limits_in(text).get(side, text)
    text = _without_start(text, side, known)
    if text.lower() in _NOTHING:
        return Stated("")
    if (coordinates := coordinates_in(_outside_brackets(text)[0])) is not None:
        return Stated(text, coordinates=coordinates)
    return Stated(text, tuple(_mention(one, known) for one in _pieces(text, known)))


def _without_start(text: str, side: Side, known: Callable[[str], bool]) -> str:
    """Words without 东至, 东侧与, 以 … 为界 around them."""
    if text.startswith(CHARACTER[side]) and known(text[1:]):
        return text[1:]
    for pattern in (_STARTS[side], _SIDE_ONLY[side], _START):
        if not known(text) and (match := pattern.match(text)) and match.end() < len(text):
            text = text[match.end() :].lstrip(":,")
    return text


def _without_tail(text: str, known: Callable[[str], bool]) -> str:
    while not known(text) and (match := _TAIL.search(text)) and match.start() > 0:
        text = text[: match.start()]
    return text


def _pieces(text: str, known: Callable[[str], bool]) -> Iterator[str]:
    """The features that are joined by 、 及 和 与; a comma or 、 inside of brackets joins nothing."""
    if known(text):
        yield text
        return
    text = _without_tail(text, known)
    start, depth = 0, 0
    cuts = {match.start(): match.end() for match in _SPLIT.finditer(text)}
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and position in cuts and position >= start:
            if text[start:position]:
                yield _without_tail(text[start:position], known)
            start = cuts[position]
    if text[start:]:
        yield _without_tail(text[start:], known)


def _outside_brackets(text: str) -> tuple[str, list[str]]:
    """Words without their brackets, and what stands in these."""
    return re.sub(r"\([^()]*\)", "", text), re.findall(r"\(([^()]*)\)", text)


def _mention(words: str, known: Callable[[str], bool]) -> Mention:
    """One feature, with what it may be called and how far off it the boundary runs."""
    if known(words):
        return Mention(words, (words,))
    plain, inside = _outside_brackets(words)
    away_m, towards, name = _away(_in_digits(plain))
    others: list[str] = []
    for one in inside:
        more = _away(name + _in_digits(one))
        if away_m is None and towards is None and more[2] == name and (more[0] is not None or more[1] is not None):
            away_m, towards = more[0], more[1]
        elif not _REMARK.match(one):
            others.append(_ALSO.sub("", one))
    if _UNREADABLE.search(name):
        return Mention(words, (name,), named=False)
    names = [one for one in (name, *others) if not _NAMELESS.fullmatch(one)]
    names += [other for one in names for other in _otherwise(one)]
    return Mention(
        words, tuple(dict.fromkeys(names)), away_m, towards, any(_NAMED.search(one) for one in names)
    )  # fmt: skip


def _away(words: str) -> tuple[float | None, tuple[float, float] | None, str]:
    """How far from a feature, to which side of it, and the feature: 包茂高速以东50米, 距黄河50米, 濠江西路以北."""
    for pattern in _AWAY:
        if match := pattern.match(words):
            found = match.groupdict()
            metres = None
            if found.get("m"):
                metres = float(found["m"]) * (1000 if found["u"] in ("公里", "千米", "km") else 1)
            return metres, _unit(found.get("d") or ""), match["n"]
    return None, None, words


def _unit(direction: str) -> tuple[float, float] | None:
    if not direction:
        return None
    east, north = (sum(_VECTOR[one][axis] for one in direction) for axis in (0, 1))
    length = (east * east + north * north) ** 0.5
    return east / length, north / length


def _otherwise(name: str) -> Iterator[str]:
    """What else a name may stand under: without 红线, 北段, 村委会, 规划, the town before it."""
    waiting, seen = [name], {name}
    while waiting:
        one = waiting.pop(0)
        shorter = [one[: match.start()] for pattern in _DECORATIONS if (match := pattern.search(one))]
        shorter += [one[match.end() :] for pattern in (_BEFORE, _ADMINISTRATIVE) if (match := pattern.match(one))]
        for other in shorter:
            if len(other) > 1 and other not in seen and not _NAMELESS.fullmatch(other):
                seen.add(other)
                waiting.append(other)
                yield other


def _in_digits(words: str) -> str:
    """五十米 as 50米."""

    def digits(match: re.Match[str]) -> str:
        total = current = 0
        for one in match[1]:
            if one in _DIGIT:
                current = _DIGIT[one]
            else:
                total += (current or 1) * {"十": 10, "百": 100, "千": 1000}[one]
                current = 0
        return str(total + current)

    return _CHINESE_METRES.sub(digits, words)
