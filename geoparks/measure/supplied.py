"""How much of every land approval was supplied by a day: by the parcels that name it, and by space for those that name none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.by_column import ByColumn
from geoparks.measure.days import days_of
from geoparks.measure.once import areas_once, drawn_area
from geoparks.measure.overlay import grouped, meeting
from geoparks.measure.places import places
from geoparks.measure.plane import plane_of, plane_of_rows, tree_of
from geoparks.normalise.features import Features
from geoparks.normalise.numbered import numbered

Array = np.ndarray[Any, Any]
Made = TypeVar("Made")
_MOST, _UNSUPPLIABLE = "approval_in_park_share", "unsuppliable_land_counts"
_NEVER = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Ledger:
    """All approvals with what was supplied out of each, whatever the day."""

    approvals: pd.DataFrame
    """A row for every row of the layer: approval_id, park_id, county, league, approved_on, year, gross_m2, withdrawn_m2
    (NaN: whole), withdrawn_on, unsuppliable_m2, contradicts (a day of withdrawal and an area of zero)."""
    supplies: ByColumn
    """A row for every parcel and approval that it takes land of: approval (position), on, m2, early (before approval)."""
    parcels: ByColumn
    """A row for every row of the layer: parcel (a number, the same for the rows of one parcel), park_id, county, league, m2, the days of what happened to it (recovered_on: back with the government),
    placed (whether it has an approval on record or a shape), outside_m2 (what of its shape lies in no approval)."""
    dated: bool
    """Whether any parcel has a day of supply: without, nobody knows what was supplied."""
    without_unsuppliable: bool
    """Whether land that cannot be supplied is taken off what was approved."""


def ledger(layers: Dataset, pack: Pack) -> Ledger:
    """The approvals of a dataset and the parcels that were supplied out of them, by the settings of a pack; made once."""
    features, parcels = layers["approvals"], layers.get("parcels")
    whose, without = _whose(pack), pack.settings[_UNSUPPLIABLE].given == 0
    return _kept(layers, features, (*whose, without), lambda: _ledger(layers, features, parcels, *whose, without))


def _kept(layers: Dataset, features: Features, settings: tuple[Any, ...], make: Callable[[], Made]) -> Made:
    """What is made of the layers by some settings, made once; `Dataset.let_go` lets it go."""
    made_of = [layers.get(name) for name in ("parcels", "parks", "blocks", "counties")]
    kept: tuple[list[Features | None], tuple[Any, ...], Made] | None = features.derived.get("ledger")
    same = kept is not None and all(one is other for one, other in zip(kept[0], made_of, strict=True))
    if kept is None or not same or kept[1] != settings:
        kept = features.derived["ledger"] = (made_of, settings, make())
    return kept[-1]


def parcels_of(layers: Dataset, pack: Pack) -> ByColumn:
    """The parcels as in a ledger; where there are no approvals, by space and by their park alone."""
    if "approvals" in layers:
        return ledger(layers, pack).parcels
    parcels, whose = layers["parcels"], _whose(pack)

    def alone() -> ByColumn:
        table = ByColumn.of(parcels)
        for some in parcels.pieces():
            table.append(_parcels(layers, parcels, some, np.full(len(some), None, dtype=object), *whose))
        return table

    return _kept(layers, parcels, whose, alone)


def _whose(pack: Pack) -> tuple[float, str | None]:
    """More than which share of land makes it a park's, and the league of whoever names none."""
    territory = pack.territory.get("league", ())
    return pack.settings[_MOST].given, territory[0] if len(territory) == 1 else None


def _ledger(
    layers: Dataset, features: Features, parcels: Features | None, most: float, league: str | None, without: bool
) -> Ledger:
    rows = _approvals(layers, features, most, league)
    if parcels is None:
        nothing = {
            "approval": np.empty(0, int),
            "on": np.empty(0, _NEVER.dtype),
            "m2": np.empty(0),
            "early": np.empty(0, bool),
        }
        return Ledger(rows, ByColumn(nothing), ByColumn(), dated=False, without_unsuppliable=without)
    county, approved_on = rows["county"].to_numpy(dtype=object), rows["approved_on"].to_numpy()
    claims, approved = _Claims(rows), _exclusive(rows, features)
    tree = shapely.STRtree(approved)
    table, supplies, dated = ByColumn.of(parcels), ByColumn.of(parcels), False
    for some in parcels.pieces():
        area = areas_once(parcels, "area_ha", "supplied_on", some)
        days = days_of(parcels.column("supplied_on", some))
        dated |= bool((~np.isnat(days)).any())
        by_name, at = claims.of(parcels.column("approval_id", some))
        named_ones, drawn = np.zeros(len(some), dtype=bool), np.full(len(some), np.nan)
        named_ones[by_name] = True
        drawn[~named_ones] = drawn_area(parcels, some[~named_ones])
        nameless = np.flatnonzero(~np.isnat(days) & (area != 0) & ~named_ones)
        i, j, shared = _shared(approved, tree, plane_of_rows(parcels, some[nameless]))
        row = np.concatenate([by_name, nameless[i]])
        order = np.argsort(row, kind="stable")  # as the rows stand, however many are looked at together
        approval = np.concatenate([at, j])[order]
        on, m2 = days[row[order]], np.concatenate([area[by_name] * claims.shares[at], shared])[order]
        supplies.append({"approval": approval, "on": on, "m2": m2, "early": on < approved_on[approval]})
        stated_county = np.full(len(some), None, dtype=object)
        stated_county[by_name] = county[at]
        inside = np.zeros(len(some))
        np.add.at(inside, nameless[i], shared)
        outside = np.where(named_ones | np.isnan(drawn), 0.0, np.maximum(np.nan_to_num(drawn) - inside, 0.0))
        where = {"placed": named_ones | ~np.isnan(drawn), "outside_m2": outside}
        table.append(_parcels(layers, parcels, some, stated_county, most, league) | where)
    return Ledger(rows, supplies, table, dated=dated, without_unsuppliable=without)


def _approvals(layers: Dataset, features: Features, most: float, league: str | None) -> pd.DataFrame:
    county = features.column("county").to_numpy(dtype=object)
    where = places(layers, features, np.arange(len(features)), county, most, league)
    frame = pd.DataFrame(where, dtype=object)
    frame.insert(0, "approval_id", features.ids.astype(str))
    frame["approved_on"] = days_of(features.column("approved_on"))
    frame["year"] = frame["approved_on"].dt.year
    frame["gross_m2"] = areas_once(features, "approved_area_ha", "approved_on")
    for name in ("withdrawn", "unsuppliable"):
        frame[f"{name}_m2"] = features.column(f"{name}_area_ha").astype(float).to_numpy() * units.M2_PER_HA
    frame["withdrawn_on"] = days_of(features.column("withdrawn_on"))
    frame["contradicts"] = frame["withdrawn_on"].notna() & (frame["withdrawn_m2"] == 0)
    return frame


class _Claims:
    """Which approvals on record parcels name.

    An approval that is stored in several rows is supplied in proportion to their areas.
    """

    def __init__(self, rows: pd.DataFrame) -> None:
        ids = rows["approval_id"]
        whole = rows.groupby("approval_id")["gross_m2"].transform(lambda some: some.sum(skipna=False))
        even = 1 / ids.map(ids.value_counts())
        self.shares = (rows["gross_m2"] / whole).where(whole > 0, even).to_numpy(dtype=float)
        """Of every row its share in its approval."""
        self._rows = {str(one): np.asarray(some, dtype=int) for one, some in ids.groupby(ids).indices.items()}

    def of(self, said: pd.Series) -> tuple[Array, Array]:
        """Position of each parcel that names an approval on record, and of the row of it; several where it has several."""
        numbers, names = numbered(said.to_numpy(dtype=object))
        approvals = [self._rows.get(one, np.empty(0, dtype=int)) for one in names]
        count = np.array([*map(len, approvals), 0], dtype=int)[numbers]  # none of who names none
        by_name = np.repeat(np.arange(len(count)), count)
        begins = np.cumsum([0, *map(len, approvals)])[numbers]
        nth = np.arange(len(by_name)) - np.repeat(np.cumsum(count) - count, count)
        return by_name, np.concatenate([*approvals, np.empty(0, dtype=int)])[begins[by_name] + nth]


def _shared(approved: Array, tree: shapely.STRtree, plots: Array) -> tuple[Array, Array, Array]:
    """Plot, approval and square metres of what some parcels share with approvals, land that was approved twice counting once."""
    i, j = meeting(plots, approved, tree)
    return i, j, np.asarray(shapely.area(shapely.intersection(plots[i], approved[j])))


def _exclusive(rows: pd.DataFrame, features: Features) -> Array:
    """The shapes of the approvals, where several cover one place only in the first approved that was not withdrawn whole."""
    shapes = plane_of(features).copy()
    first, second = meeting(shapes, shapes, tree_of(features), below_diagonal=False)
    if not len(first):
        return shapes
    order = pd.DataFrame(
        {
            "empty": rows["gross_m2"] == 0,
            "void": rows["withdrawn_on"].notna() & ~(rows["withdrawn_m2"] < rows["gross_m2"]),
            "day": rows["approved_on"],
            "id": rows["approval_id"],
        }
    )
    rank = np.empty(len(rows), dtype=int)
    rank[order.sort_values(list(order), kind="stable").index.to_numpy()] = np.arange(len(rows))
    swap = rank[first] > rank[second]
    before, after = np.where(swap, second, first), np.where(swap, first, second)
    whole = plane_of(features)
    ordered = np.argsort(after, kind="stable")
    for position, near in grouped(after[ordered], before[ordered]).items():
        shapes[position] = shapely.difference(whole[position], shapely.union_all(whole[near]))
    return shapes


def _parcels(
    layers: Dataset, parcels: Features, rows: Array, county: Array, most: float, league: str | None
) -> dict[str, Array]:
    """What is known of some parcels, but for what the approvals tell."""
    told = {"parcel": parcels.numbers_of(rows), **places(layers, parcels, rows, county, most, league)}
    told["m2"] = areas_once(parcels, "area_ha", "supplied_on", rows)
    for name in ("supplied_on", "started_on", "finished_on", "determined_on", "disposed_on", "reused_on"):
        told[name] = days_of(parcels.column(name, rows))
    recovered = parcels.column("disposal", rows).isin(RECOVERED).to_numpy()
    back = np.where(recovered, told["disposed_on"], _NEVER)
    told["recovered_on"] = np.fmin(back, days_of(parcels.column("deregistered_on", rows)))
    return told


RECOVERED = ("recovery", "compensated_recovery", "bond_purchase")
"""Ways of disposal after which land is the government's again: it is supplied land no longer."""


def as_of(book: Ledger, on: dt.date) -> pd.DataFrame:
    """The approvals made by a day, as they stood on it: the rows of the ledger with approved_m2, supplied_m2, left_m2.

    approved_m2 is what was approved, less what was withdrawn by the day (taken_m2; and what cannot be supplied, if that is
    to be left out), none below zero. Out of an approval that was withdrawn whole (gone) nothing counts as supplied; void_m2
    is what parcels say all the same. over_m2 is what was supplied beyond what was approved, left_m2 what was not supplied,
    both approval by approval. NaN where it cannot be known.
    """
    day, rows = np.datetime64(on, "D"), book.approvals
    gross = rows["gross_m2"].to_numpy(dtype=float)
    taken, gone = _withdrawn(rows, day)
    out = rows["unsuppliable_m2"].to_numpy(dtype=float) if book.without_unsuppliable else np.zeros(len(rows))
    approved = np.where(gone, 0.0, np.maximum(gross - taken - out, 0.0))
    supplied = np.zeros(len(rows)) if book.dated else np.full(len(rows), np.nan)
    early = np.zeros(len(rows), dtype=int)
    for some in book.supplies.frames("approval", "on", "m2", "early"):
        those = some[some["on"] <= day]
        np.add.at(supplied, those["approval"].to_numpy(), those["m2"].to_numpy())
        np.add.at(early, those["approval"].to_numpy(), those["early"].to_numpy(dtype=int))
    void, supplied = np.where(gone, np.nan_to_num(supplied), 0.0), np.where(gone & book.dated, 0.0, supplied)
    result = rows.assign(
        approved_m2=approved, taken_m2=taken, gone=gone, supplied_m2=supplied, void_m2=void, early=early,
        over_m2=np.maximum(supplied - approved, 0.0), left_m2=np.maximum(approved - supplied, 0.0),
    )  # fmt: skip
    return result[~(rows["approved_on"] > day)]


def _withdrawn(rows: pd.DataFrame, day: np.datetime64) -> tuple[Array, Array]:
    """Square metres withdrawn by a day, at most what was approved, and whether that is the whole.

    A day without an area is the whole; an area without a day is withdrawn at any time; a day with an area of zero
    contradicts itself, NaN.
    """
    gross, area = rows["gross_m2"].to_numpy(dtype=float), rows["withdrawn_m2"].to_numpy(dtype=float)
    days = rows["withdrawn_on"].to_numpy()
    reached = days <= day
    counts = reached | (np.isnat(days) & ~np.isnan(area))
    taken = np.where(counts, np.fmin(area, gross), 0.0)
    gone = (reached & np.isnan(area)) | (counts & (taken >= gross))
    return np.where(reached & rows["contradicts"].to_numpy(), np.nan, taken), gone


def stated_or_measured(features: Features, field: str) -> Array:
    """Square metres of every feature: as stated in a field of hectares, else measured on the ellipsoid; NaN where neither is."""
    stated = features.column(field).astype(float).to_numpy() * units.M2_PER_HA
    blank = np.flatnonzero(np.isnan(stated))
    stated[blank] = drawn_area(features, blank)
    return stated
