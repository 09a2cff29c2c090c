"""Values of the register held against their code list."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.catalog.codes import Codes
from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Measurement
from geoparks.text import Text

_SECTIONS = {"B": True, "C": True, "D": True}
_DIVISION_DIGITS = 2
_CLASS_DIGITS = 4


def held_against(layers: Dataset, field: str, fault: str) -> Iterator[Measurement]:
    """For every park of the register: 1 where the field's value is not in its code list, 0 where it is."""
    parks = layers["parks"]
    one = parks.layer.fields[field]
    codes = layers.catalogue.codes[one.codes or ""]
    for park in parks_of(layers):
        if park.row is None:
            continue
        value = parks.column(field).iloc[park.row]
        if not isinstance(value, str):
            blank = one.title + Text("未填", ": not given") if parks.has(field) else parks.why_missing(field)
            yield Measurement(park.subject, fault, reason=parks.disputed(park.row, field) or blank)
            continue
        yield Measurement(
            park.subject,
            fault,
            value=float(value not in codes.values),
            evidence=park.lonlat,
            row=int(parks.rows[park.row]),
            field_name=field,
            field_value=value,
            words={"value": value, "allowed": "、".join(codes.values)},
        )


def is_industrial(code: object, divisions: Codes) -> bool | None:
    """Whether a code of GB/T 4754 is of mining, manufacturing or supply; None where there is none, or it is in doubt.

    A spreadsheet that takes 0610 for a number drops its zero, and 610 then reads as division 61: a code of fewer than
    four digits whose zero may be lost is in doubt.

    >>> from geoparks.catalog import layer
    >>> divisions = layer.load().codes["industrial_divisions"]
    >>> [is_industrial(code, divisions) for code in ("C2614", "2614", "B", "5442", "F51", "610", None)]
    [True, True, True, False, False, None, None]
    """
    if not isinstance(code, str) or not code:
        return None
    if code[0].isalpha():
        return code[0].upper() in _SECTIONS
    if len(code) < _CLASS_DIGITS and "0" + code[0] in divisions.values:
        return None
    return code[:_DIVISION_DIGITS] in divisions.values
