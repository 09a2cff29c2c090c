"""``tables/assessments_by_parcel.csv``: every parcel, and for each kind whether a project there in principle needs none of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.assessed import kind_title
from geoparks.measure.assessed_parcels import Held, Parcels, parcels_covered
from geoparks.normalise.by_position import pieces
from geoparks.normalise.features import Features
from geoparks.text import Lang, Text

Array = np.ndarray[Any, Any]
NAME = "assessments_by_parcel.csv"
HELD = {
    Held.COVERED: Text("已覆盖", "covered"), Held.PARTLY: Text("部分", "in part"), Held.BARE: Text("未覆盖", "not covered"),
    Held.OPEN: Text("不明", "not known"), Held.NOWHERE: Text("", ""),
}  # fmt: skip
_FORMULA = "=+-@\t\r"
_TO_BE_QUOTED = ',"\r\n'
_END = "\r\n"
_DIGITS = 4
_COLUMNS = {
    "parcel_id": Text("宗地编号", "Parcel"), "name": Text("名称", "Name"), "park_id": Text("园区编号", "Park"), "mu": Text("面积（亩）", "Area (mu)"),
    "count": Text("原则上不再单独评估的事项数", "Kinds that need no assessment of their own"),
}  # fmt: skip


def write(dataset: Dataset, folder: Path, lang: Lang) -> bool:
    """Write the table where there are parcels and assessments; False where there are not. Excel reads it as it is."""
    if "parcels" not in dataset or "assessments" not in dataset:
        return False
    parcels, layer = parcels_covered(dataset), dataset["parcels"]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("w", encoding="utf-8-sig", newline="") as stream:
        header = [
            title.to(lang) for title in (*_COLUMNS.values(), *(kind_title(dataset, one) for one in parcels.kinds))
        ]
        stream.write(",".join(map(_quoted, header)) + _END)
        for some in pieces(len(parcels.table)):
            stream.writelines(",".join(row) + _END for row in _rows(parcels, layer, some, lang))
    return True


def _rows(parcels: Parcels, layer: Features, some: Array, lang: Lang) -> Iterator[tuple[str, ...]]:
    """Some rows of the table as cells; the last holds what is told of all kinds."""
    table = parcels.table.frame("parcel", "park_id", "m2", rows=some)
    at = table["parcel"].to_numpy()
    mu = np.round(table["m2"].to_numpy(dtype=float) / units.factor("mu", "m2"), _DIGITS).tolist()
    return zip(
        _cells(layer.ids[at]), _cells(layer.names[at]), _cells(table["park_id"]),
        ["" if math.isnan(one) else repr(one) for one in mu], _told(parcels.held[some], lang), strict=True,
    )  # fmt: skip


def _cells(values: Any) -> list[str]:
    """Words as cells; each different one is looked at once."""
    numbers, words = pd.factorize(np.asarray(values, dtype=object))
    cells = np.array([*(_cell(str(one)) for one in words.tolist()), ""], dtype=object)
    result: list[str] = cells[numbers].tolist()
    return result


def _cell(words: str) -> str:
    """A spreadsheet takes what begins like a formula for one."""
    return _quoted("'" + words if words[:1] in _FORMULA and words else words)


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"' if any(one in words for one in _TO_BE_QUOTED) else words


def _told(held: Array, lang: Lang) -> list[str]:
    """Of every parcel the count and the words of all kinds, as the end of its line; few of a million differ."""
    alike = np.zeros(len(held), dtype=np.int64)
    for column in held.T:
        alike, _ = pd.factorize(alike * len(Held) + column)
    _, first = np.unique(alike, return_index=True)
    ends = [
        ",".join([str(int((row == Held.COVERED).sum())), *(_quoted(HELD[Held(one)].to(lang)) for one in row.tolist())])
        for row in held[first]
    ]
    result: list[str] = np.array([*ends, ""], dtype=object)[alike].tolist()
    return result
