"""The result document: one dictionary that every output is made of, the same bytes for the same input, date and policy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from geoparks.document.idle import Steps, idle_row
from geoparks.document.rows import check_row, finding_row, indicator_row, input_row, record_row, repair_row
from geoparks.document.values import plain
from geoparks.records import Check, Finding, IdleRow, Indicator, Input, Repair, Run, RunError, Subject
from geoparks.text import Text
from geoparks.version import __version__

FORMAT = 1
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
        "inputs": [input_row(one) for one in inputs],
        "ignored": [{"path": path, "reason": reason.as_dict()} for path, reason in ignored],
        "checks": [check_row(one, run) for one in checks],
        "findings": [finding_row(one) for one in findings],
        "indicators": [indicator_row(one) for one in indicators],
        "within": within,
        "idle": [idle_row(one, run, steps) for one in idle],
        "ledger": [record_row(one) for one in ledger],
        "low_efficiency": [record_row(one) for one in low_efficiency],
        **(counted or {}),
        "adjustment": plain(adjustment or {}),
        "proposals": [plain(one) for one in proposals],
        "zoning": [plain(one) for one in zoning],
        "assessments": [plain(one) for one in assessed],
        "repairs": [repair_row(one) for one in repairs],
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
