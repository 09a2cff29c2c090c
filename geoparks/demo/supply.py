"""The records of the parcels: supply, start, completion, and the ledger of what stands idle."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.demo.land import plots
from geoparks.demo.plan import MU_OF_A_HA, ON, Made, blocks, dice, park, to_degrees
from geoparks.measure.area import ellipsoidal_area

Array = np.ndarray[Any, Any]

# What the office keeps in a ledger of its own, not in the layer of parcels.
LEDGER = (
    "preparatory_work", "cause", "cause_item", "exempt_days", "suspected_on", "investigated_on", "notice_served_on",
    "replied_on", "determined_on", "published_on", "hearing_notice_on", "plan_approved_on", "decided_on",
    "decision_served_on", "paid_on", "deregistered_on", "filed_on", "disposal", "disposed_on", "reuse_way", "reused_on",
    "reused_area_ha",
)  # fmt: skip
_STATES = ("finished", "building", "stopped", "late", "waiting")
_PLOTS_OF_A_HOLDER = 3
_TODAY = np.datetime64(ON)
_NEVER = np.datetime64("NaT", "D")
_NOTHING: Any = None


def idle_cases() -> list[dict[str, Any]]:
    """The parcels whose situation is set by hand."""
    with (Path(__file__).parent / "idle.toml").open("rb") as stream:
        cases: list[dict[str, Any]] = tomllib.load(stream)["parcel"]
    return cases


@cache
def records() -> pd.DataFrame:
    """Every parcel with all its fields, the ledger's included; `zone` and `shape` beside them."""
    frame = plots().copy()
    random = dice("supply")
    count = len(frame)
    lonlat = _in_degrees(frame)
    frame["area_ha"] = np.round(ellipsoidal_area(lonlat) / units.M2_PER_HA, 4)
    mu = frame["area_ha"].to_numpy() * MU_OF_A_HA
    park_ids = [one[:4] if isinstance(one, str) else None for one in frame["block_id"]]
    # The plots of the block within a block are known by that one.
    start_up = shapely.within(frame["shape"].to_numpy(), shapely.buffer(blocks()["YQ02-4"].shape, 0.01))
    frame["block_id"] = np.where(start_up, "YQ02-4", frame["block_id"].to_numpy())
    frame["park_id"] = park_ids
    frame["holder"] = _holders(frame)
    frame["name"] = [f"{holder.removesuffix('有限公司')}用地" for holder in frame["holder"]]
    frame["location"] = [
        f"{park(one).name}{blocks()[block].name}" if isinstance(one, str) else "园区以外（演示）"
        for one, block in zip(park_ids, frame["block_id"], strict=True)
    ]
    taken = np.arange(count) % 7 == 0  # without chance, so that everything else stays as it is
    frame["farmland_taken_ha"] = np.where(taken, np.round(frame["area_ha"] * 0.4, 4), 0.0)
    frame["mortgagee"] = np.where(random.random(count) < 0.08, "演示农村商业银行（虚构）", _NOTHING)
    _use(frame, random)
    _dates(frame, random)
    _contract(frame, mu, random)
    _progress(frame, mu, random)
    _cases(frame)
    return frame


def _in_degrees(frame: pd.DataFrame) -> Array:
    lonlat = np.full(len(frame), None, dtype=object)
    for zone, rows in frame.groupby("zone").indices.items():
        lonlat[rows] = to_degrees(frame["shape"].to_numpy()[rows], int(zone))
    return lonlat


def _holders(frame: pd.DataFrame) -> list[str]:
    """Who holds a parcel: one firm for some neighbours of a row; made names, numbered by park."""
    numbers = frame.groupby("park_id", sort=False, dropna=False).cumcount() // _PLOTS_OF_A_HOLDER + 1
    return [
        f"{park(one).short if isinstance(one, str) else '园外'}演示企业{number:03d}号有限公司"
        for one, number in zip(frame["park_id"], numbers, strict=True)
    ]


def _use(frame: pd.DataFrame, random: np.random.Generator) -> None:
    """Mostly industry, some storage, utilities, services; the mode of supply that goes with it."""
    count = len(frame)
    use = random.choice(["0601", "0604", "0809", "0507"], count, p=[0.88, 0.07, 0.03, 0.02])
    frame["use_code"], frame["use_scheme"] = use, "GB/T 21010"
    modes = random.choice(["挂牌出让", "协议出让", "拍卖出让", "租赁"], count, p=[0.86, 0.08, 0.03, 0.03])
    frame["supply_mode"] = np.where(use == "0809", "划拨", modes)


def _dates(frame: pd.DataFrame, random: np.random.Generator) -> None:
    """Approval, supply, delivery, agreed start and finish, in that order; nothing that has happened lies after today."""
    count = len(frame)
    approved = np.array(frame["approved_on"].to_list(), dtype="datetime64[D]")
    room = np.minimum((np.datetime64("2024-05-31") - approved).astype(int), 1500)
    supplied = approved + np.maximum(random.uniform(0.05, 1.0, count) ** 1.5 * room, 20).astype(int)
    delivered = supplied + random.integers(15, 90, count)
    start = delivered + random.choice([180, 365, 365], count)
    frame["supplied_on"] = supplied
    frame["delivered_on"] = np.where(delivered <= _TODAY, delivered, _NEVER)
    frame["agreed_start_on"] = start
    frame["extended_start_on"] = _NEVER
    frame["agreed_finish_on"] = start + random.choice([730, 1095], count)
    frame["supervision_no"] = [
        f"{one[:6]}{str(day)[:4]}B{number:05d}"
        for number, (one, day) in enumerate(zip(frame["parcel_id"], supplied, strict=True), start=1)
    ]
    frame["contract_no"] = [f"演土合〔{str(day)[:4]}〕{number:04d}号" for number, day in enumerate(supplied, start=1)]
    frame["standard_land"] = (supplied >= np.datetime64("2022-10-08")) & (random.random(count) < 0.75)


def _contract(frame: pd.DataFrame, mu: Array, random: np.random.Generator) -> None:
    """What the contract asks for: price, plot ratio, investment and tax per mu."""
    count = len(frame)
    free = frame["supply_mode"] == "划拨"
    frame["price_wanyuan"] = np.where(free, 0.0, np.round(mu * random.uniform(8, 18, count), 2))
    frame["contract_far"] = np.round(random.uniform(0.6, 1.1, count), 2)
    frame["contract_investment_wanyuan_mu"] = random.integers(16, 42, count) * 10.0
    frame["contract_tax_wanyuan_mu"] = random.integers(8, 26, count).astype(float)
    frame["total_investment_wanyuan"] = np.round(
        mu * frame["contract_investment_wanyuan_mu"] * random.uniform(0.95, 1.35, count), 0
    )
    frame["should_start_area_ha"] = np.round(frame["area_ha"] * random.uniform(0.85, 1.0, count), 4)


def _progress(frame: pd.DataFrame, mu: Array, random: np.random.Generator) -> None:
    """How far each parcel has come; most are finished, some never started, some stopped half-way."""
    count = len(frame)
    agreed = frame["agreed_start_on"].to_numpy().astype("datetime64[D]")
    due = agreed < _TODAY - 60
    state = np.where(
        due, random.choice(_STATES, count, p=[0.845, 0.07, 0.025, 0.06, 0.0]),
        random.choice(_STATES, count, p=[0.0, 0.3, 0.0, 0.0, 0.7]),
    )  # fmt: skip
    started = np.minimum(agreed + random.integers(-60, 200, count), _TODAY - random.integers(5, 60, count))
    finished = started + random.integers(380, 900, count)
    state = np.where((state == "finished") & (finished > _TODAY), "building", state)
    has_started = np.isin(state, ("finished", "building", "stopped"))
    stopped = np.minimum(started + random.integers(90, 700, count), _TODAY - 30)
    done = np.select(
        [state == "finished", state == "building", state == "stopped"],
        [np.ones(count), random.uniform(0.35, 0.95, count), random.uniform(0.08, 0.6, count)],
    )
    spent = np.clip(done * random.uniform(0.75, 1.1, count), 0, 1.05)
    kind = random.choice(["pit", "pile", "other"], count, p=[0.15, 0.4, 0.45])
    frame["started_on"] = np.where(has_started, started, _NEVER)
    frame["permit_on"] = np.where(has_started, started - random.integers(10, 60, count), _NEVER)
    frame["foundation_kind"] = np.where(has_started, kind, _NOTHING)
    frame["foundation_share"] = np.where(
        has_started, np.where(kind == "other", np.round(np.maximum(done, 0.4), 2), 1.0), np.nan
    )
    frame["started_area_ha"] = np.round(np.where(has_started, frame["should_start_area_ha"] * done, np.nan), 4)
    frame["stopped_on"] = np.where(state == "stopped", stopped, _NEVER)
    frame["finished_on"] = np.where(state == "finished", finished, _NEVER)
    frame["invested_wanyuan"] = np.round(np.where(has_started, frame["total_investment_wanyuan"] * spent, 0.0), 0)
    built = frame["area_ha"].to_numpy() * units.M2_PER_HA * (state == "finished")
    frame["floor_area_m2"] = np.round(np.where(built > 0, built * random.uniform(0.45, 1.25, count), np.nan), 0)
    frame["footprint_m2"] = np.round(np.where(built > 0, built * random.uniform(0.3, 0.55, count), np.nan), 0)
    _ledger(frame, state, random)


def _ledger(frame: pd.DataFrame, state: Array, random: np.random.Generator) -> None:
    """Causes of what is late or stopped; some of it determined, published and disposed of, step by step in order."""
    count = len(frame)
    idle = np.isin(state, ("late", "stopped"))
    for name in LEDGER:
        frame[name] = None
    cause = random.choice(["enterprise", "government", "force_majeure", ""], count, p=[0.55, 0.27, 0.03, 0.15])
    frame["cause"] = np.where(idle & (cause != ""), cause, _NOTHING)
    items = random.choice(["第八条（一）", "第八条（二）", "第八条（三）", "第八条（六）"], count)
    frame["cause_item"] = np.where(idle & (cause == "government"), items, _NOTHING)
    frame["exempt_days"] = np.where(idle & (random.random(count) < 0.2), random.integers(20, 240, count), np.nan)
    since = frame["agreed_start_on"].to_numpy().astype("datetime64[D]") + 400
    old = idle & (since < np.datetime64("2023-06-01")) & (random.random(count) < 0.5)
    day = np.maximum(since, np.datetime64("2019-03-01"))
    for name, low, high in (
        ("suspected_on", 5, 60), ("investigated_on", 3, 28), ("notice_served_on", 2, 15), ("replied_on", 8, 29),
        ("determined_on", 20, 60), ("published_on", 2, 10),
    ):  # fmt: skip
        day = day + random.integers(low, high, count)
        frame[name] = np.where(old & (day <= _TODAY), day, _NEVER)
    frame["filed_on"] = frame["published_on"]
    _disposal(frame, old & (cause != ""), day, cause == "enterprise", random)


def _disposal(frame: pd.DataFrame, known: Array, day: Array, by_enterprise: Array, random: np.random.Generator) -> None:
    """The end of half of the determined cases: a fee by the enterprise's own cause, else one of the negotiated ways."""
    count = len(frame)
    agreed = random.choice(["extend", "compensated_recovery", "swap", "change_use"], count)
    way = np.where(by_enterprise, "fee", agreed)
    disposed = day + random.integers(120, 500, count)
    over = known & (disposed <= _TODAY) & (random.random(count) < 0.5)
    fee, bought = over & (way == "fee"), over & (way == "compensated_recovery")
    reused = disposed + random.integers(60, 260, count)
    again = bought & (reused <= _TODAY)
    for name, where, date in (
        ("disposed_on", over, disposed), ("plan_approved_on", over, disposed - 70), ("hearing_notice_on", fee, disposed - 60),
        ("decided_on", fee, disposed - 35), ("decision_served_on", fee, disposed - 28), ("paid_on", fee, disposed),
        ("deregistered_on", bought, disposed), ("reused_on", again, reused),
    ):  # fmt: skip
        frame[name] = np.where(where, date, _NEVER)
    frame["disposal"] = np.where(over, way, _NOTHING)
    frame["reuse_way"] = np.where(bought, "收购储备", _NOTHING)
    frame["reused_area_ha"] = np.where(again, frame["area_ha"], np.nan)


def _cases(frame: pd.DataFrame) -> None:
    """The parcels of ``idle.toml``: what they do not give is blank."""
    blank = (
        "supplied_on", "delivered_on", "agreed_start_on", "extended_start_on", "agreed_finish_on", "permit_on", "started_on",
        "foundation_kind", "foundation_share", "started_area_ha", "stopped_on", "finished_on", "floor_area_m2", "footprint_m2",
        *LEDGER,
    )  # fmt: skip
    row_of = {name: row for row, name in enumerate(frame["parcel_id"])}
    for case in idle_cases():
        row = row_of[case["id"]]
        started, invested = case.get("started_share"), case.get("invested_share", 0.0)
        values = dict.fromkeys(blank) | {key: value for key, value in case.items() if key in blank}
        values["started_area_ha"] = (
            None if started is None else round(frame.at[row, "should_start_area_ha"] * started, 4)
        )
        values["invested_wanyuan"] = round(frame.at[row, "total_investment_wanyuan"] * invested, 2)
        for name, value in values.items():
            is_day = frame[name].dtype.kind == "M"
            frame.at[row, name] = pd.Timestamp(value) if is_day and value is not None else pd.NaT if is_day else value


def parcels() -> Iterator[Made]:
    """宗地, one layer for each zone, in its plane; the ledger's fields are not in it."""
    frame = records()
    leave_out = ("zone", "shape", "approved_on", *LEDGER)
    for zone in (36, 37):
        of_zone = frame[frame["zone"] == zone]
        yield Made("parcels", of_zone.drop(columns=list(leave_out)), of_zone["shape"].to_numpy(), zone)


def ledger() -> Made:
    """闲置土地处置台账: a table with the parcels that have an entry in it."""
    frame = records()[["parcel_id", *LEDGER]]
    filled = frame[list(LEDGER)].notna().any(axis=1)
    return Made("parcels", frame[filled].reset_index(drop=True))
