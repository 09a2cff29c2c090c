"""When two names mean one feature: 国道109, 109国道 and G109; G18荣乌高速公路 and 荣乌高速; 经7路 and 经七路."""

from __future__ import annotations

import re

from geoparks.measure.four_to_words import clean

_LETTER = {"国": "G", "省": "S", "县": "X", "乡": "Y", "专": "Z", "村": "C"}
_CODE = re.compile(
    r"(?:国道|省道|县道|乡道|专用公路)?(?P<l>[GSXYZC])(?P<n>\d{1,4})(?:国道|省道|县道|乡道|线|高速(?:公路)?)?"
)
_NUMBER_FIRST = re.compile(r"(?P<n>\d{1,4})(?P<l>[国省县乡专])道")
_NUMBER_LAST = re.compile(r"(?P<l>[国省县乡专])道(?P<n>\d{1,4})(?:线|号)?")
_ROAD = re.compile(r"(?:高速|公路|铁路|国道|省道|线|路|大道|街)$")
_OTHER = re.compile(r"(?:辅路|辅道|连接线|支线|复线|旧线|老线|新线)$")
_LINE_NUMBER = re.compile(
    r"(?<=[经纬第环])(\d{1,2})(?=[路街道环线])|(?<=第)(\d{1,2})(?=大)|(?<![\dA-Z])(\d{1,2})(?=号?[路街]$)"
)
_CHINESE_CODE = re.compile(
    r"[〇零一二三四五六七八九]{2,4}(?=[国省县乡]道)|(?<=[国省县乡]道)[〇零一二三四五六七八九]{2,4}"
)
_DIGITS = "〇一二三四五六七八九"


def keys(name: str) -> frozenset[str]:
    """All that a name may be found by; two names with a key in common mean one feature.

    >>> sorted(keys("国道109") & keys("109国道") & keys("G109"))
    ['G109']
    >>> sorted(keys("G18荣乌高速公路") & keys("荣乌高速"))
    ['荣乌高速']
    >>> keys("经7路") == keys("经七路"), keys("新104国道") & keys("G104")
    (True, frozenset())
    """
    plain = _plain(name)
    found = {plain}
    for pattern in (_NUMBER_FIRST, _NUMBER_LAST, _CODE):
        match = pattern.search(plain)
        if match is None:
            continue
        rest = (plain[: match.start()] + plain[match.end() :]).strip("()-·")
        # 新104国道 and G6辅路 are not G104 and G6: what is left must be a road's own name, or nothing.
        if match[0].endswith("高速") and rest and not _ROAD.search(rest):
            rest += "高速"
        if rest and (len(rest) < len("某某路") or not _ROAD.search(rest) or _OTHER.search(rest)):
            continue
        letter = _LETTER.get(match["l"], match["l"])
        found.add(f"{letter}{int(match['n'])}")
        if rest:
            found.add(rest)
        break
    return frozenset(found)


def _plain(name: str) -> str:
    """A name in one form: digits, brackets, the ending of its kind."""
    words = clean(name).upper().strip("\"'“”《》")
    words = _CHINESE_CODE.sub(
        lambda match: "".join(str("〇一二三四五六七八九".index(one.replace("零", "〇"))) for one in match[0]), words
    )
    words = _LINE_NUMBER.sub(lambda match: _chinese(int(match[1] or match[2] or match[3])), words)
    for long, short in (("高速公路", "高速"), ("铁路线", "铁路"), ("嘎查村", "嘎查"), ("河道", "河")):
        if words.endswith(long):
            words = words.removesuffix(long) + short
    return words


def _chinese(number: int) -> str:
    """7 as 七, 12 as 十二, 20 as 二十."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (
        _DIGITS[ones] if ones or not tens else ""
    )
