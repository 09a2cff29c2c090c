"""Small files of every format for the tests of reading: three blocks in 3° zone 37, with the codes that readers spoil."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS

from geoparks import read, write
from geoparks.read.raw import RawLayer
from geoparks.write import Outgoing

X, Y = 37_410_000.0, 4_380_000.0
CODES = ["T0103", "0601", "150602001001"]
IDS = ["A01", "A02", "A03"]
NAMES = ["甲区块", "乙区块（一期）", "丙区块"]
AREAS = [1_000_000.0, 990_000.0, 1_000_000.0]
WRITABLE = (".shp", ".gpkg", ".gdb", ".geojson", ".kml", ".parquet", ".dxf", ".txt", ".xlsx", ".csv", ".fgb")


def squares(x: float = X, y: float = Y) -> np.ndarray[Any, Any]:
    """Three squares of a kilometre side by side, the second with a hole of a hectare."""
    shapes = [shapely.box(x + i * 1000, y, x + i * 1000 + 1000, y + 1000) for i in range(3)]
    hole = shapely.box(x + 1200, y + 200, x + 1300, y + 300).exterior.coords
    shapes[1] = shapely.Polygon(shapes[1].exterior.coords, [hole])
    return np.array(shapes, dtype=object)


def attributes() -> pd.DataFrame:
    """Ids, names and codes as text, and an area as a number."""
    return pd.DataFrame({"区块编号": IDS, "区块名称": NAMES, "地类": CODES, "批准面积": [100.0, 99.0, 100.5]})


def frame(crs: int | None = 4525) -> gpd.GeoDataFrame:
    """Attributes and squares together."""
    return gpd.GeoDataFrame(attributes(), geometry=squares(), crs=crs)


def degrees() -> np.ndarray[Any, Any]:
    """The squares in longitude and latitude."""
    return np.array(list(gpd.GeoSeries(squares(), crs=4525).to_crs(4490)), dtype=object)


def write_one(path: Path) -> Path:
    """The blocks in the format of the suffix, written by geoparks."""
    in_degrees = path.suffix in (".geojson", ".kml")
    crs = CRS.from_epsg(4490 if in_degrees else 4525)
    write.write(Outgoing(path.stem, attributes(), degrees() if in_degrees else squares(), crs), path)
    return path


def write_gml(path: Path) -> Path:
    """The blocks as GML, by GDAL, without the schema beside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pyogrio.write_dataframe(frame(), path, driver="GML")
    path.with_suffix(".xsd").unlink()
    return path


class _NamedByWindows(zipfile.ZipInfo):
    """An entry whose name is written in a Chinese code page, without the mark for UTF-8."""

    encoding = "gbk"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(self.encoding), self.flag_bits & ~0x800


def zipped(path: Path, files: dict[str, Path | bytes], *, encoding: str | None = None) -> Path:
    """A ZIP; with `encoding`, its names are in those bytes, as Chinese Windows writes them."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in files.items():
            entry = zipfile.ZipInfo(name) if encoding is None else _NamedByWindows(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, source.read_bytes() if isinstance(source, Path) else source)
    return path


def one(path: Path) -> RawLayer:
    """The only layer of a file."""
    (raw,) = read.open_file(path)
    return raw


def codes(raw: RawLayer) -> list[str]:
    """What was repaired and what is wrong, as codes."""
    return [one.code for one in raw.repairs] + [one.code for one in raw.faults]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
