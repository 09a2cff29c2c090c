"""Values of the register held against their code list."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Measurement
from geoparks.text import same


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
            yield Measurement(
                park.subject,
                fault,
                reason=parks.why_missing(field) if not parks.has(field) else one.title + same("：—"),
            )
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
