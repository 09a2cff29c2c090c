"""What maps have in common is made once and makes no page different; a partial list of idle rows says the same as a whole one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from mapped import Taken, frame, squares, workspace

import geoparks as gp
from geoparks.kernel.ready import MANY
from geoparks.kernel.varint import varints
from geoparks.maps import atlas, pack, scene
from geoparks.maps.edition import Edition
from geoparks.maps.idle_lookup import IdleLookup
from geoparks.maps.page import draw
from geoparks.maps.plates import Plates
from geoparks.result import Result

PARKS = ["YQ1", "YQ2", None]
COUNT = 30
LAYERS = """
[[layer]]
name = "blocks"
fill = "#9cbbe0"
stroke = "#2f5d9b"
popup = ["block_id", "park_id"]
[[layer]]
name = "farmland"
fill = "none"
stroke = "#000000"
popup = ["name"]
[[layer]]
name = "parcels"
fill = "#ffffff"
stroke = "#000000"
"""
FIRST = f"""
title = {{ zh = "甲图", en = "First" }}
{LAYERS}
popup = ["parcel_id", "name", "supply_mode", "park_id"]
[[layer.theme]]
field = "supply_mode"
[findings]
fill = "#c8102e"
stroke = "#c8102e"
"""
SECOND = f"""
title = {{ zh = "乙图", en = "Second" }}
{LAYERS}
popup = ["parcel_id", "holder", "name", "supplied_on"]
search = ["holder"]
idle = ["status", "type", "reason", "days"]
[[layer.theme]]
idle = "status"
classes = {{ not_idle = "#a5cbea", suspected = "#f2a55f", determined = "#a0450c", disposed = "#8374b3", not_checked = "#e4e6e9" }}
[[layer.theme]]
idle = "type"
classes = {{ A = "#c75d14", B = "#6a52a0" }}
[[layer.theme]]
idle = "days"
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    blocks = frame(
        [shapely.box(i * 3000, -2000, i * 3000 + 900, -1100) for i in range(3)],
        block_id=["B1", "B2", "B3"],
        park_id=["YQ1", "YQ2", "YQ2"],
    )
    parcels = frame(
        squares(COUNT),
        parcel_id=[f"P{i}" for i in range(COUNT)],
        name=[f"宗{i}" for i in range(COUNT)],
        holder=["甲厂", "乙厂"] * (COUNT // 2),
        park_id=[PARKS[i % 3] for i in range(COUNT)],
        supply_mode=["划拨", "出让", None] * (COUNT // 3),
        supplied_on=["2021-01-10"] * COUNT,
        agreed_start_on=[["2022-06-30", "2024-05-30", None][i % 5 % 3] for i in range(COUNT)],
    )
    farmland = frame([shapely.box(0, -2000, 321, -1700)], id=["N1"], name=["田"])
    root = workspace(
        tmp_path_factory.mktemp("plates"),
        "[map]\npublic_m = 50",
        {"a": FIRST, "b": SECOND},
        blocks=blocks,
        parcels=parcels,
        farmland=farmland,
    )
    return gp.idle(root, on="2024-06-30")


def written(result: Result, folder: Path, *, public: bool = False) -> dict[str, bytes]:
    assert result.workspace is not None
    edition = atlas.edition_of(result.workspace, public=public)
    files = atlas.save(["a", "b"], result.workspace, result.content, folder, edition)
    return {str(one.relative_to(folder)): one.read_bytes() for one in files}


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("largest", [20, 1000])
def test_pages_are_the_same_however_often_they_are_packed(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int, public: bool
) -> None:
    monkeypatch.setattr(atlas, "LARGEST_PAGE", largest)
    once = written(result, tmp_path / "once", public=public)
    assert len(once) == (8 if largest == 20 else 2)
    monkeypatch.setattr(Plates, "of", lambda self, found, what, make: make())
    assert written(result, tmp_path / "anew", public=public) == once


def test_sheets_are_what_is_drawn_of_each_park_alone(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atlas, "LARGEST_PAGE", 20)
    files = written(result, tmp_path)
    sheets = {name: one for name, one in files.items() if "/" in name}
    alone = {
        draw("b", result.workspace, result.content, Edition(park=park, split=frozenset({"parcels"}))).encode()
        for park in ("", "YQ1", "YQ2")
    }
    assert {one for name, one in sheets.items() if name.startswith("b/")} == alone


def test_what_two_maps_show_is_packed_once(result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed: Counter[int] = Counter()

    def counted(geometry: Any) -> Any:
        packed[len(geometry)] += 1
        return pack.meshes(geometry)

    monkeypatch.setattr(atlas, "LARGEST_PAGE", 20)
    monkeypatch.setattr(scene, "meshes", counted)
    written(result, tmp_path)
    assert packed[COUNT // 3] == 3, "the parcels of each park, and of none, on two maps"


def test_a_public_page_does_not_get_the_shapes_of_the_office_s_own(result: Result) -> None:
    assert result.workspace is not None
    plates = Plates(result.workspace.dataset, result.content)
    own, public = (
        Taken(draw("a", result.workspace, result.content, edition, plates=plates))
        for edition in (Edition(), Edition(public_m=50.0))
    )
    alone = Taken(draw("a", result.workspace, result.content, Edition(public_m=50.0)))
    assert public.text == alone.text
    assert public.shapes("parcels") != own.shapes("parcels")


def test_a_park_has_its_features_and_no_others(result: Result) -> None:
    assert result.workspace is not None
    found = Plates(result.workspace.dataset, result.content).drawn("parcels")
    assert found is not None
    assert {park: len(some) for park, some in found.by_park.items()} == {"YQ1": 10, "YQ2": 10, "": 10}
    part = found.of_park("YQ2")
    assert part.ids.tolist() == [f"P{i}" for i in range(1, COUNT, 3)]
    assert set(part.column("park_id")) == {"YQ2"}
    assert part.column("name").tolist() == [f"宗{i}" for i in range(1, COUNT, 3)]
    assert found.of_park("没有").ids.tolist() == []


@pytest.mark.parametrize("public", [False, True])
def test_what_was_made_of_a_park_is_let_go_of_and_nothing_else(result: Result, public: bool) -> None:
    assert result.workspace is not None
    plates, edition = (
        Plates(result.workspace.dataset, result.content),
        atlas.edition_of(result.workspace, public=public),
    )
    found = plates.drawn("parcels")
    assert found is not None

    def made() -> dict[str, object]:
        shown = {park: edition.of(found.of_park(park)) for park in ("YQ1", "YQ2", "")}
        return {"": plates.of(found, "x", object)} | {f"park {k}": plates.of(v, "x", object) for k, v in shown.items()}

    before, part = made(), found.of_park("YQ1")
    assert made() == before and found.of_park("YQ1") is part
    plates.let_go("YQ1")
    assert {name for name, one in made().items() if one is not before[name]} == {"park YQ1"}
    assert found.of_park("YQ1") is not part


def partial(content: dict[str, Any]) -> dict[str, Any]:
    listed = [one for one in content["idle"] if one["status"] != "not_idle"]
    counts = dict(Counter(one["status"] for one in content["idle"]))
    return {**content, "idle": listed, "idle_table": "tables/idle.parquet", "idle_counts": counts}


def test_a_partial_list_colours_and_tells_as_the_whole_one(result: Result) -> None:
    assert result.workspace is not None
    statuses = Counter(one["status"] for one in result.content["idle"])
    assert len(statuses) >= 2
    assert statuses["not_idle"]
    whole, some = (
        Taken(draw("b", result.workspace, content, Edition())) for content in (result.content, partial(result.content))
    )
    for mine, theirs in zip(some.layer("parcels")["themes"], whole.layer("parcels")["themes"], strict=True):
        assert mine["missing"] == theirs["missing"] == "不适用"
        if mine["kind"] == "classes":
            assert some.block(mine["codes"]) == whole.block(theirs["codes"])
    titles = [one["title"] for one in whole.layer("parcels")["fields"]]
    mine, theirs = some.columns("parcels"), whole.columns("parcels")
    status = 1 + titles.index("闲置状态")
    assert mine[status] == theirs[status]
    for place, word in enumerate(theirs[status]):
        others = [column[place] for column in mine[status + 1 : status + 4]]
        if word == "未闲置":
            assert others == [None] * 3, "no more than the status is known of what is not listed"
        else:
            assert others == [column[place] for column in theirs[status + 1 : status + 4]]


@pytest.mark.parametrize("counted", [None, {}, {"not_idle": COUNT - 1}, {"not_idle": COUNT + 1}])
@pytest.mark.parametrize("saved", [False, True])
def test_a_parcel_that_the_document_did_not_count_has_not_been_judged(
    counted: dict[str, int] | None, saved: bool, result: Result, tmp_path: Path
) -> None:
    """A document of other parcels, or of a part of these, says nothing of those without a row; nor one that counts none."""
    assert result.workspace is not None
    content = {key: one for key, one in partial(result.content).items() if key != "idle_counts"}
    if counted is not None:
        content["idle_counts"] = counted
    if saved:
        atlas.save(["b"], result.workspace, content, tmp_path, Edition())
        page = Taken((tmp_path / "b.html").read_text("utf-8"))
    else:
        page = Taken(draw("b", result.workspace, content, Edition()))
    theme = page.layer("parcels")["themes"][0]
    assert theme["missing"] == "未计算"
    assert Counter(page.block(theme["codes"]))[255] == COUNT - len(content["idle"])
    status = 1 + [one["title"] for one in page.layer("parcels")["fields"]].index("闲置状态")
    assert "未闲置" not in page.columns("parcels")[status]


def test_of_two_rows_of_a_parcel_the_last_one_counts() -> None:
    rows = [
        {"parcel_id": "甲", "status": "suspected"},
        {"parcel_id": "乙"},
        {"parcel_id": "甲", "status": "determined"},
    ]
    idle = IdleLookup({"idle": rows}, len(rows))
    positions = idle.positions(np.array(["乙", "丙", "甲"], dtype=object))
    assert positions.tolist() == [1, -1, 2]
    assert not idle.knows_all(positions)
    assert idle.each(positions, lambda row: row.get("status")).tolist() == [None, None, "determined"]


def test_a_partial_list_may_be_empty(result: Result) -> None:
    assert result.workspace is not None
    content = {"idle": [], "idle_counts": {"not_idle": COUNT}}
    positions = np.array([-1])
    for others in (0, COUNT - 1, COUNT + 1):  # what counts more or fewer parcels says nothing of these
        assert not IdleLookup(content, others)
        assert IdleLookup(content, others).each(positions, lambda row: row.get("status")).tolist() == [None]
    idle = Plates(result.workspace.dataset, content).idle
    assert idle
    assert idle.positions(np.array(["甲"], dtype=object)).tolist() == [-1]
    assert idle.knows_all(positions)
    assert idle.each(positions, lambda row: row.get("status")).tolist() == ["not_idle"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2**35 - 1)))
def test_the_compiled_way_packs_numbers_as_numpy_does(numbers: list[int]) -> None:
    some = np.array(numbers, dtype=np.uint64)
    assert varints(some) == pack._varints(some)


def test_shapes_are_packed_the_same_without_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    geometry = np.array([shapely.Point(110 + i / 99, 39).buffer(0.01) for i in range(400)], dtype=object)
    asked: list[int] = []
    monkeypatch.setattr(pack, "ready", lambda count: asked.append(count) or False)
    (numpy,) = pack.meshes(geometry)
    assert max(asked) > MANY
    monkeypatch.setattr(pack, "ready", lambda count: count > 0)
    (compiled,) = pack.meshes(geometry)
    assert compiled.data == numpy.data
