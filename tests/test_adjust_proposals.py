"""Proposals: they pass the rules, their areas sum, the same land gives the same answer; what clashes is said."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from casebook import CATALOGUE, HERE, raw_layer
from pyproj import CRS, Transformer

from geoparks import runner
from geoparks.adjustment.proposals import proposals
from geoparks.catalog import policy
from geoparks.config import Config
from geoparks.dataset import Dataset, build
from geoparks.discover import Found
from geoparks.document.values import geojson
from geoparks.measure.cells import cut, hang
from geoparks.measure.plane import to_plane
from geoparks.read.raw import RawLayer
from geoparks.rules import registry
from geoparks.text import same

Rows = dict[str, list[dict[str, Any]]]
PACK = policy.load("neimenggu")
# A park of 1 km by 1.2 km, of which the boundary has the lower kilometre; more of the boundary lies to the west.
ROWS: Rows = {
    "parks": [{"park_id": "P1", "name": "甲园区", "county": "甲旗", "zone_class": "national_etdz"}],
    "blocks": [{"block_id": "B1", "park_id": "P1", "box": [0, 0, 1000, 1200]}],
    "blocks_approved": [{"block_id": "B1", "park_id": "P1", "box": [0, 0, 1000, 1200]}],
    "udb": [
        {"udb_id": "K1", "zone": "集中建设区", "county": "甲旗", "box": [-600, 0, 1000, 1000]},
        {"udb_id": "K2", "zone": "弹性发展区", "county": "甲旗", "box": [-1200, 0, -600, 1000]},
    ],
    "udb_limits": [{"county": "甲旗", "base_built_ha": 200, "expansion_multiple": 1.12, "construction_land_limit_ha": 180}],
    "farmland": [{"id": "N1", "box": [300, 1050, 400, 1300]}],
    "redline": [{"id": "H1", "box": [5000, 0, 5100, 100]}],
    "land_use": [
        {"id": "L1", "use_code": "0103", "use_scheme": "GB/T 21010", "box": [-1200, 0, -900, 1000]},
        {"id": "L2", "use_code": "0401", "use_scheme": "GB/T 21010", "box": [-900, 0, 1000, 1500]},
    ],
}  # fmt: skip
WIDE: Rows = {**ROWS, "udb_limits": [{**ROWS["udb_limits"][0], "construction_land_limit_ha": 224}]}


def dataset(rows: Rows, drawn: list[dict[str, Any]] | None = None, east: float | None = None) -> Dataset:
    """The rows as layers; `drawn` as the layer of changes; in degrees, so many to the east, where `east` is given."""
    found = Found()
    for name, some in rows.items():
        found.layers[name] = [raw_layer(name, some, HERE)]
        if east is not None and found.layers[name][0].geometry is not None:
            found.layers[name] = [in_degrees(found.layers[name][0], east)]
    if drawn is not None:
        found.layers["udb_changes"] = [changes(drawn)]
    made = build(found, Config(Path(), "case"), CATALOGUE)
    assert not made.refused, made.refused
    made.on = dt.date(2024, 6, 30)
    return made


def in_degrees(raw: RawLayer, east: float) -> RawLayer:
    way = Transformer.from_crs(HERE.crs, 4490, always_xy=True)
    shapes = shapely.transform(raw.geometry, lambda xy: np.column_stack(way.transform(*xy.T)) + np.array([east, 0.0]))
    return replace(raw, geometry=shapes, crs=CRS.from_epsg(4490))


def changes(rows: list[dict[str, Any]]) -> RawLayer:
    """A proposal's plots as the layer of changes, in degrees as the document has them."""
    table = pd.DataFrame(
        [{key: value for key, value in row.items() if key not in ("geometry", "area_m2")} for row in rows], dtype=object
    )
    shapes = np.array([shapely.geometry.shape(geojson(row["geometry"])) for row in rows], dtype=object)
    return RawLayer(
        path=Path("udb_changes.gpkg"),
        format="case",
        table=table,
        geometry=shapes,
        crs=CRS.from_epsg(4490),
        crs_from=same("case"),
    )


def proposed(rows: Rows, settings: dict[str, float] | None = None) -> list[dict[str, Any]]:
    return proposals(dataset(rows), policy.load("neimenggu", None, settings or {}))


@pytest.mark.parametrize("settings", [{}, {"propose_balance": 0}, {"propose_cell_m": 40}, {"propose_more_ha": 3, "propose_reach_m": 300}, {"udb_scale_counts_flexible": 1, "propose_balance": 1}])  # fmt: skip
def test_a_proposal_passes_the_rules(settings: dict[str, float]) -> None:
    told = proposed(WIDE, settings)  # fmt: skip
    good = [one for one in told if one["status"] == "proposed"]
    assert good
    for one in good:
        made = dataset(WIDE, one["changes"])  # fmt: skip
        verdicts = runner.run(made, policy.load("neimenggu", None, settings), [each for each in registry() if each.rule.id in ("U01", "U02", "U03", "U04")])  # fmt: skip
        assert verdicts.errors == []
        assert {each.outcome for each in verdicts.checks} == {"pass"}, [(each.rule, each.reason) for each in verdicts.checks if each.outcome != "pass"]  # fmt: skip


def test_a_parcel_over_the_edge_of_the_blocks_leaves_sound_plots_that_pass() -> None:
    supplied = {"parcel_id": "Q1", "park_id": "P1", "box": [0, 1100, 300, 1400], "supplied_on": dt.date(2020, 1, 1)}
    rows = {
        **WIDE,
        "parcels": [supplied, {"parcel_id": "Q3", "park_id": "P1", "box": [600, 1000.00001, 600.001, 1150]}],
    }
    good = [one for one in proposed(rows) if one["status"] == "proposed"]
    assert good
    for one in good:
        plots = [shapely.geometry.shape(geojson(plot["geometry"])) for plot in one["changes"]]
        assert all(plot.is_valid for plot in plots)
        verdicts = runner.run(dataset(rows, one["changes"]), PACK, [each for each in registry() if each.rule.id in ("U01", "U02", "U03", "U04")])  # fmt: skip
        assert {each.outcome for each in verdicts.checks} == {"pass"}, [(each.rule, each.reason) for each in verdicts.checks if each.outcome != "pass"]  # fmt: skip


def test_the_line_after_counts_no_seam_between_what_came_and_what_was_there() -> None:
    for one in proposed(WIDE):
        plane = [to_plane(np.array([plot["geometry"]]))[0] for plot in one["changes"]]
        drawn = shapely.union_all(to_plane(dataset(WIDE)["udb"].geometry))
        for plot, shape in zip(one["changes"], plane, strict=True):
            # A hand's breadth closes every seam, and takes nothing from the outline.
            wide = shape.buffer(0.1, join_style="mitre")
            drawn = drawn.union(wide) if plot["direction"] == "in" else drawn.difference(wide)
        assert one["figures"]["line_after_m"] == pytest.approx(drawn.length, rel=2e-3)


def test_a_park_without_blocks_is_told() -> None:
    rows = {**ROWS, "blocks": [{"block_id": "B1", "box": [0, 0, 1000, 1200]}]}
    assert [(one["park_id"], one["status"]) for one in proposed(rows)] == [("P1", "not_checked")]


def test_a_proposal_passes_where_no_zone_is_stated() -> None:
    """Land of no stated zone may count for the scale or not: where both keep the limit, so does the proposal."""
    bare = {**WIDE, "udb": [{key: value for key, value in one.items() if key != "zone"} for one in WIDE["udb"]]}
    for limit, outcome in ((240, "pass"), (210, "not_checked"), (0.1, "fail")):
        rows = {**bare, "udb_limits": [{**bare["udb_limits"][0], "construction_land_limit_ha": limit}]}
        box = {"change_id": "T1", "direction": "in", "county": "甲旗", "park_id": "P1"}
        drawn = [{**box, "geometry": shapely.box(*_lonlat(500, 1000, 600, 1040))}]
        found = runner.run(dataset(rows, drawn), PACK, [one for one in registry() if one.rule.id == "U01"])
        assert {one.outcome for one in found.checks if one.subject.layer == "udb_limits"} == {outcome}, limit
        assert all("至少" in one.message.zh and "{" not in one.message.zh for one in found.findings)
    good = [
        one
        for one in proposed({**bare, "udb_limits": [{**bare["udb_limits"][0], "construction_land_limit_ha": 240}]})
        if one["status"] == "proposed"
    ]
    assert good
    for one in good:
        rows = {**bare, "udb_limits": [{**bare["udb_limits"][0], "construction_land_limit_ha": 240}]}
        found = runner.run(
            dataset(rows, one["changes"]), PACK, [each for each in registry() if each.rule.id in ("U01", "U02")]
        )
        assert {each.outcome for each in found.checks} == {"pass"}


def test_areas_sum_to_the_last_square_metre() -> None:
    for one in proposed(ROWS):
        figures = one["figures"]
        for way, name in (("in", "in_m2"), ("out", "out_m2")):
            assert sum(plot["area_m2"] for plot in one["changes"] if plot["direction"] == way) == pytest.approx(
                figures[name], abs=1e-3
            )
        before, after = figures["boundary_before_m2"], figures["boundary_after_m2"]
        assert after == pytest.approx(before + figures["in_m2"] - figures["out_m2"], abs=1e-3)
        assert sum(zone["after_m2"] for zone in figures["zones"]) == pytest.approx(after, abs=1e-3)
        assert figures["in_m2"] <= figures["out_m2"]


def test_all_the_land_of_the_blocks_comes_in_but_the_farmland() -> None:
    first = proposed(ROWS)[0]
    # 200 m × 1000 m less 100 m × 150 m of farmland, in Gauss metres; the ellipsoid has 0.02 % less.
    assert first["figures"]["wanted_m2"] == pytest.approx(185_000, rel=1e-3)
    assert first["figures"]["in_m2"] == pytest.approx(first["figures"]["wanted_m2"], abs=50)  # whole square metres
    assert first["figures"]["in_block_m2"] == pytest.approx(first["figures"]["in_m2"], abs=1)
    assert first["figures"]["barred_m2"] == pytest.approx(15_000, rel=1e-3)
    assert first["gap"] <= PACK.settings["propose_gap"].given
    assert first["figures"]["cultivated_out_m2"] > 0.9 * first["figures"]["out_m2"]  # cultivated land is let go first


def test_no_more_goes_than_is_needed_and_a_compact_boundary_is_no_longer() -> None:
    told = {one["variant"]: one["figures"] for one in proposed(ROWS)}
    for figures in told.values():
        assert figures["in_m2"] <= figures["out_m2"] <= figures["in_m2"] + figures["cell_m"] ** 2
    assert told["B"]["line_after_m"] <= told["A"]["line_after_m"] + 1


def test_more_than_the_blocks_need_comes_in_beside_them() -> None:
    first = proposed(WIDE, {"propose_more_ha": 3, "propose_reach_m": 300})[0]["figures"]
    assert first["in_block_m2"] == pytest.approx(first["wanted_m2"], abs=50)
    assert first["in_m2"] >= first["wanted_m2"] + 30_000 - 50


def test_where_not_all_can_come_in_as_much_as_the_limits_allow_is_proposed() -> None:
    alone = {"propose_balance": 0, "propose_let_go_reach_m": 1}  # nothing to let go: the multiple leaves four hectares
    told = {one["variant"]: one for one in proposed(WIDE, alone)}
    assert told["A"]["status"] == "infeasible" and set(told["A"]["clash"]) == {"need", "multiple"}
    assert list(told) == ["A", "E"] and [one.zh for one in told["A"]["same_as"]] == ["形状紧凑", "少占耕地"]
    only = told["E"]
    assert only["status"] == "proposed" and "尽量多" in only["title"].zh
    assert 0 < only["figures"]["in_block_m2"] < only["figures"]["wanted_m2"]
    assert only["figures"]["in_block_m2"] >= told["A"]["most_m2"]
    assert only["figures"]["multiple_after"] <= 1.12


def test_supplied_parcels_stay_and_those_outside_come_in() -> None:
    parcels = [
        {"parcel_id": "D1", "park_id": "P1", "supplied_on": dt.date(2020, 1, 1), "box": [600, 1000, 700, 1100]},
        {"parcel_id": "D2", "supplied_on": dt.date(2020, 1, 1), "box": [-1200, 0, -1100, 1000]},
        {"parcel_id": "D3", "box": [-1100, 0, -1000, 1000]},
    ]
    told = proposed({**ROWS, "parcels": parcels})
    only = next(one for one in told if one["variant"] == "D")
    assert only["figures"]["in_m2"] == pytest.approx(10_000, rel=1e-3)
    assert all(one["figures"]["parcels_left_m2"] == 0 for one in told)
    supplied = to_plane(np.array([shapely.box(*_lonlat(-1200, 0, -1100, 1000))], dtype=object))[0]
    for one in told:
        gone = to_plane(
            np.array([plot["geometry"] for plot in one["changes"] if plot["direction"] == "out"], dtype=object)
        )
        assert shapely.intersection(shapely.union_all(gone), shapely.buffer(supplied, -1)).area < 1


def _lonlat(west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
    return (*HERE.lonlat(west, south), *HERE.lonlat(east, north))


def test_the_same_land_gives_the_same_answer() -> None:
    assert repr(proposed(ROWS)) == repr(proposed(ROWS))
    turned = {name: some[::-1] for name, some in ROWS.items()}
    assert [_told(one) for one in proposed(ROWS)] == [_told(one) for one in proposed(turned)]


def test_shifting_changes_nothing() -> None:
    """To the east by some seconds: on the ellipsoid the same land to the last digit."""
    here, there = (proposals(dataset(ROWS, east=east), PACK) for east in (0.0, 0.0125))
    for one, other in zip(here, there, strict=True):
        assert (one["id"], one["status"], one["figures"]["cells_in"]) == (
            other["id"],
            other["status"],
            other["figures"]["cells_in"],
        )
        assert one["figures"]["in_m2"] == pytest.approx(other["figures"]["in_m2"], abs=0.01)
        assert one["figures"]["out_m2"] == pytest.approx(other["figures"]["out_m2"], abs=0.01)


def _told(one: dict[str, Any]) -> tuple[Any, ...]:
    areas = sorted((plot["direction"], round(plot["area_m2"], 3)) for plot in one["changes"])
    return one["id"], one["status"], areas


def test_nothing_is_proposed_where_nothing_is_needed() -> None:
    inside = {**ROWS, "blocks": [{"block_id": "B1", "park_id": "P1", "box": [0, 0, 1000, 1000]}]}
    (one,) = proposed(inside)
    assert (one["status"], one["changes"]) == ("not_needed", [])


@pytest.mark.parametrize(
    ("limits", "clash", "says"),
    [
        ({"expansion_multiple": 0.5}, {"need", "multiple"}, "边界已超出扩展倍数"),
        ({"construction_land_limit_ha": 100, "expansion_multiple": 2}, {"need", "scale"}, "城镇建设用地规模已超出"),
    ],
)
def test_what_clashes_is_named(limits: dict[str, float], clash: set[str], says: str) -> None:
    row = {**ROWS["udb_limits"][0], **limits}
    # Nothing can be let go: all of the boundary is block or supplied.
    parcels = [{"parcel_id": "D1", "supplied_on": dt.date(2020, 1, 1), "box": [-1200, 0, 0, 1000]}]
    told = proposed({**ROWS, "udb_limits": [row], "parcels": parcels}, {"propose_balance": 0})
    first = told[0]
    assert first["status"] == "infeasible"
    assert set(first["clash"]) <= clash and set(first["clash"]) - {"need"}
    assert says in first["reason"].zh


def test_no_land_to_let_go_clashes_with_balance() -> None:
    parcels = [{"parcel_id": "D1", "supplied_on": dt.date(2020, 1, 1), "box": [-1200, 0, 0, 1000]}]
    first = proposed({**ROWS, "parcels": parcels})[0]
    assert (first["status"], first["clash"], first["most_m2"]) == ("infeasible", ["need", "balance"], 0)
    assert "可调出的土地最多 0 亩" in first["reason"].zh


@pytest.mark.parametrize("missing", ["farmland", "redline", "udb", "udb_limits"])
def test_without_a_layer_nothing_is_proposed(missing: str) -> None:
    (one,) = proposed({name: some for name, some in ROWS.items() if name != missing})
    assert one["status"] == "not_checked" and one["reason"] is not None


def test_limits_that_are_not_stated() -> None:
    (one,) = proposed({**ROWS, "udb_limits": [{"county": "甲旗", "base_built_ha": 200}]})
    assert (one["status"], one["reason"].zh) == ("not_checked", "该旗县的边界控制指标没有填全")


def test_cells_sum_to_their_land_and_hang_on_the_line() -> None:
    land = shapely.box(0, 0, 1050, 340).difference(shapely.box(200, 100, 300, 200))
    cells = cut(land, 100, (0, 0))
    assert shapely.area(cells).sum() == pytest.approx(land.area, abs=1e-6)
    layers = hang(cells, shapely.LineString([(0, 0), (1050, 0)]))
    assert layers.roots.sum() == 11
    assert layers.depth.max() >= 3 and layers.depth.min() == 0
    assert all(
        layers.depth[parent] == layers.depth[index] - 1 for index, some in enumerate(layers.parents) for parent in some
    )
    alone = hang(cells, shapely.LineString([(0, -50), (1050, -50)]))
    assert not alone.roots.any() and (alone.depth == -1).all()


def test_too_many_cells_are_made_larger() -> None:
    told = proposed(ROWS, {"propose_most_cells": 60})
    assert told[0]["figures"]["cell_m"] > 100
    assert told[0]["figures"]["candidates_in"] + told[0]["figures"]["candidates_out"] <= 60
