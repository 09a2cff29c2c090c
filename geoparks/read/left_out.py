"""Rows under a header that are no data: totals, headings between, notes beneath, the header printed again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from geoparks.text import Text

Row = list[Any]

LEFT_OUT = {
    "total": ("total_left_out", Text("合计行未计入", "a row of totals was left out")),
    "part": ("part_of_total_left_out", Text("“其中”行未计入", "a row that says a part of the row above was left out")),
    "note": ("note_left_out", Text("表下注释未计入", "a note under the table was left out")),
    "heading": ("heading_left_out", Text("分组标题行未计入", "a heading between rows was left out")),
    "numbers": ("numbers_left_out", Text("表头下的栏号行未计入", "a row of column numbers was left out")),
    "header": ("header_left_out", Text("重复打印的表头未计入", "a header that is printed again was left out")),
}
_TOTALS = frozenset(
    {
        "合计", "总计", "小计", "共计", "累计", "合计数", "总数", "平均", "平均值", "平均数", "均值", "全市", "全盟", "全旗", "全区", "全县",
        "全省", "全自治区", "全园区", "全部园区", "total", "sum", "subtotal", "grandtotal", "average",
    }
)  # fmt: skip
_TOTAL_ENDS = ("合计", "总计", "小计", "共计")
_LAST_OF_A_TOTAL = frozenset("计数均值市盟旗区县省园lmeLME:：)）]】中")
_SIGNED = re.compile(
    r"^(注|备注|说明|填表|填报|审核|复核|制表|统计|单位|部门|负责|联系|日期|时间|报出|资料来源|数据来源)[^:：]{0,8}[:：]"
)
_NOTE = re.compile(
    r"^(注\s*(?:$|[\d一二三四五六七八九十:：、.．(（])|备注|说明|填表|填报|审核|资料来源|数据来源|单位负责人|制表|note\b|source\b)[:：\s\d]*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。；：:，,！？、]|^[(（]?[一二三四五六七八九十\d]+[)）、.．]")
_YEAR_OR_UNIT = re.compile(r"单位\s*[:：]|^[(（]?\s*(?:19|20)\d\d\s*年")
_LONG_NAME = 40  # a name of a park or an enterprise is shorter
_NARROW = 2  # in a table of so few columns a row with one cell may be a row without its value


def why_no_data(row: Row, *, is_first: bool, header: Sequence[Row], is_merged: bool) -> str | None:
    """Why a row below the header is no data: a key of LEFT_OUT, "" where it is blank; None for data.

    `is_merged` says that its only cell is merged over the row.
    """
    values = [cell for cell in row if cell is not None]
    if not values:
        return ""
    if not isinstance(values[0], str) and not any(isinstance(one, str) for one in values[1:4]):
        return "numbers" if is_first and _counts_up(values) else None
    if (told := _total(values)) is not None:
        return told
    first = values[0]
    if isinstance(first, str) and first == values[-1] and all(one == first for one in values):
        if _is_aside(row, values, is_merged, header):
            return "note" if _NOTE.match(first) else "heading"
    elif isinstance(first, str) and _SIGNED.match(first) and len(values) <= max(3, len(row) / 2):
        if sum(isinstance(one, str) and bool(_SIGNED.match(one)) for one in values) >= len(values) / 2:
            return "note"
    elif is_first and len(values) > 2 and _counts_up(values):
        return "numbers"
    elif any(row == one for one in header):
        return "header"
    return None


def is_other_header(row: Row, header: Sequence[Row]) -> bool:
    """Whether a row begins another table: all words, and its first one is the name of the column it stands in."""
    filled = [(column, cell) for column, cell in enumerate(row) if cell is not None]
    if len(filled) < 2 or not isinstance(filled[0][1], str):
        return False
    column, first = filled[0]
    return any(one[column] == first for one in header) and all(isinstance(cell, str) for _, cell in filled)


def _total(values: list[Any]) -> str | None:
    """Whether the words that a row begins with, a running number apart, say that it sums up others."""
    for position, cell in enumerate(values):
        if not isinstance(cell, str) or cell[0].isdigit():
            if position:
                break
            continue  # a running number
        if (
            cell[-1] not in _LAST_OF_A_TOTAL and cell[0] not in "其(（[【"
        ):  # spares most of what may be millions of rows
            continue
        words = _plain(cell)
        if words in _TOTALS:
            return "total"
        after = values[position + 1] if position + 1 < len(values) else None
        if words.endswith(_TOTAL_ENDS) and after is not None and (not isinstance(after, str) or _is_figure(after)):
            return "total"
        if words.startswith("其中:") or words == "其中":
            return "part"
    return None


def _is_figure(cell: str) -> bool:
    """Whether text is a number, or a dash for one."""
    return bool(re.fullmatch(r"[-+—/\d][\d,.]*%?", _plain(cell)))


def _is_aside(row: Row, values: list[Any], is_merged: bool, header: Sequence[Row]) -> bool:
    """Whether the only words of a row are beside the data: merged over it, a note, a sentence, a year or a unit."""
    if _NOTE.match(values[0]) or len(values) > 1:
        return is_merged or bool(_NOTE.match(values[0]))
    if _YEAR_OR_UNIT.search(values[0]):  # unless it stands in the column of years, and the rest of the row is blank
        column = row.index(values[0])
        return not any(isinstance(one[column], str) and "年" in one[column] for one in header)
    return len(row) > _NARROW and (len(values[0]) > _LONG_NAME or bool(_SENTENCE.search(values[0])))


def _plain(cell: Any) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(cell))).rstrip(":").strip("()【】[]").lower()


def _counts_up(values: list[Any]) -> bool:
    """Whether cells number the columns: 甲, 乙, 1, 2, 3, as statistical forms do under their header."""
    numbers = [str(value).strip("()（）") for value in values]
    while numbers and numbers[0] in "甲乙丙丁":
        numbers.pop(0)
    return len(numbers) > 1 and numbers == [str(one) for one in range(1, len(numbers) + 1)]
