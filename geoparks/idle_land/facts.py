"""What the records say of every parcel on a day, as columns; dates that cannot be true are no dates, and it is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from geoparks import units
from geoparks.catalog.idle import IdleLaw
from geoparks.dataset import Dataset
from geoparks.measure.days import days_of
from geoparks.measure.once import areas_whole
from geoparks.measure.rows_of_one import differ, in_any, unread_in_any

Array = np.ndarray
_FIRST_YEAR = np.datetime64("1982-01-01")
"""The constitution has known the granting of land-use rights since 1988, and registers since the eighties: before it a day is a filler
such as 1901-01-02."""
_DAYS = (
    "supplied_on", "delivered_on", "agreed_start_on", "extended_start_on", "started_on", "permit_on", "stopped_on", "finished_on",
    "determined_on", "disposed_on", "filed_on",
)  # fmt: skip
_NUMBERS = (
    "should_start_area_ha", "started_area_ha", "total_investment_wanyuan", "invested_wanyuan", "exempt_days", "foundation_share",
    "price_wanyuan", "farmland_taken_ha",
)  # fmt: skip
_RECORD = ("determined_on", "disposed_on", "extended_start_on")
_WORDS = ("cause", "cause_item", "foundation_kind", "disposal", "mortgagee", "holder")


@dataclass(frozen=True)
class Facts:
    """The columns of all parcels, one entry a parcel, in the order of the layer."""

    positions: Array
    """Position in the layer of the row that speaks for each parcel."""
    days: dict[str, Array]
    """As ``datetime64[D]``; NaT where there is none."""
    numbers: dict[str, Array]
    words: dict[str, Array]
    preparatory: Array
    """1, 0, NaN where not stated."""
    area_m2: Array
    """Of all rows of each parcel together."""
    unclear: dict[str, Array]
    """Which days are there and cannot be used: fillers, or words that are no date. A blank is not unclear."""
    unread: dict[str, Array]
    """Of days, numbers, `area_ha` and `preparatory_work`: which are words that cannot be read, in any row of the parcel."""
    disputed: Array
    """Whether several rows of one parcel say different things."""
    differ: dict[str, Array]
    """Of the days of the bureau's own record: whether several rows of one parcel say different ones."""

    def __len__(self) -> int:
        return len(self.positions)


def facts_of(layers: Dataset) -> Facts:
    """The facts of every parcel; the first row of an id speaks for it, and one whose rows differ is disputed."""
    parcels = layers["parcels"]
    first = parcels.firsts
    days = {name: days_of(parcels.column(name)) for name in _DAYS}
    numbers = {name: parcels.column(name).astype(float).to_numpy() for name in _NUMBERS}
    words = {name: parcels.column(name).to_numpy(dtype=object) for name in _WORDS}
    flag = parcels.column("preparatory_work")
    preparatory = flag.astype(object).where(flag.notna(), np.nan).astype(float).to_numpy()
    differing = differ(parcels, {**days, **numbers, **words, "preparatory_work": preparatory})
    disputed = np.logical_or.reduce(list(differing.values()))
    fillers = {name: ~np.isnat(column) & (column < _FIRST_YEAR) for name, column in days.items()}
    cleaned = {name: np.where(fillers[name], np.datetime64("NaT", "D"), column) for name, column in days.items()}
    unread = {name: unread_in_any(parcels, name) for name in (*days, *numbers, "area_ha", "preparatory_work")}
    unclear = {name: in_any(parcels, fillers[name]) | unread[name] for name in days}
    return Facts(
        first,
        {name: column[first] for name, column in cleaned.items()},
        {name: column[first] for name, column in numbers.items()},
        {name: column[first] for name, column in words.items()},
        preparatory[first],
        areas_whole(parcels, "area_ha", "supplied_on")[first],
        {name: column[first] for name, column in unclear.items()},
        {name: column[first] for name, column in unread.items()},
        disputed[first],
        {name: differing[name][first] for name in _RECORD},
    )


def shares(facts: Facts, law: IdleLaw) -> tuple[Array, Array, Array]:
    """Share of the area that was started, share of the investment made, and how the whole area was known.

    2 stands for stated, 1 for the parcel's own area, 0 for unknown. NaN where a share cannot be known: words that cannot be
    read are no blank, for which something else could stand.
    """
    stated = facts.numbers["should_start_area_ha"] * units.M2_PER_HA
    own = np.where(facts.unread["should_start_area_ha"] | facts.unread["area_ha"], np.nan, facts.area_m2)
    whole = np.where(np.isnan(stated), own, stated)
    known = np.where(~np.isnan(stated), 2, np.where(np.isnan(own), 0, 1))
    started = facts.numbers["started_area_ha"] * units.M2_PER_HA
    area = np.divide(started, whole, out=np.full(len(facts), np.nan), where=whole > 0)
    total = facts.numbers["total_investment_wanyuan"]
    invested = np.divide(facts.numbers["invested_wanyuan"], total, out=np.full(len(facts), np.nan), where=total > 0)
    return np.where(area < 0, np.nan, area), np.where(invested < 0, np.nan, invested), known


def foundation_needed(facts: Facts, law: IdleLaw) -> Array:
    """The share of the foundation that counts as started, by its kind; NaN where the kind is not stated."""
    needed = np.full(len(facts), np.nan)
    for kind, term in (("pit", "foundation_pit"), ("pile", "foundation_pile"), ("other", "foundation_other")):
        if term in law.terms:
            needed[facts.words["foundation_kind"] == kind] = law.terms[term].value
    return needed


def day(value: np.datetime64) -> dt.date | None:
    """A day of a column; None for NaT."""
    found = value.astype(object)
    return found if isinstance(found, dt.date) else None


def word(facts: Facts, name: str, index: int) -> str:
    """What a column of words says of one parcel; empty where it says nothing."""
    value = facts.words[name][index]
    return value if isinstance(value, str) else ""
