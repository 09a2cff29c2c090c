"""What a file is: layers, fields and what they are taken for, coordinate system and how it is known, faults."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geoparks import discover, read
from geoparks.catalog.layer import Catalogue, Layer
from geoparks.errors import NotJudged
from geoparks.normalise import columns
from geoparks.normalise.crs import place
from geoparks.normalise.evidence import extent, sight
from geoparks.read.raw import RawLayer

Report = dict[str, Any]
_SAMPLES = 3
_KINDS = {
    0: "Point", 1: "LineString", 2: "LinearRing", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon",
    7: "GeometryCollection",
}  # fmt: skip


def inspect(path: Path, catalogue: Catalogue) -> Report:
    """Everything there is to say about a file before it is used; raises UnreadableFile where it cannot be opened."""
    if path.suffix.lower() in discover.RASTER_SUFFIXES:
        return {"path": path.name, "sha256": read.digest(path), "layers": [], "raster": _raster(path)}
    raws = read.open_file(path)
    return {
        "path": path.name,
        "sha256": read.digest(path),
        "layers": [_layer(raw, catalogue) for raw in raws],
        "raster": None,
    }


def _layer(raw: RawLayer, catalogue: Catalogue) -> Report:
    taken_for = discover.layer_of(raw, catalogue)
    report: Report = {
        "layer": raw.inner or raw.path.stem,
        "format": raw.format,
        "rows": len(raw.table),
        "encoding": raw.encoding,
        "taken_for": taken_for.name if taken_for else None,
        "geometry": _geometry(raw),
        **_crs(raw),
        "fields": _fields(raw, taken_for),
    }
    report["repairs"] = [
        {
            "code": one.code,
            "row": one.row,
            "field": one.field_name,
            "old": one.old,
            "new": one.new,
            "note": one.note.as_dict(),
        }
        for one in raw.repairs
    ]
    report["faults"] = [{"code": one.code, "row": one.row, "note": one.note.as_dict()} for one in raw.faults]
    return report


def _geometry(raw: RawLayer) -> Report | None:
    if raw.geometry is None:
        return None
    types = shapely.get_type_id(raw.geometry)
    counts = Counter(_KINDS.get(int(kind), "missing") for kind in types)
    with np.errstate(all="ignore"):
        sound = shapely.is_valid(raw.geometry) | shapely.is_missing(raw.geometry)
    return {
        "kinds": dict(sorted(counts.items())),
        "missing": int(shapely.is_missing(raw.geometry).sum()),
        "empty": int((shapely.is_empty(raw.geometry) & ~shapely.is_missing(raw.geometry)).sum()),
        "invalid": int((~sound).sum()),
        "vertices": int(shapely.get_num_coordinates(raw.geometry).sum()),
        "bounds": extent(raw.geometry),
    }


def _crs(raw: RawLayer) -> Report:
    here = sight(raw.geometry)
    if here is None:
        return {
            "crs": None,
            "crs_name": None,
            "crs_how": None,
            "axes": None,
            "crs_problem": None,
            "bounds_lonlat": None,
        }
    try:
        placed = place(raw, {}, ())
    except NotJudged as error:
        return {
            "crs": None, "crs_name": raw.crs.name if raw.crs is not None else None, "crs_how": None, "axes": None,
            "crs_problem": error.as_text().as_dict(), "bounds_lonlat": None,
        }  # fmt: skip
    northing_first = placed.swapped or raw.format == "coordinate TXT"
    return {
        "crs": placed.name,
        "crs_name": placed.crs.name if placed.crs is not None else None,
        "crs_how": placed.how.as_dict(),
        "axes": "northing, easting" if northing_first else "easting, northing",
        "crs_problem": None,
        "bounds_lonlat": placed.lonlat(here.bounds),
    }


def _fields(raw: RawLayer, layer: Layer | None) -> list[Report]:
    """Every column, and which field of the layer it is taken for, in which unit, or what is asked about it."""
    headers = [str(header) for header in raw.table.columns]
    match = columns.Match()
    if layer is not None:
        match = columns.match(headers, layer, truncated=raw.truncated_names, fixed=raw.header_units)
    taken = {column.header: column for column in match.columns}
    asked = {
        header: question.as_dict()
        for header in headers
        for name, question in match.questions.items()
        if f"“{header}”" in question.zh and layer is not None and name in layer.fields
    }
    result = []
    for header in headers:
        column = taken.get(header)
        samples = [str(value) for value in raw.table[header].dropna().unique()[:_SAMPLES]]
        result.append(
            {
                "name": header,
                "type": str(raw.table[header].dtype),
                "taken_for": column.field.name if column else None,
                "title": column.field.title.as_dict() if column else None,
                "unit": column.unit if column else None,
                "question": asked.get(header),
                "samples": samples,
            }
        )
    return result


def _raster(path: Path) -> Report:
    import rasterio

    from geoparks.read.gdal import unreadable

    try:
        with rasterio.open(path) as source:
            return {
                "format": source.driver,
                "width": source.width,
                "height": source.height,
                "bands": source.count,
                "types": list(source.dtypes),
                "crs": str(source.crs) if source.crs else None,
                "bounds": list(source.bounds),
                "resolution": list(source.res),
                "nodata": source.nodata,
            }
    except rasterio.errors.RasterioIOError as error:
        raise unreadable(path, error) from error
