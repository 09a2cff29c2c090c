"""The result document: one dictionary that every output is made of, the same bytes for the same input, date and policy."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geoparks import units
from geoparks.records import Check, Finding, Goal, IdleRow, Indicator, Input, Repair, Run, RunError, Subject
from geoparks.text import Text
from geoparks.version import __version__

FORMAT = 1
DECIMALS = 9
Document = dict[str, Any]


def document(
    *,
    workspace: str,
    made: bool,
    run: Run,
    parks: Iterable[Subject],
    inputs: Iterable[Input],
    checks: Iterable[Check],
    findings: Iterable[Finding],
    indicators: Iterable[Indicator],
    repairs: Iterable[Repair],
    errors: Iterable[RunError],
    ignored: Iterable[tuple[str, Text]],
    lapsed: Iterable[dict[str, Any]],
    idle: Iterable[IdleRow] = (),
    within: int | None = None,
    ledger: Iterable[Any] = (),
    low_efficiency: Iterable[Any] = (),
    counted: dict[str, Any] | None = None,
    adjustment: dict[str, Any] | None = None,
    proposals: Iterable[dict[str, Any]] = (),
    zoning: Iterable[dict[str, Any]] = (),
    assessed: Iterable[dict[str, Any]] = (),
) -> Document:
    """Put the records of a run into the form that ``interface.md`` promises; `counted` are keys of what is not listed one by one."""
    steps: Steps = {}
    return {
        "format": FORMAT,
        "geoparks": __version__,
        "verb": run.verb,
        "workspace": workspace,
        "made": made,
        "on": run.on.isoformat(),
        "year": run.year,
        "lang": run.lang,
        "policy": {"pack": run.pack, "version": run.pack_version},
        "parks": [{"id": one.id, "name": one.name} for one in parks],
        "inputs": [_input(one) for one in inputs],
        "ignored": [{"path": path, "reason": reason.as_dict()} for path, reason in ignored],
        "checks": [_check(one, run) for one in checks],
        "findings": [_finding(one) for one in findings],
        "indicators": [_indicator(one) for one in indicators],
        "within": within,
        "idle": [_idle(one, run, steps) for one in idle],
        "ledger": [_record(one) for one in ledger],
        "low_efficiency": [_record(one) for one in low_efficiency],
        **(counted or {}),
        "adjustment": _plain(adjustment or {}),
        "proposals": [_plain(one) for one in proposals],
        "zoning": [_plain(one) for one in zoning],
        "assessments": [_plain(one) for one in assessed],
        "repairs": [_repair(one) for one in repairs],
        "lapsed": list(lapsed),
        "errors": [{"rule": one.rule, "what": one.what} for one in errors],
    }


def to_json(content: Document) -> str:
    """The document as text, a record a line."""
    return "".join(json_lines(content))


def is_partial(content: Document) -> bool:
    """Whether the document counts some rows instead of listing them, as there are very many; they stand in tables."""
    return any(key in content for key in ("checks_counts", "idle_groups", "low_efficiency_counts"))


def json_lines(content: Document) -> Iterator[str]:
    """The document as text in pieces, a record a line; NaN would be a fault of the program and stops it.

    Records go through the encoder one by one and without indentation, which is ten times as quick as indenting them;
    a document of a million checks is never in memory as one text.
    """
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    between = "{\n"
    for key, value in content.items():
        yield f"{between}{encode(key)}: "
        between = ",\n"
        if value and isinstance(value, list):
            for index, one in enumerate(value):
                yield ("[\n" if index == 0 else ",\n") + encode(one)
            yield "\n]"
        else:
            yield encode(value)
    yield "\n}\n" if content else "{\n\n}\n"


def _input(one: Input) -> dict[str, Any]:
    return {
        "layer": one.layer,
        "path": one.path,
        "sha256": one.sha256,
        "crs": one.crs,
        "rows": one.rows,
        "crs_how": _text(one.crs_how),
        "encoding": one.encoding,
        "refused": _text(one.refused),
        "gcj02": _text(one.gcj02),
    }


def _check(one: Check, run: Run) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "subject": one.subject.as_dict(),
        "outcome": one.outcome,
        "reason": one.reason.to(run.lang) if one.reason else None,
        "park": one.park or None,
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "code": one.code,
        "severity": one.severity,
        "also": [citation.as_dict() for citation in one.also],
        "subject": one.subject.as_dict(),
        "other": one.other.as_dict() if one.other else None,
        "row": one.row,
        "field": one.field_name,
        "value": one.field_value,
        "measured": _number(one.measured),
        "expected": _number(one.expected),
        "expected_words": one.expected_words.as_dict(),
        "unit": one.unit,
        "tolerance": _text(one.tolerance),
        "area_mu": _number(units.to_mu(one.area_m2)) if one.area_m2 is not None else None,
        "area_m2": _number(one.area_m2),
        "area_planar_m2": _number(one.area_planar_m2),
        "ignored_m2": _number(one.ignored_m2),
        "point": _point(one.evidence),
        "evidence": geojson(one.evidence),
        "evidence_is_whole": one.evidence_is_whole,
        "geometry_hash": one.geometry_hash,
        "park": one.park or None,
        "citation": one.citation.as_dict(),
        "responsible": one.responsible.as_dict(),
        "message": one.message.as_dict(),
        "fix": one.fix.as_dict(),
        "accepted": None
        if one.accepted is None
        else {"by": one.accepted.by, "reason": one.accepted.reason, "on": one.accepted.on},
    }


def _indicator(one: Indicator) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title.as_dict(),
        "subject": one.subject.as_dict(),
        "year": one.year,
        "value": _number(one.value),
        "unit": one.unit,
        "numerator": _number(one.numerator),
        "denominator": _number(one.denominator),
        "formula": one.formula.as_dict(),
        "source": one.source.as_dict(),
        "responsible": one.responsible.as_dict(),
        "reason": _text(one.reason),
        "at_least": _number(one.at_least),
        "goal": None if one.goal is None else _goal(one.goal),
        "citation": None if one.citation is None else _cited(one),
        "follows": [{"words": each.words.as_dict(), "citation": each.citation.as_dict()} for each in one.follows],
    }


def _cited(one: Indicator) -> dict[str, Any]:
    """Where a figure is defined; in full where it is held against a goal, which must be defended."""
    assert one.citation is not None
    whole = one.citation.as_dict()
    return whole if one.goal is not None else {key: whole[key] for key in ("document", "article")}


def _goal(one: Goal) -> dict[str, Any]:
    return {
        "target": _number(one.target),
        "operator": one.operator,
        "words": one.words.as_dict(),
        "gap": _number(one.gap),
        "reached": one.reached,
        "due_on": one.due_on.isoformat() if one.due_on is not None else None,
        "base_year": one.base_year,
    }


def _idle(one: IdleRow, run: Run, steps: Steps) -> dict[str, Any]:
    open_steps = [step for step in one.steps if step.done_on is None and step.due_on is not None]
    due = [step.due_on for step in open_steps if step.due_on is not None]
    return {
        "parcel_id": one.parcel.id,
        "name": one.parcel.name,
        "park": one.park or None,
        "status": one.status,
        "type": one.type or None,
        "since": _day(one.since),
        "days": one.days,
        "becomes_on": _day(one.becomes_on),
        "cause": one.cause or None,
        "cause_item": one.cause_item or None,
        "path": one.path or None,
        "options": list(one.options),
        "article": f"{one.citation.document} {one.citation.article}" if one.citation is not None else None,
        "quote": one.citation.quote if one.citation is not None else None,
        "fee_wanyuan": _number(one.fee_wanyuan),
        "area_m2": _number(one.area_m2),
        "area_mu": _number(units.to_mu(one.area_m2)) if one.area_m2 is not None else None,
        "deadline": _day(min(due, default=None)),
        "reason": one.reason.to(run.lang),
        "remarks": [each.to(run.lang) for each in one.remarks],
        "steps": _steps(one, steps),
        "evidence": dict(one.evidence),
    }


Steps = dict[tuple[Any, ...], dict[str, Any]]


def _steps(one: IdleRow, known: Steps) -> list[dict[str, Any]]:
    """The steps of a row. Steps that say the same are one dictionary: of a hundred thousand parcels most have not begun."""
    for step in one.steps:
        key = (step.id, step.due_on, step.done_on, step.overdue, step.citation.article)
        if key not in known:
            known[key] = {
                "id": step.id,
                "title": step.title.as_dict(),
                "who": step.who.as_dict(),
                "due_on": _day(step.due_on),
                "done_on": _day(step.done_on),
                "overdue": step.overdue,
                "article": f"{step.citation.document} {step.citation.article}",
            }
    return [known[step.id, step.due_on, step.done_on, step.overdue, step.citation.article] for step in one.steps]


def _record(one: Any) -> dict[str, Any]:
    """A record of plain values as it stands: subjects, days and texts as the document writes them."""
    return {name.name: _value(getattr(one, name.name)) for name in fields(one)}


def _value(value: Any) -> Any:
    if isinstance(value, Subject):
        return value.as_dict()
    if isinstance(value, Text):
        return value.as_dict()
    return value.isoformat() if isinstance(value, dt.date) else _number(value)


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _repair(one: Repair) -> dict[str, Any]:
    return {
        "layer": one.layer,
        "row": one.row,
        "field": one.field_name,
        "old": one.old,
        "new": one.new,
        "code": one.code,
        "path": one.path,
        "note": one.note.as_dict(),
    }


def geojson(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """A geometry as GeoJSON with nine decimals, a tenth of a millimetre; None for missing and empty ones."""
    if geometry is None or geometry.is_empty:
        return None
    rounded = shapely.transform(geometry, lambda coordinates: np.round(coordinates, DECIMALS))
    return dict(shapely.geometry.mapping(rounded))


def _point(geometry: BaseGeometry | None) -> list[float] | None:
    """A place inside the evidence, [longitude, latitude]: for several points, the first."""
    if geometry is None or geometry.is_empty:
        return None
    inside = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    if geometry.geom_type == "MultiPoint":
        inside = geometry.geoms[0]
    return [round(inside.x, DECIMALS), round(inside.y, DECIMALS)]


def _number(value: Any) -> Any:
    """A plain number: whole ones without a fraction, NaN as nothing."""
    if isinstance(value, float | np.floating):
        value = float(value)
        if math.isnan(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return int(value) if isinstance(value, np.integer) else value


def _plain(value: Any) -> Any:
    """A row with whatever it holds, as the document writes it: texts in both languages, geometry as GeoJSON, NaN as nothing."""
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, BaseGeometry):
        return geojson(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return _number(value)


def _text(value: Text | None) -> dict[str, str] | None:
    return value.as_dict() if value is not None else None
