"""Run every rule over a dataset, hold what it measured against the pack, and give every subject its row."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable

import numpy as np
import shapely

from geoparks import progress
from geoparks.catalog.policy import Pack
from geoparks.court import Bindings, Court
from geoparks.dataset import Dataset
from geoparks.errors import DeclarationError
from geoparks.indicators import figures, years_of
from geoparks.measure.levels import ABOVE
from geoparks.measure.whereabouts import parks_of
from geoparks.normalise.table import Held
from geoparks.records import BINDING, Many, Measurement, Rule, RunError, Subject
from geoparks.rules import Registered, registry
from geoparks.text import Text, same
from geoparks.verdicts import Rows, Verdicts

Array = np.ndarray


class _Run:
    """A dataset under a pack, and the rows and verdicts so far."""

    def __init__(self, dataset: Dataset, pack: Pack) -> None:
        self.dataset, self.pack, self.verdicts = dataset, pack, Verdicts()
        self.rows = Rows(dataset)
        self.crashed: dict[str, list[Text]] = {}
        """Ids of rules that crashed, with the reasons: a pass of a sister of theirs says too much."""
        self.bindings = Bindings(dataset, pack)


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
    this.rows.doubt_passes(this.crashed)
    this.verdicts.single, this.verdicts.columns = this.rows.checks(dataset.park_of), this.rows.columns
    this.verdicts.sort()
    return this.verdicts


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
            why = _why_nobody(this.dataset, rule.subjects[0])
            this.rows.add(rule, Subject(rule.subjects[0], ""), "not_checked", why)
        this.verdicts.indicators += list(registered.indicators(this.dataset))
    except Exception as error:
        this.verdicts.errors.append(RunError(rule.id, f"{registered.name}: {type(error).__name__}: {error}"))
        reason = Text(f"规则 {registered.name} 运行出错，见 errors", f"the rule {registered.name} crashed, see errors")
        this.crashed.setdefault(rule.id, []).append(reason)
        _not_checked(this, rule, [reason])


def _not_checked(this: _Run, rule: Rule, reasons: list[Text]) -> None:
    """A layer is missing or refused, or the rule crashed: a row for every subject that is known, else one for the rule."""
    layer = rule.subjects[0] if rule.subjects else ""
    if (known := this.dataset.get(layer)) is not None and not isinstance(known.table, Held):
        this.rows.add_many(rule, layer, known.firsts, "not_checked", reasons)
        return
    for subject in _subjects(this.dataset, layer) or [Subject(layer, "")]:
        this.rows.add(rule, subject, "not_checked", reasons)


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


def _judged(this: _Run, rule: Rule, measurements: Iterable[Measurement | Many]) -> int:
    """Judge every measurement by every clause that speaks to it and binds its subject; how many there were."""
    court = Court(rule, this.bindings, this.rows, this.verdicts)
    count = 0
    for one in measurements:
        if isinstance(one, Many):
            count += len(one.positions)
            court.judge_many(one)
        else:
            count += 1
            court.judge(one)
    if rule.geometric:
        _without_geometry(this, rule)
    return count


def _without_geometry(this: _Run, rule: Rule) -> None:
    """A subject without geometry has been measured by nobody: not checked."""
    features = this.dataset.get(rule.subjects[0]) if rule.subjects else None
    if features is None or not features.layer.needs_geometry:
        return
    missing = shapely.is_missing(features.geometry) | shapely.is_empty(features.geometry)
    for position in np.flatnonzero(missing).tolist():
        this.rows.add(rule, features.subject(position), "not_checked", [Text("没有图形", "no geometry")])


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
