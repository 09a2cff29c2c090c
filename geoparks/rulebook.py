"""The rule catalogue as data: what a rule measures, under which clauses, with which limits on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from geoparks.catalog.clause import Clause
from geoparks.catalog.policy import Pack
from geoparks.errors import GeoparksError
from geoparks.limits import limit_in_words
from geoparks.rules import Registered, registry
from geoparks.text import Text

Page = dict[str, Any]


def rulebook(pack: Pack, rule: str | None, on: dt.date) -> list[Page]:
    """Every rule, or those of one row id; each with its clauses, those not in force on the day marked."""
    wanted = [one for one in registry() if rule is None or one.rule.id.lower() == rule.lower() or one.name == rule]
    if not wanted:
        known = sorted({one.rule.id for one in registry()})
        raise GeoparksError(
            Text(f"没有规则 {rule}", f"no rule {rule}"), where="rules",
            mend=Text(f"可用的有：{'、'.join(known)}", f"Known: {', '.join(known)}"),
        )  # fmt: skip
    return [_page(one, pack, on) for one in wanted]


def _page(one: Registered, pack: Pack, on: dt.date) -> Page:
    rule = one.rule
    return {
        "id": rule.id,
        "name": one.name,
        "title": rule.title.as_dict(),
        "about": rule.about.as_dict(),
        "subjects": list(rule.subjects),
        "needs": list(rule.needs),
        "uses": list(rule.uses),
        "faults": [
            {"code": code, "title": words.title.as_dict(), "fix": words.fix.as_dict()}
            for code, words in rule.faults.items()
        ],
        "clauses": [
            _clause(clause, pack, on)
            for clause in pack.clauses
            if clause.rule == rule.id and clause.fault in rule.faults
        ],
    }


def _clause(clause: Clause, pack: Pack, on: dt.date) -> Page:
    limit = limit_in_words(clause, pack, on)
    start = clause.in_force_from or clause.document.in_force_from
    end = clause.in_force_to or clause.document.in_force_to
    return {
        "fault": clause.fault,
        "severity": clause.severity,
        "document": clause.document.number,
        "title": clause.document.title.as_dict(),
        "article": clause.article,
        "quote": clause.quote,
        "is_law": clause.document.is_law,
        "limit": limit.as_dict() if limit else None,
        "in_force": clause.in_force(on),
        "in_force_from": start.isoformat() if start else None,
        "in_force_to": end.isoformat() if end else None,
        "due_on": clause.due_on.isoformat() if clause.due_on else None,
        "applies": {
            key: [one.isoformat() if isinstance(one, dt.date) else one for one in values]
            for key, values in clause.applies.items()
        },
        "exempt": {key: list(values) for key, values in clause.exempt.items()},
        "responsible": clause.responsible.as_dict(),
        "note": clause.note.as_dict(),
        "checked_on": clause.document.checked_on.isoformat() if clause.document.checked_on else None,
    }
