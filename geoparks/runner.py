"""Run every rule over a dataset, hold what it measured against the pack, and give every subject its row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely

from geoparks import progress
from geoparks.catalog.policy import Clause, Pack
from geoparks.dataset import Dataset
from geoparks.doubt import Doubt
from geoparks.finding import finding
from geoparks.judge import judge
from geoparks.records import BINDING, OUTCOMES, Check, Finding, Indicator, Measurement, Outcome, Rule, RunError, Subject
from geoparks.rules import Registered, registry
from geoparks.text import Text, joined


@dataclass
class Verdicts:
    """All that a run of the rules gives."""

    checks: list[Check] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    errors: list[RunError] = field(default_factory=list)
    unjudged: bool = False
    """Whether a layer that a must or duty rule needs is there but could not be judged."""


@dataclass
class _Row:
    """What is known so far of one subject under one rule: the worst outcome, with the reasons for it."""

    outcome: Outcome = "pass"
    reasons: list[Text] = field(default_factory=list)

    def add(self, outcome: Outcome, reasons: Iterable[Text]) -> None:
        """Take one more verdict into account."""
        if OUTCOMES.index(outcome) < OUTCOMES.index(self.outcome):
            self.outcome, self.reasons = outcome, []
        if outcome == self.outcome:
            self.reasons.extend(reason for reason in reasons if reason not in self.reasons)


_Rows = dict[tuple[str, Subject], _Row]


def run(dataset: Dataset, pack: Pack, only: Iterable[Registered] | None = None) -> Verdicts:
    """Judge a dataset by a pack on the dataset's day. The order of everything that comes out is fixed."""
    verdicts, rows = Verdicts(), _Rows()
    for registered in registry() if only is None else only:
        rule = registered.rule
        clauses = [
            one
            for one in pack.clauses
            if (one.rule, one.fault in rule.faults) == (rule.id, True) and one.in_force(dataset.on)
        ]
        if not clauses:
            continue
        progress.say(Text(f"{rule.id} {rule.title.zh}", f"{rule.id} {rule.title.en}"))
        if missing := [name for name in rule.needs if name not in dataset]:
            verdicts.unjudged |= any(one.severity in BINDING for one in clauses) and any(
                name in dataset.refused for name in missing
            )
            _not_checked(rule, [dataset.why_not(name) for name in missing], dataset, rows)
            continue
        try:
            measurements = list(registered.measure(dataset))
            verdicts.indicators.extend(registered.indicators(dataset))
        except Exception as error:  # a crash is an error of the run, never a finding, and the other rules go on
            verdicts.errors.append(RunError(rule.id, f"{registered.name}: {type(error).__name__}: {error}"))
            continue
        verdicts.findings.extend(_judged(rule, measurements, dataset, pack, rows))
    verdicts.checks = [
        Check(rule_id, subject, row.outcome, joined(row.reasons) if row.reasons else None, dataset.park_of(subject))
        for (rule_id, subject), row in sorted(rows.items(), key=lambda item: item[0])
    ]
    verdicts.findings.sort(key=lambda one: (one.rule, one.subject, one.code, one.key, str(one.field_value)))
    verdicts.indicators.sort(key=lambda one: (one.id, one.subject))
    return verdicts


def _not_checked(rule: Rule, reasons: list[Text], dataset: Dataset, rows: _Rows) -> None:
    """A layer is missing or refused: a row for every subject that is known, else one for the rule."""
    layer = rule.subjects[0] if rule.subjects else ""
    known = dataset.get(layer) if layer else None
    subjects = (
        [known.subject(position) for position in range(len(known))] if known is not None else [Subject(layer, "")]
    )
    for subject in subjects:
        rows.setdefault((rule.id, subject), _Row()).add("not_checked", reasons)


def _judged(
    rule: Rule, measurements: list[Measurement], dataset: Dataset, pack: Pack, rows: _Rows
) -> Iterable[Finding]:
    """Judge every measurement by every clause that speaks to it and binds its subject."""
    doubt = Doubt(rule, dataset)
    clauses_of: dict[tuple[str, str], list[Clause]] = {}
    for measurement in measurements:
        subject = measurement.subject
        key = (measurement.fault, subject.layer)
        if key not in clauses_of:
            clauses_of[key] = list(pack.about(rule.id, measurement.fault, subject.layer, dataset.on))
        verdicts = [
            judge(measurement, clause, pack, dataset.on)
            for clause in clauses_of[key]
            if _binds(clause, subject, dataset, pack)
        ]
        if not verdicts:
            continue
        outcome = min((one.outcome for one in verdicts), key=OUTCOMES.index)
        reasons = [one.reason for one in verdicts if one.outcome == outcome and one.reason is not None]
        if outcome == "pass" and (why := doubt.about(subject)) is not None:
            outcome, reasons = "not_checked", [why]
        if failed := [one for one in verdicts if one.outcome == "fail"]:
            found = finding(rule, measurement, failed, dataset)
            reasons = [found.message]
            yield found
        for one in (subject, measurement.other):
            if one is not None and one.layer == subject.layer:
                rows.setdefault((rule.id, one), _Row()).add(outcome, reasons)
    if rule.geometric:
        _without_geometry(rule, dataset, rows)


def _without_geometry(rule: Rule, dataset: Dataset, rows: _Rows) -> None:
    """A subject without geometry has been measured by nobody: not checked."""
    features = dataset.get(rule.subjects[0]) if rule.subjects else None
    if features is None or not features.layer.needs_geometry:
        return
    missing = shapely.is_missing(features.geometry) | shapely.is_empty(features.geometry)
    for position in np.flatnonzero(missing).tolist():
        row = rows.setdefault((rule.id, features.subject(position)), _Row())
        row.add("not_checked", [Text("没有图形", "no geometry")])


def _binds(clause: Clause, subject: Subject, dataset: Dataset, pack: Pack) -> bool:
    """Whether a clause binds a subject: by its park's attributes; what the park does not say, the pack's territory does."""
    for name, values in clause.applies.items():
        value = _of_its_park(subject, name, dataset)
        if value is None and not set(pack.territory.get(name, ())) & set(values):
            return False
        if value is not None and value not in values:
            return False
    return True


def _of_its_park(subject: Subject, name: str, dataset: Dataset) -> str | None:
    """An attribute of the park that a subject is, or belongs to."""
    parks = dataset.get("parks")
    if parks is None or name not in parks.frame:
        return None
    rows = parks.positions(dataset.park_of(subject))
    value = parks.frame[name].iloc[rows[0]] if rows else None
    return value if isinstance(value, str) else None
