"""Areas of every polygon of a file: on the ellipsoid and in the file's own plane."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geoparks import read, units
from geoparks.catalog.codes import plain
from geoparks.catalog.layer import Catalogue
from geoparks.errors import NotJudged, UnreadableFile
from geoparks.measure.area import ellipsoidal_area, planar_area
from geoparks.measure.explain import explain_area
from geoparks.normalise.crs import place
from geoparks.normalise.geometry import shapes
from geoparks.read.raw import RawLayer
from geoparks.text import Text

Report = dict[str, Any]
_STATED = ("地块面积", "DKMJ")


def areas(source: str | Path, catalogue: Catalogue, epsg: int | None = None) -> list[Report]:
    """One report for every layer with polygons: area of each feature in m², mu and ha, planar area beside it.

    Raises UnreadableFile where the file cannot be opened, has no polygons, or its coordinate system is not known.
    """
    reports = []
    raws = read.open_source(source)
    for raw in raws:
        if raw.geometry is None or not np.isin(shapely.get_type_id(raw.geometry), (1, 3, 5, 6, 7)).any():
            continue
        reports.append(_layer(raw, catalogue, {"epsg": epsg} if epsg else {}))
    if not reports:
        raise UnreadableFile(
            Text("文件里没有面", "the file holds no polygons"), where=raws[0].origin or Path(source).name
        )
    return reports


def _layer(raw: RawLayer, catalogue: Catalogue, declared: dict[str, int]) -> Report:
    try:
        placement = place(raw, declared, ())
    except NotJudged as error:
        raise UnreadableFile(
            Text("坐标系不明，无法量算椭球面积：", "the area on the ellipsoid needs a CRS: ") + error.what,
            where=raw.where,
            found=error.found,
            expected=error.expected,
            mend=Text("若已知文件的坐标系，可用 --epsg 指定。", "If you know the file's CRS, give it with --epsg."),
        ) from error
    made = shapes(raw, placement, areas=True)
    ellipsoidal = ellipsoidal_area(made.lonlat)
    planar = planar_area(made.sound, placement.metre) if placement.has_plane else np.full(len(ellipsoidal), np.nan)
    ids, names = words_of(raw, catalogue, "block_id", "parcel_id"), words_of(raw, catalogue, "name")
    stated = next((header for header in raw.table if str(header) in _STATED), None)
    features = []
    for position, row in enumerate(raw.row_numbers):
        square_metres, flat = _number(ellipsoidal[position]), _number(planar[position])
        one: Report = {
            "row": int(row),
            "id": ids[position],
            "name": names[position],
            "area_m2": square_metres,
            "area_mu": None if square_metres is None else units.to_mu(square_metres),
            "area_ha": None if square_metres is None else units.to_ha(square_metres),
            "area_planar_m2": flat,
            "valid": bool(not made.invalid[position]) and square_metres is not None,
        }
        if stated is not None:
            one |= _against_stated(raw.table[stated].iloc[position], square_metres, flat, made.lonlat[[position]])
        features.append(one)
    return {
        "path": raw.origin or raw.path.name,
        "layer": raw.inner or raw.path.stem,
        "crs": placement.name,
        "crs_how": placement.how.as_dict(),
        "plane": placement.name if placement.has_plane else None,
        "features": features,
        "total": {
            "area_m2": float(np.nansum(ellipsoidal)),
            "area_mu": units.to_mu(float(np.nansum(ellipsoidal))),
            "area_ha": units.to_ha(float(np.nansum(ellipsoidal))),
            "area_planar_m2": None if np.isnan(planar).all() else float(np.nansum(planar)),
        },
        "repairs": [{"code": one.code, "row": one.row, "note": one.note.as_dict()} for one in raw.repairs],
        "faults": [{"code": one.code, "row": one.row, "note": one.note.as_dict()} for one in raw.faults],
    }


def _against_stated(words: Any, square_metres: float | None, flat: float | None, shape: Any) -> Report:
    """The area that the file itself states, in hectares, and what its difference comes from."""
    try:
        hectares = float(str(words))
    except ValueError:
        return {"stated_ha": None, "explanation": None}
    if square_metres is None:
        return {"stated_ha": hectares, "explanation": None}
    why = explain_area(square_metres, flat, hectares, shape)
    return {"stated_ha": hectares, "explanation": why.as_dict() if why.zh else None}


def words_of(raw: RawLayer, catalogue: Catalogue, *fields: str) -> list[str | None]:
    """Ids or names of all rows, from the first column that is called so in any spelling the catalogue knows."""
    known = {
        spelling
        for layer in (catalogue["blocks"], catalogue["parcels"])
        for name in fields
        if name in layer.fields
        for spelling in layer.fields[name].names
    }
    for header in raw.table:
        if plain(str(header)) in known:
            return [None if one is None or one != one or one == "" else str(one) for one in raw.table[header]]
    return [None] * len(raw.table)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
