"""The sheet on four-to limits: every side of every block with its words, how far what it names is, and what was found."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.document import Document
from geoparks.reports.sheets import Columns, Row, Sheet
from geoparks.text import Lang, Text

_SIDES = {
    "east": Text("东至", "East"),
    "south": Text("南至", "South"),
    "west": Text("西至", "West"),
    "north": Text("北至", "North"),
}
_COLUMNS: Columns = [
    ("id", Text("区块编号", "Block id"), 14), ("name", Text("区块", "Block"), 20), ("side", Text("侧", "Side"), 8),
    ("stated", Text("所写四至", "As stated"), 30), ("metres", Text("所指的距离（米）", "Distance (m)"), 16),
    ("found", Text("问题", "What is wrong"), 70), ("reason", Text("没有量出的原因", "Why not measured"), 50),
]  # fmt: skip


def four_to_sheet(content: Document, lang: Lang) -> Iterator[Sheet]:
    """A line a side, in the order of an announcement; nothing where limits were not looked at."""
    figures = {
        (one["subject"]["id"], one["id"].removeprefix("B05.").removesuffix("_m")): one
        for one in content["indicators"]
        if one["id"].startswith("B05.")
    }
    wrong = {
        (one["subject"]["id"], one["field"]): one
        for one in content["findings"]
        if one["rule"] == "B05" and one["field"]
    }
    rows: list[tuple[str, Row]] = []
    for block in dict.fromkeys(key for key, _ in figures):
        for side, title in _SIDES.items():
            if (one := figures.get((block, side))) is None:
                continue
            found = wrong.get((block, side))
            rows.append(
                (
                    found["severity"] if found else "",
                    [
                        block, one["subject"]["name"], title.to(lang), one["source"][lang], one["value"],
                        found["message"][lang] if found else None, one["reason"][lang] if one["reason"] else None,
                    ],
                )
            )  # fmt: skip
    if rows:
        yield Text("四至核对", "Four-to limits"), _COLUMNS, rows
