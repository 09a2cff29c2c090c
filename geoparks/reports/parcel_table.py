"""``tables/assessments_by_parcel.csv``: every parcel, and for each kind whether a project there in principle needs none of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.assessed import kind_title
from geoparks.measure.assessed_parcels import Held, Parcels, parcels_covered
from geoparks.text import Lang, Text

Array = np.ndarray

NAME = "assessments_by_parcel.csv"
HELD = {
    Held.COVERED: Text("已覆盖", "covered"), Held.PARTLY: Text("部分", "in part"), Held.BARE: Text("未覆盖", "not covered"),
    Held.OPEN: Text("不明", "not known"), Held.NOWHERE: Text("", ""),
}  # fmt: skip
_BATCH = 100_000  # rows that are put into words together
_FORMULA = "=+-@\t\r"
_COLUMNS = {
    "parcel_id": Text("宗地编号", "Parcel"), "name": Text("名称", "Name"), "park_id": Text("园区编号", "Park"), "mu": Text("面积（亩）", "Area (mu)"),
    "count": Text("原则上不再单独评估的事项数", "Kinds that need no assessment of their own"),
}  # fmt: skip


def write(dataset: Dataset, folder: Path, lang: Lang) -> bool:
    """Write the table where there are parcels and assessments; False where there are not. Excel reads it as it is."""
    if "parcels" not in dataset or "assessments" not in dataset:
        return False
    parcels, layer = parcels_covered(dataset), dataset["parcels"]
    names = layer.names[layer.firsts]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / NAME).open("w", encoding="utf-8-sig", newline="") as stream:
        for start in range(0, max(1, len(names)), _BATCH):
            some = slice(start, start + _BATCH)
            table = _rows(parcels, names, some, dataset, lang)
            table.to_csv(stream, index=False, header=start == 0, lineterminator="\r\n")
    return True


def _rows(parcels: Parcels, names: Array, some: slice, dataset: Dataset, lang: Lang) -> pd.DataFrame:
    """Some rows of the table as they are written."""
    rows, held = parcels.table.iloc[some], parcels.held[some]
    table = pd.DataFrame(
        {
            "parcel_id": rows["parcel_id"].to_numpy(), "name": names[some], "park_id": rows["park_id"].to_numpy(),
            "mu": (rows["m2"] / units.factor("mu", "m2")).round(4).to_numpy(), "count": (held == Held.COVERED).sum(axis=1),
        }
    )  # fmt: skip
    words = np.array([HELD[one].to(lang) for one in Held], dtype=object)
    for place, kind in enumerate(parcels.kinds):
        table[kind_title(dataset, kind).to(lang)] = words[held[:, place]]
    for key in ("parcel_id", "name", "park_id"):  # a spreadsheet takes what begins like a formula for one
        begins = table[key].astype(object).fillna("").astype(str).str[:1].isin(list(_FORMULA))
        table[key] = table[key].where(~begins, "'" + table[key].astype(str))
    return table.rename(columns={key: title.to(lang) for key, title in _COLUMNS.items()})
