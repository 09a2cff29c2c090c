"""Low-efficiency land: what a finished parcel's contract agreed on, beside what there is: plot ratio, investment, tax.

No document gives a number by which land is of low efficiency, so this is for information and no verdict.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.days import days_of, reached
from geoparks.measure.once import areas_once
from geoparks.measure.supplied import RECOVERED
from geoparks.normalise.features import Features
from geoparks.records import Subject
from geoparks.text import Text

MEASURES: dict[str, tuple[Text, str]] = {
    "far": (Text("容积率", "Plot ratio"), "ratio"),
    "investment": (Text("投资强度", "Investment per mu"), "wanyuan_per_mu"),
    "tax": (Text("亩均税收", "Tax per mu"), "wanyuan_per_mu"),
}
"""Title and unit of what is compared."""
_CONTRACT = {
    "far": "contract_far", "investment": "contract_investment_wanyuan_mu", "tax": "contract_tax_wanyuan_mu",
}  # fmt: skip
_ACTUAL = {"far": "floor_area_m2", "investment": "invested_wanyuan"}


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of one parcel, as agreed and as it is."""

    parcel: Subject
    park: str
    measure: str
    """far, investment or tax; a key of ``MEASURES``."""
    year: int | None
    """The year of the tax; None of what is as it stands."""
    contract: float | None
    actual: float | None
    below: bool | None
    """Whether it is below the contract; None where that was not checked."""
    short: float | None
    """Contract less actual where it is below, 0 where it is not; None where not checked."""
    reason: Text | None = None
    """Why it was not checked."""


def compared(layers: Dataset, on: dt.date, year: int) -> tuple[Compared, ...]:
    """Every parcel finished by a day, and not given back: three rows each; plot ratio as m²/m², money in 万元 per mu.

    The area is the stated one, else the measured; a parcel in several rows has the sum of their areas, and values that its
    rows state differently are not known. The tax is that of all enterprises on the parcel in the year; where the return of
    one is missing, or none is on record, it is not known. The investment on record is without the price of the land and
    taxes; a contract may count these in. Without a layer of parcels there are no rows.
    """
    if "parcels" not in layers:
        return ()
    parcels = layers["parcels"]
    table = _table(parcels, on)
    tax = _tax(layers, year)
    found = []
    for row in table.to_dict("records"):
        for measure in MEASURES:
            found.append(_one(layers, parcels, row, measure, year if measure == "tax" else None, tax))
    return tuple(found)


def _table(parcels: Features, on: dt.date) -> pd.DataFrame:
    """One row a finished parcel: position, area in m², and the fields that are compared, NaN where its rows differ."""
    area = areas_once(parcels, "area_ha", "finished_on")
    back = parcels.column("disposal").isin(RECOVERED).to_numpy() & reached(parcels.column("disposed_on"), on)
    over = back | reached(parcels.column("deregistered_on"), on)
    finished = reached(parcels.column("finished_on"), on) & ~over
    frame = pd.DataFrame({"id": parcels.ids.astype(str), "position": np.arange(len(parcels)), "m2": area})
    for name in (*_CONTRACT.values(), *_ACTUAL.values()):
        frame[name] = parcels.column(name).astype(float).to_numpy()
    frame = frame[finished]
    if frame.empty:
        return frame
    if not frame["id"].duplicated().any():
        return frame.reset_index(drop=True)
    by_id = frame.groupby("id", sort=False)
    result = by_id[["position"]].first()
    result["m2"] = by_id["m2"].agg(lambda some: some.sum(skipna=False))
    for name in (*_CONTRACT.values(), *_ACTUAL.values()):
        result[name] = by_id[name].agg(_agreed)
    return result.reset_index()


def _agreed(some: pd.Series) -> float:
    values = some.dropna().unique()
    return float(values[0]) if len(values) == 1 else math.nan


def _one(
    layers: Dataset, parcels: Features, row: dict[Any, Any], measure: str, year: int | None,
    tax: dict[str, tuple[float | None, Text | None]] | Text,
) -> Compared:  # fmt: skip
    subject = parcels.subject(int(row["position"]))
    contract, m2 = _known(row[_CONTRACT[measure]]), _known(row["m2"])
    actual, why = _actual(row, measure, m2, tax)
    if contract is None:
        why = parcels.why_missing(_CONTRACT[measure])
    elif contract <= 0:
        why = Text("合同约定值不大于零，无从比较", "the contract agrees on nothing above zero")
    park = layers.park_of(subject)
    if why is not None or contract is None or actual is None:
        return Compared(subject, park, measure, year, contract, actual, None, None, why)
    below = actual < contract and not math.isclose(actual, contract)
    return Compared(subject, park, measure, year, contract, actual, below, contract - actual if below else 0.0)


def _actual(
    row: dict[Any, Any], measure: str, m2: float | None, tax: dict[str, tuple[float | None, Text | None]] | Text
) -> tuple[float | None, Text | None]:
    """What there is, and why it is not known."""
    if m2 is None or m2 <= 0:
        return None, Text("宗地面积不明", "the area of the parcel is not known")
    if measure == "tax":
        if isinstance(tax, Text):
            return None, tax
        nobody = Text("没有企业登记在该宗地上", "no enterprise is on record on this parcel")
        value, why = tax.get(str(row["id"]), (None, nobody))
    else:
        value = _known(row[_ACTUAL[measure]])
        what = Text("没有填建筑面积", "no floor area") if measure == "far" else Text("没有填已投资额", "no investment")
        why = what if value is None or value < 0 else None
    if value is None or why is not None:
        return None, why
    return (value / m2 if measure == "far" else value / units.to_mu(m2)), None


def _tax(layers: Dataset, year: int) -> dict[str, tuple[float | None, Text | None]] | Text:
    """万元 of tax by parcel, of the enterprises that were there in a year; or why nothing is known of any."""
    enterprises, stats = layers.get("enterprises"), layers.get("enterprise_stats")
    if enterprises is None or stats is None:
        return layers.why_not("enterprises" if enterprises is None else "enterprise_stats")
    returns = pd.DataFrame(
        {"id": stats.column("enterprise_id"), "year": stats.column("year"), "tax": stats.column("tax_wanyuan")}
    )
    of_year = returns[returns["year"] == year].dropna(subset=["tax"]).groupby("id")["tax"].agg(_agreed)
    first, last = np.datetime64(f"{year}-01-01", "D"), np.datetime64(f"{year}-12-31", "D")
    left, came = days_of(enterprises.column("left_on")), days_of(enterprises.column("entered_on"))
    those = enterprises.column("parcel_id").notna().to_numpy() & ~(left < first) & ~(came > last)
    frame = pd.DataFrame({"id": enterprises.ids.astype(str), "parcel": enterprises.column("parcel_id")})[those]
    frame = frame.drop_duplicates()
    frame["tax"] = frame["id"].map(of_year)
    found: dict[str, tuple[float | None, Text | None]] = {}
    for parcel, some in frame.groupby("parcel"):
        if unknown := int(some["tax"].isna().sum()):
            found[str(parcel)] = (
                None,
                Text(
                    f"{unknown} 家企业没有 {year} 年的税收（共 {len(some)} 家）",
                    f"of {len(some)} enterprises {unknown} have no tax of {year} on record",
                ),
            )
        else:
            found[str(parcel)] = (float(some["tax"].sum()), None)
    return found


def _known(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
