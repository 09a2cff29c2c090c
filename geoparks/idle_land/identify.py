"""Which parcels are suspected idle on a day, by the measures for idle land: not started for a year, or started and stopped.

Only the bureau's determination makes land idle; until then it is suspected. What is missing or contradicts itself is not
checked. Everything is decided on columns; a parcel's row is put into words afterwards.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoparks.catalog.idle import IdleLaw
from geoparks.idle_land.facts import Facts, foundation_needed, shares
from geoparks.measure.days import anniversaries

Array = np.ndarray
_NAT = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Identified:
    """What a day says of every parcel, as columns."""

    status: Array
    """not_idle, suspected, determined, disposed, not_checked."""
    type: Array
    """A, B or nothing."""
    why: Array
    """Why the status is what it is: a key of ``words.WHY``."""
    since: Array
    full_on: Array
    """The day on which the year is full."""
    recovery_on: Array
    """Of type A: the day on which two years are full."""
    start_known_by: Array
    """Where the day by which to start comes from: extended, agreed, delivered, or nothing."""
    area_share: Array
    invested_share: Array
    area_known_by: Array
    again: Array
    """Whether it was disposed of before, and its clock ran anew."""


def identify(facts: Facts, law: IdleLaw, on: dt.date) -> Identified:
    """Decide every parcel. A year is full on the anniversary itself; exempt days move it."""
    day = np.datetime64(on, "D")
    start, known_by = _start_by(facts, law)
    exempt = facts.numbers["exempt_days"]
    moved = np.where(np.isnan(exempt), 0, exempt).astype("timedelta64[D]")
    started, finished = _by(facts, "started_on", day), _by(facts, "finished_on", day)
    stopped = _by(facts, "stopped_on", day)
    since = np.where(started, facts.days["stopped_on"], start + moved)
    first_full = anniversaries(pd.Series(start + moved), int(law.terms["not_started_years"].value))
    second_full = anniversaries(pd.Series(start + moved), int(law.terms["recovery_years"].value))
    stop_full = anniversaries(pd.Series(facts.days["stopped_on"]), int(law.terms["stopped_years"].value)) + moved
    area, invested, area_known_by = shares(facts, law)
    little = _little(area, invested, law)
    unclear, unread = facts.unclear, facts.unread
    open_share = np.isnan(little) & _any_of(unread, _SHARES)
    conditions = [
        ("disputed", facts.disputed),
        ("not_supplied", facts.days["supplied_on"] > day),
        ("unclear_day", unclear["finished_on"] | (~finished & unclear["started_on"])),
        ("finish_before_start", finished & (facts.days["finished_on"] < facts.days["started_on"])),
        ("finished", finished),
        ("negative_days", exempt < 0),
        *_started_and(facts, law, started),
        ("unclear_day", started & unclear["stopped_on"]),
        ("building", started & ~stopped),
        ("enough", started & (little == 0)),
        ("unclear_number", started & unread["exempt_days"]),
        ("stopped_short", started & (stop_full > day)),
        ("unclear_number", started & open_share),
        ("shares_unknown", started & np.isnan(little)),
        ("unclear_day", started & unread["supplied_on"]),
        ("type_b", started),
        *_not_started_but(facts, law, day),
        (
            "unclear_day",
            unclear["agreed_start_on"]
            | unclear["extended_start_on"]
            | (np.isnat(start) & unclear["delivered_on"])
            | unread["supplied_on"],
        ),
        ("agreed_before_supplied", facts.days["agreed_start_on"] < facts.days["supplied_on"]),
        ("extended_before_agreed", facts.days["extended_start_on"] < facts.days["agreed_start_on"]),
        ("no_dates", np.isnat(start)),
        ("unclear_number", unread["exempt_days"]),
        ("not_yet", first_full > day),
    ]
    why = np.select([mask for _, mask in conditions], [name for name, _ in conditions], default="type_a")
    status = np.select([np.isin(why, _IDLE), np.isin(why, _OPEN)], ["suspected", "not_checked"], default="not_idle")
    status, again, unsure = _on_record(facts, status, day)
    why = np.where(unsure, "unclear_day", why)
    kind = np.select(
        [np.isin(why, ("type_b", "stopped_short", "shares_unknown", "enough")), np.isin(why, ("type_a", "not_yet"))],
        ["B", "A"],
        default="",
    )
    full = np.where(started, stop_full, first_full)
    return Identified(
        status,
        kind,
        why,
        since.astype("datetime64[D]"),
        full,
        second_full,
        known_by,
        area,
        invested,
        area_known_by,
        again,
    )


_IDLE = ("type_a", "type_b")
_OPEN = (
    "disputed", "negative_days", "unclear_day", "unclear_number", "no_dates", "shares_unknown", "agreed_before_supplied", "extended_before_agreed",
    "foundation_short", "foundation_done", "permit_after_start", "area_without_start", "stop_without_start", "stop_before_start",
    "finish_before_start",
)  # fmt: skip
_SHARES = ("started_area_ha", "should_start_area_ha", "area_ha", "total_investment_wanyuan", "invested_wanyuan")


def _any_of(unread: dict[str, Array], names: tuple[str, ...]) -> Array:
    """Whether any of some fields has words that cannot be read."""
    found: Array = np.logical_or.reduce([unread[name] for name in names])
    return found


def _by(facts: Facts, name: str, day: np.datetime64) -> Array:
    """Whether a day of the record has come."""
    result: Array = facts.days[name] <= day
    return result


def _start_by(facts: Facts, law: IdleLaw) -> tuple[Array, Array]:
    """The day by which to start: as extended, else as agreed, else a year after delivery; and which of them it is."""
    delivered = anniversaries(pd.Series(facts.days["delivered_on"]), int(law.terms["delivered_years"].value))
    extended, agreed = facts.days["extended_start_on"], facts.days["agreed_start_on"]
    has = [~np.isnat(extended), ~np.isnat(agreed), ~np.isnat(delivered)]
    start = np.select(has, [extended, agreed, delivered], default=_NAT)
    return start, np.select(has, ["extended", "agreed", "delivered"], default="")


def _started_and(facts: Facts, law: IdleLaw, started: Array) -> list[tuple[str, Array]]:
    """What contradicts a start that is on record."""
    days, needed = facts.days, foundation_needed(facts, law)
    return [
        ("unclear_number", started & facts.unread["foundation_share"] & ~np.isnan(needed)),
        ("unclear_day", started & facts.unread["permit_on"]),
        ("foundation_short", started & (facts.numbers["foundation_share"] < needed)),
        ("permit_after_start", started & (days["permit_on"] > days["started_on"])),
        ("stop_before_start", started & (days["stopped_on"] < days["started_on"])),
    ]


def _not_started_but(facts: Facts, law: IdleLaw, day: np.datetime64) -> list[tuple[str, Array]]:
    """What contradicts that nothing was started: a blank is no proof where other columns tell of building."""
    blank, needed = np.isnat(facts.days["started_on"]), foundation_needed(facts, law)
    unread = facts.unread
    return [
        ("unclear_day", blank & unread["stopped_on"]),
        ("unclear_number", blank & (unread["started_area_ha"] | (unread["foundation_share"] & ~np.isnan(needed)))),
        ("stop_without_start", blank & (facts.days["stopped_on"] <= day)),
        ("area_without_start", blank & (facts.numbers["started_area_ha"] > 0)),
        ("foundation_done", blank & (facts.numbers["foundation_share"] >= needed)),
    ]


def _little(area: Array, invested: Array, law: IdleLaw) -> Array:
    """1 where one of the two shares is below its line, 0 where neither is, NaN where that cannot be told."""
    below = (area < law.terms["started_area_share"].value) | (invested < law.terms["invested_share"].value)
    unknown = np.isnan(area) | np.isnan(invested)
    return np.where(below, 1.0, np.where(unknown, np.nan, 0.0))


def _on_record(facts: Facts, status: Array, day: np.datetime64) -> tuple[Array, Array, Array]:
    """The bureau's own record over the dates: determined, disposed of; and disposed of with a new day to start that has passed.

    Besides the status: where that is so, and where a day of the record is there and cannot be read, so that nobody knows.
    """
    unread, differ = facts.unread, facts.differ
    determined, disposed = _by(facts, "determined_on", day), _by(facts, "disposed_on", day)
    unknown = {name: unread[name] | differ[name] for name in differ}
    no_record = unknown["disposed_on"] | (unknown["determined_on"] & ~disposed)
    anew = disposed & (facts.days["extended_start_on"] > facts.days["disposed_on"])
    maybe = disposed & unknown["extended_start_on"]
    again = anew & (status == "suspected") & ~no_record
    open_again = (maybe & (status == "suspected") & ~again) | ((anew | maybe) & (status == "not_checked"))
    told = np.where(determined & ~disposed, "determined", status)
    told = np.where(disposed & ~again, "disposed", told)
    told = np.where(no_record | open_again, "not_checked", told)
    return told, again, (told == "not_checked") & (status != "not_checked")
