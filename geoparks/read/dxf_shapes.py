"""The shape of a DXF entity: closed outlines as polygons, open ones as lines, arcs as lines that stay close to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geoparks.read.rings import polygon_of_rings

ARC_TOLERANCE_M = 0.005
_CLOSING_GAP = 0.001
_FINEST_SHARE = 1e-7
_CURVES_AN_ARC = 16
"""Bézier curves that stand for an arc: a single one would lie off a kilometre's radius by 27 cm."""


def shape_of(entity: Any) -> tuple[BaseGeometry | None, bool]:
    """The shape of an entity, and whether arcs were stroked into lines."""
    from ezdxf import path as paths

    kind = entity.dxftype()
    if kind == "POINT":
        return shapely.Point(entity.dxf.location.x, entity.dxf.location.y), False
    if kind == "HATCH":
        edges = list(paths.from_hatch(entity))
        rings = [[(point.x, point.y) for point in one.flattening(_tolerance(one))] for one in edges]
        whole = polygon_of_rings([ring[:-1] if ring[0] == ring[-1] else ring for ring in rings if len(ring) > 2])
        return whole, any(one.has_curves for one in edges)
    if kind not in ("LWPOLYLINE", "POLYLINE", "LINE", "CIRCLE", "ELLIPSE", "ARC", "SPLINE"):
        return None, False
    try:
        shape = paths.make_path(entity, segments=_CURVES_AN_ARC)
    except TypeError:
        return None, False
    vertices = [(point.x, point.y) for point in shape.flattening(_tolerance(shape), segments=2)]
    if len(vertices) < 2:
        return None, False
    closed = shape.is_closed or _gap(vertices) <= _CLOSING_GAP
    if closed and len(vertices) >= 4:
        vertices[-1] = vertices[0]
        return shapely.Polygon(vertices), bool(shape.has_curves)
    return shapely.LineString(vertices), bool(shape.has_curves)


def _tolerance(shape: Any) -> float:
    """How far a line may lie off the arc it stands for: finer than a centimetre, but no finer than the size allows."""
    if not shape.has_curves:
        return ARC_TOLERANCE_M
    places = np.array([(one.x, one.y) for one in shape.control_vertices()])
    return max(ARC_TOLERANCE_M, float(np.ptp(places, axis=0).max()) * _FINEST_SHARE)


def _gap(vertices: list[tuple[float, float]]) -> float:
    (x0, y0), (x1, y1) = vertices[0], vertices[-1]
    return float(np.hypot(x1 - x0, y1 - y0))
