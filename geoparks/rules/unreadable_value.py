"""D01: a value that could not be read, or is in no code list. No law: the data should be mended before they are used."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.normalise.features import Features
from geoparks.records import Measurement, Rule, Subject, Words
from geoparks.text import Text, same

_FIX = Text("在原表中改正后重新运行。", "Mend it in the table and run again.")
_CODES = {
    "unreadable_number": Text("不是数字", "not a number"),
    "unreadable_date": Text("不是日期", "not a date"),
    "unreadable_boolean": Text("应为“是”或“否”", "neither yes nor no"),
    "unknown_value": Text("不在代码表中", "not in the code list"),
    "digits_lost": Text("长编号末位已丢失", "the last digits of a long code are lost"),
}

RULE = Rule(
    id="D01",
    title=Text("无法读取的值", "Unreadable value"),
    about=Text(
        "表中读不懂的数字、日期、是否，以及不在代码表中的值；这些值按缺失处理，不会被猜测。",
        "Numbers, dates and yes/no that cannot be read, and values in no code list; they count as missing and are never guessed.",
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
    """1 for every value that a reader could not use."""
    for name in layers:
        features = layers[name]
        for fault in features.faults:
            if fault.code not in RULE.faults or (name == "parks" and fault.field_name in ("kind", "approved_by")):
                continue  # the kind and the authority of a park have rules of their own
            one = features.layer.fields.get(fault.field_name or "")
            yield Measurement(
                _subject(features, fault.row),
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


def _subject(features: Features, row: int | None) -> Subject:
    positions = [position for position, one in enumerate(features.rows) if row is not None and int(one) == row]
    return features.subject(positions[0]) if positions else Subject(features.layer.name, "", features.layer.title.zh)
