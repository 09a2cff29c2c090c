"""What the title of a table, the name of its sheet and of its file say that its header leaves out: indicator and year."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from geoparks import units
from geoparks.catalog.layer import Field, Layer
from geoparks.read.raw import RawLayer
from geoparks.read.year_words import years_in
from geoparks.text import Text

_SHORTEST = 2
_LABEL = re.compile(r"^[^:：]{1,12}[:：]")
_LABEL_OF_YEAR = re.compile(r"^(?:年度|年份|统计年度|报告期|所属期|数据年份)[:：]")
_YEAR_OF_FILE = re.compile(r"(?:19|20)\d\d\s*年|^(?:19|20)\d\d$")
_UNIT_TAIL = re.compile(r"[(（]?[一-龥]{0,4}单位[:：].*$")
_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_YEARS = re.compile(r"(?:(?:19|20)\d\d年?[-~—–至到])?(?:19|20)\d\d(?:年度|年末|年底|年)?")
# Around the indicator a title may name whose it is and that it is a table. Any other word could change what is meant:
# 增速, 占比, 人均, 规模以上, 计划 make another indicator of it.
_BEFORE = re.compile(
    r"(?:^|[年度末底、:\-—_的各]|园区|开发区|高新区|经开区|产业园|企业|盟市|旗县|旗县区|旗|县|区|市|盟|主要|历年|近[一二三四五六七八九十]+年)$"
)
_AFTER = re.compile(r"的?(?:完成)?(?:情况)?(?:统计|汇总|一览|明细|对比|比较|年报|数据|报)*表?(?:[-_]?\d+)?")


@dataclass(frozen=True)
class Titled:
    """An indicator that a title names for columns which name only their year."""

    field: Field
    words: str
    unit: str | None = None


@dataclass(frozen=True)
class TitledYear:
    """The year of a table without any, as its title says it; or why it does not say it."""

    year: int | None
    words: str
    question: Text | None = None


def field_in_titles(raw: RawLayer, layer: Layer) -> Titled | None:
    """The one indicator that title and sheet name, else the file's name, are about; None where they name none or several."""
    for group in ([*raw.titles, raw.inner], [raw.path.stem]):
        found = [one for words in group if words and (one := _field_in(words, layer)) is not None]
        if found:
            return found[0] if len({one.field.name for one in found}) == 1 else None
    return None


def _field_in(title: str, layer: Layer) -> Titled | None:
    words = re.sub(r"\s+", "", unicodedata.normalize("NFKC", title))
    words = _UNIT_TAIL.sub("", words)
    in_brackets = [unit for one in _BRACKETS.findall(words) if (unit := units.find(one)) is not None]
    words = _YEARS.sub("年", _BRACKETS.sub("", words)).lower()
    spans = [
        (start, start + len(name), one)
        for one in layer.fields.values()
        if one.name not in layer.key and one.type in ("number", "integer")
        for name in one.names
        if len(name) >= _SHORTEST and (start := words.find(name)) >= 0
    ]
    longest = [
        span
        for span in spans
        if not any(a <= span[0] and span[1] <= b and b - a > span[1] - span[0] for a, b, _ in spans)
    ]
    if len({one.name for _, _, one in longest}) != 1:
        return None
    start, end, field = longest[0]
    if not _BEFORE.search(words[:start]) or not _AFTER.fullmatch(words[end:]):
        return None
    return Titled(field, title, in_brackets[0].id if len(in_brackets) == 1 else None)


def year_in_titles(raw: RawLayer) -> TitledYear | None:
    """The year that a table is of by its title and sheet name, else by its file's name; None where they name none."""
    titles = [one for one in (*raw.titles, raw.inner) if one and (_LABEL_OF_YEAR.match(one) or not _LABEL.match(one))]
    stem = raw.path.stem if _YEAR_OF_FILE.search(raw.path.stem) else ""  # 年报2024最终稿 may be the year it was sent in
    for group in (titles, [stem]):
        named = [one for one in group if years_in(one)[0]]
        if not named:
            continue
        years = set().union(*(years_in(one)[0] for one in named))
        words = "、".join(dict.fromkeys(named))
        if len(years) == 1 and all(years_in(one)[1] for one in named):
            return TitledYear(years.pop(), words)
        return TitledYear(
            None,
            words,
            Text(
                f"表里没有年度列，标题“{words}”说的又不是一个整年。请加一列“年度”",
                f"there is no column of years, and the title “{words}” does not name one whole year. Add a column of years",
            ),
        )
    return None
