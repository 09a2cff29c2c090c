"""What a file is: layers, fields and what they are taken for, coordinate system and how it is known, faults."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geoparks import discover, read, recognise, units
from geoparks.catalog.layer import Catalogue, Layer
from geoparks.errors import NotJudged
from geoparks.normalise import columns, values
from geoparks.normalise.arrangement import understand
from geoparks.normalise.commented import by_comment
from geoparks.normalise.crs import place
from geoparks.normalise.evidence import extent, sight_of
from geoparks.read.address import is_address
from geoparks.read.raw import RawLayer
from geoparks.text import Text

Report = dict[str, Any]
_SAMPLES = 3
_ASKED = Text("没有写明单位", "names no unit")
_KINDS = {
    0: "Point", 1: "LineString", 2: "LinearRing", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon",
    7: "GeometryCollection",
}  # fmt: skip


def inspect(source: str | Path, catalogue: Catalogue) -> Report:
    """Everything there is to say about a file or a table before it is used; raises UnreadableFile where it cannot be opened."""
    path = Path(source)
    if not is_address(str(source)) and path.suffix.lower() in discover.RASTER_SUFFIXES:
        return {"path": path.name, "sha256": read.digest(path), "layers": [], "raster": _raster(path)}
    raws = read.open_source(source)
    return {
        "path": raws[0].origin or path.name,
        "sha256": raws[0].sha256 or read.digest(path),
        "layers": [_layer(raw, catalogue) for raw in raws],
        "raster": None,
    }


def _layer(raw: RawLayer, catalogue: Catalogue) -> Report:
    taken_for = recognise.layer_of(raw, catalogue)
    if taken_for is not None:
        by_comment(raw, taken_for)
    match = understand(raw, taken_for) if taken_for is not None else columns.Match()
    report: Report = {
        "layer": raw.inner or raw.path.stem,
        "format": raw.format,
        "rows": len(raw.table),
        "encoding": raw.encoding,
        "taken_for": taken_for.name if taken_for else None,
        "geometry": _geometry(raw),
        **_crs(raw),
        **_arrangement(raw, match),
        "fields": _fields(raw, taken_for, match, catalogue),
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
    here = sight_of(raw)
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


def _arrangement(raw: RawLayer, match: columns.Match) -> Report:
    """How a table lies on its sheet: titles, header, years in columns; and what about it must be asked."""
    refused = match.refused or raw.question
    titled = match.titled if match.titled is not None and match.years else None
    return {
        "titles": list(raw.titles),
        "header_rows": list(raw.header_rows),
        "years_in_columns": match.years if refused is None else [],
        "year_from_title": {"year": match.year, "title": match.year_from} if match.year is not None else None,
        "field_from_title": {"field": titled.field.name, "name": titled.field.title.as_dict(), "title": titled.words} if titled else None,
        "refused": refused.as_dict() if refused is not None else None,
        "questions": {name: question.as_dict() for name, question in sorted(match.questions.items())},
    }  # fmt: skip


def _fields(raw: RawLayer, layer: Layer | None, match: columns.Match, catalogue: Catalogue) -> list[Report]:
    """Every column: which field it is taken for, of which year, in which unit, and how its values read; or why it is not."""
    taken = {column.header: column for column in match.columns}
    result = []
    for header in (str(one) for one in raw.table.columns):
        column, source = taken.get(header), raw.table[header]
        result.append(
            {
                "name": header,
                "type": str(source.dtype),
                "taken_for": column.field.name if column else None,
                "title": column.field.title.as_dict() if column else None,
                "year": column.year if column else None,
                **_unit(column),
                "question": _why_not(header, layer, match),
                **_values(source, column, catalogue),
                "samples": [str(value) for value in source.dropna().unique()[:_SAMPLES]],
            }
        )
    return result


def _why_not(header: str, layer: Layer | None, match: columns.Match) -> Report | None:
    """What is asked about a column, or why it is not used although it names a field."""
    if header in match.asked:
        return match.questions.get(match.asked[header].name, match.unused.get(header, _ASKED)).as_dict()
    if header in match.unused:
        return match.unused[header].as_dict()
    if header in match.passed_over and layer is not None:
        name = layer.fields[match.passed_over[header]].title
        return Text(
            f"未用：另有更确切的“{name.zh}”列", f"not used: another column is more certainly {name.en}"
        ).as_dict()
    return None


def _unit(column: columns.Column | None) -> Report:
    """The unit of a column, what it is converted to, by which factor, and what states it if not the header."""
    if column is None or column.unit is None or column.field.unit is None:
        return {"unit": None, "unit_name": None, "converted_to": None, "factor": None, "unit_from": None}
    converted = column.unit != column.field.unit
    return {
        "unit": column.unit,
        "unit_name": units.UNITS[column.unit].title.as_dict(),
        "converted_to": units.UNITS[column.field.unit].title.as_dict() if converted else None,
        "factor": column.factor if converted else None,
        "unit_from": column.unit_from.as_dict() if column.unit_from is not None else None,
    }


def _values(source: Any, column: columns.Column | None, catalogue: Catalogue) -> Report:
    """How many cells of a column hold nothing, and which values cannot be read as what it is taken for."""
    missing = int((~values.filled(source)).sum())
    if column is None:
        return {"missing": missing, "unreadable": []}
    codes = catalogue.codes.get(column.field.codes or "") if column.field.type == "code" else None
    _, problems = values.convert(source, column.field, column.factor, codes)
    return {"missing": missing, "unreadable": [str(one) for one in list(problems)[:_SAMPLES]]}


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
