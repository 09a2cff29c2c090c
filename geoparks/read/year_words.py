"""Years as headers and titles write them: 2021年, 2021年末, 二〇二一年, 2021; and what a header says besides its year."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

_FIRST, _LAST = 1949, 2099
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_SPOKEN = re.compile(r"[一二][〇○零九][〇○零一二三四五六七八九]{2}(?=年)")
_WHOLE_YEAR = r"年(?:度|末|底|全年|1[-~—–至到]12月份?)?|全年"
_YEAR = re.compile(rf"(?<!\d)((?:19|20)\d\d)(?:{_WHOLE_YEAR}|(?![\d.]))")
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}|(?:年|[-/.])\d{1,2}月\d{1,2}[日号]|(?:0[1-9]|1[0-2])[0-3]\d(?!\d))"
)
_NUMBER_OF_A_LETTER = re.compile(r"[〔\[【(]\d{4}[〕\]】)]")
_PART_OF_A_YEAR = re.compile(r"\d月|[一二三四1-4]季|季度|半年|上旬|中旬|下旬|当月|本月")
_SAYS_NOTHING = frozenset(
    {
        "年",
        "年份",
        "年度",
        "历年",
        "各年",
        "分年度",
        "按年份",
        "实际",
        "实绩",
        "实际数",
        "完成",
        "完成数",
        "数",
        "值",
        "数值",
        "数据",
    }
)
_EDGES = " _-/·.,，、:：;；的"


@dataclass(frozen=True)
class YearWords:
    """A header with a year in it: the year, and the words that are left; none where it names nothing but the year."""

    year: int
    rest: str


def year_words(header: Any) -> YearWords | None:
    """The one whole year that a header names, and what else it says; None where it names none, several, or part of one.

    >>> year_words("2021年工业总产值（万元）").rest, year_words("工业总产值(2021年,万元)").rest
    ('工业总产值(万元)', '工业总产值(万元)')
    >>> year_words("２０２１年末").year, year_words("2021年1-9月"), year_words("2020-2022年累计")
    (2021, None, None)
    """
    words = _plain(header)
    found = _YEAR.findall(words)
    if len(found) != 1 or not _FIRST <= int(found[0]) <= _LAST:
        return None
    rest = _YEAR.sub("\0", words)
    if _PART_OF_A_YEAR.search(rest) or re.search(r"\0[-~—–至到]\d", rest):
        return None
    rest = re.sub(r"\0\.\d+$", "\0", rest)  # a second column of the same name
    rest = rest.replace("\0", "")
    rest = re.sub(r"([(\[【])[,，、;；\s]+", r"\1", rest)
    rest = re.sub(r"[,，、;；\s]+([)\]】])", r"\1", rest)
    rest = re.sub(r"[(\[【][)\]】]", "", rest).strip(_EDGES)
    rest = rest.removeprefix("截至").removeprefix("截止")
    return YearWords(int(found[0]), "" if rest in _SAYS_NOTHING else rest)


def is_year(cell: Any) -> bool:
    """Whether a cell is a year and nothing else: 2021, "2021", "2021年"."""
    if isinstance(cell, bool) or not isinstance(cell, int | str):
        return False
    words = year_words(cell)
    return words is not None and not words.rest


def years_in(words: str) -> tuple[set[int], bool]:
    """Every year that a title names, and whether it speaks of whole years only; days and letters' numbers are no years.

    >>> years_in("2021—2023年各园区工业总产值"), years_in("2023年1-9月主要指标"), years_in("报表20240105")
    (({2021, 2023}, True), ({2023}, False), (set(), True))
    """
    plain = _NUMBER_OF_A_LETTER.sub(" ", _DATE.sub(" ", _plain(words)))
    found = {int(one) for one in _YEAR.findall(plain)}
    return found, not _PART_OF_A_YEAR.search(_YEAR.sub("\0", plain))


def _plain(words: Any) -> str:
    """Half-width, without blanks, spoken years in digits."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(words)))
    return _SPOKEN.sub(lambda found: found[0].translate(_DIGITS), plain)
