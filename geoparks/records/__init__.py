"""The records that cross from one stage to the next: frozen, plain, without behaviour of their own.

A rule yields ``Measurement``; the judge turns it into ``Check`` rows and ``Finding``; readers and the normaliser
leave ``Repair`` and ``Fault``. Geometry in a record is in EPSG:4490 (CGCS2000, longitude before latitude).

One file per noun; whoever needs a record takes it from here.
"""

from geoparks.records.figure import Consequence, Goal, Indicator
from geoparks.records.idle import IdleRow, IdleStatus, StepDue
from geoparks.records.rule import Many, Measurement, Part, Rule, Words
from geoparks.records.run import Fault, Input, Repair, Run, RunError
from geoparks.records.subject import Subject
from geoparks.records.verdict import (
    BINDING,
    OUTCOMES,
    SEVERITIES,
    Accepted,
    Check,
    Citation,
    Finding,
    Outcome,
    Severity,
)

__all__ = [
    "BINDING",
    "OUTCOMES",
    "SEVERITIES",
    "Accepted",
    "Check",
    "Citation",
    "Consequence",
    "Fault",
    "Finding",
    "Goal",
    "IdleRow",
    "IdleStatus",
    "Indicator",
    "Input",
    "Many",
    "Measurement",
    "Outcome",
    "Part",
    "Repair",
    "Rule",
    "Run",
    "RunError",
    "Severity",
    "StepDue",
    "Subject",
    "Words",
]
