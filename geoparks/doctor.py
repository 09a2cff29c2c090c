"""``geoparks doctor``: what this machine has, what is missing, and how to mend it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module, metadata

from geoparks.text import Text
from geoparks.version import __version__

_LIBRARIES = (
    "numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "rasterio", "pyarrow", "openpyxl", "xlrd", "ezdxf",
    "lxml", "jinja2", "typer", "rich",
)  # fmt: skip
_FOREIGN = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH")
_DRIVERS = ("ESRI Shapefile", "GPKG", "OpenFileGDB", "GeoJSON", "LIBKML", "GML", "TopoJSON")


@dataclass(frozen=True)
class Line:
    """One thing that was looked at."""

    what: str
    found: str
    good: bool
    mend: Text = Text("", "")


def examine() -> Iterator[Line]:
    """Look at interpreter, libraries, drivers, datum files and what other programs have set."""
    yield Line("geoparks", __version__, True)
    yield Line("Python", f"{platform.python_version()} ({platform.system()} {platform.machine()})", sys.version_info >= (3, 11),
               Text("请安装 Python 3.11 或更高版本。", "Install Python 3.11 or later."))  # fmt: skip
    for name in _LIBRARIES:
        try:
            import_module(name)
            yield Line(name, metadata.version(name), True)
        except ImportError as error:
            yield Line(
                name,
                str(error),
                False,
                Text("请重新安装：pip install --force-reinstall geoparks", "pip install --force-reinstall geoparks"),
            )
    yield from _geodata()
    for name in _FOREIGN:
        value = os.environ.get(name)
        if value:
            yield Line(
                name, value, False, Text("其他软件设置了此变量；请清除后重试。", "Another program set this; unset it.")
            )


def _geodata() -> Iterator[Line]:
    import pyogrio
    from pyproj import CRS, proj_version_str

    drivers = pyogrio.list_drivers()
    for name in _DRIVERS:
        yield Line(f"GDAL {name}", drivers.get(name, "—"), name in drivers, Text("请更新 pyogrio。", "Update pyogrio."))
    code = CRS.from_epsg(4525).to_epsg()
    yield Line(
        "PROJ",
        f"{proj_version_str}, EPSG:{code}",
        code == 4525,
        Text("PROJ 数据库不可用。", "PROJ's database cannot be used."),
    )
