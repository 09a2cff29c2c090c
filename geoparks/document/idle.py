"""Rows of idle land: what a day says of a parcel, its steps and its deadline."""

from __future__ import annotations

from typing import Any

from geoparks import units
from geoparks.document.values import day, number
from geoparks.records import IdleRow, Run

Steps = dict[tuple[Any, ...], dict[str, Any]]
"""Steps that were written, by all that they say."""


def idle_row(one: IdleRow, run: Run, steps: Steps) -> dict[str, Any]:
    """A parcel on the day of the run; its deadline is that of the first step which is open. `steps` are those written before."""
    open_steps = [step for step in one.steps if step.done_on is None and step.due_on is not None]
    due = [step.due_on for step in open_steps if step.due_on is not None]
    return {
        "parcel_id": one.parcel.id,
        "name": one.parcel.name,
        "park": one.park or None,
        "status": one.status,
        "type": one.type or None,
        "since": day(one.since),
        "days": one.days,
        "becomes_on": day(one.becomes_on),
        "cause": one.cause or None,
        "cause_item": one.cause_item or None,
        "path": one.path or None,
        "options": list(one.options),
        "article": f"{one.citation.document} {one.citation.article}" if one.citation is not None else None,
        "quote": one.citation.quote if one.citation is not None else None,
        "fee_wanyuan": number(one.fee_wanyuan),
        "area_m2": number(one.area_m2),
        "area_mu": number(units.to_mu(one.area_m2)) if one.area_m2 is not None else None,
        "deadline": day(min(due, default=None)),
        "reason": one.reason.to(run.lang),
        "remarks": [each.to(run.lang) for each in one.remarks],
        "steps": _steps(one, steps),
        "evidence": dict(one.evidence),
    }


def _steps(one: IdleRow, known: Steps) -> list[dict[str, Any]]:
    """The steps of a row. Steps that say the same are one dictionary: of a hundred thousand parcels most have not begun."""
    for step in one.steps:
        key = (step.id, step.due_on, step.done_on, step.overdue, step.citation.article)
        if key not in known:
            known[key] = {
                "id": step.id,
                "title": step.title.as_dict(),
                "who": step.who.as_dict(),
                "due_on": day(step.due_on),
                "done_on": day(step.done_on),
                "overdue": step.overdue,
                "article": f"{step.citation.document} {step.citation.article}",
            }
    return [known[step.id, step.due_on, step.done_on, step.overdue, step.citation.article] for step in one.steps]
