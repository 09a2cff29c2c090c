"""The plan's quotas of new construction land of a year: by county, by park, and for parks that the plan does not name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.places import counties, county_of_parks
from geoparks.measure.supplied import stated_or_measured
from geoparks.measure.whereabouts import parks_of
from geoparks.text import Text


@dataclass(frozen=True)
class Plan:
    """What a plan gives to whom, in mu; NaN where its rows differ or state nothing, with the reason."""

    counties: pd.DataFrame
    """By county: base, preferred."""
    parks: pd.DataFrame
    """By park: county, base, preferred, dealt_out (whether the base is a share of the county's quota by approved area)."""
    reasons: dict[str, Text]
    """By county or park: why there is no quota."""


def plan(layers: Dataset, year: int) -> Plan:
    """The quotas of a year.

    Parks are named by the plan; where it names none of a county, the whole quota of the county is dealt out to its parks
    by their approved area, and to nobody if the area of one is not known.
    """
    rows = _rows(layers, year)
    of_parks = _agreed(rows[rows["park_id"].notna()], "park_id")
    of_counties = _agreed(rows[rows["park_id"].isna() & rows["county"].notna()], "county")
    register = county_of_parks(layers)
    of_parks["county"] = [
        stated if isinstance(stated, str) else register.get(str(park))
        for park, stated in zip(of_parks.index, of_parks["county"], strict=True)
    ]
    of_parks["dealt_out"] = False
    reasons = {
        str(one): Text(f"{year} 年的计划指标几行不同或没有填", f"rows of the plan of {year} differ, or state nothing")
        for table in (of_counties, of_parks)
        for one in table.index[table["base"].isna()]
    }
    areas, special = _areas(layers), _special(layers)
    for county, base in of_counties["base"].dropna().items():
        those = [park for park, where in register.items() if where == county]
        if not those or (of_parks["county"] == county).any():
            continue
        share = np.array([areas.get(one, np.nan) for one in those])
        if np.isnan(share).any() or not share.sum() > 0:
            no_area = Text(
                "计划没有分到园区，园区批准面积又不全，无法分摊",
                "the plan names no park, and an approved area is missing",
            )
            reasons.update(dict.fromkeys(those, no_area))
            continue
        new = pd.DataFrame(
            {"county": county, "base": base * share / share.sum(), "preferred": False, "dealt_out": True}, index=those
        )
        of_parks = pd.concat([of_parks, new]) if len(of_parks) else new
    of_parks["preferred"] = of_parks["preferred"].astype(bool) | of_parks.index.isin(special)
    homes = {register.get(one) for one in special} | set(of_parks.loc[of_parks["preferred"], "county"])
    of_counties["preferred"] = of_counties["preferred"].astype(bool) | of_counties.index.isin(
        [one for one in homes if isinstance(one, str)]
    )
    return Plan(of_counties, of_parks, reasons)


def _rows(layers: Dataset, year: int) -> pd.DataFrame:
    features, known = layers.get("quotas"), counties(layers)
    table = pd.DataFrame() if features is None else pd.DataFrame(features.frame)
    for name in ("year", "county", "park_id", "quota_mu", "preference"):
        if name not in table:
            table[name] = None
    table = table[table["year"] == year]
    return table.assign(county=[known.key(one) for one in table["county"]])


def _agreed(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """One row for each of `key`: county, base (NaN where rows differ), preferred."""
    found = rows.assign(quota_mu=rows["quota_mu"].astype(float)).groupby(key)
    values = found["quota_mu"].agg(["nunique", "first"])
    return pd.DataFrame(
        {
            "county": found["county"].first() if key != "county" else values.index,
            "base": values["first"].where(values["nunique"] == 1),
            "preferred": found["preference"].count() > 0,
        },
        index=values.index,
    )


def _areas(layers: Dataset) -> dict[str, float]:
    """The approved area of every park in square metres, else that of its polygon; NaN where neither is."""
    parks = layers.get("parks")
    if parks is None:
        return {}
    stated = stated_or_measured(parks, "approved_area_ha")
    return {str(one): float(area) for one, area in zip(parks.ids, stated, strict=True)}


def _special(layers: Dataset) -> list[str]:
    """The national economic zones and the high-tech zones of the register."""
    parks = layers.get("parks")
    if parks is None or not parks.has("zone_class"):
        return []
    special = parks.column("zone_class").notna().to_numpy()
    known = {park.subject.id for park in parks_of(layers)}
    return [str(one) for one in parks.ids[special] if str(one) in known]
