"""Open deadlines of idle-land procedures: as a calendar file (RFC 5545) and as a work list by who must act.

Written by hand: whole-day entries need no time zones, no repetition and no parser, only escaping and folding, and the same
rows always give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geoparks.records import IdleRow, StepDue
from geoparks.text import Lang, Text

_FOLD = 75  # octets of a line, RFC 5545 3.1
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_LINE_ENDS = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_NAME = Text("闲置土地处置期限", "Deadlines of idle land")
_OVERDUE = Text("【逾期】", "[overdue] ")


@dataclass(frozen=True, slots=True)
class Due:
    """One open deadline of one parcel."""

    row: IdleRow
    step: StepDue
    due_on: dt.date
    days_left: int
    """Days from the day of the run to the deadline; negative where it has passed."""


def work_list(rows: Iterable[IdleRow], on: dt.date) -> tuple[Due, ...]:
    """Every deadline that is open on a day, by who must act, then by day: the most pressing first.

    A deadline that has passed stays while the step is overdue; one that the procedure went past, or a step without a
    legal period, is none. A parcel that is disposed of, or not idle, has none.
    """
    found = [
        Due(row, step, step.due_on, (step.due_on - on).days)
        for row in rows
        if row.status in ("suspected", "determined")
        for step in row.steps
        if step.due_on is not None and step.done_on is None
    ]
    return tuple(sorted(found, key=lambda one: (one.step.who.zh, one.due_on, one.row.parcel.id, one.step.id)))


def calendar(rows: Iterable[IdleRow], on: dt.date, lang: Lang = "zh") -> bytes:
    """The open deadlines as an .ics file: a whole day each, UTF-8, lines of at most 75 octets, dated by the day of the run.

    An entry keeps its UID from run to run, so that a calendar that reads the file again moves it and makes no second one.
    """
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//geoparks//idle land//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(_NAME.to(lang))}",
    ]  # fmt: skip
    for one in work_list(rows, on):
        lines += _event(one, on, lang)
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in _folded(line)).encode("utf-8")


def _event(one: Due, on: dt.date, lang: Lang) -> list[str]:
    parcel, step = one.row.parcel, one.step
    mark = _OVERDUE.to(lang) if step.overdue else ""
    name = " ".join((parcel.id if parcel.label == parcel.id else f"{parcel.label}（{parcel.id}）").split())
    told = Text(
        f"责任方：{step.who.zh}\n依据：{step.citation.document} {step.citation.article}\n{step.citation.quote}",
        f"Who: {step.who.en}\nLaw: {step.citation.document} {step.citation.article}\n{step.citation.quote}",
    )
    return [
        "BEGIN:VEVENT",
        f"UID:{_uid(parcel.id, step.id)}",
        f"DTSTAMP:{_date(on)}T000000Z",
        f"DTSTART;VALUE=DATE:{_date(one.due_on)}",
        f"DTEND;VALUE=DATE:{_date(one.due_on + dt.timedelta(days=1))}",
        f"SUMMARY:{_escaped(f'{mark}{step.title.to(lang)}：{name}')}",
        f"DESCRIPTION:{_escaped(told.to(lang))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _uid(*parts: str) -> str:
    """The same for the same step of the same parcel, and without characters that a calendar could stumble over."""
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{digest[:32]}@geoparks"


def _date(day: dt.date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _escaped(words: str) -> str:
    """Text as a value may hold it: no control characters; line ends and the marks of the format with a backslash."""
    plain = _CONTROL.sub("", _LINE_ENDS.sub("\n", words)).encode("utf-8", "ignore").decode("utf-8")
    return re.sub(r"([\\;,])", r"\\\1", plain).replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets; a character stays whole, every piece but the first begins with a blank."""
    piece, size = "", 0
    for character in line:
        more = len(character.encode("utf-8"))
        if size + more > _FOLD:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + more
    yield piece
