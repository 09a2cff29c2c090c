"""Idle land: what a day says of one parcel, and the steps of the procedure that it is in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from geoparks.records.subject import Subject
from geoparks.records.verdict import Citation
from geoparks.text import Text

IdleStatus = Literal["not_idle", "suspected", "determined", "disposed", "not_checked"]


@dataclass(frozen=True, slots=True)
class StepDue:
    """One step of the procedure of one parcel: when it is due, when it was done."""

    id: str
    title: Text
    who: Text
    due_on: dt.date | None
    done_on: dt.date | None
    overdue: bool
    citation: Citation


@dataclass(frozen=True, slots=True)
class IdleRow:
    """What a day says of one parcel: whether it is idle, since when and why, what follows by which article, what it costs."""

    parcel: Subject
    park: str
    status: IdleStatus
    type: Literal["A", "B", ""] = ""
    since: dt.date | None = None
    """The day by which to start, as moved by agreements and exempt days (A), or the day on which it stopped (B)."""
    days: int | None = None
    """Days from `since` to the day."""
    becomes_on: dt.date | None = None
    """Of one that is not idle: the day on which it will be suspected, if nothing changes."""
    cause: str = ""
    cause_item: str = ""
    path: Literal["fee", "recovery", "negotiate", ""] = ""
    options: tuple[str, ...] = ()
    """Ids of the options that are open."""
    citation: Citation | None = None
    fee_wanyuan: float | None = None
    area_m2: float | None = None
    reason: Text = Text("", "")
    """Why it is so: the dates and shares that counted, where they came from, what is missing."""
    steps: tuple[StepDue, ...] = ()
    remarks: tuple[Text, ...] = ()
    """What else must be known: a mortgagee to be told, a parcel that is not filed, a fee that is no cost of production."""
    evidence: tuple[tuple[str, float], ...] = ()
    """Built-up share by what it was measured from: ``("land_cover_2023", 0.04)``."""
