"""A coordinate system with the way to EPSG:4490, and the errors of those who look for one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import CRS

from geoparks.errors import NotJudged
from geoparks.normalise import datum, zones
from geoparks.normalise.evidence import Bounds
from geoparks.read.raw import RawLayer
from geoparks.text import Text

DECLARE = Text(
    "请向数据提供者核实坐标系，并在 geoparks.toml 写明，例如 [crs.图层名] epsg = 4525。",
    "Ask whoever made it, and say so in geoparks.toml, for instance [crs.LAYER] epsg = 4525.",
)


@dataclass(frozen=True)
class Placement:
    """The coordinate system of a layer, how it is known, and the way to EPSG:4490."""

    name: str
    how: Text
    crs: CRS | None
    path: datum.Path
    swapped: bool = False
    """Whether the file has its axes the other way round than x to the east, y to the north."""

    @property
    def has_plane(self) -> bool:
        """Whether the file's own coordinates are a plane, in which a planar area means something."""
        return self.crs is not None and self.crs.is_projected

    @property
    def metre(self) -> float:
        """Metres in one unit of the file's plane."""
        return metre_of(self.crs) if self.crs is not None and self.has_plane else 1.0

    def lonlat(self, bounds: Bounds) -> Bounds | None:
        """Bounds in degrees of bounds in the file's own numbers; None where they do not transform."""
        corners = shapely.get_coordinates(shapely.box(*bounds))
        lonlat = self.path.to_lonlat(corners[:, ::-1] if self.swapped else corners)
        if not np.isfinite(lonlat).all():
            return None
        (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
        return float(west), float(south), float(east), float(north)


def in_zone(zone: zones.Zone, how: Text, swapped: bool) -> Placement:
    """Layers that lie in a zone of CGCS2000."""
    crs = CRS.from_epsg(zone.epsg)
    return Placement(name_of(crs), how, crs, datum.path(crs), swapped)


def metre_of(crs: CRS) -> float:
    """Metres in one unit of a plane."""
    return float(crs.axis_info[0].unit_conversion_factor)


def on_earth(centre: tuple[float, float]) -> bool:
    """Whether numbers can be longitude and latitude."""
    x, y = centre
    return -360 <= x <= 360 and -90 <= y <= 90


def conflict(raw: RawLayer, crs: CRS, found: Text) -> NotJudged:
    """The error for a declared system that the coordinates contradict."""
    return NotJudged(
        Text(
            f"声明的坐标系（{name_of(crs)}）与坐标不符",
            f"the declared system ({name_of(crs)}) does not fit the coordinates",
        ),
        where=raw.where,
        found=found,
        mend=DECLARE,
    )


def name_of(crs: CRS) -> str:
    """EPSG code where there is one, else the system's own name."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.name
