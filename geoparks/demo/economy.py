"""The firms in the parks and their yearly figures, and what the parks report of themselves."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.demo.plan import MU_OF_A_HA, YEAR, YEARS, Made, Park, blocks, dice, parks, plane
from geoparks.demo.supply import records

Array = np.ndarray[Any, Any]
WANYUAN_OF_A_YI = units.factor("yiyuan", "wanyuan")

# The trades of each leading industry, with their codes of GB/T 4754; the list of industries joins the two again.
TRADES: dict[str, tuple[tuple[str, str], ...]] = {
    "煤化工": (("煤制烯烃", "2614"), ("煤制甲醇", "2614"), ("煤制油品", "2523")),
    "绿色冶金": (("铁合金冶炼", "3150"), ("铝压延加工", "3252")),
    "新材料": (("聚烯烃树脂", "2651"), ("碳素制品", "3091")),
    "天然气化工": (("天然气制氮肥", "2621"), ("天然气液化", "2511")),
    "新能源": (("光伏组件", "3825"), ("风力发电", "4415"), ("太阳能发电", "4416")),
    "装备制造": (("矿山机械", "3511"), ("汽车整车", "3611"), ("风电整机", "3415")),
    "生物医药": (("中成药", "2740"), ("生物药品", "2761")),
    "精细化工": (("化学试剂助剂", "2661"), ("染料中间体", "2645")),
    "羊绒纺织": (("羊绒纱线", "1721"), ("羊绒针织", "1722")),
}
_OTHER_TRADES = (
    ("水泥构件", "3021"), ("食品加工", "1353"), ("包装印刷", "2319"), ("钢结构", "3311"), ("火力发电", "4411"), ("饲料加工", "1320"),
)  # fmt: skip
_CHEMICAL = ("25", "26")
_FIRMS = {"YQ10": 8}
_FIRMS_OF_A_PARK = 32
_UNKNOWN = 2  # firms of a park whose trade nobody stated, where `unknown_share` says that there are some

# An all-figure code, as Excel leaves it in the register once it was taken for a number (D01); the statistics have it whole.
LONG_CODE = "911506240000012345"
# Firms that stand still, or live on subsidies: park and number → what is special (E09).
_ZOMBIES: dict[tuple[str, int], str] = {
    ("YQ01", 28): "stopped", ("YQ02", 28): "insolvent", ("YQ06", 28): "losing", ("YQ08", 28): "unpaying", ("YQ07", 28): "against",
}  # fmt: skip


@cache
def firms() -> pd.DataFrame:
    """Every enterprise of the register, with its output of each year."""
    found = [_firms_of(park) for park in parks() if park.output_yi]
    return pd.concat(found, ignore_index=True)


def _firms_of(park: Park) -> pd.DataFrame:
    """The holders of the parcels that were finished first; the leading industries make just the planned share."""
    random = dice(f"firms {park.id}")
    land = records()
    land = land[(land["park_id"] == park.id) & land["finished_on"].notna() & (land["use_code"] == "0601")]
    land = land.sort_values("finished_on", kind="stable")
    count = _FIRMS.get(park.id, _FIRMS_OF_A_PARK)
    holders = list(dict.fromkeys(land["holder"]))[:count]
    first = land.drop_duplicates("holder").set_index("holder")
    mu = land.groupby("holder")["area_ha"].sum() * MU_OF_A_HA
    rows = []
    unknown = _UNKNOWN if park.unknown_share else 0
    leading = round(count * 0.66)
    for number, holder in enumerate(holders, start=1):
        group = "leading" if number <= leading else "unknown" if number > count - unknown else "other"
        rows.append(_firm(park, number, holder, group, first.loc[holder], float(mu[holder]), random))
    frame = pd.DataFrame(rows)
    _outputs(frame, park, random)
    return frame


def _firm(
    park: Park, number: int, holder: str, group: str, plot: pd.Series, mu: float, random: np.random.Generator
) -> dict[str, Any]:
    """The register's entry of one firm, on its first plot."""
    block = blocks()[plot["block_id"]]
    trades = [one for name in block.leading for one in TRADES[name]] if group == "leading" else list(_OTHER_TRADES)
    trade, code = trades[int(random.integers(len(trades)))]
    middle = plane(int(plot["zone"])).to_lonlat(shapely.get_coordinates(shapely.centroid(plot["shape"])))[0]
    zombie = _ZOMBIES.get((park.id, number), "")
    entered = plot["supplied_on"].date()
    chemical = code.startswith(_CHEMICAL) and group != "unknown"
    return {
        "enterprise_id": f"91150600YS{park.id[2:]}{number:04d}YS",
        "name": holder,
        "park_id": park.id,
        "block_id": plot["block_id"],
        "parcel_id": plot["parcel_id"],
        "lon": round(float(middle[0]), 6),
        "lat": round(float(middle[1]), 6),
        "industry": None if group == "unknown" else trade,
        "industry_code": None if group == "unknown" else code,
        "established_on": entered - dt.timedelta(days=int(random.integers(200, 2500))),
        "entered_on": entered,
        "left_on": None,
        "stopped_on": dt.date(2021, 5, 31) if zombie == "stopped" else None,
        "above_scale": True,
        "high_tech": bool(random.random() < (0.5 if park.id == "YQ05" else 0.12)),
        "chemical": chemical,
        "hazardous_chemical": chemical and bool(random.random() < 0.5) and bool(park.chemical_park),
        "energy_monitored": True,
        "against_restructuring": zombie == "against",
        "rectify_by_on": dt.date(2024, 12, 31) if zombie == "against" else None,
        "group": group,
        "zombie": zombie,
        "land_mu": round(mu, 2),
    }


def _outputs(frame: pd.DataFrame, park: Park, random: np.random.Generator) -> None:
    """Output in whole 万元: in 2023 each group makes exactly its planned share, in earlier years about as much."""
    total = round(park.output_yi * WANYUAN_OF_A_YI)
    shares = {"leading": park.leading_share, "unknown": park.unknown_share}
    shares["other"] = 1.0 - sum(shares.values())
    weights = random.lognormal(0.0, 0.8, len(frame)) * np.where(frame["zombie"] == "stopped", 0.0, 1.0)
    weights = weights * np.where(frame["zombie"].isin(["losing", "insolvent"]), 0.1, 1.0)
    output = np.zeros(len(frame))
    for group, share in shares.items():
        those = (frame["group"] == group).to_numpy()
        if not those.any():
            continue
        wanted = round(total * share)
        part = np.floor(weights[those] / weights[those].sum() * wanted)
        part[int(np.argmax(part))] += wanted - part.sum()
        output[those] = part
    frame[f"output_{YEAR}"] = output
    before = output
    for year in sorted(YEARS[:-1], reverse=True):
        before = np.round(before / random.uniform(1.03, 1.12, len(frame)) / (1.22 if year == YEARS[0] else 1.0))
        frame[f"output_{year}"] = np.where((frame["zombie"] == "stopped") & (year == YEARS[0]), 8000.0, before)
    frame["above_scale"] = output >= 2000


def enterprises() -> Made:
    """企业: the register; one more firm has a code whose last digits were lost."""
    frame = firms().drop(columns=["group", "zombie", "land_mu", *(f"output_{year}" for year in YEARS)])
    extra = frame.iloc[0].to_dict() | {
        "enterprise_id": LONG_CODE, "name": "鄂托克演示老厂有限公司", "industry": "水泥构件", "industry_code": "3021", "above_scale": True,
        "high_tech": False, "chemical": False, "hazardous_chemical": False, "entered_on": dt.date(2014, 5, 20),
        "established_on": dt.date(2009, 3, 2), "left_on": dt.date(2024, 3, 31),
    }  # fmt: skip
    frame = pd.concat([frame, pd.DataFrame([extra])], ignore_index=True)
    # Two large users of energy that are not on the platform (E10).
    frame.loc[frame["enterprise_id"].isin(["91150600YS010003YS", "91150600YS020005YS"]), "energy_monitored"] = False
    return Made("enterprises", frame)


@cache
def yearly() -> pd.DataFrame:
    """企业年报, every firm and year."""
    random = dice("statistics")
    every = firms()
    found = []
    for year in YEARS:
        output = every[f"output_{year}"].to_numpy()
        count = len(every)
        chemical = every["chemical"].to_numpy(dtype=bool)
        zombie = every["zombie"].to_numpy()
        added = np.round(output * random.uniform(0.22, 0.36, count), 0)
        intensity = np.where(chemical, random.uniform(2.2, 4.5, count), random.uniform(0.15, 0.9, count))
        assets = np.round(output * random.uniform(0.9, 1.8, count) + 6000, 0)
        debts = np.where(zombie == "insolvent", 1.15, random.uniform(0.35, 0.78, count))
        profit = np.where(zombie == "losing", -2600.0, np.round(output * random.uniform(0.01, 0.09, count), 0))
        air = np.round(
            output[:, None] * random.uniform(2e-5, 9e-5, (count, 4)) * np.where(chemical, 3.0, 1.0)[:, None], 2
        )
        found.append(
            pd.DataFrame(
                {
                    "enterprise_id": every["enterprise_id"],
                    "year": year,
                    "output_wanyuan": output,
                    "revenue_wanyuan": np.round(output * random.uniform(0.93, 1.04, count), 0),
                    "tax_wanyuan": np.round(output * random.uniform(0.025, 0.075, count), 1),
                    "value_added_wanyuan": added,
                    "fixed_investment_wanyuan": np.round(output * random.uniform(0.03, 0.14, count), 0),
                    "cumulative_investment_wanyuan": np.round(output * (1.1 + 0.08 * (year - YEARS[0])) + 3000, 0),
                    "energy_tce": np.round(added * intensity, 0),
                    "electricity_kwh": np.round(added * random.uniform(900, 2600, count), 0),
                    "water_m3": np.round(added * random.uniform(4, 16, count), 0),
                    "so2_t": air[:, 0], "nox_t": air[:, 1], "cod_t": air[:, 2], "ammonia_n_t": air[:, 3],
                    "pollutant_t": np.round(air.sum(axis=1), 2),
                    "rd_wanyuan": np.round(output * np.where(every["high_tech"], 0.03, 0.007) * random.uniform(0.6, 1.4, count), 1),
                    "patents": random.poisson(np.where(every["high_tech"], 2.5, 0.25)),
                    "employees": np.round(40 + output / random.uniform(240, 520, count), 0),
                    "net_profit_wanyuan": profit,
                    "assets_wanyuan": assets,
                    "liabilities_wanyuan": np.round(assets * debts, 0),
                    "subsidy_wanyuan": np.where(zombie == "losing", 900.0, np.round(output * 0.0006, 1)),
                    "renewed_loan_wanyuan": np.where(zombie == "losing", 3000.0, 0.0),
                    "debt_serviceable": ~np.isin(zombie, ["unpaying", "insolvent"]),
                    "land_mu": every["land_mu"],
                }
            )
        )  # fmt: skip
    frame = pd.concat(found, ignore_index=True)
    extra = frame[frame["enterprise_id"] == every["enterprise_id"].iloc[-1]].assign(
        enterprise_id=LONG_CODE, output_wanyuan=[4200.0, 4500.0, 5000.0]
    )
    return pd.concat([frame, extra], ignore_index=True)


def enterprise_stats() -> Made:
    """企业年报."""
    return Made("enterprise_stats", yearly())


def products() -> Made:
    """产品能耗: of the chemical firms; three of them use more than the limit (E10)."""
    random = dice("products")
    limits = {"煤制烯烃": 2890.0, "煤制甲醇": 1600.0, "煤制油品": 3400.0}
    rows: list[tuple[Any, ...]] = []
    for _, firm in firms().iterrows():
        limit = limits.get(str(firm["industry"]))
        if limit is None:
            continue
        over = len(rows) in (4, 17, 31)
        used = round(limit * (1.06 if over else float(random.uniform(0.86, 0.99))), 1)
        rows.append((firm["enterprise_id"], YEAR, firm["industry"], round(firm[f"output_{YEAR}"] * 1.4), used, limit))
    columns = ["enterprise_id", "year", "product", "output_t", "unit_energy_kgce_t", "energy_limit_kgce_t"]
    return Made("products", pd.DataFrame(rows, columns=columns))
