"""Which enterprises were in which park and block in a year: by their record, each once, with what is not sure about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.days import days_of

Array = np.ndarray[Any, Any]
_PLACES = ("park_id", "block_id")


def members(layers: Dataset, year: int) -> pd.DataFrame:
    """A row for every row of the register whose enterprise was there in a year: not left before it, not come after it.

    Columns enterprise_id, park_id (as stated, else that of the block), block_id, position (row of the register), silent
    (stopped before the year: no return of it is missing), and in_park and in_block: False where rows of one enterprise
    name different ones, so that it may be in any of them.
    """
    key = f"members {year}"
    if key not in layers.derived:
        layers.derived[key] = _members(layers, year)
    found: pd.DataFrame = layers.derived[key]
    return found


def members_of(layers: Dataset, year: int, place: str, trait: Array | None = None) -> pd.DataFrame:
    """The same with a row for every enterprise and park, or block, of a year; who names none is left out.

    ``sure`` tells whether the enterprise was in this one and no other; ``trait`` is what a column of the register says of
    it, None where its rows say it differently.
    """
    table = members(layers, year)
    if trait is not None:
        said = pd.Series(trait[table["position"].to_numpy(dtype=int)], index=table.index, dtype=object)
        several = said.fillna("").groupby(table["enterprise_id"]).transform("nunique") > 1
        table = table.assign(trait=np.where(several | said.isna(), None, said))
    table = table[table[place].notna()].drop_duplicates(["enterprise_id", place])
    return table.assign(sure=table["in_park" if place == "park_id" else "in_block"])


def single_values(layers: Dataset, field: str, year: int) -> pd.Series:
    """What every enterprise returned for a year, by id: rows that say the same count once, rows that differ say nothing."""
    stats = layers.get("enterprise_stats")
    if stats is None or not {"enterprise_id", "year", field} <= set(stats.frame.columns):
        return pd.Series(dtype=float)
    rows = stats.frame[(stats.column("year") == year).fillna(False).to_numpy(dtype=bool)]
    column = rows[field].astype(object)
    values = pd.to_numeric(column.where(column.notna(), np.nan), errors="coerce").astype(float)
    by_id = values.groupby(rows["enterprise_id"].to_numpy(dtype=object))
    found: pd.Series = by_id.first().where(by_id.nunique() <= 1)
    return found


def away(layers: Dataset, year: int) -> Array:
    """Of every row of the register, whether the enterprise had left before a year, or came only after it."""
    enterprises = layers["enterprises"]
    first, last = np.datetime64(f"{year}-01-01"), np.datetime64(f"{year}-12-31")
    result: Array = days_of(enterprises.column("left_on")) < first
    for name in ("established_on", "entered_on"):
        result |= days_of(enterprises.column(name)) > last
    return result


def parks_by_record(layers: Dataset) -> pd.Series:
    """The park of every row of the register: as stated, else that of its block."""
    enterprises, blocks = layers["enterprises"], layers.get("blocks")
    stated = pd.Series(enterprises.column("park_id").to_numpy(dtype=object))
    if blocks is None or not blocks.has("park_id"):
        return stated
    park_of_block = pd.Series(blocks.column("park_id").to_numpy(dtype=object), index=blocks.ids)
    park_of_block = park_of_block[~park_of_block.index.duplicated()]
    block = pd.Series(enterprises.column("block_id").to_numpy(dtype=object))
    return stated.where(stated.notna(), block.map(park_of_block))


def _members(layers: Dataset, year: int) -> pd.DataFrame:
    enterprises = layers["enterprises"]
    table = pd.DataFrame(
        {
            "enterprise_id": enterprises.ids.astype(str),
            "park_id": parks_by_record(layers).to_numpy(dtype=object),
            "block_id": enterprises.column("block_id").to_numpy(dtype=object),
            "position": np.arange(len(enterprises)),
            "silent": days_of(enterprises.column("stopped_on")) < np.datetime64(f"{year}-01-01"),
        }
    )[~away(layers, year)]
    by_id = table.groupby("enterprise_id")
    table["silent"] = by_id["silent"].transform("all")
    for place, name in zip(_PLACES, ("in_park", "in_block"), strict=True):
        table[name] = by_id[place].transform("nunique") <= 1
    return table
