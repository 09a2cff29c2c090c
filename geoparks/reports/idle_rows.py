"""The idle rows of a result document as records again, for what is made of them: calendar, notices, publication, tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from geoparks.catalog.policy import Pack
from geoparks.document import Document
from geoparks.records import Citation, IdleRow, StepDue, Subject
from geoparks.text import Text, same


def idle_rows(content: Document, pack: Pack) -> tuple[IdleRow, ...]:
    """Every idle row of a document; reason and remarks are in the document's one language, citations by the pack's titles."""
    known = {step.id: step.citation for step in pack.idle.steps}
    return tuple(_row(one, pack, known) for one in content["idle"])


def _row(one: dict[str, Any], pack: Pack, known: Mapping[str, Citation]) -> IdleRow:
    return IdleRow(
        parcel=Subject("parcels", one["parcel_id"], one["name"] or ""),
        park=one["park"] or "",
        status=one["status"],
        type=one["type"] or "",
        since=_day(one["since"]),
        days=one["days"],
        becomes_on=_day(one["becomes_on"]),
        cause=one["cause"] or "",
        cause_item=one["cause_item"] or "",
        path=one["path"] or "",
        options=tuple(one["options"]),
        citation=_citation(one["article"], one["quote"] or "", pack),
        fee_wanyuan=one["fee_wanyuan"],
        area_m2=one["area_m2"],
        reason=same(one["reason"]),
        steps=tuple(_step(step, pack, known) for step in one["steps"]),
        remarks=tuple(same(each) for each in one["remarks"]),
        evidence=tuple(one["evidence"].items()),
    )


def _step(one: dict[str, Any], pack: Pack, known: Mapping[str, Citation]) -> StepDue:
    cited = known.get(one["id"]) or _citation(one["article"], "", pack)
    assert cited is not None  # every step has its article
    return StepDue(
        one["id"], Text(**one["title"]), Text(**one["who"]), _day(one["due_on"]), _day(one["done_on"]), one["overdue"], cited
    )  # fmt: skip


def _citation(words: str | None, quote: str, pack: Pack) -> Citation | None:
    """Document and article out of the words of a citation."""
    if not words:
        return None
    for document in pack.documents:
        if words.startswith(document.number + " "):
            return Citation(document.number, document.title, words[len(document.number) + 1 :], quote, "duty")
    number, _, article = words.partition(" ")
    return Citation(number, same(number), article, quote, "duty")


def _day(words: str | None) -> dt.date | None:
    return dt.date.fromisoformat(words) if words else None
