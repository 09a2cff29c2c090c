"""A register of parcels with all that may be wrong in one, as files of several formats, and what makes two layers the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geoparks as gp
from geoparks.normalise.features import Features
from geoparks.read import runs

COUNT = 260
FORMATS = {".parquet": None, ".gpkg": "GPKG", ".fgb": "FlatGeobuf", ".gdb": "OpenFileGDB", ".shp": "ESRI Shapefile"}


def parcels(crs: int = 4525) -> gpd.GeoDataFrame:
    """Parcels with all that a register has of what is wrong, some of it in one run only and some in all."""
    rng = np.random.default_rng(5)
    east, north = 37_400_000 + 50.0 * np.arange(COUNT), 4_380_000 + rng.uniform(0, 20_000, COUNT)
    shapes = shapely.box(east, north, east + 40, north + rng.uniform(20, 900, COUNT))
    if crs == 4490:
        shapes = shapely.transform(shapes, lambda xy: xy * [1e-5, 1e-5] + [-264.0, -4.0])
    shapes[[3, 150, 255]] = None
    shapes[70] = shapely.Polygon(shapes[70].exterior.coords[:2] + shapes[70].exterior.coords[2:4][::-1])  # a bow tie
    area = np.where(rng.random(COUNT) < 0.2, None, rng.uniform(0.1, 9, COUNT).round(4).astype(str).astype(object))
    area[5::6] = "约三亩"  # in more rows than are told one by one
    area[[200, 201]] = "0.5公顷、0.6公顷"
    days = np.array(
        [str(dt.date(2015, 1, 1) + dt.timedelta(int(one))) for one in rng.integers(0, 3000, COUNT)], dtype=object
    )
    days[[64, 128]] = ["2015年13月", "不详"]
    ids = np.array([f"地块{one}" for one in range(COUNT)], dtype=object)
    ids[rng.random(COUNT) < 0.1] = None
    ids[[40, 41, 90]] = "地块7"
    columns = {
        "宗地编号": ids, "宗地名称": [f"第{one}宗" for one in range(COUNT)], "面积_公顷": area, "供地日期": days, "动工开发日期": np.where(rng.random(COUNT) < 0.5, days, None),
        "权利人": [f"企业{one % 9}" for one in range(COUNT)], "容积率": rng.uniform(0, 2, COUNT), "层数": np.arange(COUNT),
        "坐落": [None if one < 130 else f"第{one}号" for one in range(COUNT)],
        "约定竣工日期": [None if one > 90 else "2020-01-01" for one in range(COUNT)],
        "标准地": np.where(np.arange(COUNT) == 199, "也许", "是"),
    }  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def written(path: Path, frame: gpd.GeoDataFrame) -> Path:
    """Parcels as a file of a format, in a folder of data, under a name that says what they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    driver = FORMATS[path.suffix]
    if driver is None:
        frame.to_parquet(path)
    else:
        more = {".shp": {"encoding": "gbk"}, ".fgb": {"SPATIAL_INDEX": "NO"}}.get(path.suffix, {"layer": path.stem})
        frame.to_file(path, driver=driver, engine="pyogrio", **more)
    return path


def layer(folder: Path) -> Features:
    return gp.open(folder).dataset["parcels"]


def whole(folder: Path) -> Features:
    """The layer of a file that is read as a whole."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runs, "ROWS", 10**9)
        return layer(folder)


def assert_same(one: Features, other: Features) -> None:
    """Rows, shapes, and all that is told of them, in its order."""
    pd.testing.assert_frame_equal(pd.DataFrame(one.frame), pd.DataFrame(other.frame))
    for kind in ("geometry", "own", "sound"):
        assert shapely.to_wkb(getattr(one, kind)[:]).tolist() == shapely.to_wkb(getattr(other, kind)[:]).tolist()
    for kind in ("rows", "source_of", "invalid"):
        np.testing.assert_array_equal(getattr(one, kind), getattr(other, kind))
    for mine, its in zip(one.sources, other.sources, strict=True):
        assert mine.placement is not None and its.placement is not None
        assert (mine.placement.name, mine.placement.how) == (its.placement.name, its.placement.how)
        assert replace(mine, placement=None) == replace(its, placement=None)
    for kind in ("repairs", "faults", "questions", "matches", "disputes"):
        assert getattr(one, kind) == getattr(other, kind), kind
