"""Values as the document writes them: numbers, days, sentences in both languages, geometry in nine decimals."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geoparks.text import Text

DECIMALS = 9


def number(value: Any) -> Any:
    """A plain number: whole ones without a fraction, NaN as nothing."""
    if isinstance(value, float | np.floating):
        value = float(value)
        if math.isnan(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return int(value) if isinstance(value, np.integer) else value


def day(value: dt.date | None) -> str | None:
    """A day as it is written, 2025-06-30; None where there is none."""
    return value.isoformat() if value is not None else None


def both_languages(value: Text | None) -> dict[str, str] | None:
    """A sentence in Chinese and in English; None where there is none."""
    return value.as_dict() if value is not None else None


def geojson(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """A geometry as GeoJSON with nine decimals, a tenth of a millimetre; None for missing and empty ones."""
    if geometry is None or geometry.is_empty:
        return None
    rounded = shapely.transform(geometry, lambda coordinates: np.round(coordinates, DECIMALS))
    return dict(shapely.geometry.mapping(rounded))


def point(geometry: BaseGeometry | None) -> list[float] | None:
    """A place inside the evidence, [longitude, latitude]: for several points, the first."""
    if geometry is None or geometry.is_empty:
        return None
    inside = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    if geometry.geom_type == "MultiPoint":
        inside = geometry.geoms[0]
    return [round(inside.x, DECIMALS), round(inside.y, DECIMALS)]


def plain(value: Any) -> Any:
    """A row with whatever it holds, as the document writes it: texts in both languages, geometry as GeoJSON, NaN as nothing."""
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, BaseGeometry):
        return geojson(value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return number(value)
