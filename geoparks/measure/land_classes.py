"""Land of production, land to live on, and other land: by the code of its use, each under its own classification."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.catalog.codes import Codes
from geoparks.dataset import Dataset
from geoparks.measure.overlay import shapes_of
from geoparks.normalise.features import Features
from geoparks.normalise.numbered import numbered_pairs
from geoparks.text import Text

Array = np.ndarray[Any, Any]
_ROUNDING = 1e-9  # relative: how well pieces that lie side by side sum to their union


class LandClass(StrEnum):
    """What land is used for, as article 7 of the region's measures tells it apart; how codes are read is data."""

    PRODUCTION = "production"
    LIVING = "living"
    OTHER = "other"
    UNKNOWN = "unknown"
    """No code, no classification, or a code that its classification does not have."""


TITLES = {
    LandClass.PRODUCTION: Text("产业用地", "production land"), LandClass.LIVING: Text("生活用地", "living land"),
    LandClass.OTHER: Text("其他用地", "other land"), LandClass.UNKNOWN: Text("用途不明", "use not known"),
}  # fmt: skip


def classes_of(features: Features, codes: Codes, rows: Array | None) -> Array:
    """The class of all features or some by their ``use_scheme`` and ``use_code``; the many rows have few different pairs."""
    places, unique = uses(features, rows)
    told = [class_of(scheme, code, codes) for scheme, code in unique]
    result: Array = np.array([*told, LandClass.UNKNOWN], dtype=object)[places]
    return result


def uses(features: Features, rows: Array | None) -> tuple[Array, list[tuple[object, object]]]:
    """The different pairs of ``use_scheme`` and ``use_code``, and of all features or some the position of its pair."""
    schemes, codes = (features.column(name, rows).to_numpy(dtype=object) for name in ("use_scheme", "use_code"))
    return numbered_pairs(schemes, codes)


def class_of(scheme: object, code: object, codes: Codes) -> LandClass:
    """The class of one code. What is industrial is not living, whichever of the two has the shorter beginning.

    >>> from geoparks.catalog import layer
    >>> codes = layer.load().codes["land_use"]
    >>> [str(class_of("三调", one, codes)) for one in ("0601", "0508", "05H1", "0102", "9999")]
    ['production', 'production', 'living', 'other', 'unknown']
    """
    if not isinstance(scheme, str) or not isinstance(code, str) or scheme not in codes.schemes:
        return LandClass.UNKNOWN
    if code.startswith(codes.industrial[scheme]):
        return LandClass.PRODUCTION
    if code.startswith(codes.living[scheme]):
        return LandClass.LIVING
    return LandClass.OTHER if code in codes.schemes[scheme] else LandClass.UNKNOWN


def uses_in(shape: shapely.Geometry, layers: Dataset) -> dict[tuple[str, str], float]:
    """Square metres of a shape in the equal-area plane by (classification, code) of the land-use survey, in order.

    Each piece of ground counts once: where patches lie on each other, for the code that comes first. A blank is ``""``.
    """
    features = layers["land_use"]
    target = shapes_of(features)
    near = np.sort(target.tree.query(shape, predicate="intersects"))
    near = near[of_latest_year(features, layers.on.year)[target.owner[near]]]
    pieces = shapely.intersection(target.shapes[near], shape)
    areas = shapely.area(pieces)
    some = areas > 0
    pieces, areas, owner = pieces[some], areas[some], target.owner[near][some]
    if not len(pieces):
        return {}
    scheme, code = (
        features.column(name).astype(object).fillna("").astype(str).to_numpy()[owner]
        for name in ("use_scheme", "use_code")
    )
    table = pd.DataFrame({"scheme": scheme, "code": code, "m2": areas, "shape": pieces})
    groups = table.groupby(["scheme", "code"], sort=True)
    if areas.sum() - shapely.union_all(pieces).area <= _ROUNDING * areas.sum():
        return {(str(one), str(other)): float(m2) for (one, other), m2 in groups["m2"].sum().items()}
    taken: shapely.Geometry = shapely.MultiPolygon()
    found = {}
    for (one, other), rows in groups:
        land = shapely.difference(shapely.union_all(rows["shape"].to_numpy()), taken)
        taken = shapely.union(taken, land)
        if land.area > 0:
            found[str(one), str(other)] = float(land.area)
    return found


def of_latest_year(features: Features, year: int) -> Array:
    """Which patches are of the latest survey up to a year; all of them where none says its year."""
    years = features.column("year").astype(float).to_numpy()
    known = years[years <= year]
    if not len(known):
        return np.isnan(years) if np.isnan(years).any() else np.zeros(len(years), dtype=bool)
    result: Array = years == known.max()
    return result


def by_class(uses: dict[tuple[str, str], float], codes: Codes) -> dict[LandClass, float]:
    """Square metres of every class, of what ``uses_in`` gives."""
    found = dict.fromkeys(LandClass, 0.0)
    for (scheme, code), m2 in uses.items():
        found[class_of(scheme, code, codes)] += m2
    return found
