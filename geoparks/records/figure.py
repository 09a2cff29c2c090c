"""Figures: an indicator with all that is needed to work it out again, the goal it is held against, what follows from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from geoparks.records.subject import Subject
from geoparks.records.verdict import Citation
from geoparks.text import Text


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
