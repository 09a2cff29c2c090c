"""Functional zones and regional assessments: what must not change a verdict, tables that sum, parcels kind by kind, their files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from casebook import RULES, Case, dataset
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made import X, Y

import geoparks as gp
from geoparks import runner
from geoparks.catalog import policy
from geoparks.dataset import Dataset
from geoparks.measure.assessed import Standing, covers, kinds, standing
from geoparks.measure.assessed_parcels import Held, parcels_covered
from geoparks.measure.land_classes import LandClass, class_of
from geoparks.records import Finding
from geoparks.zoning.matrix import assessed
from geoparks.zoning.table import zoning

FEW = settings(
    max_examples=15, deadline=None, derandomize=True, phases=[Phase.generate], database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
PACK = policy.load("neimenggu")
EIA, ENERGY = "环境影响评价", "节能评价"
TERM = {"approved_on": dt.date(2022, 3, 1), "valid_until_on": dt.date(2027, 2, 28), "published_on": dt.date(2022, 4, 1)}
COVERING = ("assessment_not_covering", "assessment_expired")
Rows = list[dict[str, Any]]


def made(**layers: Any) -> Dataset:
    found = dataset(Case("zone_missing", {"name": "made", "on": dt.date(2024, 6, 30), "expect": {}, **layers}))
    found.settings = PACK.settings
    return found


def block(x0: float, y0: float, x1: float, y1: float, name: str = "B1", park: str = "P1") -> dict[str, Any]:
    return {"block_id": name, "park_id": park, "box": [x0, y0, x1, y1]}


def assessment(name: str, box: list[float], kind: str | None = EIA, **more: Any) -> dict[str, Any]:
    return {"assessment_id": name, "park_id": "P1", "kind": kind, "box": box, **TERM, **more}


def judged(found: Dataset, *names: str) -> tuple[dict[tuple[str, str], str], list[Finding]]:
    verdicts = runner.run(found, PACK, [RULES[name] for name in names])
    assert verdicts.errors == []
    return {(one.subject.layer, one.subject.id): one.outcome for one in verdicts.checks}, verdicts.findings


def areas(findings: list[Finding]) -> float:
    return math.fsum(one.area_m2 or 0.0 for one in findings)


@FEW
@given(
    st.integers(200, 1200),
    st.lists(st.integers(1, 59), min_size=1, max_size=4, unique=True),
    st.randoms(use_true_random=False),
)
def test_an_assessment_in_pieces_covers_what_it_covered_whole(east: int, cuts: list[int], chance: Any) -> None:
    """Cut into k pieces, in any order, under one id or several: the same verdict, the same area left out."""
    blocks = [block(0, 0, 1000, 1000)]
    whole = judged(made(blocks=blocks, assessments=[assessment("A", [-50, -50, east, 1050])]), *COVERING)
    ends = [-50, *(20 * one for one in sorted(cuts) if 20 * one < east), east]
    for names in ("A" * len(ends), "ABCDEF"):
        pieces = [
            assessment(name, [left, -50, right, 1050])
            for name, left, right in zip(names, ends, ends[1:], strict=False)
        ]  # fmt: skip
        chance.shuffle(pieces)
        cut = judged(made(blocks=blocks, assessments=pieces), *COVERING)
        assert cut[0] == whole[0]
        assert len(cut[1]) == len(whole[1])
        assert areas(cut[1]) == pytest.approx(areas(whole[1]), abs=0.2)


@FEW
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(41, 60), st.sampled_from(list(range(4)))), min_size=1, max_size=5
    )
)
def test_covered_run_out_and_bare_sum_to_the_park(strips: list[tuple[int, int, int]]) -> None:
    """Whatever lies on whatever: the parts that are told apart sum to the park, and no land is told twice."""
    terms: Rows = [
        {}, {"valid_until_on": dt.date(2023, 1, 1)}, {"valid_until_on": None}, {"approved_on": dt.date(2025, 1, 1)},
    ]  # fmt: skip
    rows = [assessment(f"A{n}", [20 * a, -50, 20 * b, 1050], **terms[kind]) for n, (a, b, kind) in enumerate(strips)]
    found = made(blocks=[block(0, 0, 1000, 1000)], assessments=rows)
    cover = next(one for one in covers(found) if one.kind == EIA)
    land = cover.park.shape
    left = cover.leaves(land, found["blocks"], 0)
    inside = shapely.intersection(land, cover.shape(Standing.IN_FORCE)).area
    told = [left.expired, left.maybe_expired, left.bare, left.maybe_bare]
    assert inside + math.fsum(part.value for some in told for part in some) == pytest.approx(land.area, abs=1e-3)


@FEW
@given(
    st.lists(
        st.tuples(
            st.integers(0, 30), st.integers(31, 60), st.sampled_from(["生产", "综合服务", "生态环境保护", "物流", None])
        ),
        min_size=1,
        max_size=5,
    )
)
def test_the_rows_of_a_park_sum_to_the_park(strips: list[tuple[int, int, str | None]]) -> None:
    """Zones that overlap, reach out or leave land out: the rows sum, in area and in each class of land use."""
    zones = [
        {"zone_id": f"Z{n}", "park_id": "P1", "zone": zone, "box": [20 * a, -50, 20 * b, 700]}
        for n, (a, b, zone) in enumerate(strips)
    ]
    land = [
        {"id": "T1", "use_code": "0601", "use_scheme": "三调", "year": 2023, "box": [0, 0, 700, 600]},
        {"id": "T2", "use_code": "0701", "use_scheme": "三调", "year": 2023, "box": [600, 0, 1000, 600]},
    ]
    found = made(blocks=[block(0, 0, 1000, 1000)], functional_zones=zones, land_use=land)
    *rows, total = zoning(found)
    assert total["kind"] == "total"
    for key in ("m2", "share", "production_m2", "living_m2", "other_m2", "unknown_m2", "unsurveyed_m2"):
        assert math.fsum(one[key] for one in rows) == pytest.approx(total[key], abs=1e-3), key
    assert total["share"] == pytest.approx(1)
    for one in (*rows, total):
        classes = math.fsum(one[f"{key}_m2"] for key in ("production", "living", "other", "unknown", "unsurveyed"))
        assert classes == pytest.approx(one["m2"], abs=1e-3)


def test_zones_by_hand() -> None:
    """60 ha of production of which 5 ha are services as well, 30 ha of services in all, 15 ha of nothing; 20 ha reach out."""
    zones = [
        {"zone_id": "Z1", "park_id": "P1", "zone": "生产", "box": [0, 0, 600, 1000]},
        {"zone_id": "Z2", "park_id": "P1", "zone": "综合服务", "box": [550, 0, 850, 1000]},
        {"zone_id": "Z3", "park_id": "P9", "zone": "生态环境保护", "box": [850, 0, 1000, 1000]},
        {"zone_id": "Z4", "park_id": "P1", "zone": "生产", "box": [0, 1000, 200, 2000]},
    ]
    rows = {one["zone"].zh: one for one in zoning(made(blocks=[block(0, 0, 1000, 1000)], functional_zones=zones))}
    hectares = {name: round(one["ha"], 1) for name, one in rows.items()}
    assert hectares == {
        "生产": 55.0, "综合服务": 25.0, "生态环境保护": 0.0, "两类以上分区重叠": 5.0, "未划入分区": 15.0, "合计": 100.0,
    }  # fmt: skip
    assert rows["生产"]["count"] == 2
    assert rows["生产"]["beyond_m2"] == pytest.approx(200_000, rel=1e-3)
    assert rows["合计"]["production_m2"] is None  # no survey: not nought


def test_a_park_without_zones_says_so_and_no_layer_says_nothing() -> None:
    zones = [{"zone_id": "Z1", "park_id": "P2", "zone": "生产", "box": [0, 0, 10, 10]}]
    (row,) = zoning(made(blocks=[block(0, 0, 1000, 1000)], functional_zones=zones, parks=[{"park_id": "P1"}]))
    assert row["m2"] is None
    assert "没有该园区的要素" in row["reason"].zh
    assert zoning(made(blocks=[block(0, 0, 1000, 1000)])) == []
    assert assessed(made(blocks=[block(0, 0, 1000, 1000)])) == []


def test_standing_on_the_days_around_a_term() -> None:
    rows = [assessment("A", [0, 0, 1, 1])]
    features = made(blocks=[block(0, 0, 1, 1)], assessments=rows)["assessments"]
    days = {
        dt.date(2022, 2, 28): Standing.NOT_YET, dt.date(2022, 3, 1): Standing.IN_FORCE, dt.date(2027, 2, 28): Standing.IN_FORCE,
        dt.date(2027, 3, 1): Standing.EXPIRED,
    }  # fmt: skip
    assert {day: standing(features, day)[0] for day in days} == days


def test_the_matrix_says_what_each_kind_is() -> None:
    some = [-50, -50, 500, 1050]
    all_ = [-50, -50, 1050, 1050]
    rows = [
        assessment("A1", all_), assessment("A2", some, ENERGY), assessment("A3", all_, "文物保护评估", valid_until_on=dt.date(2023, 1, 1)),
        assessment("A4", all_, "水资源论证", valid_until_on=None), assessment("A5", all_, "洪评", approved_on=dt.date(2025, 1, 1)),
        assessment("A6", all_, "安评", published_on=None),
    ]  # fmt: skip
    told = {one["kind"]: one for one in assessed(made(blocks=[block(0, 0, 1000, 1000)], assessments=rows))}
    states = {kind: one["state"] for kind, one in told.items() if one["state"] != "missing"}
    assert states == {
        EIA: "covered", ENERGY: "partial", "文物保护评估": "expired", "水资源论证": "open", "洪水影响评价": "not_yet", "安全评价": "covered",
    }  # fmt: skip
    assert len(told) == 11
    assert told[ENERGY]["share"] == pytest.approx(0.5, abs=1e-5)
    assert told[ENERGY]["until_on"] == "2027-02-28"
    assert told["安全评价"]["published"] is False
    assert told["水资源论证"]["share"] is None


def test_parcels_kind_by_kind() -> None:
    rows = [
        assessment("A1", [0, 0, 500, 1000]),
        assessment("A2", [500, 0, 1000, 1000]),
        assessment("A3", [0, 0, 500, 1000], ENERGY),
    ]
    boxes = {
        "whole": [0, 0, 100, 100], "across": [450, 0, 550, 100], "hair": [400, 200, 500.004, 300], "out": [600, 0, 700, 100],
        "edge": [-10, 0, 90, 100],
    }  # fmt: skip
    parcels = [{"parcel_id": name, "park_id": "P1", "box": box} for name, box in boxes.items()]
    parcels.append({"parcel_id": "nowhere", "box": [9000, 0, 9100, 100]})
    layers = made(blocks=[block(0, 0, 1000, 1000)], assessments=rows, parcels=parcels)
    found = parcels_covered(layers)
    names = layers["parcels"].ids[found.table["parcel"]].tolist()
    held = {name: [Held(one).name for one in found.held[row, :2]] for row, name in enumerate(names)}
    assert held == {
        "whole": ["COVERED", "COVERED"], "across": ["COVERED", "PARTLY"], "hair": ["COVERED", "COVERED"], "out": ["COVERED", "BARE"],
        "edge": ["PARTLY", "PARTLY"], "nowhere": ["NOWHERE", "NOWHERE"],
    }  # fmt: skip


def test_classes_of_every_listed_code() -> None:
    """Every code of every classification is of some class, and what begins like living land and is industry is industry."""
    from geoparks.catalog import layer

    codes = layer.load().codes["land_use"]
    for scheme, listed in codes.schemes.items():
        told = {code: class_of(scheme, code, codes) for code in listed}
        assert set(told.values()) == {LandClass.PRODUCTION, LandClass.LIVING, LandClass.OTHER}, scheme
    assert class_of("用地用海", "0601", codes) == LandClass.OTHER
    assert class_of("GB/T 21010", "0601", codes) == LandClass.PRODUCTION
    assert class_of("GB/T 21010", "0601x", codes) == LandClass.PRODUCTION
    assert class_of(None, "0601", codes) == LandClass.UNKNOWN


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of one park with half of it assessed for its impact, and three parcels; a name that is no formula."""
    ws = tmp_path_factory.mktemp("ws")
    (ws / "data").mkdir()

    def write(layer: str, boxes: list[tuple[float, float, float, float]], **columns: list[Any]) -> None:
        shapes = [shapely.box(X + a, Y + b, X + c, Y + d) for a, b, c, d in boxes]
        gpd.GeoDataFrame(columns, geometry=shapes, crs=4525).to_file(ws / "data" / f"{layer}.gpkg")

    write("blocks", [(0, 0, 1000, 1000)], block_id=["B1"], park_id=["P1"], name=["<b>一区</b>"])
    write(
        "functional_zones",
        [(0, 0, 600, 1000), (600, 0, 1000, 1000)],
        zone_id=["Z1", "Z2"],
        park_id=["P1", "P1"],
        zone=["生产", "<i>绿"],
    )
    write(
        "assessments", [(0, 0, 500, 1000)], assessment_id=["A1"], park_id=["P1"], kind=[EIA], approved_on=["2022-03-01"],
        valid_until_on=["2027-02-28"], published_on=["2022-04-01"],
    )  # fmt: skip
    write(
        "parcels", [(0, 0, 100, 100), (450, 0, 550, 100), (600, 0, 700, 100)], parcel_id=["D1", "D2", "D3"], park_id=["P1"] * 3,
        name=["=1+1", "乙", "丙"],
    )  # fmt: skip
    gp.check(ws, on="2024-06-30").save(ws / "out")
    return ws / "out"


def test_the_table_of_parcels(outputs: Path) -> None:
    words = (outputs / "tables" / "assessments_by_parcel.csv").read_bytes()
    assert words.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(words.decode("utf-8-sig"))))
    assert [(one["宗地编号"], one[EIA], one[ENERGY], one["原则上不再单独评估的事项数"]) for one in rows] == [
        ("D1", "已覆盖", "未覆盖", "1"), ("D2", "部分", "未覆盖", "0"), ("D3", "未覆盖", "未覆盖", "0"),
    ]  # fmt: skip
    assert not rows[0]["名称"].startswith("=")


def test_the_document_the_page_and_the_workbook_say_the_same(outputs: Path) -> None:
    content = json.loads((outputs / "result.json").read_text("utf-8"))
    told = {one["kind"]: one for one in content["assessments"]}
    assert (told[EIA]["parcels"], told[EIA]["parcels_covered"]) == (3, 1)
    assert [one["zone"]["zh"] for one in content["zoning"]][-1] == "合计"
    page = (outputs / "report.html").read_text("utf-8")
    assert "部分覆盖 50.00%" in page
    assert "<i>绿" not in page
    assert "&lt;i&gt;绿" in page
    book = openpyxl.load_workbook(outputs / "report.xlsx")
    zones = list(book["功能分区表"].iter_rows(values_only=True))
    assert [row[2] for row in zones[1:]] == [one["zone"]["zh"] for one in content["zoning"]]
    assert [round(row[6], 6) for row in zones[1:]] == [round(one["share"] * 100, 6) for one in content["zoning"]]
    matrix = list(book["区域评估"].iter_rows(values_only=True))
    assert matrix[1][2].startswith("部分覆盖 50.00%")
    assert list(matrix[1][3:]) == ["缺"] * 10


def test_a_city_of_parcels_is_told_in_seconds() -> None:
    """200,000 parcels and eleven kinds: each shape of a cover is looked at once, and hardly any parcel is cut."""
    side, count = 20.0, 200_000
    across = math.isqrt(count)
    found = made(
        blocks=[block(0, 0, across * side, across * side)], parcels=[{"parcel_id": "D", "park_id": "P1", "box": [0, 0, 1, 1]}],
        assessments=[assessment(f"A{n}", [0, 0, across * side / 2, across * side], kind) for n, kind in enumerate(kinds(made(blocks=[block(0, 0, 1, 1)])))],
    )  # fmt: skip
    import geopandas as gpd

    from geoparks.measure.by_column import ByColumn
    from geoparks.measure.plane import from_plane, plane_of

    x, y = (side * one for one in np.divmod(np.arange(across * across), across))
    origin = plane_of(found["blocks"])[0].bounds
    shapes = shapely.box(origin[0] + x, origin[1] + y, origin[0] + x + side * 0.9, origin[1] + y + side * 0.9)
    import pandas as pd

    table = pd.DataFrame({"parcel_id": np.arange(len(shapes)).astype(str), "park_id": "P1"})
    parcels = found["parcels"]
    parcels.frame = gpd.GeoDataFrame(table, geometry=from_plane(shapes), crs="EPSG:4490")
    parcels.forget()
    park = np.full(len(shapes), "P1", dtype=object)
    found.derived["land"] = ByColumn({"parcel": np.arange(len(shapes)), "park_id": park, "m2": np.ones(len(shapes))})
    held = parcels_covered(found).held
    assert (held == held[:, :1]).all()
    share = float((held[:, 0] == Held.COVERED).mean())
    assert share == pytest.approx(0.5, abs=0.01)
