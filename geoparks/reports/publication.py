"""The list of idle land to be published, as a workbook or a table of text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from geoparks.idle_land.publication import HEADERS, Published
from geoparks.text import Lang
from geoparks.write import Outgoing, whole
from geoparks.write import sheet as sheets

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(rows: Iterable[Published], path: Path, lang: Lang = "zh") -> list[Path]:
    """Write the list as .xlsx or .csv, with the four columns that article 11 names and nothing else.

    In a .csv a value that a table program would take for a formula gets an apostrophe before it.
    """
    cells = [one.cells(lang) for one in rows]
    if path.suffix.lower() == ".csv":
        cells = [["'" + one if one.startswith(_FORMULA) else one for one in row] for row in cells]
    table = pd.DataFrame(cells, columns=[one.to(lang) for one in HEADERS], dtype=object)
    outgoing = Outgoing("闲置土地公示" if lang == "zh" else "Idle land", table, None, None)
    return whole(path, lambda target: sheets.write(outgoing, target))
