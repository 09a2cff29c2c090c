"""Projects in and outside the parks, the list of industries, and the control values of standard land."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.demo import faults
from geoparks.demo.economy import TRADES, firms
from geoparks.demo.plan import MU_OF_A_HA, ON, Made, Park, blocks, dice, park, parks, to_degrees
from geoparks.demo.supply import records

_NEW_FROM = pd.Timestamp(2022, 6, 1)
_PER_PARK = 6
# Inside a block that is drawn badly, nothing can be said of a project; those that must pass stay away from it.
_NOT_IN = tuple(faults.DRAWN)
_CLUSTERS = {
    "煤化工": "煤化工", "天然气化工": "煤化工", "精细化工": "煤化工", "绿色冶金": "新材料", "新材料": "新材料",
    "装备制造": "装备制造", "新能源": "氢能源", "生物医药": "生物医药", "羊绒纺织": "羊绒纺织",
}  # fmt: skip


# What misses the control values (E07) by one figure each, the first of them approved before the city asked for it; and what
# is not in the plan's assessment (B20).
_PLANTED: dict[str, dict[str, Any]] = {
    "XM-YQ01-05": {"far": 0.3},
    "XM-YQ02-05": {"tax_wanyuan_mu": 5.0},
    "XM-YQ02-06": {"tax_wanyuan_mu": 5.0},
    "XM-YQ03-05": {"fixed_investment_wanyuan_mu": 100.0},
    "XM-YQ06-05": {"energy_tce_wanyuan": 9.0},
    "XM-YQ07-05": {"output_wanyuan_mu": 130.0},
    "XM-YQ05-02": {"in_plan_eia": False},
}
_RAISED_ON = dt.date(2023, 1, 1)
_NOT_STARTED = (2, 4)  # of the planted projects: 121 days after the agreed start


def projects() -> Made:
    """项目: ordinary ones on parcels of the parks, and those that are planted."""
    random = dice("projects")
    rows: list[dict[str, Any]] = []
    for one in parks():
        if one.output_yi and one.id != "YQ10":
            rows += _ordinary(one, random)
    rows += [_planted(number, **case) for number, case in enumerate(_cases(), start=1)]
    rows.append(_referred())
    return Made("projects", pd.DataFrame(rows))


def _ordinary(of: Park, random: np.random.Generator) -> list[dict[str, Any]]:
    """New projects of the block's own industries, on parcels that were supplied of late."""
    land = records()
    land = land[(land["park_id"] == of.id) & (land["supplied_on"] >= _NEW_FROM) & ~land["block_id"].isin(_NOT_IN)]
    rows: list[dict[str, Any]] = []
    for _, plot in land.iloc[:: max(1, len(land) // _PER_PARK)].head(_PER_PARK).iterrows():
        leading = blocks()[plot["block_id"]].leading[0]
        trade, code = TRADES[leading][int(random.integers(len(TRADES[leading])))]
        mu = float(plot["area_ha"]) * MU_OF_A_HA
        chemical = code.startswith(("25", "26"))
        approved = plot["supplied_on"].date() - dt.timedelta(days=int(random.integers(30, 200)))
        start = plot["agreed_start_on"].date()
        rows.append(
            {
                "project_id": f"XM-{of.id}-{len(rows) + 1:02d}",
                "park_id": of.id,
                "parcel_id": plot["parcel_id"],
                "county": of.county,
                "lon": None,
                "lat": None,
                "name": f"{of.short}演示{trade}项目{len(rows) + 1}",
                "industry": trade,
                "industry_code": code,
                "change_kind": "new",
                "purpose": None,
                "chemical": chemical,
                "hazardous_chemical": chemical and bool(of.chemical_park) and bool(random.random() < 0.4),
                "ancillary": False,
                "major": mu > 40,
                "in_plan_eia": True,
                "investment_wanyuan": float(plot["total_investment_wanyuan"]),
                "approved_on": approved,
                "agreed_start_on": start,
                "started_on": plot["started_on"].date() if plot["started_on"] <= pd.Timestamp(ON) else None,
                "recover_by_on": None,
                "allocated_land_mu": round(mu, 2),
                "allocated_energy_tce": float(random.integers(2, 90) * 100),
                "allocated_water_m3": float(random.integers(2, 60) * 1000),
                **_up_to_standard(code, approved, random),
                "referred_by_park_id": None,
                "referral_share": None,
            }
        )
        rows[-1] |= _PLANTED.get(rows[-1]["project_id"], {})
    return rows


def _up_to_standard(code: str, day: dt.date, random: np.random.Generator) -> dict[str, float]:
    """The five figures of a project, a little better than the control values of its industry on the day."""
    control = _controls_of(code)[day >= _RAISED_ON]
    return {
        "fixed_investment_wanyuan_mu": round(
            control["min_investment_wanyuan_mu"] * float(random.uniform(1.02, 1.6)), 1
        ),
        "output_wanyuan_mu": round(control["min_output_wanyuan_mu"] * float(random.uniform(1.02, 1.8)), 1),
        "tax_wanyuan_mu": round(control["min_tax_wanyuan_mu"] * float(random.uniform(1.05, 1.9)), 1),
        "energy_tce_wanyuan": round(control["max_energy_tce_wanyuan"] * float(random.uniform(0.5, 0.95)), 2),
        "far": round(control["min_far"] * float(random.uniform(1.05, 1.6)), 2),
    }


def _cases() -> list[dict[str, Any]]:
    """The planted projects; ``answers.toml`` says what each must lead to."""
    plot = _plot_of
    return [
        {"name": "园外建材项目", "place": ("YQ01-1", (4300.0, -900.0)), "code": "3021"},
        {"name": "跨界新材料项目", "parcel": faults.PARCELS[0].id, "code": "3091", "park": "YQ01"},
        {"name": "园外化工扩建项目", "parcel": faults.PARCELS[1].id, "code": "2661", "kind": "expanded", "chemical": True},
        {"name": "园外化工环保改造项目", "place": ("YQ02-2", (-900.0, 700.0)), "code": "2614", "kind": "altered",
         "chemical": True, "purpose": "environment"},
        {"name": "危化品新建项目", "parcel": faults.PARCELS[3].id, "code": "2661", "chemical": True, "hazardous": True, "park": "YQ07"},
        {"name": "危化品扩建项目", "parcel": plot("YQ05-1", 10), "code": "2661", "kind": "expanded", "chemical": True,
         "hazardous": True, "park": "YQ05"},
        {"name": "园外危化品项目", "parcel": faults.PARCELS[2].id, "code": "2614", "chemical": True, "hazardous": True},
        {"name": "危化品配套装置项目", "parcel": plot("YQ07-1", 10), "code": "2661", "chemical": True, "hazardous": True,
         "ancillary": True, "park": "YQ07"},
        {"name": "位置不明项目", "code": "3021"},
        {"name": "是否化工未填项目", "parcel": plot("YQ02-1", 20), "code": "2614", "chemical": None, "park": "YQ02"},
        {"name": "化工园区资格不明项目", "parcel": plot("YQ08-1", 20), "code": "2614", "chemical": True, "hazardous": True, "park": "YQ08"},
        {"name": "边界待改正区块内项目", "parcel": plot("YQ06-3", 20), "code": "1721", "park": "YQ06"},
        {"name": "负面清单项目", "parcel": plot("YQ02-2", 12), "code": "3110", "kind": "expanded", "park": "YQ02"},
    ]  # fmt: skip


def _referred() -> dict[str, Any]:
    """A project of 2015 that one park referred to another, on the parcel of an enterprise of today (E17)."""
    firm = firms()[firms()["park_id"] == "YQ04"].iloc[2]
    return {
        "project_id": "XM-YS-14", "park_id": "YQ04", "parcel_id": firm["parcel_id"], "county": _county_of("YQ04"), "name": "演示推荐落地项目",
        "industry": firm["industry"], "industry_code": firm["industry_code"], "change_kind": "altered", "chemical": False,
        "hazardous_chemical": False, "ancillary": False, "major": False, "in_plan_eia": True, "investment_wanyuan": 9000.0,
        "approved_on": dt.date(2015, 6, 1), "agreed_start_on": dt.date(2015, 12, 1), "started_on": dt.date(2015, 11, 20),
        "referred_by_park_id": "YQ05", "referral_share": 0.3,
    }  # fmt: skip


def _plot_of(block: str, number: int) -> str:
    """The id of a parcel of a block, by its count."""
    return str(records().loc[records()["block_id"] == block, "parcel_id"].iloc[number])


def _planted(
    number: int,
    *,
    name: str,
    code: str,
    parcel: str | None = None,
    place: tuple[str, tuple[float, float]] | None = None,
    park: str | None = None,
    kind: str = "new",
    chemical: bool | None = False,
    hazardous: bool = False,
    ancillary: bool = False,
    purpose: str | None = None,
) -> dict[str, Any]:
    lonlat = (None, None)
    if place is not None:
        block = blocks()[place[0]]
        point = to_degrees(shapely.Point(block.place((place[1],))[0]), block.zone)
        lonlat = (round(point.x, 6), round(point.y, 6))
    return {
        "project_id": f"XM-YS-{number:02d}", "park_id": park, "parcel_id": parcel,
        "county": _county_of(park), "lon": lonlat[0], "lat": lonlat[1], "name": f"演示{name}", "industry": None,
        "industry_code": code, "change_kind": kind, "purpose": purpose, "chemical": chemical, "hazardous_chemical": hazardous,
        "ancillary": ancillary, "major": False, "in_plan_eia": True, "investment_wanyuan": 12000.0 + 500 * number,
        "approved_on": dt.date(2023, 1 + number % 12, 12), "agreed_start_on": dt.date(2024, 3, 1),
        "started_on": None if number in _NOT_STARTED else dt.date(2024, 2, 20),
        "fixed_investment_wanyuan_mu": 400.0, "output_wanyuan_mu": 500.0, "tax_wanyuan_mu": 30.0, "energy_tce_wanyuan": 0.5, "far": 1.0,
        "recover_by_on": None if number % 4 else dt.date(2024, 12, 31), "allocated_land_mu": 30.0, "allocated_energy_tce": 4000.0, "allocated_water_m3": 20000.0,
    }  # fmt: skip


def _county_of(park_id: str | None) -> str | None:
    return None if park_id is None else park(park_id).county


def industry_groups() -> Made:
    """产业目录: trades and their leading industry, cluster, what they feed, and the two lists."""
    down = {"2614": "2651", "2621": None, "2651": "3091", "3825": "4416", "3415": "4415", "1721": "1722"}
    rows: list[tuple[Any, ...]] = [
        (code, leading, _CLUSTERS[leading], down.get(code), "priority" if number == 0 else None)
        for leading, trades in TRADES.items()
        for number, code in enumerate(dict.fromkeys(code for _, code in trades))
    ]
    rows += [("3110", "淘汰类炼铁", None, None, "negative"), ("3011", "淘汰类水泥", None, None, "negative")]
    return Made(
        "industry_groups",
        pd.DataFrame(rows, columns=["industry_code", "leading_industry", "cluster", "upstream_of", "listed"]),
    )


def land_controls() -> Made:
    """标准地控制值: two sets of values, the later in force from 2023."""
    codes = sorted({code for trades in TRADES.values() for _, code in trades})
    return Made("land_controls", pd.DataFrame([one for code in codes for one in _controls_of(code)]))


def _controls_of(code: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The control values of an industry before and from the day on which they were raised."""
    chemical = code.startswith(("25", "26"))
    number = sum(map(int, code))
    investment, tax = 200.0 + 10 * (number % 8), 10.0 + number % 6
    first, second = (
        {
            "industry_code": code,
            "min_investment_wanyuan_mu": round(investment * more, 1),
            "min_output_wanyuan_mu": round(investment * 1.3 * more, 1),
            "min_tax_wanyuan_mu": round(tax * more, 1),
            "max_energy_tce_wanyuan": round((3.2 if chemical else 0.8) / more, 2),
            "min_far": 0.6 if chemical else 0.8,
            "valid_from_on": since,
            "valid_to_on": until,
        }
        for since, until, more in (
            (dt.date(2021, 1, 1), _RAISED_ON - dt.timedelta(days=1), 1.0),
            (_RAISED_ON, None, 1.1),
        )
    )
    return first, second
