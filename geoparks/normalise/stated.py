"""A transformation that the user states in ``[crs.LAYER]``, with its source and date, as a way to EPSG:4490."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pyproj import CRS

from geoparks.normalise import datum
from geoparks.text import Text

_HELMERT_KEYS = {"x": "dx", "y": "dy", "z": "dz", "rx": "rx", "ry": "ry", "rz": "rz", "s": "scale_ppm"}
_RADIANS_TO_DEGREES = "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
_TO_DEGREES = f"+step +inv +proj=cart +ellps=GRS80 {_RADIANS_TO_DEGREES}"


def helmert7(source: CRS, given: Mapping[str, Any]) -> datum.Path:
    """Seven parameters between the geocentric coordinates of two datums: metres, seconds of arc, millionths."""
    ellipsoid = source.ellipsoid
    assert ellipsoid is not None
    shifts = " ".join(f"+{key}={given.get(name, 0.0)}" for key, name in _HELMERT_KEYS.items())
    convention = given.get("convention", "position_vector")
    shape = f"+a={ellipsoid.semi_major_metre} +rf={ellipsoid.inverse_flattening}"
    words = f"+step +proj=cart {shape} +step +proj=helmert {shifts} +convention={convention}"
    return datum.pipeline(f"+proj=pipeline {_unproject(source)} {words} {_TO_DEGREES}")


def affine4(given: Mapping[str, Any]) -> datum.Path:
    """The four parameters (四参数): north' = dx + m(N cos α − E sin α), east' = dy + m(N sin α + E cos α)."""
    (e0, n0), matrix = _affine(given)
    words = f"+step +proj=affine +xoff={e0} +yoff={n0}" + "".join(
        f" +s{row + 1}{column + 1}={matrix[row, column]:.15g}" for row in (0, 1) for column in (0, 1)
    )
    target = CRS.from_epsg(given["to_epsg"])
    return datum.pipeline(f"+proj=pipeline {words} {_unproject(target)} {_RADIANS_TO_DEGREES}")


def affine4_of(given: Mapping[str, Any], place: tuple[float, float]) -> tuple[float, float]:
    """Where the four parameters put one place, east before north."""
    offset, matrix = _affine(given)
    east, north = matrix @ np.array(place) + offset
    return float(east), float(north)


def _affine(given: Mapping[str, Any]) -> tuple[tuple[float, float], np.ndarray[Any, Any]]:
    angle = np.radians(given.get("rotation_seconds", 0.0) / 3600)
    scale = 1 + given.get("scale_ppm", 0.0) * 1e-6
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return (given["dy"], given["dx"]), np.array([[cos, sin], [-sin, cos]])


def said(given: Mapping[str, Any]) -> Text:
    """That the user's transformation was used, and where it is from."""
    return Text(
        f"按 geoparks.toml 给定的 {given['kind']} 转换（来源：{given['source']}，{given['date']}）",
        f"transformed by {given['kind']} as geoparks.toml states (source: {given['source']}, {given['date']})",
    )


def _unproject(crs: CRS) -> str:
    """The step from a system's own coordinates to longitude and latitude in radians."""
    if crs.is_geographic:
        return "+step +proj=unitconvert +xy_in=deg +xy_out=rad"
    words = " ".join(one for one in datum.proj4(crs).split() if one not in ("+no_defs", "+type=crs"))
    return f"+step +inv {words}"
