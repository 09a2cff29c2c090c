"""Proposals of which land to bring into the boundary and which to let go, several for every park, with their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from geoparks import progress, units
from geoparks.adjustment import clash
from geoparks.adjustment.candidates import Candidates, Cells, candidates
from geoparks.adjustment.model import NEED, Choice, Limit, Problem, Side, solve
from geoparks.adjustment.rows import county_row
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.boundary_definition import MULTIPLE, SCALE, counted_m2
from geoparks.measure.cells import outline_m, together
from geoparks.measure.plane import from_plane
from geoparks.measure.udb import County, adjustment_of, county_of_park
from geoparks.measure.whereabouts import Park, counties_of, parks_of
from geoparks.text import Text, joined

Array = np.ndarray[Any, Any]
Row = dict[str, Any]
_NO_BLOCKS = Text("没有属于该园区的区块", "no block is said to be of the park")
_NEEDED = ("blocks", "udb", "udb_limits", "farmland", "redline")


@dataclass(frozen=True)
class Variant:
    """One way to weigh: which settings it multiplies, and whether only supplied and built parcels must come in."""

    id: str
    title: Text
    heavier: tuple[str, ...] = ()
    parcels_only: bool = False


VARIANTS = (
    Variant("A", Text("用地最省", "least new land")),
    Variant("B", Text("形状紧凑", "compact"), ("propose_cost_line", "propose_cost_let_go")),
    Variant(
        "C",
        Text("少占耕地", "least cultivated land"),
        ("propose_cost_cultivated", "propose_cost_let_go", "propose_gain_cultivated"),
    ),
    Variant("D", Text("只纳入已供已建宗地", "supplied and built parcels only"), (), parcels_only=True),
)
AS_MUCH = Variant("E", Text("限额内尽量多", "as much as the limits allow"))


def proposals(layers: Dataset, pack: Pack) -> list[Row]:
    """The proposals of every park; one that needs none, or that none can be made for, has one row that says why."""
    if missing := [layers.why_not(name) for name in _NEEDED if name not in layers]:
        return [_none(None, None, "not_checked", joined(missing))]
    counties = adjustment_of(layers).counties
    rows: list[Row] = []
    for park in parks_of(layers):
        if not park.blocks or park.shape is None:
            rows.append(_none(park, None, "not_checked", park.unmeasured or _NO_BLOCKS))
            continue
        progress.say(Text(f"边界调整方案 {park.subject.label}", f"proposals for {park.subject.label}"))
        for name in _counties(layers, park):
            county = counties.get(name) if name is not None else None
            if (why := _why_not(park, county)) is not None or county is None:
                rows.append(_none(park, name, "not_checked", why))
            else:
                rows += _of(layers, pack, park, county)
    return rows


def _counties(layers: Dataset, park: Park) -> list[str | None]:
    """The counties that a park has land in, the most first: each has limits of its own."""
    features = layers.get("counties")
    if features is None or not features.has("name"):
        return [county_of_park(layers, park)]
    return [features.subject(one.position).label for one in counties_of(park, features)] or [
        county_of_park(layers, park)
    ]


def _why_not(park: Park, county: County | None) -> Text | None:
    """Why no proposal can be made for a park: what it must keep is not known."""
    if county is None:
        return Text("不知属于哪个旗县，或该旗县没有边界", "its county is not known, or has no boundary")
    if county.reason is not None:
        return county.reason
    if park.unmeasured is not None:
        return park.unmeasured
    if np.isnan([county.base_m2, county.multiple, county.limit_m2]).any():
        return Text("该旗县的边界控制指标没有填全", "the limits of its county are not all stated")
    return None


def _none(park: Park | None, county: str | None, status: str, why: Text | None) -> Row:
    subject = park.subject if park is not None else None
    return {
        "id": f"{subject.id}-{county}" if subject is not None else "", "park_id": subject.id if subject is not None else None,
        "name": subject.name if subject is not None else None, "county": county, "variant": None, "title": None, "status": status,
        "reason": why, "clash": [], "most_m2": None, "gap": None, "figures": None, "changes": [],
    }  # fmt: skip


def _of(layers: Dataset, pack: Pack, park: Park, county: County) -> Iterator[Row]:
    """The variants of one park that differ; those that come to the same are named with the first of them."""
    setting = {name: one.given for name, one in pack.settings.items() if name.startswith("propose_")}
    found = candidates(layers, pack, park, county)
    if found.wanted_m2 + setting["propose_more_ha"] * units.M2_PER_HA < setting["propose_least_m2"]:
        why = Text("区块可建设的土地都已在边界内", "all land of its blocks that can be built on lies in the boundary")
        if found.barred_m2 >= setting["propose_least_m2"]:
            why += Text("；另有 {area}在边界外，属于永久基本农田、红线、不可建设土地，或不在该旗县、与其他园区重叠", "; {area} more lies outside, on farmland, red line or land that cannot be built on, in another county or park").fill(area=units.area_text(found.barred_m2))  # fmt: skip
        yield _none(park, county.name, "not_needed", why)
        return
    seen: dict[tuple[bytes, bytes], Row] = {}
    impossible: Row | None = None
    for variant in VARIANTS:
        problem = _problem(pack, county, found, variant, setting)
        if variant.parcels_only and not len(problem.fixed):
            continue
        if impossible is not None and not variant.parcels_only:  # costs differ, limits do not
            impossible["same_as"].append(variant.title)
            continue
        choice = solve(problem, setting["propose_gap"], setting["propose_nodes"])
        if choice is None:
            row = _impossible(park, county, variant, problem, setting)
            yield row
            if not variant.parcels_only:
                impossible = row
                if (row["most_m2"] or 0) >= setting["propose_least_m2"]:
                    yield from _as_much(pack, park, county, found, problem, row["most_m2"], setting)
            continue
        key = (choice.coming.tobytes(), choice.going.tobytes())
        if key in seen:
            seen[key]["same_as"].append(variant.title)
            continue
        seen[key] = _row(pack, park, county, found, variant, problem, choice)
    yield from seen.values()


def _as_much(
    pack: Pack, park: Park, county: County, found: Candidates, problem: Problem, most: int, setting: Mapping[str, float]
) -> Iterator[Row]:
    """Where not all can come in: the cheapest way to bring in as much as the limits allow."""
    limits = {name: one for name, one in problem.limits.items() if name != clash.MORE}
    limits[NEED] = replace(limits[NEED], room=-most)
    less = replace(problem, limits=limits)
    if (choice := solve(less, setting["propose_gap"], setting["propose_nodes"])) is not None:
        yield _row(pack, park, county, found, AS_MUCH, less, choice)


def _problem(pack: Pack, county: County, found: Candidates, variant: Variant, setting: Mapping[str, float]) -> Problem:
    """The model of one variant. Areas in whole square metres: what comes in rounded up, what goes and what is needed down."""
    weight = {
        name: value * (setting["propose_heavier"] if name in variant.heavier else 1) for name, value in setting.items()
    }
    coming, going = found.coming, found.going
    up, down = np.ceil(coming.m2).astype(int), np.floor(going.m2).astype(int)
    fixed = np.flatnonzero(coming.kept & (coming.layers.depth >= 0)) if variant.parcels_only else np.empty(0, dtype=int)
    own = np.floor(coming.in_block_m2).astype(int)
    need = 0 if variant.parcels_only else int(min(found.wanted_m2, own.sum()))
    more = 0 if variant.parcels_only else int(setting["propose_more_ha"] * units.M2_PER_HA)
    scale, counted = counted_m2(county.now, pack, SCALE)[1], counted_m2(county.now, pack, MULTIPLE)[1]
    nothing = np.zeros(len(going), dtype=int)
    limits = {
        NEED: Limit(-own, nothing, -max(need - len(coming), 0)),
        clash.SCALE: Limit(up, np.floor(going.scale_m2).astype(int), int(np.floor(county.limit_m2 - scale))),
        clash.MULTIPLE: Limit(up, np.floor(going.multiple_m2).astype(int), int(np.floor(county.base_m2 * county.multiple - counted))),
    }  # fmt: skip
    if more:
        limits[clash.MORE] = Limit(-np.floor(coming.m2).astype(int), nothing, -(need + more))
    if setting["propose_balance"]:
        limits[clash.BALANCE] = Limit(up, down, 0)
    return Problem(_coming(coming, weight), _going(going, weight), limits, found.apart, fixed)


def _coming(cells: Cells, weight: Mapping[str, float]) -> Side:
    """What bringing in each cell costs, in square metres of plain new land; equal ones are told apart by their place."""
    cost = cells.m2 + weight["propose_cost_outside_blocks"] * (cells.m2 - cells.in_block_m2)
    cost = cost + weight["propose_cost_cultivated"] * cells.cultivated_m2
    cost = cost + _shape_cost(cells, weight) - weight["propose_gain_parcel"] * cells.m2 * cells.kept
    return _side(cells, cost, weight)


def _going(cells: Cells, weight: Mapping[str, float]) -> Side:
    """What letting go of each cell costs: cultivated land is let go first."""
    gain = min(weight["propose_gain_cultivated"], weight["propose_cost_let_go"])  # else land would go that nobody needs
    cost = weight["propose_cost_let_go"] * cells.m2 - gain * cells.cultivated_m2
    return _side(cells, cost + _shape_cost(cells, weight), weight)


def _side(cells: Cells, cost: Array, weight: Mapping[str, float]) -> Side:
    """Two neighbours save the line between them twice: each would add it alone."""
    saved = weight["propose_cost_line"] * (cells.layers.pairs_m + cells.layers.pairs_m)
    return Side(cost + _rank(len(cells)), cells.layers.parents, cells.layers.roots, cells.layers.pairs, saved)


def _shape_cost(cells: Cells, weight: Mapping[str, float]) -> Array:
    """Steps from the boundary, and the line that a cell adds to it; less than nothing where it fills a notch."""
    if not len(cells):
        return np.empty(0)
    line = shapely.length(cells.shapes) - cells.layers.held_m - cells.layers.held_m
    steps = np.maximum(cells.layers.depth, 0) * cells.m2
    return weight["propose_cost_cell_m2"] + weight["propose_cost_step"] * steps + weight["propose_cost_line"] * line


def _rank(count: int) -> Array:
    """Less than a square metre in all, so that of two equal choices the more southern is taken, on every machine."""
    return np.arange(count) / max(count * count, 1)


def _row(
    pack: Pack, park: Park, county: County, found: Candidates, variant: Variant, problem: Problem, choice: Choice
) -> Row:
    brought, let_go = together(found.coming.shapes[choice.coming]), together(found.going.shapes[choice.going])
    after = county.now.changed(brought, let_go)
    changed = replace(
        county, before=county.now, after=after, brought_m2=float(brought.area), let_go_m2=float(let_go.area), changes=(), reason=None,
    )  # fmt: skip
    name = f"{park.subject.id}-{county.name}-{variant.id}"
    return {
        **_none(park, county.name, "proposed", None),
        "id": name, "variant": variant.id, "title": variant.title, "same_as": [], "gap": choice.gap, "cost_m2": choice.cost,
        "figures": {
            **county_row(changed, pack), **_figures(found, choice),
            "room": {key: -one.excess(choice.coming, choice.going) for key, one in problem.limits.items()},
            "line_before_m": outline_m(county.now.whole), "line_after_m": outline_m(after.whole),
        },
        "changes": [*_changes(name, "in", brought, park, county), *_changes(name, "out", let_go, park, county)],
    }  # fmt: skip


def _figures(found: Candidates, choice: Choice) -> Row:
    coming, going = found.coming, found.going
    return {
        "wanted_m2": found.wanted_m2, "barred_m2": found.barred_m2, "cell_m": found.cell_m, "candidates_in": len(coming),
        "candidates_out": len(going), "cells_in": len(choice.coming), "cells_out": len(choice.going),
        "in_block_m2": float(coming.in_block_m2[choice.coming].sum()),
        "cultivated_in_m2": float(coming.cultivated_m2[choice.coming].sum()),
        "cultivated_out_m2": float(going.cultivated_m2[choice.going].sum()),
        "parcels_in_m2": float((coming.m2 * coming.kept)[choice.coming].sum()),
        "parcels_left_m2": float((coming.m2 * coming.kept).sum() - (coming.m2 * coming.kept)[choice.coming].sum()),
    }  # fmt: skip


def _changes(name: str, direction: str, shape: shapely.Geometry, park: Park, county: County) -> Iterator[Row]:
    """The plots of one direction as the layer ``udb_changes`` has them, the largest first; the case is for the office to state."""
    parts = sorted(shapely.get_parts(shape), key=lambda one: (-one.area, one.bounds))
    for number, one in enumerate((each for each in parts if not each.is_empty), start=1):
        yield {
            "change_id": f"{name}-{direction}-{number}", "direction": direction, "case": None, "county": county.name,
            "park_id": park.subject.id, "area_m2": float(one.area), "geometry": from_plane(np.array([one], dtype=object))[0],
        }  # fmt: skip


def _impossible(park: Park, county: County, variant: Variant, problem: Problem, setting: Mapping[str, float]) -> Row:
    names = clash.clashing(problem, setting["propose_gap"], setting["propose_nodes"])
    told = clash.in_words(problem, names)
    most = clash.most_m2(problem, setting["propose_gap"], setting["propose_nodes"])
    return {
        **_none(park, county.name, "infeasible", Text("相互冲突：", "these clash: ") + joined(told)),
        "id": f"{park.subject.id}-{county.name}-{variant.id}", "variant": variant.id, "title": variant.title, "same_as": [], "clash": names,
        "most_m2": most,
    }  # fmt: skip
