"""What the document lists one by one, and what it only counts because there is too much of it: that stands in tables.

A register of a million parcels has a million rows that say nothing but that all is well. Of each kind of which there are
very many, the document then lists

- of checks: what failed, what a person must judge, and whose finding somebody has accepted; what passes and what was not
  checked is counted by park and reason;
- of idle land: parcels that are suspected, determined, disposed of or not checked, and those whose year is full within the
  days that are asked for; all of them are counted by park, status, type and path;
- of low efficiency: none; all are counted by park and measure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from geoparks import units
from geoparks.idle_land.land import IdleLand, as_words
from geoparks.idle_land.low_efficiency import MEASURES, Compared, Comparison
from geoparks.normalise.by_position import pieces
from geoparks.normalise.numbered import numbered
from geoparks.outcomes import Outcomes
from geoparks.records import Check, IdleRow
from geoparks.text import Lang
from geoparks.verdicts import Verdicts, in_order

if TYPE_CHECKING:
    import pyarrow as pa

LISTED = 100_000
"""Rows of one kind that the document lists; of more, only those that somebody must deal with."""
CHECKS, IDLE, LOW = "tables/checks.parquet", "tables/idle.parquet", "tables/low_efficiency.parquet"


@dataclass
class Unlisted:
    """What is known beside the document: whole, for the tables."""

    checks: list[Outcomes] = field(default_factory=list)
    quiet: pa.Table | None = None
    """Parcels that are not idle, as ``idle_land.quiet`` gives them."""
    told_at: np.ndarray | None = None
    """Of the parcels that the document lists first, the index among all parcels."""
    low_efficiency: Comparison | None = None


@dataclass
class Listing:
    """What the document lists, what it counts, and what is left to the tables."""

    checks: list[Check]
    idle: list[IdleRow]
    low_efficiency: list[Compared]
    counted: dict[str, Any]
    """Keys of the document, only there where something is counted."""
    unlisted: Unlisted


def listing(
    verdicts: Verdicts, idle: IdleLand | None, low: Comparison | None, lang: Lang, *, until: dt.date | None,
    named: Collection[str] = (),
) -> Listing:  # fmt: skip
    """Divide what was found. until: parcels whose year is full by this day are listed, too; named: ids that are always listed."""
    left = Unlisted([one for one in verdicts.columns if len(one) > LISTED])
    checks = [*verdicts.single]
    for one in verdicts.columns:
        checks += one.checks(_to_deal_with(one, named) if len(one) > LISTED else None)
    counted: dict[str, Any] = {}
    if left.checks:
        counted |= {"checks_counts": list(_check_counts(left.checks, lang)), "checks_table": CHECKS}
    rows: list[IdleRow] = []
    if idle is not None and len(idle) > LISTED:
        left.quiet, left.told_at = idle.quiet, idle.told_at
        rows = [*idle.told, *(idle.coming(until) if until is not None else ())]
        groups = list(_idle_groups(idle))
        status: dict[str, int] = {}
        for group in groups:
            status[group["status"]] = status.get(group["status"], 0) + group["count"]
        counted |= {"idle_counts": dict(sorted(status.items())), "idle_groups": groups, "idle_table": IDLE}
    elif idle is not None:
        rows = list(idle)
    compared: list[Compared] = []
    if low is not None and len(low) > LISTED:
        left.low_efficiency = low
        counted |= {"low_efficiency_counts": list(_low_counts(low)), "low_efficiency_table": LOW}
    elif low is not None:
        compared = list(low)
    return Listing(in_order(checks), rows, compared, counted, left)


def _to_deal_with(rows: Outcomes, named: Collection[str]) -> np.ndarray:
    """Positions of what failed, of what a person must judge, and of who is named."""
    some = rows.where("fail", "manual")
    if not named:
        return some
    found: np.ndarray = np.union1d(some, rows.named([one.removeprefix(f"{rows.layer}/") for one in named]))
    return found


def _check_counts(columns: list[Outcomes], lang: Lang) -> Iterator[dict[str, Any]]:
    """How many subjects of every park have each outcome for each reason, of what passes and what was not checked."""
    for one in columns:
        for park, outcome, reason, count in one.counts():
            if outcome in ("pass", "not_checked"):
                yield {
                    "rule": one.rule, "layer": one.layer, "park": park or None, "outcome": outcome,
                    "reason": reason.to(lang) if reason else None, "count": count,
                }  # fmt: skip


@dataclass
class _Group:
    """Parcels of one park, status, type and path: amounts of those of which they are known, and how many are not."""

    count: int = 0
    area_mu: float = 0.0
    area_unknown: int = 0
    fee_wanyuan: float = 0.0
    fee_unknown: int = 0


def _idle_groups(idle: IdleLand) -> Iterator[dict[str, Any]]:
    """Count, mu and fee of the parcels of every park by status, type and path; null where of none anything is known.

    A fee that is not known is one that has to be paid: other paths have none, and none is missed there.
    """
    found: dict[tuple[str, str, str, str], _Group] = {}
    for row in idle.told:
        group = found.setdefault((row.park, row.status, row.type, row.path), _Group())
        group.count += 1
        if row.area_m2 is None:
            group.area_unknown += 1
        else:
            group.area_mu += units.to_mu(row.area_m2)
        if row.fee_wanyuan is None:
            group.fee_unknown += row.path == "fee"
        else:
            group.fee_wanyuan += row.fee_wanyuan
    if idle.quiet is not None:
        for park, count, known, m2 in _quiet_by_park(idle.quiet):
            found[park, "not_idle", "", ""] = _Group(count, units.to_mu(m2), count - known)
    for (park, status, kind, path), one in sorted(found.items()):
        yield {
            "park": park or None, "status": status, "type": kind or None, "path": path or None, "count": one.count,
            "area_mu": one.area_mu if one.area_unknown < one.count else None, "area_unknown": one.area_unknown,
            "fee_wanyuan": one.fee_wanyuan if path == "fee" and one.fee_unknown < one.count else None,
            "fee_unknown": one.fee_unknown,
        }  # fmt: skip


def _quiet_by_park(quiet: pa.Table) -> Iterator[tuple[str, int, int, float]]:
    """Park, how many parcels, of how many the area is known, and their m²."""
    grouped = (
        quiet.select(["park", "area_m2"])
        .set_column(0, "park", as_words(quiet["park"]))
        .group_by("park", use_threads=False)  # threads add up in another order each time
        .aggregate([("park", "count"), ("area_m2", "count"), ("area_m2", "sum")])
    )
    for one in grouped.to_pylist():
        known = one["area_m2_count"]
        yield one["park"], one["park_count"], known, one["area_m2_sum"] if known else 0.0


def _low_counts(low: Comparison) -> Iterator[dict[str, Any]]:
    """How many parcels of every park are below what was agreed, are not, and were not checked, by measure."""
    known: dict[str, int] = {}
    assert low.who is not None
    park_of = np.concatenate([numbered(low.who.parks[low.at[some]], known)[0] for some in pieces(len(low.at))])
    counts = [
        np.stack([np.bincount(park_of[one == code], minlength=len(known)) for code in (1, 0, -1)])
        for one in low.below.T
    ]
    for name, park in sorted(known.items()):
        for measure, (below, not_below, not_checked) in zip(
            MEASURES, (one[:, park].tolist() for one in counts), strict=True
        ):
            yield {
                "park": name or None, "measure": measure, "below": below, "not_below": not_below, "not_checked": not_checked,
            }  # fmt: skip
