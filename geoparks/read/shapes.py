"""Geometry as readers hand it on: parsed one by one, so that a damaged one does not lose the file, and without heights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import shapely

from geoparks.read.raw import RawLayer
from geoparks.text import Text

Array = np.ndarray[Any, Any]
M_DROPPED = Text("M 值未参与检查，已舍去", "M values play no part and are left out")


class Parsed(NamedTuple):
    """Geometries, and the bytes of those that could not be parsed, by their position."""

    geometry: Array
    broken: dict[int, bytes]


def parsed(runs: Iterable[Array]) -> Parsed:
    """The geometries of runs of bytes, each of them rows that follow those before; a row without any has none."""
    found: list[Array] = [np.empty(0, dtype=object)]
    broken: dict[int, bytes] = {}
    first = 0
    for run in runs:
        geometry = shapely.from_wkb(run, on_invalid="ignore")
        lost = np.flatnonzero(shapely.is_missing(geometry)).tolist()
        broken |= {first + one: run[one] for one in lost if run[one] is not None}
        found.append(geometry)
        first += len(run)
    return Parsed(np.concatenate(found), broken)


def told(raw: RawLayer, shapes: Parsed) -> Array:
    """The geometries of a layer; open rings are closed, what cannot be read is a fault of its row."""
    geometry = shapes.geometry
    for position, source in shapes.broken.items():
        row = int(raw.row_numbers[position])
        geometry[position] = shapely.from_wkb(source, on_invalid="fix")
        if geometry[position] is not None:
            raw.repaired("ring_closed", Text("环未闭合，已补上首点", "an open ring was closed"), row=row)
        else:
            raw.faulty(
                "geometry_unreadable",
                Text(
                    "图形无法解析（曲面、坐标不足或已损坏）",
                    "the geometry cannot be parsed (surface, too few points, damaged)",
                ),
                row=row,
            )
    return flat(raw, geometry)


def parse_wkb(raw: RawLayer, wkb: Any) -> Array:
    """Shapely geometries from the well-known bytes of a layer; what cannot be parsed is None and a fault of its row."""
    return told(raw, parsed([np.asarray(wkb, dtype=object)]))


def flat(raw: RawLayer, geometry: Array) -> Array:
    """Geometry without heights and measures, and that they were there."""
    with np.errstate(all="ignore"):
        m, z = shapely.has_m(geometry), shapely.has_z(geometry)
        if m.any():
            raw.repaired("m_dropped", M_DROPPED)
        if z.any():
            raw.repaired("z_dropped", Text("Z 值未参与检查，已舍去", "Z values play no part and are left out"))
        if not (m | z).any():
            return geometry  # a copy of a million geometries takes as long as reading them
        return shapely.force_2d(geometry)
