"""All that a run of the rules gives, and the rows while they are gathered: of every subject under a rule the worst outcome.

A subject has a record of its own, but for layers of which a rule speaks in columns: there the rows are columns, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from geoparks.dataset import Dataset
from geoparks.outcomes import Outcomes, together
from geoparks.records import OUTCOMES, Check, Finding, Indicator, Outcome, Rule, RunError, Subject
from geoparks.text import Text, joined
from geoparks.who import Who


@dataclass
class Verdicts:
    """All that a run of the rules gives."""

    single: list[Check] = field(default_factory=list)
    """Rows that stand by themselves."""
    columns: list[Outcomes] = field(default_factory=list)
    """Rows of layers of very many features."""
    findings: list[Finding] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    errors: list[RunError] = field(default_factory=list)
    unjudged: bool = False
    """Whether a layer that a must or duty rule needs is there but could not be judged."""

    @property
    def checks(self) -> list[Check]:
        """Every row, by rule and subject."""
        return in_order([*self.single, *(check for one in self.columns for check in one.checks())])

    def sort(self) -> None:
        """Bring what was found into the one order that a document has."""
        self.single.sort(key=lambda one: (one.rule, one.subject))
        self.findings.sort(
            key=lambda one: (one.rule, one.subject, one.code, one.key, str(one.field_value), one.geometry_hash)
        )
        self.indicators.sort(key=lambda one: (one.id, one.subject, one.year or 0))
        self.errors.sort(key=lambda one: (one.rule, one.what))


def in_order(checks: Iterable[Check]) -> list[Check]:
    """Rows as a document lists them."""
    return sorted(checks, key=lambda one: (one.rule, one.subject))


def merged(some: Sequence[Verdicts]) -> Verdicts:
    """What several sets of rules found, in the order in which one run tells it."""
    whole = Verdicts(unjudged=any(one.unjudged for one in some))
    for one in some:
        whole.single += one.single
        whole.columns += one.columns
        whole.findings += one.findings
        whole.indicators += one.indicators
        whole.errors += one.errors
    whole.columns.sort(key=lambda rows: (rows.rule, rows.layer))
    whole.sort()
    return whole


def put_together(some: Sequence[Verdicts], cuts: Sequence[np.ndarray]) -> Verdicts:
    """What the same rules found in several pieces of a layer; cuts: the positions of the rows of each piece."""
    whole = merged([replace(one, columns=[]) for one in some])
    pieces: dict[tuple[str, str], list[tuple[Outcomes, np.ndarray]]] = {}
    for one, cut in zip(some, cuts, strict=True):
        for rows in one.columns:
            pieces.setdefault((rows.rule, rows.layer), []).append((rows, cut))
    whole.columns = [together(pieces[key], sum(map(len, cuts))) for key in sorted(pieces)]
    return whole


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


class Rows:
    """The rows of a run while its rules speak."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._single: dict[tuple[str, Subject], _Row] = {}
        self._columns: dict[tuple[str, str], Outcomes] = {}

    def add(self, rule: Rule, subject: Subject, outcome: Outcome, reasons: Sequence[Text]) -> None:
        """Take a verdict about one subject into account."""
        columns = self._columns.get((rule.id, subject.layer))
        rows = self.dataset[subject.layer].positions(subject.id) if columns is not None else []
        if columns is not None and rows:
            columns.add(np.array(rows[:1]), outcome, reasons)
        else:
            self._single.setdefault((rule.id, subject), _Row()).add(outcome, reasons)

    def add_many(
        self, rule: Rule, layer: str, positions: np.ndarray, outcome: Outcome, reasons: Sequence[Text]
    ) -> None:
        """Take the same verdict about many features of a layer into account; of an id, about its first row."""
        self._columns_of(rule, layer).add(positions, outcome, reasons)

    def doubt_passes(self, why: dict[str, list[Text]]) -> None:
        """No pass of some rules stands, by id, with the reasons."""
        for (name, _), row in self._single.items():
            if row.outcome == "pass" and name in why:
                row.add("not_checked", why[name])
        for (name, _), columns in self._columns.items():
            if name in why:
                columns.add(columns.where("pass"), "not_checked", why[name])

    def checks(self, park_of: Callable[[Subject], str]) -> list[Check]:
        """The rows that stand by themselves."""
        return [
            Check(rule, subject, row.outcome, joined(row.reasons) if row.reasons else None, park_of(subject))
            for (rule, subject), row in self._single.items()
        ]

    @property
    def columns(self) -> list[Outcomes]:
        """The rows that are columns."""
        return [self._columns[key] for key in sorted(self._columns)]

    def _columns_of(self, rule: Rule, layer: str) -> Outcomes:
        key = rule.id, layer
        if key not in self._columns:
            self._columns[key] = Outcomes(rule.id, layer, len(self.dataset[layer]), Who.of(self.dataset, layer))
            for subject in self._of(*key):  # what was said of one by one before stands in the columns from now on
                row = self._single.pop((rule.id, subject))
                self.add(rule, subject, row.outcome, row.reasons)
        return self._columns[key]

    def _of(self, rule: str, layer: str) -> Iterator[Subject]:
        yield from [subject for name, subject in self._single if name == rule and subject.layer == layer]
