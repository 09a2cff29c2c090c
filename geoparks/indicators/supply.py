"""L01, L02: how much of the approved land has been supplied, what is left, and what was supplied and stands unused."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.days import reached
from geoparks.measure.supplied import approvals, stated_or_measured
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_RATIO, _POOLED, _UNSUPPLIED, _UNUSED = "L01.supply_ratio", "L01.supply_ratio_5y", "L02.unsupplied_mu", "L02.unused_mu"
INDICATORS = (_RATIO, _POOLED, _UNSUPPLIED, _UNUSED)
_WINDOW = "supply_ratio_window_years"
_SOURCE = Text("批准用地、宗地", "approvals, parcels")
_PARCELS = Text("宗地", "parcels")
_NOT_KNOWN = Text(
    "没有带供地日期的宗地，或已供宗地面积不明：已供面积不明",
    "what was supplied is not known: no parcels with a date of supply, or supplied parcels without an area",
)


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """By park, county and the whole region; the ratio by year of approval, and pooled over the years up to the run's."""
    if "approvals" not in layers:
        reason = layers.why_not("approvals")
        for park in parks_of(layers):
            for one in (_RATIO, _POOLED, _UNSUPPLIED):
                yield Indicator(one, park.subject, layers.year, None, "", source=_SOURCE, reason=reason)
    else:
        table = approvals(layers, layers.on)
        undated = int(table["year"].isna().sum())
        window = int(pack.settings[_WINDOW].given)
        last = layers.year or layers.on.year
        for subject, rows in _subjects(layers, table):
            for year in sorted(int(one) for one in rows["year"].dropna().unique()):
                yield _ratio(_RATIO, subject, year, rows[rows["year"] == year], undated)
            pooled = rows[rows["year"].notna() & (rows["year"] > last - window) & (rows["year"] <= last)]
            yield _ratio(_POOLED, subject, last, pooled, undated)
            yield _left(subject, last, rows)
    yield from _unused(layers)


def _subjects(layers: Dataset, table: pd.DataFrame) -> Iterator[tuple[Subject, pd.DataFrame]]:
    for park in parks_of(layers):
        yield park.subject, table[table["park_id"] == park.subject.id]
    for county in sorted({one for one in table["county"] if isinstance(one, str)}):
        yield Subject("counties", county, county), table[table["county"] == county]
    yield Subject("region", ""), table


def _ratio(name: str, subject: Subject, year: int, rows: pd.DataFrame, undated: int) -> Indicator:
    approved, supplied = (float(rows[name].sum(skipna=False)) for name in ("approved_m2", "supplied_m2"))
    reason = _why_unknown(rows)
    if reason is None and approved <= 0:
        reason = Text("批准面积（扣除撤回）为零", "the approved area, withdrawals taken off, is zero")
    left_out = Text(f"（{undated} 个批次没有批准日期，未计入）", f" ({undated} approvals without a date are left out)")
    return Indicator(
        name, subject, year, None if reason is not None else supplied / approved, "",
        numerator=None if np.isnan(supplied) else units.to_mu(supplied), denominator=None if np.isnan(approved) else units.to_mu(approved),
        source=_SOURCE + left_out if undated else _SOURCE, reason=reason,
    )  # fmt: skip


def _why_unknown(rows: pd.DataFrame) -> Text | None:
    if rows.empty:
        return Text("该时段没有批准用地", "no approvals in these years")
    if rows["supplied_m2"].isna().any():
        return _NOT_KNOWN
    if rows["approved_m2"].isna().any():
        return Text("有批次的批准面积不明", "the area of an approval is not known")
    return None


def _left(subject: Subject, year: int, rows: pd.DataFrame) -> Indicator:
    """Approved and not supplied, approval by approval: what one has too much does not make up for another."""
    if (reason := _why_unknown(rows)) is not None:
        return Indicator(_UNSUPPLIED, subject, year, None, "", source=_SOURCE, reason=reason)
    left = np.maximum(rows["approved_m2"].to_numpy(dtype=float) - rows["supplied_m2"].to_numpy(dtype=float), 0.0)
    open_ones = int((left > 1.0).sum())  # a square metre is rounding
    source = _SOURCE + Text(f"；{open_ones} 个批次未供完", f"; {open_ones} approvals not wholly supplied")
    return Indicator(_UNSUPPLIED, subject, year, units.to_mu(float(left.sum())), "", source=source)


def _unused(layers: Dataset) -> Iterator[Indicator]:
    """Supplied and not used: parcels supplied by the day on which no building has begun, nor been finished."""
    parcels, year = layers.get("parcels"), layers.year or layers.on.year
    lacking = next((one for one in ("supplied_on", "park_id", "started_on") if parcels and not parcels.has(one)), None)
    if parcels is None or lacking is not None:
        reason = layers.why_not("parcels") if parcels is None else parcels.why_missing(str(lacking))
        for park in parks_of(layers):
            yield Indicator(_UNUSED, park.subject, year, None, "", source=_PARCELS, reason=reason)
        return
    used = reached(parcels.column("started_on"), layers.on) | reached(parcels.column("finished_on"), layers.on)
    idle = reached(parcels.column("supplied_on"), layers.on) & ~used
    owner, area = parcels.column("park_id").to_numpy(dtype=object), stated_or_measured(parcels, "area_ha")
    for park in parks_of(layers):
        those = area[idle & (owner == park.subject.id)]
        source = _PARCELS + Text(f"；{len(those)} 宗", f"; {len(those)} parcels")
        if unknown := int(np.isnan(those).sum()):
            reason = Text(f"{unknown} 宗面积不明", f"the area of {unknown} parcels is not known")
            yield Indicator(_UNUSED, park.subject, year, None, "", source=source, reason=reason)
        else:
            yield Indicator(_UNUSED, park.subject, year, units.to_mu(float(those.sum())), "", source=source)
