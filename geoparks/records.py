"""The records that cross from one stage to the next: frozen, plain, without behaviour of their own.

A rule yields ``Measurement``; the judge turns it into ``Check`` rows and ``Finding``; readers and the normaliser
leave ``Repair``. Geometry in a record is in EPSG:4490 (CGCS2000, longitude before latitude).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from shapely.geometry.base import BaseGeometry

from geoparks.text import Text

Outcome = Literal["pass", "fail", "not_checked", "manual"]
OUTCOMES: tuple[Outcome, ...] = ("fail", "not_checked", "manual", "pass")  # the worse first
Severity = Literal["must", "duty", "principle", "target", "info"]
SEVERITIES: tuple[Severity, ...] = ("must", "duty", "principle", "target", "info")  # the stricter first
BINDING: frozenset[Severity] = frozenset({"must", "duty"})  # what decides the exit status


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Who a verdict is about: a feature of a layer, by the id that its owner knows it by."""

    layer: str
    id: str
    name: str = ""

    def as_dict(self) -> dict[str, str]:
        """As the result document writes it."""
        return {"layer": self.layer, "id": self.id, "name": self.name}

    @property
    def label(self) -> str:
        """The name if there is one, else the id."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of evidence: where it is and how much it is."""

    geometry: BaseGeometry
    value: float
    """What a limit is held against, for this piece alone: square metres, metres, degrees…"""
    area_m2: float | None = None
    area_planar_m2: float | None = None
    width_m: float | None = None
    """Mean width, 2 × area ÷ perimeter; only of polygons."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a rule measured about one subject. It knows no limit, no article and no severity."""

    subject: Subject
    fault: str
    value: float | str | None = None
    """The measured value; None when it could not be measured, and then `reason` says why."""
    value_at_most: float | None = None
    """Where missing data leave a range, its upper end; `value`, or the sum of `parts`, is then the lower one."""
    figure: str = ""
    """Id of the indicator that is measured, where the rule holds figures against clauses."""
    series: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    """Of such a figure: between which two numbers it lies, by year. A clause says which year it is about."""
    year: int | None = None
    """The year of statistics, which a clause is about that names none."""
    acted_on: dt.date | None = None
    """The day of the act that is judged; a clause that came into force later does not speak of it."""
    items: Mapping[str, float | None] = field(default_factory=dict)
    """Instead of `value`: 1 for every thing that is wrong, 0 for every one that is right, None where it is not
    known. A clause counts the items that it is about."""
    item_titles: Mapping[str, Text] = field(default_factory=dict)
    """What the items are called; a message names as ``{wrong}`` those that are wrong and that its clauses ask about."""
    reference: float | None = None
    """The value that the data themselves set for comparison, e.g. the approved area."""
    unit: str | None = None
    """Unit of `value`, where it is not the unit of the clause."""
    case: str = ""
    """Which of a clause's limits applies, where a clause has several: ordinary or strong county."""
    parts: tuple[Part, ...] = ()
    unsure: tuple[Part, ...] = ()
    """Where parts are summed: further ones of which it is not known whether they count."""
    how: Literal["value", "sum", "each"] = "value"
    """How value and parts belong together: parts only show `value`; their values are summed; or each one
    is held against the limit."""
    evidence: BaseGeometry | None = None
    other: Subject | None = None
    reason: Text | None = None
    """Why it could not be measured, or not with certainty."""
    remark: Text | None = None
    """What is worth knowing where it passes."""
    outcome: Literal["manual", "not_checked"] | None = None
    """Set when no comparison is possible: a person must decide, or the data are missing."""
    missing: str = ""
    """The layer for want of which it could not be measured."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What a clause may exempt by: the purpose of a project, for instance."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """Values for the message, besides those that every message may use."""
    row: int | None = None
    field_name: str | None = None
    field_value: str | None = None
    area_m2: float | None = None
    area_planar_m2: float | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """One fault measured of many features of a layer, as columns: a million parcels are not a million measurements.

    All that pass do so with the same remark, and all of which nothing is known for the same reason; those that are neither
    are looked at one by one.
    """

    layer: str
    fault: str
    positions: np.ndarray
    """Of the features; of an id that is stored in several rows, the first."""
    value: np.ndarray
    """NaN where it is not known."""
    at_most: np.ndarray
    """As `Measurement.value_at_most`; the value itself where it is one number."""
    one: Callable[[int], Measurement]
    """The whole measurement of the feature at an index of `positions`."""


@dataclass(frozen=True, slots=True)
class Words:
    """How one fault is told: its title, what is wrong, what to do."""

    title: Text
    message: Text
    fix: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule is: the row it answers for, whom it is about, which layers it needs, and its words."""

    id: str
    title: Text
    about: Text
    """What is measured and how, in a sentence or two; the rule's page is made of it."""
    subjects: tuple[str, ...]
    """Layers whose features it judges, the first one standing in where a layer is missing."""
    needs: tuple[str, ...]
    """Layers without which it is not checked."""
    faults: Mapping[str, Words]
    uses: tuple[str, ...] = ()
    """Layers that make its answer better, but that it can do without."""
    geometric: bool = False
    """Whether it measures geometry: then features without geometry and faulty geometry are never a pass."""
    whole_to_pass: tuple[str, ...] | None = None
    """Layers of which nothing may be lost for a pass to count: what is missing could be what is wrong.
    None stands for every layer that it needs and does not judge."""
    figures: tuple[str, ...] = ()
    """Row ids of the indicators that it holds against clauses; they are computed first."""
    whole_to_fail: tuple[str, ...] = ()
    """Layers of which nothing may be lost for a failure to count: what is missing could be what puts it right."""


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


@dataclass(frozen=True, slots=True)
class Goal:
    """What a document asks a figure to be by a day."""

    target: float
    operator: str
    words: Text
    """The expectation as it is read: 超过 10,000,000 万元."""
    gap: float | None
    """The figure less the target."""
    reached: bool | None
    """Whether the figure of the year that is shown is what is asked for; None where it is not known."""
    due_on: dt.date | None
    base_year: int | None = None
    """The year of which the target is a multiple."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a figure, and by which article."""

    words: Text
    citation: Citation


@dataclass(frozen=True, slots=True)
class Indicator:
    """A computed figure with all that is needed to work it out again."""

    id: str
    subject: Subject
    year: int | None
    value: float | str | None
    unit: str
    numerator: float | None = None
    denominator: float | None = None
    formula: Text = Text("", "")
    source: Text = Text("", "")
    responsible: Text = Text("", "")
    reason: Text | None = None
    title: Text = Text("", "")
    at_least: float | None = None
    """Where the value is an incomplete sum: what is known of it."""
    goal: Goal | None = None
    citation: Citation | None = None
    """Where the figure, or its goal, stands in law."""
    follows: tuple[Consequence, ...] = ()


IdleStatus = Literal["not_idle", "suspected", "determined", "disposed", "not_checked"]


@dataclass(frozen=True, slots=True)
class StepDue:
    """One step of the procedure of one parcel: when it is due, when it was done."""

    id: str
    title: Text
    who: Text
    due_on: dt.date | None
    done_on: dt.date | None
    overdue: bool
    citation: Citation


@dataclass(frozen=True, slots=True)
class IdleRow:
    """What a day says of one parcel: whether it is idle, since when and why, what follows by which article, what it costs."""

    parcel: Subject
    park: str
    status: IdleStatus
    type: Literal["A", "B", ""] = ""
    since: dt.date | None = None
    """The day by which to start, as moved by agreements and exempt days (A), or the day on which it stopped (B)."""
    days: int | None = None
    """Days from `since` to the day."""
    becomes_on: dt.date | None = None
    """Of one that is not idle: the day on which it will be suspected, if nothing changes."""
    cause: str = ""
    cause_item: str = ""
    path: Literal["fee", "recovery", "negotiate", ""] = ""
    options: tuple[str, ...] = ()
    """Ids of the options that are open."""
    citation: Citation | None = None
    fee_wanyuan: float | None = None
    area_m2: float | None = None
    reason: Text = Text("", "")
    """Why it is so: the dates and shares that counted, where they came from, what is missing."""
    steps: tuple[StepDue, ...] = ()
    remarks: tuple[Text, ...] = ()
    """What else must be known: a mortgagee to be told, a parcel that is not filed, a fee that is no cost of production."""
    evidence: tuple[tuple[str, float], ...] = ()
    """Built-up share by what it was measured from: ``("land_cover_2023", 0.04)``."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Something geoparks changed while reading, with what was there before; inputs themselves are never changed."""

    layer: str
    code: str
    note: Text
    row: int | None = None
    field_name: str | None = None
    old: str | None = None
    new: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the data that a reader saw and no verdict may hide: it becomes a finding."""

    layer: str
    code: str
    note: Text
    row: int | None = None
    field_name: str | None = None
    value: str | None = None
    place: BaseGeometry | None = None
    path: str = ""
    feature: str = ""
    """Id of the feature, where the row is one of a table that was joined to it."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file that took part in a run."""

    layer: str
    path: str
    sha256: str
    crs: str | None
    rows: int
    crs_how: Text | None = None
    encoding: str | None = None
    refused: Text | None = None
    gcj02: Text | None = None
    """Whether it was held against a trusted boundary, of a file with geometry that was not refused."""


@dataclass(frozen=True, slots=True)
class RunError:
    """A rule that crashed: an error of the program, never a finding about the data."""

    rule: str
    what: str


@dataclass(frozen=True, slots=True)
class Run:
    """When and by which policy a run judged: part of its result, so that it can be repeated."""

    on: dt.date
    year: int | None
    lang: Literal["zh", "en"]
    pack: str
    pack_version: str
    verb: str = "check"
    """What was asked: check, audit, supply, run."""
