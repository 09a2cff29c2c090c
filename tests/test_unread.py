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
