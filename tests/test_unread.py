"""Words that cannot be read are known by the feature they are of: whichever file it came from, whatever it is called by now."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

import geoparks as gp
from geoparks import parcelwise
from geoparks.measure.losses import unread

DAYS = {"supplied_on": "2020-01-01", "agreed_start_on": "2020-06-01"}
WORDS = "去年春天开的工"
ROWS = {
    "north": {"N1": "2020-05-01", "N2": WORDS, "N3": None},
    "south": {"S1": "2020-05-01", "S2": "2020-05-02", "S3": None},
}
EXPECTED = {
    "N1": "not_idle", "N2": "not_checked", "N3": "suspected", "S1": "not_idle", "S2": "not_idle", "S3": "suspected",
}  # fmt: skip


def square(place: int) -> shapely.Polygon:
    west = 110 + place / 100
    return shapely.box(west, 40, west + 0.001, 40.001)


def table(of: str) -> gpd.GeoDataFrame:
    rows = [
        {"parcel_id": name, "park_id": "P1", **DAYS, "started_on": day, "area_ha": 1.0}
        for name, day in ROWS[of].items()
    ]
    first = 0 if of == "north" else 50
    return gpd.GeoDataFrame(rows, geometry=[square(first + one) for one in range(len(rows))], crs=4490)


def geojson(path: Path, of: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(json.loads(table(of).to_json()), ensure_ascii=False), "utf-8")


def two_folders(folder: Path) -> None:
    for of in ROWS:
        geojson(folder / of / "宗地.geojson", of)


def one_container(folder: Path) -> None:
    for of in ROWS:
        table(of).to_file(folder / "宗地.gpkg", layer=of)


def two_archives(folder: Path) -> None:
    for of in ROWS:
        geojson(folder.parent / "aside" / "宗地.geojson", of)
        (folder / of).mkdir()
        with zipfile.ZipFile(folder / of / "宗地.zip", "w") as target:
            target.write(folder.parent / "aside" / "宗地.geojson", "宗地.geojson")
    (folder.parent / "aside" / "宗地.geojson").unlink()


def one_archive(folder: Path) -> None:
    with zipfile.ZipFile(folder / "宗地.zip", "w") as target:
        for of in ROWS:
            geojson(folder.parent / "aside" / f"{of}.geojson", of)
            target.write(folder.parent / "aside" / f"{of}.geojson", f"{of}/宗地.geojson")
            (folder.parent / "aside" / f"{of}.geojson").unlink()


def parts(folder: Path) -> None:
    for of in ROWS:
        (folder / of).mkdir()
        table(of).to_parquet(folder / of / "宗地.parquet")


def statuses(root: Path) -> dict[str, str]:
    (root / "geoparks.toml").touch()
    return {one["parcel_id"]: one["status"] for one in gp.idle(root, on="2024-06-30").content["idle"]}


@pytest.mark.parametrize("put", [two_folders, one_container, two_archives, one_archive, parts])
def test_of_two_files_of_one_name_the_one_that_has_the_words(tmp_path: Path, put: Any) -> None:
    folder = tmp_path / "data" / "parcels"
    folder.mkdir(parents=True)
    put(folder)
    assert statuses(tmp_path) == EXPECTED


def drawn(root: Path, *parcels: tuple[str, str], **fields: Any) -> None:
    """Parcels of an id and a park, with what is joined to them by their ids in a table of its own."""
    rows = [{"parcel_id": name, "park_id": park, "name": name + park, **fields} for name, park in parcels]
    folder = root / "data" / "parcels"
    folder.mkdir(parents=True, exist_ok=True)
    shapes = gpd.GeoDataFrame(rows, geometry=[square(one) for one in range(len(rows))], crs=4490)
    (folder / "宗地.geojson").write_text(shapes.to_json(), "utf-8")


def joined_to(root: Path, *rows: tuple[str, str]) -> None:
    lines = [f"{name},2020-01-01,2020-06-01,{started}" for name, started in rows]
    header = "parcel_id,supplied_on,agreed_start_on,started_on"
    (root / "data" / "parcels" / "表.csv").write_text("\n".join([header, *lines, ""]), "utf-8")


def test_words_of_a_joined_table_follow_ids_that_are_told_apart(tmp_path: Path) -> None:
    drawn(tmp_path, ("Z1", "P1"), ("Z2", "P1"), ("Z1", "P2"))
    joined_to(tmp_path, ("Z1", "去年春天"), ("Z2", "2020-07-01"))
    assert statuses(tmp_path) == {"P1/Z1": "not_checked", "Z2": "not_idle", "P2/Z1": "not_checked"}
    parcels = gp.open(tmp_path).dataset["parcels"]
    assert {one.feature for one in parcels.faults if one.code == "unreadable_date"} == {"P1/Z1", "P2/Z1"}


def test_words_of_a_row_that_no_parcel_has_may_be_those_of_any(tmp_path: Path) -> None:
    drawn(tmp_path, ("Z1", "P1"), ("Z2", "P1"))
    joined_to(tmp_path, ("Z1", ""), ("Z2", "2020-07-01"), ("", "去年春天"))
    assert statuses(tmp_path) == {"Z1": "not_checked", "Z2": "not_idle"}
    joined_to(tmp_path, ("Z1", ""), ("Z2", "2020-07-01"), ("", "2020-07-01"))
    assert statuses(tmp_path) == {"Z1": "suspected", "Z2": "not_idle"}


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_words_of_another_piece_are_not_those_of_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    folder = tmp_path / "data" / "parcels"
    folder.mkdir(parents=True)
    two_folders(folder)
    monkeypatch.setattr(parcelwise, "ROWS", rows)
    assert statuses(tmp_path) == EXPECTED


def test_of_words_too_frequent_to_be_told_one_by_one_every_kind_is_told(tmp_path: Path) -> None:
    ids = [f"Z{one}" for one in range(60)]
    drawn(tmp_path, *((name, "P1") for name in [*ids, "blank"]))
    joined_to(tmp_path, *((name, "去年" if place < 25 else "前年") for place, name in enumerate(ids)), ("blank", ""))
    assert set(statuses(tmp_path).values()) == {"not_checked"}
    _, elsewhere = unread(gp.open(tmp_path).dataset["parcels"], "started_on")
    assert elsewhere is not None and "另有 5 行" in elsewhere.zh and "另有 15 行" in elsewhere.zh
    assert "5 more rows" in elsewhere.en and "15 more rows" in elsewhere.en


def test_of_two_tables_the_row_that_has_the_words(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "enterprises"
    folder.mkdir(parents=True)
    (tmp_path / "geoparks.toml").touch()
    (folder / "甲.csv").write_text(f"enterprise_id,name,left_on\nE1,一,\nE2,二,{WORDS}\n", "utf-8")
    (folder / "乙.csv").write_text("enterprise_id,name,left_on\nE3,三,\nE4,四,\n", "utf-8")
    enterprises = gp.open(tmp_path).dataset["enterprises"]
    one_by_one, elsewhere = unread(enterprises, "left_on")
    assert [str(enterprises.ids[one]) for one in one_by_one] == ["E2"] and elsewhere is None
