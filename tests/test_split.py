"""``--by park|county``: everything of one park or county in a folder of its own, and nothing of another's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from made import X, Y, write_blocks
from shapely.geometry import box

import geoparks as gp

DAY = "2024-06-30"
PARKS = [("P1", "甲/园", "东胜区"), ("P2", "甲:园", "达拉特旗"), ("P3", "乙园", "东胜区"), ("P4", "", "")]


def workspace(ws: Path, parks: list[tuple[str, str, str]]) -> Path:
    """Every park with one block, half of it on farmland."""
    write_blocks(ws, *((f"B{row}", park[0], 2000.0 * row, 0, 1000, 1000) for row, park in enumerate(parks, start=1)))
    lines = ["park_id,name,county", *(",".join(park) for park in parks)]
    (ws / "data" / "parks.csv").write_text("\n".join(lines) + "\n", "utf-8")
    plots = [box(X + 2000 * row + 500, Y, X + 2000 * row + 1000, Y + 1000) for row in range(1, len(parks) + 1)]
    frame = gpd.GeoDataFrame({"id": [f"F{row}" for row in range(len(parks))]}, geometry=plots, crs=4525)
    frame.to_file(ws / "data" / "farmland.gpkg")
    return ws


def parts(ws: Path, by: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The whole document, and that of every folder."""
    result = gp.check(ws, on=DAY)
    result.save_by(by, ws / "out")
    found = {}
    for path in sorted((ws / "out" / f"by-{by}").glob("*/result.json")):
        found[path.parent.name] = json.loads(path.read_text("utf-8"))
        assert {one.name for one in path.parent.iterdir()} >= {"report.html", "report.xlsx", "evidence.gpkg"}
    return json.loads(result.to_json()), found


def test_by_park(tmp_path: Path) -> None:
    whole, found = parts(workspace(tmp_path, PARKS), "park")
    assert set(found) == {"甲_园_P1", "甲_园_P2", "乙园", "P4"}
    for name, park in {"甲_园_P1": "P1", "甲_园_P2": "P2", "乙园": "P3", "P4": "P4"}.items():
        part = found[name]
        assert [one["id"] for one in part["parks"]] == [park]
        for key in ("checks", "findings"):
            assert part[key] == [one for one in whole[key] if one["park"] == park]
        assert "B07" in {one["rule"] for one in part["findings"]}
        assert part["inputs"] == whole["inputs"]
    total = sum(len(part["findings"]) for part in found.values())
    assert total == len([one for one in whole["findings"] if one["park"]])


def test_by_county(tmp_path: Path) -> None:
    whole, found = parts(workspace(tmp_path, PARKS), "county")
    assert {name: [one["id"] for one in part["parks"]] for name, part in found.items()} == {
        "东胜区": ["P1", "P3"], "达拉特旗": ["P2"], "未注明旗县": ["P4"],
    }  # fmt: skip
    for part in found.values():
        ids = {one["id"] for one in part["parks"]}
        assert part["findings"] == [one for one in whole["findings"] if one["park"] in ids]


@pytest.mark.parametrize(
    "names",
    [
        ["甲园", "甲园"], ["a园", "A园"], ["é园", "e\u0301园"], ["..", "..."], ["con", "CON.x"], ["甲_园_P2", "甲/园", "甲:园"],
        ["很长" * 60 + "一", "很长" * 60 + "二"], ["<", ">"],
    ],
)  # fmt: skip
def test_no_part_takes_the_place_of_another(tmp_path: Path, names: list[str]) -> None:
    parks = [(f"P{row}", name, "") for row, name in enumerate(names, start=1)]
    _, found = parts(workspace(tmp_path, parks), "park")
    assert sorted(part["parks"][0]["id"] for part in found.values()) == [park[0] for park in parks]
    assert len({name.casefold() for name in found}) == len(parks)
    assert not any(name.lower().split(".")[0] in ("con", "nul") or len(name.encode()) > 255 for name in found)


def test_an_overlap_of_two_parks_is_told_to_both(tmp_path: Path) -> None:
    write_blocks(
        tmp_path, ("B1", "P1", 0, 0, 1000, 1000), ("B2", "P2", 900, 0, 1000, 1000), ("B3", "P3", 5000, 0, 9, 9)
    )
    _, found = parts(tmp_path, "park")
    for name, count in {"P1": 1, "P2": 1, "P3": 0}.items():
        assert len([one for one in found[name]["findings"] if one["rule"] == "B09"]) == count
        failed = {
            one["subject"]["id"] for one in found[name]["checks"] if (one["rule"], one["outcome"]) == ("B09", "fail")
        }
        assert len(failed) == count
