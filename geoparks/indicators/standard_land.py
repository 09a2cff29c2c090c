"""E07: the share of standard land (标准地) in the industrial land supplied in a year."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.land import parcels_of
from geoparks.measure.levels import above
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_SHARE = "E07.standard_land_share"
INDICATORS = (_SHARE,)
_SOURCE = Text("宗地", "parcels")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """By park, county, league and region, for every year: standard land over all industrial land supplied in it."""
    parcels = layers.get("parcels")
    groups = {park.subject: {park.subject.id} for park in parks_of(layers)}
    groups |= {subject: {park.id for park in some} for subject, some in above(layers, pack).items()}
    lacking = (
        None
        if parcels is None
        else next((one for one in ("supplied_on", "standard_land") if not parcels.has(one)), None)
    )
    if parcels is None or lacking is not None:
        reason = layers.why_not("parcels") if parcels is None else parcels.why_missing(str(lacking))
        for subject in groups:
            for year in years:
                yield Indicator(_SHARE, subject, year, None, "", source=_SOURCE, reason=reason)
        return
    table, day = parcels_of(layers), np.datetime64(layers.on, "D")
    rows_of = table.rows_of_each("park_id")
    for subject, parks in groups.items():
        rows = np.sort(np.concatenate([np.empty(0, dtype=int), *(rows_of[one] for one in parks if one in rows_of)]))
        rows = rows[table.array("supplied_on", rows) <= day]
        rows = rows[table.array("industrial", rows) != 0]
        of_year = pd.DatetimeIndex(table.array("supplied_on", rows)).year
        for year in years:
            own = table.frame("parcel", "industrial", "standard", "m2", rows=rows[of_year == year])
            yield _share(subject, year, own)


def _share(subject: Subject, year: int, rows: pd.DataFrame) -> Indicator:
    unsure = rows[
        rows["industrial"].isna() | ((rows["industrial"] == 1) & (rows["standard"].isna() | rows["m2"].isna()))
    ]
    industrial = rows[rows["industrial"] == 1]
    whole, part = float(industrial["m2"].sum()), float(industrial.loc[industrial["standard"] == 1, "m2"].sum())
    reason, count = None, industrial["parcel"].nunique()
    if silent := unsure["parcel"].nunique():
        reason = Text(
            f"{silent} 宗的用途、面积或是否标准地没有填",
            f"{silent} parcels do not say their use, area or whether standard",
        )
    elif not whole > 0:
        reason = Text("当年没有供应工业用地", "no industrial land was supplied in the year")
    return Indicator(
        _SHARE, subject, year, None if reason is not None else part / whole, "", numerator=units.to_mu(part),
        denominator=units.to_mu(whole), source=_SOURCE + Text(f"（{count} 宗）", f" ({count} parcels)"), reason=reason,
    )  # fmt: skip
