"""Make a Finding of a measurement and the verdicts that failed: evidence, areas, words, fingerprint."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.judge import Verdict
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.plane import to_plane
from geoparks.records import SEVERITIES, Finding, Measurement, Part, Rule, Subject
from geoparks.text import Text, joined, same

_DRAWN_DECIMALS = 9
_COMPUTED_DECIMALS = 7
_DIGITS = 6


def finding(rule: Rule, measurement: Measurement, failed: list[Verdict], dataset: Dataset) -> Finding:
    """One fault under the strictest clause that it breaks; the others stand beside it."""
    verdict, *others = sorted(failed, key=_strictness)
    words = rule.faults[measurement.fault]
    area_m2, planar_m2 = _areas(verdict, measurement)
    measured = _measured(verdict, others, measurement)
    filling = {"wrong": _wrong(verdict, others, measurement), **_fill(measurement, verdict, area_m2, dataset)}
    return Finding(
        rule=rule.id,
        code=measurement.fault,
        severity=verdict.clause.severity,
        subject=measurement.subject,
        message=words.message.fill(**filling),
        fix=words.fix,
        citation=verdict.clause.citation,
        also=tuple(one.clause.citation for one in others),
        other=measurement.other,
        row=measurement.row,
        field_name=measurement.field_name or measurement.figure or None,
        field_value=measurement.field_value,
        measured=measured,
        expected=verdict.expected,
        expected_words=verdict.expected_words,
        unit=verdict.unit,
        tolerance=verdict.tolerance,
        area_m2=area_m2,
        area_planar_m2=planar_m2,
        ignored_m2=verdict.ignored_m2,
        evidence=_evidence(verdict.parts, measurement),
        evidence_is_whole=not verdict.parts,
        responsible=verdict.clause.responsible,
        geometry_hash=_fingerprint(measurement, measured, verdict.parts, dataset),
        park=dataset.park_of(measurement.subject),
    )


def _strictness(verdict: Verdict) -> tuple[int, float]:
    """The stricter clause first: by severity, then by how far its limit is from what was measured."""
    distance = 0.0
    if isinstance(verdict.measured, float) and isinstance(verdict.expected, float):
        distance = abs(verdict.measured - verdict.expected)
    return SEVERITIES.index(verdict.clause.severity), -distance


def _measured(verdict: Verdict, others: list[Verdict], measurement: Measurement) -> float | str | None:
    """What the finding tells as measured: of several items, all that are wrong, whichever clause each breaks."""
    if not measurement.items:
        return verdict.measured
    asked = _asked(verdict, others, measurement)
    return float(sum(measurement.items.get(name) or 0.0 for name in asked))


def _asked(verdict: Verdict, others: list[Verdict], measurement: Measurement) -> set[str]:
    """The items that some clause asks about."""
    return {name for one in (verdict, *others) for name in one.clause.items or measurement.items}


def _wrong(verdict: Verdict, others: list[Verdict], measurement: Measurement) -> Text:
    """The items that are wrong and asked about, as they are called, in the order of the measurement."""
    asked = _asked(verdict, others, measurement)
    wrong = [name for name, value in measurement.items.items() if value and name in asked]
    return joined([measurement.item_titles.get(name, same(name)) for name in wrong], "、", ", ")


def _evidence(parts: tuple[Part, ...], measurement: Measurement) -> Any:
    if not parts:
        return measurement.evidence
    shapes = [part.geometry for part in parts]
    if len(shapes) == 1:
        return shapes[0]
    kinds = {shape.geom_type for shape in shapes}
    if kinds == {"Polygon"}:
        return shapely.MultiPolygon(shapes)
    return shapely.MultiPoint(shapes) if kinds == {"Point"} else shapely.GeometryCollection(shapes)


def _areas(verdict: Verdict, measurement: Measurement) -> tuple[float | None, float | None]:
    """Area on the ellipsoid and in the file's plane: of what was measured, else of the evidence that counts."""
    if measurement.area_m2 is not None:
        return measurement.area_m2, measurement.area_planar_m2
    areas = [part.area_m2 for part in verdict.parts if part.area_m2 is not None]
    if not areas:
        return None, None
    planar = [part.area_planar_m2 for part in verdict.parts if part.area_planar_m2 is not None]
    return sum(areas), sum(planar) if len(planar) == len(areas) else None


def _fill(measurement: Measurement, verdict: Verdict, area_m2: float | None, dataset: Dataset) -> dict[str, Any]:
    """The values that every message may use, and the measurement's own."""
    area = units.area_text(area_m2) if area_m2 is not None else Text("—", "—")
    pieces = len(verdict.parts)
    return {
        "name": measurement.subject.label,
        "other": measurement.other.label if measurement.other else "",
        "measured": units.quantity_text(verdict.measured, verdict.unit),
        "expected": verdict.expected_words,
        "area": area,
        "area_outside": Text(f"（{area.zh}）", f" ({area.en})") if area_m2 is not None else Text("", ""),
        "pieces": pieces,
        "year": verdict.clause.year or measurement.year or dataset.year or "—",
        "goal": verdict.clause.title,
        "places": Text(f"，共 {pieces} 处", f" in {pieces} places") if pieces > 1 else Text("", ""),
        "share": _share(measurement.subject, area_m2, dataset),
        **measurement.words,
    }


def _share(subject: Subject, area_m2: float | None, dataset: Dataset) -> str:
    """What share of the subject the evidence is."""
    features = dataset.get(subject.layer)
    if area_m2 is None or features is None or not features.has_geometry:
        return "—"
    shapes = features.geometry[features.positions(subject.id)]
    whole = float(np.nansum(ellipsoidal_area(shapes)))
    if len(shapes) > 1:  # a row that is stored twice is one piece of land
        whole = min(whole, float(shapely.union_all(to_plane(shapes)).area))
    return f"{area_m2 / whole:.2%}" if whole else "—"


def _fingerprint(
    measurement: Measurement, measured: float | str | None, parts: tuple[Part, ...], dataset: Dataset
) -> str:
    """A hash of one fault as it is: which it is, what was found, the geometries that it is about, and its evidence.

    Who accepts three square metres of farmland has not accepted three hectares, and who accepts that a telephone number
    is missing has not accepted that the approval is. What is drawn is taken as it stands; what is computed is rounded,
    geometry to a centimetre and figures to six digits, so that another machine finds the same.
    """
    drawn: list[Any] = []
    for subject in (measurement.subject, measurement.other):
        features = dataset.get(subject.layer) if subject is not None else None
        if subject is not None and features is not None and features.has_geometry:
            drawn += [shape for shape in features.geometry[features.positions(subject.id)] if shape is not None]
    computed = [part.geometry for part in parts] or ([measurement.evidence] if measurement.evidence is not None else [])
    content = [
        measurement.fault,
        measurement.other.id if measurement.other is not None else None,
        _rounded(measured),
        _rounded(measurement.reference),
        measurement.field_name or measurement.figure or None,
        measurement.field_value,
        None if measurement.subject.id else measurement.row,  # a fault of a whole file is told apart by its row alone
        sorted(measurement.items.items()),
    ]
    words = json.dumps(content, ensure_ascii=False).encode()
    return hashlib.sha256(words + _bytes(drawn, _DRAWN_DECIMALS) + _bytes(computed, _COMPUTED_DECIMALS)).hexdigest()[
        :16
    ]


def _rounded(value: float | str | None) -> str | None:
    return f"{value:.{_DIGITS}g}" if isinstance(value, float | int) else value


def _bytes(shapes: list[Any], decimals: int) -> bytes:
    """Geometries in one form, whatever ring they begin with and whichever way it runs."""
    if not shapes:
        return b""
    rounded = shapely.transform(
        np.array(shapes, dtype=object), lambda coordinates: np.round(coordinates, decimals) + 0.0
    )
    return b"".join(sorted(shapely.to_wkb(shapely.normalize(rounded))))
