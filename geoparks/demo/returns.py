"""What parks, leagues and counties report year by year: statistics, evaluations, tasks, quotas, limits of the boundary."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.demo.economy import firms, yearly
from geoparks.demo.plan import LEAGUE, MU_OF_A_HA, YEAR, YEARS, Made, blocks, box, dice, parks, to_degrees
from geoparks.demo.space import county_shapes, udb_shapes
from geoparks.demo.supply import records

Array = np.ndarray[Any, Any]

_SMALL_FIRMS = 1.012  # what a park makes beside the firms of the register
# Industry's share of all output: 0.47 is not over half, so that a person must look (B12).
_INDUSTRY_SHARE = {"YQ05": 0.47, "YQ04": 0.81}
# New energy in the two sub-parks that the city's plan names, by year (E10).
_NEW_ENERGY = {"YQ04-3": (0.22, 0.38, 0.46), "YQ01-2": (0.05, 0.18, 0.31)}
_FOREIGN = {"YQ05": (820.0, 860.0, 990.0), "YQ04": (300.0, 540.0, 720.0)}
_SUMMED = (
    "tax_wanyuan", "value_added_wanyuan", "fixed_investment_wanyuan", "cumulative_investment_wanyuan", "energy_tce",
    "electricity_kwh", "water_m3", "pollutant_t", "revenue_wanyuan", "rd_wanyuan", "employees",
)  # fmt: skip


def park_stats() -> Made:
    """园区年报: the sums of the firms and a little more; the new-energy share stands with the sub-parks."""
    every = firms().set_index("enterprise_id")
    stats = yearly()[yearly()["enterprise_id"].isin(every.index)]
    stats = stats.assign(
        park_id=stats["enterprise_id"].map(every["park_id"]), high=stats["enterprise_id"].map(every["high_tech"])
    )
    rows: list[dict[str, Any]] = []
    for park in parks():
        if not park.output_yi:
            continue
        for year in YEARS:
            of = stats[(stats["park_id"] == park.id) & (stats["year"] == year)]
            output = float(of["output_wanyuan"].sum())
            row: dict[str, Any] = {"park_id": park.id, "sub_park_id": None, "year": year}
            row["output_wanyuan"] = round(output * _SMALL_FIRMS)
            row["total_output_wanyuan"] = round(row["output_wanyuan"] / _INDUSTRY_SHARE.get(park.id, 0.94))
            row |= {name: round(float(of[name].sum()) * _SMALL_FIRMS, 1) for name in _SUMMED}
            row["gdp_wanyuan"] = round(row["value_added_wanyuan"] * 1.18)
            row["new_energy_kwh"] = round(row["electricity_kwh"] * (0.06 + 0.05 * (year - YEARS[0])))
            row["patents"] = int(of["patents"].sum())
            row["foreign_capital_wanusd"] = _FOREIGN.get(park.id, (0.0, 0.0, 0.0))[year - YEARS[0]]
            row["high_tech_enterprises"] = int(of["high"].sum()) - (YEARS[-1] - year)
            row["high_tech_output_wanyuan"] = float(of.loc[of["high"].astype(bool), "output_wanyuan"].sum())
            row["enterprises_count"] = len(of) + 14
            row["population"] = round(row["employees"] * 1.3)
            row["built_area_mu"] = _built_mu(park.id, year)
            rows.append(row)
    for block_id, shares in _NEW_ENERGY.items():
        for year, share in zip(YEARS, shares, strict=True):
            used = float(stats[(stats["park_id"] == block_id[:4]) & (stats["year"] == year)]["electricity_kwh"].sum())
            used = round(used * 0.3)
            rows.append(
                {"park_id": block_id[:4], "sub_park_id": f"CYY-{block_id}", "year": year, "electricity_kwh": used,
                 "new_energy_kwh": round(used * share)}
            )  # fmt: skip
    return Made("park_stats", pd.DataFrame(rows))


def _built_mu(park_id: str, year: int) -> float:
    """Parcels finished by the end of a year, and as much again for roads and yards as a sixth of them."""
    land = records()
    done = (land["park_id"] == park_id) & (land["finished_on"] <= pd.Timestamp(year, 12, 31))
    return round(float(land.loc[done, "area_ha"].sum()) * MU_OF_A_HA * 7 / 6, 2)


def league_stats() -> Made:
    """盟市年报: made figures of the city and of two leagues that have no other data here."""
    rows = [
        (league, year, high + 30 * (year - YEARS[0]), round(capital * 1.09 ** (year - YEARS[0]), 1))
        for league, high, capital in ((LEAGUE, 310, 5200.0), ("包头市", 120, 900.0), ("乌海市", 85, 640.0))
        for year in YEARS
    ]
    columns = ["league", "year", "high_tech_enterprises", "foreign_capital_wanusd"]
    return Made("league_stats", pd.DataFrame(rows, columns=columns))


def evaluations() -> Made:
    """考核结果: the region's and the city's; the high-tech zone ranked low twice after it was told to rectify (E14)."""
    random = dice("evaluations")
    rows: list[tuple[Any, ...]] = []
    those = [park for park in parks() if park.output_yi]
    for year in YEARS:
        score = {park.id: round(58 + 9 * np.log10(park.output_yi + 1) + random.uniform(-4, 6), 2) for park in those}
        ranked = sorted(score, key=lambda one: -score[one])
        for park in those:
            rank = 4 + 7 * ranked.index(park.id)
            rows.append((park.id, year, "自治区综合发展水平考核评价", score[park.id], min(rank, 69), 70, None, None))
            rows.append(
                (
                    park.id,
                    year,
                    "鄂尔多斯市工业园区考核",
                    score[park.id],
                    ranked.index(park.id) + 1,
                    len(those),
                    None,
                    None,
                )
            )
    low = (
        (2021, 61.2, 19, dt.date(2022, 6, 30), "fair"),
        (2022, 60.4, 20, None, "weak"),
        (2023, 59.8, 21, None, "weak"),
    )
    for year, points, place, until, result in low:
        rows.append(("YQ05", year, "自治区高新区评价", points, place, 21, until, result))
    columns = ["park_id", "year", "scheme", "score", "rank", "participants", "rectify_by_on", "innovation_result"]
    return Made("evaluations", pd.DataFrame(rows, columns=columns))


def tasks() -> Made:
    """处置任务: by county for two years, and by park for the last."""
    random = dice("tasks")
    rows: list[tuple[Any, ...]] = []
    for year in YEARS[1:]:
        for county in county_shapes():
            rows.append((year, county, None, *(float(random.integers(5, 90) * 10) for _ in range(3))))
    for park in parks():
        if park.output_yi:
            rows.append((YEAR, park.county, park.id, *(float(random.integers(3, 40) * 10) for _ in range(3))))
    columns = ["year", "county", "park_id", "idle_task_mu", "unused_task_mu", "unsupplied_task_mu"]
    return Made("tasks", pd.DataFrame(rows, columns=columns))


def quotas() -> Made:
    """计划指标: this year's quota of each county, and of the parks that have one of their own."""
    random = dice("quotas")
    rows: list[tuple[Any, ...]] = [
        (year, county, None, float(random.integers(20, 120) * 10), None)
        for year in (2023, 2024)
        for county in county_shapes()
    ]
    for park in parks():
        if park.output_yi and park.id != "YQ10":
            preference = "高新区" if park.zone_class else None
            rows.append((2024, park.county, park.id, float(random.integers(20, 60) * 10), preference))
    return Made("quotas", pd.DataFrame(rows, columns=["year", "county", "park_id", "quota_mu", "preference"]))


def udb_limits() -> Made:
    """边界控制指标: the boundary of each county is the base times a multiple, nearly all of it used."""
    drawn: dict[str, float] = {}
    for zone in (36, 37):
        for county, _, shape in udb_shapes(zone):
            drawn[county] = drawn.get(county, 0.0) + units.to_ha(shape.area)
    rows = []
    for number, county in enumerate(county_shapes()):
        multiple = round(1.20 + 0.01 * number, 2)
        allowed = round(drawn.get(county, 900.0) * 1.02, 2)
        rows.append((county, round(allowed / multiple, 2), multiple, round(allowed * 0.94, 2)))
    columns = ["county", "base_built_ha", "expansion_multiple", "construction_land_limit_ha"]
    return Made("udb_limits", pd.DataFrame(rows, columns=columns))


# What goes into and out of the boundary, in metres of a block's frame: two that balance, one with no counterpart, one
# that names no permitted case, one that reaches into farmland.
_CHANGES: tuple[tuple[str, str, str, tuple[float, float, float, float], dt.date, str | None], ...] = (
    ("YQ04-3", "in", "国家和自治区重大项目建设需要", (2300, 0, 2400, 600), dt.date(2024, 2, 6), "演自然资函〔2024〕12号"),
    ("YQ04-3", "out", "国家和自治区重大项目建设需要", (-140, 300, -20, 800), dt.date(2024, 2, 6), "演自然资函〔2024〕12号"),
    ("YQ06-2", "in", "已依法批准且落实占补平衡即将建设", (1650, 0, 1800, 100), dt.date(2023, 11, 15), "演自然资函〔2023〕88号"),
    ("YQ02-1", "in", "园区招商需要", (2780, 200, 3000, 500), dt.date(2024, 3, 20), None),
    ("YQ01-1", "in", "规划深化实施中的用地勘界、比例尺衔接", (2550, 300, 2700, 450), dt.date(2024, 4, 18), "演自然资函〔2024〕41号"),
    ("YQ08-1", "out", "耕地和永久基本农田核实处置", (-145, 200, -25, 900), dt.date(2023, 12, 1), "演自然资函〔2023〕97号"),
)  # fmt: skip


def udb_changes() -> Made:
    """边界调整."""
    rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    for number, (block_id, direction, case, corners, day, evidence) in enumerate(_CHANGES, start=1):
        block = blocks()[block_id]
        county = next(one.county for one in parks() if one.id == block.park)
        rows.append((f"TZ-{day.year}-{number:02d}", direction, case, county, block.park, day, evidence))
        shapes.append(to_degrees(block.polygon(box(*corners)), block.zone))
    columns = ["change_id", "direction", "case", "county", "park_id", "changed_on", "evidence_no"]
    return Made("udb_changes", pd.DataFrame(rows, columns=columns), np.array(shapes, dtype=object))
