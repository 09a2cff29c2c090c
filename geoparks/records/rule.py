"""What a rule is, and what it yields: measurements, which know no limit, no article and no severity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from shapely.geometry.base import BaseGeometry

from geoparks.records.subject import Subject
from geoparks.text import Text


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
    are looked at one by one. So is everyone where a clause about the fault asks for more than park and value (`only`,
    `named`, `but`, a goal), or where the measurements are of acts of a day or of pairs (`acted_on`, `other`): that is seen by
    the first of every park, so either all of them are, or none.
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
