"""A record as a row of the document: inputs, checks, findings, figures, repairs, and records of plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any

from geoparks import units
from geoparks.document.values import both_languages, day, geojson, number, point
from geoparks.records import Check, Finding, Goal, Indicator, Input, Repair, Run, Subject
from geoparks.text import Text


def input_row(one: Input) -> dict[str, Any]:
    """A file that took part, and why it was refused if it was."""
    return {
        "layer": one.layer,
        "path": one.path,
        "sha256": one.sha256,
        "crs": one.crs,
        "rows": one.rows,
        "crs_how": both_languages(one.crs_how),
        "encoding": one.encoding,
        "refused": both_languages(one.refused),
        "gcj02": both_languages(one.gcj02),
    }


def check_row(one: Check, run: Run) -> dict[str, Any]:
    """One subject under one rule; its reason in the language of the run."""
    return {
        "rule": one.rule,
        "subject": one.subject.as_dict(),
        "outcome": one.outcome,
        "reason": one.reason.to(run.lang) if one.reason else None,
        "park": one.park or None,
    }


def finding_row(one: Finding) -> dict[str, Any]:
    """A finding with its evidence as GeoJSON, a point inside it, and its area in m² and mu."""
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
        "measured": number(one.measured),
        "expected": number(one.expected),
        "expected_words": one.expected_words.as_dict(),
        "unit": one.unit,
        "tolerance": both_languages(one.tolerance),
        "area_mu": number(units.to_mu(one.area_m2)) if one.area_m2 is not None else None,
        "area_m2": number(one.area_m2),
        "area_planar_m2": number(one.area_planar_m2),
        "ignored_m2": number(one.ignored_m2),
        "point": point(one.evidence),
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


def indicator_row(one: Indicator) -> dict[str, Any]:
    """A figure with what it was worked out from, its goal and what follows from it."""
    return {
        "id": one.id,
        "title": one.title.as_dict(),
        "subject": one.subject.as_dict(),
        "year": one.year,
        "value": number(one.value),
        "unit": one.unit,
        "numerator": number(one.numerator),
        "denominator": number(one.denominator),
        "formula": one.formula.as_dict(),
        "source": one.source.as_dict(),
        "responsible": one.responsible.as_dict(),
        "reason": both_languages(one.reason),
        "at_least": number(one.at_least),
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
        "target": number(one.target),
        "operator": one.operator,
        "words": one.words.as_dict(),
        "gap": number(one.gap),
        "reached": one.reached,
        "due_on": day(one.due_on),
        "base_year": one.base_year,
    }


def repair_row(one: Repair) -> dict[str, Any]:
    """What was mended while reading, with what was there before."""
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


def record_row(one: Any) -> dict[str, Any]:
    """A record of plain values as it stands: subjects, days and texts as the document writes them."""
    return {name.name: _value(getattr(one, name.name)) for name in fields(one)}


def _value(value: Any) -> Any:
    if isinstance(value, Subject):
        return value.as_dict()
    if isinstance(value, Text):
        return value.as_dict()
    return value.isoformat() if isinstance(value, dt.date) else number(value)
