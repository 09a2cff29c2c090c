"""Run every rule over a dataset, hold what it measured against the pack, and give every subject its row."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely

from geoparks import progress
from geoparks.catalog.clause import Clause
from geoparks.catalog.layer import Codes
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.doubt import Doubt
from geoparks.errors import DeclarationError
from geoparks.finding import finding
from geoparks.goals import goal
from geoparks.indicators import figures, years_of
from geoparks.judge import Verdict, judge
from geoparks.measure.levels import ABOVE
from geoparks.measure.whereabouts import parks_of
from geoparks.records import BINDING, OUTCOMES, Check, Finding, Indicator, Measurement, Outcome, Rule, RunError, Subject
from geoparks.rules import Registered, registry
from geoparks.text import Text, joined, same


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


class _Run:
    """A dataset under a pack, and the rows and verdicts so far."""

    def __init__(self, dataset: Dataset, pack: Pack) -> None:
        self.dataset, self.pack, self.verdicts = dataset, pack, Verdicts()
        self.rows: dict[tuple[str, Subject], _Row] = {}
        self.crashed: dict[str, list[Text]] = {}
        """Ids of rules that crashed, with the reasons: a pass of a sister of theirs says too much."""
        self._park_of: dict[Subject, str] = {}
        self._attributes: dict[tuple[str, str], Any] = {}
        self._meant: dict[tuple[str, tuple[Any, ...]], frozenset[Any]] = {}

    def row(self, rule: Rule, subject: Subject) -> _Row:
        """The row of a subject under a rule."""
        return self.rows.setdefault((rule.id, subject), _Row())

    def park_of(self, subject: Subject) -> str:
        """Id of the park that a subject is or belongs to; every rule asks for it, of every subject."""
        if subject not in self._park_of:
            self._park_of[subject] = self.dataset.park_of(subject)
        return self._park_of[subject]

    def attribute(self, park: str, name: str) -> Any:
        """An attribute of a park, where the register states it; a value that its code list does not know is none."""
        if (park, name) not in self._attributes:
            parks = self.dataset.get("parks")
            positions = parks.positions(park) if parks is not None else []
            value = parks.column(name).iloc[positions[0]] if parks is not None and positions else None
            if parks is not None and (codes := self.codes(name)) is not None and value not in codes.values:
                value = None
            self._attributes[park, name] = value if value == value else None
        return self._attributes[park, name]

    def codes(self, name: str) -> Codes | None:
        """The whole list of what a field of the register may say, where there is one."""
        codes = self.dataset.catalogue.codes.get(self.dataset.catalogue["parks"].fields[name].codes or "")
        return codes if codes is not None and codes.complete else None

    def meant(self, name: str, values: tuple[Any, ...]) -> frozenset[Any]:
        """Values as the register has them: a pack may write 鄂尔多斯 for 鄂尔多斯市."""
        if (name, values) not in self._meant:
            codes = self.codes(name)
            self._meant[name, values] = frozenset(
                (codes.value_of(str(one)) or one) if codes is not None else one for one in values
            )
        return self._meant[name, values]


def run(
    dataset: Dataset, pack: Pack, only: Iterable[Registered] | None = None, figures_of: Iterable[str] = ()
) -> Verdicts:
    """Judge a dataset by a pack on the dataset's day, and compute the figures of some rows.

    Figures come first: rules may hold them against clauses. The order of everything that comes out is fixed.
    """
    dataset.settings = pack.settings
    this = _Run(dataset, pack)
    rules = registry() if only is None else tuple(only)
    _names_are_known(pack, dataset, registry())
    _compute(this, rules, set(figures_of))
    for registered in rules:
        rule = registered.rule
        clauses = [
            one
            for one in pack.clauses
            if one.rule == rule.id
            and one.fault in rule.faults
            and (one.in_force(dataset.on) or (one.target and one.is_law_on(dataset.on)))
        ]
        if not clauses:
            continue
        progress.say(Text(f"{rule.id} {rule.title.zh}", f"{rule.id} {rule.title.en}"))
        if any(name in dataset.refused for name in (*rule.needs, *rule.uses)):
            this.verdicts.unjudged |= any(one.severity in BINDING for one in clauses)
        if missing := [name for name in rule.needs if name not in dataset]:
            _not_checked(this, rule, [dataset.why_not(name) for name in missing])
            continue
        _safely(this, registered)
    for (rule_id, _), row in this.rows.items():
        if row.outcome == "pass" and rule_id in this.crashed:
            row.add("not_checked", this.crashed[rule_id])
    verdicts = this.verdicts
    verdicts.checks = [
        Check(rule_id, subject, row.outcome, joined(row.reasons) if row.reasons else None, this.park_of(subject))
        for (rule_id, subject), row in sorted(this.rows.items(), key=lambda item: item[0])
    ]
    verdicts.findings.sort(
        key=lambda one: (one.rule, one.subject, one.code, one.key, str(one.field_value), one.geometry_hash)
    )
    verdicts.indicators.sort(key=lambda one: (one.id, one.subject, one.year or 0))
    return verdicts


def _compute(this: _Run, rules: Iterable[Registered], asked: set[str]) -> None:
    """Compute the figures that are asked for, and those that the rules need."""
    needed = {row for one in rules for row in one.rule.figures}
    if not asked | needed:
        return
    progress.say(Text("计算指标", "computing the indicators"))
    this.dataset.figures, errors = figures(this.dataset, this.pack, years_of(this.dataset), asked | needed)
    this.verdicts.errors += errors
    this.verdicts.indicators += [one for one in this.dataset.figures if one.id.split(".")[0] in asked]


def _safely(this: _Run, registered: Registered) -> None:
    """Run one rule. A crash is an error of the run, never a finding and never a pass, and the other rules go on.

    What was found before it stands, with its rows.
    """
    rule = registered.rule
    try:
        if not _judged(this, rule, registered.measure(this.dataset)) and rule.subjects:
            this.row(rule, Subject(rule.subjects[0], "")).add(
                "not_checked", _why_nobody(this.dataset, rule.subjects[0])
            )
        this.verdicts.indicators += list(registered.indicators(this.dataset))
    except Exception as error:
        this.verdicts.errors.append(RunError(rule.id, f"{registered.name}: {type(error).__name__}: {error}"))
        reason = Text(f"规则 {registered.name} 运行出错，见 errors", f"the rule {registered.name} crashed, see errors")
        this.crashed.setdefault(rule.id, []).append(reason)
        _not_checked(this, rule, [reason])


def _not_checked(this: _Run, rule: Rule, reasons: list[Text]) -> None:
    """A layer is missing or refused, or the rule crashed: a row for every subject that is known, else one for the rule."""
    layer = rule.subjects[0] if rule.subjects else ""
    for subject in _subjects(this.dataset, layer) or [Subject(layer, "")]:
        this.row(rule, subject).add("not_checked", reasons)


def _subjects(dataset: Dataset, layer: str) -> list[Subject]:
    """Every subject of a layer; a park is known where a block names it, too."""
    known = dataset.get(layer) if layer else None
    if layer == "parks":
        with contextlib.suppress(Exception):  # what looks for the parks may be what crashed: then the register must do
            return [park.subject for park in parks_of(dataset)]
    return [known.subject(position) for position in range(len(known))] if known is not None else []


def _why_nobody(dataset: Dataset, layer: str) -> list[Text]:
    """Why a rule that could run found nobody to judge."""
    if layer in dataset:
        title = dataset[layer].layer.title
        return [Text(f"“{title.zh}”图层里没有可判定的对象", f"the layer {layer} has nobody to judge")]
    blocks = dataset.get("blocks")
    unnamed = [blocks.why_missing("park_id")] if layer == "parks" and blocks is not None else []
    return [dataset.why_not(layer), *unnamed]


def _judged(this: _Run, rule: Rule, measurements: Iterable[Measurement]) -> int:
    """Judge every measurement by every clause that speaks to it and binds its subject; how many there were."""
    doubt = Doubt(rule, this.dataset)
    clauses_of: dict[tuple[str, str, str], list[Clause]] = {}
    count = 0
    for count, measurement in enumerate(measurements, 1):  # noqa: B007
        subject = measurement.subject
        key = (measurement.fault, subject.layer, measurement.figure)
        if key not in clauses_of:
            clauses_of[key] = list(this.pack.about(rule.id, *key, this.dataset.on))
        binding = [
            clause
            for clause in clauses_of[key]
            if clause.speaks_of(measurement.acted_on)
            and clause.concerns(measurement.facts)
            and _binds(this, clause, subject)
        ]
        seen = {id(clause): _of_all(this, measurement, clause) for clause in binding}
        this.verdicts.indicators += [
            goal(seen[id(clause)], clause, this.pack, this.dataset) for clause in binding if clause.target
        ]
        verdicts = [
            judge(seen[id(clause)], clause, this.pack, this.dataset.on)
            for clause in binding
            if clause.in_force(this.dataset.on)
        ]
        if not verdicts:
            continue
        outcome = min((one.outcome for one in verdicts), key=OUTCOMES.index)
        reasons = [one.reason for one in verdicts if one.outcome == outcome and one.reason is not None]
        if (why := doubt.about(subject, outcome)) is not None:
            outcome, reasons = "not_checked", [why]
            this.verdicts.unjudged |= _is_binding(verdicts)
        elif measurement.missing in this.dataset or measurement.missing in this.dataset.refused:
            this.verdicts.unjudged |= _is_binding(verdicts)
        if outcome == "fail":
            failed = [one for one in verdicts if one.outcome == "fail"]
            this.verdicts.findings.append(finding(rule, measurement, failed, this.dataset))
            reasons = [this.verdicts.findings[-1].message]
        for one in (subject, measurement.other):
            if one is not None and one.layer == subject.layer:
                this.row(rule, one).add(outcome, reasons)
    if rule.geometric:
        _without_geometry(this, rule)
    return count


def _of_all(this: _Run, measurement: Measurement, clause: Clause) -> Measurement:
    """A figure over parks as a clause may take it.

    Where a park that the clause counts on is not in the register, a sum is only known from below, and a share not at all.
    """
    if not clause.members or not measurement.figure:
        return measurement
    names = [park.subject.name for park in parks_of(this.dataset)]
    missing = [word for word in clause.members if not any(word in name for name in names)]
    if not missing:
        return measurement
    reason = Text(
        f"名录里没有{'、'.join(missing)}，合计不完整", f"the register lacks {', '.join(missing)}: the sum is incomplete"
    )
    spans = {} if clause.unit == "ratio" else {year: (span[0], math.inf) for year, span in measurement.series.items()}
    return replace(measurement, series=spans, reason=reason)


def _is_binding(verdicts: list[Verdict]) -> bool:
    return any(one.clause.severity in BINDING for one in verdicts)


def _without_geometry(this: _Run, rule: Rule) -> None:
    """A subject without geometry has been measured by nobody: not checked."""
    features = this.dataset.get(rule.subjects[0]) if rule.subjects else None
    if features is None or not features.layer.needs_geometry:
        return
    missing = shapely.is_missing(features.geometry) | shapely.is_empty(features.geometry)
    for position in np.flatnonzero(missing).tolist():
        this.row(rule, features.subject(position)).add("not_checked", [Text("没有图形", "no geometry")])


def _binds(this: _Run, clause: Clause, subject: Subject) -> bool:
    """Whether a clause binds a subject: by its park's attributes; what the park does not say, the pack's territory does.

    A date binds from that day on: who was approved on it or later.
    """
    if not clause.is_about(subject.name):
        return False
    for name, values in clause.applies.items():
        value, wanted = this.attribute(this.park_of(subject), name), this.meant(name, values)
        if subject.layer == "leagues" and name == "league":
            value = subject.id
        if value is None:
            binds = bool(this.meant(name, this.pack.territory.get(name, ())) & wanted)
        else:
            binds = value >= min(wanted) if isinstance(value, dt.date) else value in wanted
        if not binds:
            return False
    return True


def _names_are_known(pack: Pack, dataset: Dataset, rules: Iterable[Registered]) -> None:
    """A clause about a fault that no rule finds would never be asked, and nobody would notice: it stops the run."""
    faults: dict[str, list[str]] = {}
    for one in rules:
        faults.setdefault(one.rule.id, []).extend(one.rule.faults)
    layers, codes = dataset.catalogue.layers, dataset.catalogue.codes
    for clause in pack.clauses:
        wrong: list[tuple[str, str, list[str]]] = []
        if clause.rule in faults and clause.fault not in faults[clause.rule]:
            wrong.append(("fault", clause.fault, faults[clause.rule]))
        if clause.subject is not None and clause.subject not in (*layers, *ABOVE):
            wrong.append(("subject", clause.subject, [*layers, *ABOVE]))
        wrong += [
            ("applies", name, list(layers["parks"].fields))
            for name in clause.applies
            if name not in layers["parks"].fields
        ]
        for name, values in clause.applies.items():
            stated = layers["parks"].fields.get(name)
            list_ = codes.get(stated.codes or "") if stated is not None else None
            if list_ is not None and list_.complete:
                unknown = [str(value) for value in values if list_.value_of(str(value)) is None]
                wrong += [(f"applies.{name}", value, list(list_.values)) for value in unknown]
            elif (
                stated is not None and stated.type == "date" and not all(isinstance(value, dt.date) for value in values)
            ):
                wrong.append((f"applies.{name}", str(list(values)), [dataset.on.isoformat()]))
        for key, word, known in wrong:
            raise DeclarationError(
                Text(f"{key} 中的 {word} 不存在", f"{key}: there is no {word}"),
                where=f"{clause.document.name}.toml: {clause.rule} {clause.article}",
                expected=same("、".join(known)),
            )
