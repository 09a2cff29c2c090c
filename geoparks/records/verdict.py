"""What was judged: outcomes, the law they rest on, checks, and findings with all that defends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from shapely.geometry.base import BaseGeometry

from geoparks.records.subject import Subject
from geoparks.text import Text

Outcome = Literal["pass", "fail", "not_checked", "manual"]
OUTCOMES: tuple[Outcome, ...] = ("fail", "not_checked", "manual", "pass")  # the worse first
Severity = Literal["must", "duty", "principle", "target", "info"]
SEVERITIES: tuple[Severity, ...] = ("must", "duty", "principle", "target", "info")  # the stricter first
BINDING: frozenset[Severity] = frozenset({"must", "duty"})  # what decides the exit status


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a limit stands in law."""

    document: str
    title: Text
    article: str
    quote: str
    severity: Severity

    def as_dict(self) -> dict[str, Any]:
        """As the result document writes it."""
        return {
            "document": self.document,
            "title": self.title.as_dict(),
            "article": self.article,
            "quote": self.quote,
            "severity": self.severity,
        }


@dataclass(frozen=True, slots=True)
class Check:
    """One subject held against one rule."""

    rule: str
    subject: Subject
    outcome: Outcome
    reason: Text | None = None
    park: str = ""
    """Id of the park that the subject is or belongs to, where it is known."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who accepted a finding, why and when."""

    by: str
    reason: str
    on: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: what is wrong, where, by how much, under which article, who mends it and how."""

    rule: str
    code: str
    severity: Severity
    subject: Subject
    message: Text
    fix: Text
    citation: Citation
    also: tuple[Citation, ...] = ()
    other: Subject | None = None
    row: int | None = None
    field_name: str | None = None
    field_value: str | None = None
    measured: float | str | None = None
    expected: float | str | None = None
    expected_words: Text = Text("", "")
    """The expectation as it is read: 不超过 3 个."""
    unit: str = ""
    tolerance: Text | None = None
    area_m2: float | None = None
    area_planar_m2: float | None = None
    ignored_m2: float = 0.0
    evidence: BaseGeometry | None = None
    evidence_is_whole: bool = False
    """Whether the evidence is the subject itself and not a part of it."""
    responsible: Text = Text("", "")
    geometry_hash: str = ""
    park: str = ""
    """Id of the park that the subject is or belongs to, where it is known."""
    accepted: Accepted | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What identifies a finding from one run to the next."""
        other = (self.other.layer, self.other.id) if self.other else ("", "")
        row = str(self.row) if self.row is not None else ""
        return (self.rule, self.code, self.subject.layer, self.subject.id, *other, self.field_name or "", row)
