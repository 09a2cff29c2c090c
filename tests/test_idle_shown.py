"""Idle land in the document, the report, the workbook and the table: one row a parcel, hostile text escaped, warnings in time."""

from __future__ import annotations

import base64
import io
import json
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import rasterio
import shapely
from PIL import Image
from rasterio.transform import from_origin
from typer.testing import CliRunner

import geoparks as gp
from geoparks.cli import app
from geoparks.maps.chips import chips
from geoparks.maps.drawn import drawn
from geoparks.maps.idle_card import card
from geoparks.maps.idle_lookup import IdleLookup

HOSTILE = "<script>alert(1)</script>某厂"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("idle") / "ws"
    (path / "data").mkdir(parents=True)
    rows = [
        {"宗地编号": "Z1", "宗地名称": HOSTILE, "供地日期": "2022-01-10", "约定动工日期": "2023-06-30", "闲置原因": "企业原因", "成交价款（万元）": 500},
        {"宗地编号": "Z2", "宗地名称": "乙厂", "供地日期": "2022-01-10", "约定动工日期": "2023-09-28", "闲置原因": None, "成交价款（万元）": None},
        {"宗地编号": "Z3", "宗地名称": "丙厂", "供地日期": "2022-01-10", "约定动工日期": "Nah", "闲置原因": None, "成交价款（万元）": None},
    ]  # fmt: skip
    shapes = [shapely.box(110 + i * 0.01, 39, 110.005 + i * 0.01, 39.005) for i in range(3)]
    gpd.GeoDataFrame(rows, geometry=shapes, crs=4490).to_file(path / "data" / "宗地.gpkg")
    return path


@pytest.fixture(scope="module")
def saved(folder: Path) -> Any:
    result = gp.idle(folder, on="2024-06-30", within=90)
    result.save(folder / "out")
    return result


def test_the_document_has_a_row_for_every_parcel(saved: Any) -> None:
    rows = {one["parcel_id"]: one for one in saved.content["idle"]}
    assert {name: one["status"] for name, one in rows.items()} == {
        "Z1": "suspected",
        "Z2": "not_idle",
        "Z3": "not_checked",
    }
    first = rows["Z1"]
    assert (first["type"], first["path"], first["since"], first["fee_wanyuan"]) == ("A", "fee", "2023-06-30", 100)
    assert first["article"] == "国土资源部令第53号 第十四条"
    assert "百分之二十" in first["quote"]
    assert rows["Z2"]["becomes_on"] == "2024-09-28"
    assert rows["Z2"]["type"] is None
    json.dumps(saved.content, allow_nan=False)


def test_what_rasters_show_of_a_parcel_stands_beside_it(folder: Path, tmp_path: Path) -> None:
    """Built over between two years though never recorded as started: the row and the card say by how much, the record stands."""
    seen = tmp_path / "ws"
    shutil.copytree(folder / "data", seen / "data")
    (seen / "geoparks.toml").write_text("[land_cover]\nbuilt = [50]\n", encoding="utf-8")
    frame = from_origin(109.999, 39.006, 1e-4, 1e-4)
    for year, value in ((2020, 30), (2023, 50)):
        cells = np.full((80, 260), 30, dtype="uint8")
        cells[:, :60] = value  # all of Z1 and nothing of the others
        path = seen / "data" / f"land_cover_{year}.tif"
        with rasterio.open(
            path, "w", driver="GTiff", width=260, height=80, count=1, dtype="uint8", crs=4490, transform=frame
        ) as made:
            made.write(cells, 1)
    content = gp.idle(seen, on="2024-06-30").content
    rows = {one["parcel_id"]: one for one in content["idle"]}
    assert rows["Z1"]["evidence"] == {"land_cover_2020": 0, "land_cover_2023": 1}
    assert rows["Z1"]["status"] == "suspected"
    assert rows["Z2"]["evidence"] == {"land_cover_2020": 0, "land_cover_2023": 0}
    idle = IdleLookup(content, len(rows))
    ((title, column),) = card(("evidence",), idle.positions(np.array(["Z1"], dtype=object)), idle, "zh")
    assert (title, column[0]) == ("栅格上的建成比例", "2020 年地表覆盖 0.0%；2023 年地表覆盖 100.0%")
    workspace = gp.open(seen)
    found = drawn("parcels", workspace.dataset)
    assert found is not None
    pictures = chips(found, idle.positions(found.ids), idle, workspace.dataset, workspace.catalogue, "zh")
    assert list(pictures) == [str(found.ids.tolist().index("Z1"))]  # Z2 and Z3 are not suspected
    (before, after) = next(iter(pictures.values()))
    assert (before["title"], after["title"]) == ("2020 年地表覆盖：建成 0.0%", "2023 年地表覆盖：建成 100.0%")
    shown = [np.array(Image.open(io.BytesIO(base64.b64decode(one["data"]))).convert("RGB")) for one in (before, after)]
    assert not (shown[0][64, 64] == (0xC0, 0x39, 0x2B)).all() and (shown[1][64, 64] == (0xC0, 0x39, 0x2B)).all()


def test_the_warning_list_is_as_long_as_the_days_asked_for(folder: Path) -> None:
    for within, expected in ((89, 0), (90, 1)):  # 2024-09-28 is 90 days after 2024-06-30
        page = folder / f"out{within}"
        gp.idle(folder, on="2024-06-30", within=within).save(page)
        assert ("天内将满一年" in (page / "report.html").read_text("utf-8")) == bool(expected)


def test_the_page_and_the_workbook(folder: Path, saved: Any) -> None:
    page = (folder / "out" / "report.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "只有自然资源主管部门的认定书" in page
    book = openpyxl.load_workbook(folder / "out" / "report.xlsx")
    assert [row[0] for row in book["闲置土地"].iter_rows(min_row=2, values_only=True)] == ["Z1"]
    assert [row[0] for row in book["闲置预警"].iter_rows(min_row=2, values_only=True)] == ["Z2"]
    assert book["全部宗地闲置判定"].max_row == 4


def test_the_table_for_a_notebook(saved: Any) -> None:
    assert saved.idle.set_index("parcel_id")["status"].to_dict() == {
        "Z1": "suspected",
        "Z2": "not_idle",
        "Z3": "not_checked",
    }


def test_the_command(folder: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["idle", str(folder), "--on", "2024-06-30", "--within", "90", "--out", str(tmp_path), "--json"]
    )
    assert json.loads(done.stdout)["within"] == 90
    assert (tmp_path / "maps" / "idle.html").exists()
    said = (
        CliRunner()
        .invoke(app, ["idle", str(folder), "--on", "2024-06-30", "--within", "90", "--out", str(tmp_path)])
        .stdout
    )
    assert "疑似闲置 1" in said
    assert "90 天内将满一年：1 宗" in said
