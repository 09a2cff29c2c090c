"""Rows of one id in the register of parks: what they agree on is kept, what they contradict each other about is missing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoparks.normalise.features import Features
from geoparks.records import Repair
from geoparks.text import Text


def agree(features: Features) -> None:
    """Let every row of an id say the same: a blank takes what another row has, values that differ are taken out.

    Whichever row came first would otherwise decide, and nobody would know that the other one says something else.
    """
    name = features.layer.id_field
    if name is None or name not in features.frame:
        return
    ids = features.frame[name]
    repeated = ids.notna() & ids.duplicated(keep=False)
    for field in [one for one in features.layer.fields if one != name and one in features.frame]:
        column = features.frame[field]
        for shared, some in column[repeated].groupby(ids[repeated], sort=True):
            known = list(dict.fromkeys(some.dropna()))
            if len(known) == 1 and some.isna().any():
                _put(
                    features,
                    some,
                    known[0],
                    "filled_from_row",
                    "空白处取同一编号另一行的值",
                    "a blank was filled from another row of the id",
                )
            elif len(known) > 1:
                features.disputes[str(shared), field] = tuple(map(_word, known))
                _put(
                    features,
                    some,
                    None,
                    "rows_disagree",
                    "同一编号的几行不一致，按缺失处理",
                    "rows of one id differ: taken as missing",
                )
    features.forget()


def _put(features: Features, some: pd.Series, value: Any, code: str, zh: str, en: str) -> None:
    """Write a value into some rows of a field; every one that had another is a repair."""
    field = str(some.name)
    for position, old in some.items():
        if pd.isna(old) and value is None:
            continue
        if pd.isna(old) or value is None:
            before, after = (None if pd.isna(old) else _word(old)), (None if value is None else _word(value))
            row = int(features.rows[int(str(position))])
            features.repairs.append(Repair(features.layer.name, code, Text(zh, en), row, field, before, after))
    features.frame.loc[some.index, field] = value


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value:g}" if isinstance(value, float) else str(value)
