"""The list that article 11 has published: where the land is, whose, for how long idle, and the cause where it is the government's.

Nothing else of a record is on it. Land is on it from its determination until it is disposed of, and then is taken off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np

from geoparks.measure.days import reached
from geoparks.normalise.features import Features
from geoparks.records import IdleRow, Subject
from geoparks.text import Lang, Text

Array = np.ndarray[Any, Any]

HEADERS = (
    Text("土地位置", "Location"),
    Text("国有建设用地使用权人", "Holder"),
    Text("闲置时间", "Idle since"),
    Text("闲置原因", "Cause"),
)
NOT_STATED = Text("（未填）", "(not stated)")
_GOVERNMENT = "government"
_CAUSE = Text("政府、政府有关部门的行为", "an act of the government or its departments")


@dataclass(frozen=True, slots=True)
class Published:
    """One parcel of the list; `parcel` and `published` are for the office and are not published."""

    parcel: Subject
    published: bool
    """Whether the record says that it has been made public by the day."""
    location: str
    holder: str
    duration: Text
    cause: Text
    """Only where it is the government's; empty else."""

    def cells(self, lang: Lang = "zh") -> list[str]:
        """What is published of it, under ``HEADERS``."""
        return [
            self.location or NOT_STATED.to(lang),
            self.holder or NOT_STATED.to(lang),
            self.duration.to(lang),
            self.cause.to(lang),
        ]


def publication(rows: Iterable[IdleRow], parcels: Features, on: dt.date) -> tuple[Published, ...]:
    """The parcels to be public on a day: determined, and not disposed of, in the order of the rows.

    A location or holder that the record lacks is empty; so is an idle time without the day that it counts from.
    """
    some, at = _on_record([row for row in rows if row.status == "determined"], parcels)
    public = reached(parcels.column("published_on", at), on).tolist()
    location, holder = (parcels.column(name, at).tolist() for name in ("location", "holder"))
    return tuple(
        Published(
            row.parcel, is_public, _words(where), _words(whose),
            _duration(row, on), _CAUSE if row.cause == _GOVERNMENT else Text("", ""),
        )
        for row, is_public, where, whose in zip(some, public, location, holder, strict=True)
    )  # fmt: skip


def to_withdraw(rows: Iterable[IdleRow], parcels: Features, on: dt.date) -> tuple[Subject, ...]:
    """Parcels that were made public and have been disposed of since: what is public of them is to be taken off."""
    some, at = _on_record([row for row in rows if row.status == "disposed"], parcels)
    public = reached(parcels.column("published_on", at), on).tolist()
    return tuple(row.parcel for row, is_public in zip(some, public, strict=True) if is_public)


def _on_record(rows: list[IdleRow], parcels: Features) -> tuple[list[IdleRow], Array]:
    """The rows whose parcel the layer has, and the position of its first row."""
    at = parcels.first_of([row.parcel.id for row in rows])
    return list(compress(rows, at >= 0)), at[at >= 0]


def _duration(row: IdleRow, on: dt.date) -> Text:
    if row.since is None:
        return NOT_STATED
    days = (on - row.since).days
    return Text(f"自 {row.since} 起，至 {on} 共 {days} 天", f"since {row.since}: {days} days by {on}")


def _words(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
