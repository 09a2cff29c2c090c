"""D01: a value that could not be read, or is in no code list. No law: the data should be mended before they are used."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.losses import position_of
from geoparks.normalise.features import Features
from geoparks.records import Fault, Measurement, Rule, Subject, Words
from geoparks.text import Text, same

_FIX = Text("在原表中改正后重新运行。", "Mend it in the table and run again.")
_CODES = {
    "unreadable_number": Text("不是数字", "not a number"),
    "unreadable_date": Text("不是日期", "not a date"),
    "unreadable_boolean": Text("应为“是”或“否”", "neither yes nor no"),
    "unknown_value": Text("不在代码表中", "not in the code list"),
    "digits_lost": Text("长编号末位已丢失", "a long code whose last digits are lost"),
    "id_repeated": Text("与另一行重复", "the key of another row too"),
    "impossible_place": Text("不在中国范围内，按没有位置处理", "no place in China, and counts as none"),
}
_OF_OTHER_RULES = ("kind", "approved_by")

RULE = Rule(
    id="D01",
    title=Text("无法读取的值", "Unreadable value"),
    about=Text(
        "表中读不懂的数字、日期、是否，不在代码表中的值，以及不在中国范围内的经纬度；这些值按缺失处理，不会被猜测。",
        "Numbers, dates and yes/no that cannot be read, values in no code list, and coordinates outside China; they count as"
        " missing and are never guessed.",
    ),
    subjects=(),
    needs=(),
    faults={
        code: Words(
            title=title,
            message=Text("{layer}第 {row} 行“{field}”的值“{value}”", "{layer}, row {row}: {field} “{value}” is ")
            + title
            + Text("。", "."),
            fix=_FIX,
        )
        for code, title in _CODES.items()
    },
)


def unreadable_value(layers: Dataset) -> Iterator[Measurement]:
    """1 for every value that a reader could not use, 0 for every layer, so that its row says it was looked at."""
    for name in layers:
        features = layers[name]
        whole = Subject(name, "", features.layer.title.zh)
        yield Measurement(whole, "unreadable_number", value=0.0)
        for fault in features.faults:
            if fault.code in _CODES and not (name == "parks" and fault.field_name in _OF_OTHER_RULES):
                position = position_of(features, fault)
                yield _told(features, whole if position is None else features.subject(position), fault)
        yield from _repeated(features)


def _told(features: Features, subject: Subject, fault: Fault) -> Measurement:
    one = features.layer.fields.get(fault.field_name or "")
    return Measurement(
        subject,
        fault.code,
        value=1.0,
        row=fault.row,
        field_name=fault.field_name,
        field_value=fault.value,
        words={
            "layer": features.layer.title,
            "row": fault.row if fault.row is not None else "—",
            "field": one.title if one else same(fault.field_name or ""),
            "value": fault.value,
        },
    )


def _repeated(features: Features) -> Iterator[Measurement]:
    """Rows of a table whose key has been used before. Polygons of one id are pieces of one feature, and no fault."""
    keyed = [name for name in features.layer.key if features.holds(name)]
    if features.layer.needs_geometry or not keyed or len(keyed) < len(features.layer.key):
        return
    filled = np.all([features.column(name).notna() for name in keyed], axis=0)
    for position in np.flatnonzero(filled & pd.Series(features.ids).duplicated().to_numpy()).tolist():
        fault = Fault(
            features.layer.name, "id_repeated", _CODES["id_repeated"], row=int(features.rows[position]),
            field_name=keyed[0], value=str(features.ids[position]),
        )  # fmt: skip
        yield _told(features, features.subject(position), fault)
