"""What imagery, outlines and pictures tell of a parcel, and how rasters are found, named and read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from casebook import RULES
from rasterio.io import MemoryFile
from test_zonal import BUILT, LIES, NORTH, RING, SIZE, WEST, cells_of, polygon_at, written

import geoparks as gp
from geoparks import runner
from geoparks.catalog import policy
from geoparks.config import ImageryConfig
from geoparks.demo import rasters
from geoparks.errors import GeoparksError
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.built_boundary import built_boundary
from geoparks.measure.chip import chip
from geoparks.measure.imagery import GREEN, green_shares
from geoparks.measure.seen import seen
from geoparks.measure.zonal import shares

BANDS = ImageryConfig(("blue", "green", "red", "nir"))
_UP = Affine(SIZE, 0, WEST, 0, -SIZE, NORTH)
WHOLE = polygon_at(_UP, 4490, [(0, 0), (4, 0), (4, 4), (0, 4)])


def picture(red: Any, nir: Any, dtype: str = "uint16") -> Any:
    other = np.full(np.shape(red), 500)
    return np.stack([other, other, red, nir]).astype(dtype)


def green(path: Path, config: ImageryConfig = BANDS) -> tuple[float, float, str]:
    found = green_shares(path, np.array([WHOLE]), config)
    return found.between(GREEN)[0][0], found.unseen[0], "" if found.why[0] is None else found.why[0].zh


def test_green_is_what_reaches_the_threshold(tmp_path: Path) -> None:
    red, nir = np.full((4, 4), 1000), np.full((4, 4), 1000)
    nir[0] = 1858  # NDVI 0.3002
    nir[1] = 1856  # NDVI 0.2997
    path = written(tmp_path / "a.tif", picture(red, nir))
    assert green(path)[:2] == pytest.approx((0.25, 0), abs=1e-6)
    assert green(path, ImageryConfig(BANDS.bands, 0.25))[0] == pytest.approx(0.5, abs=1e-6)
    assert green(path, ImageryConfig(("blue", "green", "nir", "red")))[0] == 0  # the order is the workspace's to say


def test_scale_and_offset_of_the_file_are_applied(tmp_path: Path) -> None:
    """Reflectance stored as 10000·ρ + 1000 would else be too grey."""
    path = written(tmp_path / "a.tif", picture(np.full((4, 4), 2000), np.full((4, 4), 3000)))
    assert green(path)[0] == 0
    with rasterio.open(path, "r+") as target:
        target.scales, target.offsets = (1e-4,) * 4, (-0.1,) * 4
    assert green(path)[0] == pytest.approx(1)  # NDVI (0.2 − 0.1) ÷ 0.3


def test_filling_and_gaps_of_imagery_are_unseen(tmp_path: Path) -> None:
    red, nir = np.full((4, 4), 100), np.full((4, 4), 400)
    red[0], nir[0] = 0, 0
    red[1], nir[1] = 65535, 65535
    red[2, 0] = 7
    path = written(tmp_path / "a.tif", picture(red, nir), nodata=7)
    least, unseen, why = green(path)
    assert (least, unseen) == pytest.approx((7 / 16, 9 / 16), abs=1e-4)
    assert "没有数据" in why and "（0、65535）" in why


def test_imagery_with_too_few_bands_says_so(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tif", picture(np.ones((4, 4)), np.ones((4, 4)))[:3])
    least, unseen, why = green(path)
    assert np.isnan(least)
    assert unseen == 1
    assert "影像只有 3 个波段" in why


@pytest.mark.parametrize("lie", LIES)
def test_outline_has_the_area_that_is_counted(lie: str, tmp_path: Path) -> None:
    transform, epsg = LIES[lie]
    path = written(tmp_path / "a.tif", cells_of(), transform, epsg)
    shape = polygon_at(transform, epsg, RING)
    outline = built_boundary(path, shape, [BUILT])
    share = float(shares(path, np.array([shape]), {"built": [BUILT]}).of("built")[0])
    both = ellipsoidal_area(np.array([outline, shape]))
    assert outline.is_valid and outline.geom_type == "MultiPolygon"
    assert both[0] == pytest.approx(share * both[1], rel=2e-5)
    assert shape.buffer(1e-7).covers(outline)


def test_outline_over_several_tiles_and_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.tif", np.full((4, 4), BUILT, dtype="uint8"), nodata=0)
    assert built_boundary(path, WHOLE, [BUILT]).geom_type == "Polygon"
    monkeypatch.setattr("geoparks.measure.built_boundary._TILE", 3)
    outline = built_boundary(path, WHOLE, [BUILT])
    assert outline.symmetric_difference(WHOLE).area < 1e-15
    assert built_boundary(path, WHOLE, [7, 0]).is_empty
    assert built_boundary(path, shapely.Polygon(), [BUILT]).is_empty
    assert built_boundary(path, shapely.box(0, 0, 1, 1), [BUILT]).is_empty


def test_picture_shows_the_classes_and_the_parcel(tmp_path: Path) -> None:
    cells = np.full((40, 40), 30, dtype="uint8")
    cells[:, 20:], cells[:5] = BUILT, 0
    path = written(tmp_path / "a.tif", cells, nodata=0)
    shape = polygon_at(_UP, 4490, [(10, 12), (30, 12), (30, 28), (10, 28)])
    legend = {30: "#ffff4c", BUILT: "#fa0000"}
    made = chip(path, shape, 120, legend)
    assert made == chip(path, shape, 120, legend)
    with MemoryFile(made) as file, file.open() as drawn:
        colours, pixels = drawn.colormap(1), drawn.read(1)
    seen = np.array([[colours[one][:3] for one in row] for row in pixels])
    assert seen[60, 40].tolist() == [255, 255, 0x4C]
    assert seen[60, 80].tolist() == [0xFA, 0, 0]
    dark = np.argwhere((seen == 0x11).all(axis=2))
    assert {*dark.min(axis=0)} != {0} and len(dark) > 200  # the outline, inside the picture
    grey = chip(path, shape, 60, {})
    with MemoryFile(grey) as file, file.open() as drawn:
        assert drawn.colormap(1)[int(drawn.read(1)[30, 30])][:3] == (0xD9, 0xD9, 0xD9)
    for size in (0, 513):
        with pytest.raises(ValueError, match="size_px"):
            chip(path, shape, size, legend)


def test_picture_is_north_up_whatever_the_raster(tmp_path: Path) -> None:
    """The same ground stored upside down gives the same picture."""
    cells = cells_of()
    up = written(tmp_path / "a.tif", cells)
    down = written(tmp_path / "b.tif", cells[::-1].copy(), Affine(SIZE, 0, WEST, 0, SIZE, NORTH - 40 * SIZE))
    legend = {30: "#ffff4c", BUILT: "#fa0000", 60: "#b4b4b4"}
    shape = polygon_at(_UP, 4490, RING)
    assert chip(up, shape, 100, legend) == chip(down, shape, 100, legend)


def workspace(folder: Path, config: str, *names: str) -> Any:
    (folder / "data").mkdir()
    for name in names:
        written(folder / "data" / name, cells_of())
    (folder / "geoparks.toml").write_text(config, "utf-8")
    return gp.open(folder)


def test_rasters_are_known_by_their_names(tmp_path: Path) -> None:
    config = (
        '[land_cover]\nlegend = "WorldCover"\n[imagery]\nbands = ["blue", "green", "red", "nir"]\ngreen_from = 0.25\n'
    )
    names = ("land_cover_2020.tif", "地表覆盖2023年.tif", "imagery_GF10001_2023.tif", "影像2023_2.tif", "dem.tif")
    made = workspace(tmp_path, config, *names)
    assert {year: path.name for year, path in made.dataset.rasters.items()} == {2020: names[0], 2023: names[1]}
    assert {year: path.name for year, path in made.dataset.pictures.items()} == {2023: names[2]}
    assert made.dataset.built_classes == (50,)
    assert made.dataset.imagery == ImageryConfig(BANDS.bands, 0.25)
    assert {path.name for path, _ in made.found.ignored} == {"影像2023_2.tif", "dem.tif"}


def test_two_land_covers_of_a_year_are_an_error_naming_both(tmp_path: Path) -> None:
    made = workspace(tmp_path, "", "land_cover_2020.tif", "land_cover_2020_east.tif")
    with pytest.raises(GeoparksError, match=r"land_cover_2020\.tif、land_cover_2020_east\.tif"):
        _ = made.found


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ('[land_cover]\nlegend = "Worldcover"', "WorldCover"),
        ('[land_cover]\nlegend = "WorldCover"\nbuilt = [51]', "51"),
        ('[imagery]\nbands = ["red", "green"]', "nir"),
        ('[imagery]\nbands = ["red", "red", "nir"]', "nir"),
        ("[imagery]\ngreen_from = 1.5", "0–1"),
    ],
)
def test_what_geoparks_toml_may_not_say_of_rasters(config: str, word: str, tmp_path: Path) -> None:
    with pytest.raises(GeoparksError, match=word):
        _ = workspace(tmp_path, config, "land_cover_2020.tif").dataset


def test_the_demonstrations_contradictions_and_no_others(tmp_path: Path) -> None:
    """Two parcels that are finished and bare, one that was never started and is built over."""
    from geoparks import demo

    demo.make(tmp_path / "demo")
    made = gp.open(tmp_path / "demo").dataset
    made.on, made.year = dt.date(2024, 6, 30), 2023
    verdicts = runner.run(made, policy.load("ordos"), [RULES["built_not_seen"], RULES["built_not_recorded"]])
    assert verdicts.errors == []
    assert {(one.code, one.subject.id) for one in verdicts.findings} == {
        *(("built_not_seen", one) for one in rasters.BARE_THOUGH_FINISHED),
        *(("built_not_recorded", one) for one in rasters.BUILT_THOUGH_NOT_STARTED),
    }
    assert {one.severity for one in verdicts.findings} == {"info"}
    (told,) = [one.message.zh for one in verdicts.findings if one.code == "built_not_recorded"]
    assert "2023 年地表覆盖上建成的已占 9" in told and "2020 年地表覆盖上为 0.0%" in told
    evidence, ids = dict(seen(made).certain()), made["parcels"].ids.tolist()
    index = ids.index(rasters.BUILT_THOUGH_NOT_STARTED[0])
    assert set(evidence) == {"land_cover_2020", "land_cover_2023"}
    assert evidence["land_cover_2020"][index] == 0 and evidence["land_cover_2023"][index] > 0.9
