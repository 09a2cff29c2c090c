"""What was measured, before the clauses: which of them bind a subject, what they say of it, and what is recorded of it."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from geoparks.catalog.clause import Clause
from geoparks.catalog.codes import Codes
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.doubt import Doubt
from geoparks.finding import finding
from geoparks.goals import goal
from geoparks.judge import Verdict, judge, surely_passes
from geoparks.measure.whereabouts import parks_of
from geoparks.records import BINDING, OUTCOMES, Many, Measurement, Outcome, Rule, Subject
from geoparks.text import Text
from geoparks.verdicts import Rows, Verdicts

Array = np.ndarray


class Bindings:
    """Whom the clauses of a pack bind, by what the register says of the parks of a dataset."""

    def __init__(self, dataset: Dataset, pack: Pack) -> None:
        self.dataset, self.pack = dataset, pack
        self._attributes: dict[tuple[str, str], Any] = {}
        self._meant: dict[tuple[str, tuple[Any, ...]], frozenset[Any]] = {}

    def binds(self, clause: Clause, subject: Subject) -> bool:
        """Whether a clause binds a subject: by its park's attributes; what the park does not say, the pack's territory does.

        A date binds from that day on: who was approved on it or later.
        """
        if not clause.is_about(subject.name):
            return False
        for name, values in clause.applies.items():
            value, wanted = self.attribute(self.dataset.park_of(subject), name), self.meant(name, values)
            if subject.layer == "leagues" and name == "league":
                value = subject.id
            if value is None:
                binds = bool(self.meant(name, self.pack.territory.get(name, ())) & wanted)
            else:
                binds = value >= min(wanted) if isinstance(value, dt.date) else value in wanted
            if not binds:
                return False
        return True

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


class Court:
    """One rule before the clauses that are about it."""

    def __init__(self, rule: Rule, bindings: Bindings, rows: Rows, verdicts: Verdicts) -> None:
        self.rule, self.bindings, self.rows, self.verdicts = rule, bindings, rows, verdicts
        self.dataset, self.pack = bindings.dataset, bindings.pack
        self.doubt = Doubt(rule, self.dataset)
        self._clauses: dict[tuple[str, str, str], list[Clause]] = {}

    def judge(self, measurement: Measurement) -> None:
        """Judge one measurement; its subject's row, and that of the other one of a pair, hears of it."""
        verdict = self._verdict(measurement)
        if verdict is None:
            return
        for one in (measurement.subject, measurement.other):
            if one is not None and one.layer == measurement.subject.layer:
                self.rows.add(self.rule, one, *verdict)

    def judge_many(self, many: Many) -> None:
        """Judge by one of them those that pass and those of which nothing is known, park by park; the others one by one."""
        if not len(many.positions):
            return
        parks = self.dataset.parks_along(many.layer)[many.positions]
        of_park, names = pd.factorize(parks)
        alone = np.ones(len(parks), dtype=bool)
        for park in range(len(names)):
            mine = of_park == park
            some = many.one(int(np.argmax(mine)))
            if not self._stands_for_others(some):
                continue
            binding = self._binding(some)
            for those in (mine & self._pass(many, binding), mine & np.isnan(many.value)):
                if those.any() and (verdict := self._verdict(many.one(int(np.argmax(those))))) is not None:
                    self.rows.add_many(self.rule, many.layer, many.positions[those], *verdict)
                alone &= ~those
        for index in np.flatnonzero(alone).tolist():
            self.judge(many.one(index))

    def _stands_for_others(self, measurement: Measurement) -> bool:
        """Whether what clauses say of it hangs on its park and value alone, and so is said of others that are like it."""
        return (
            measurement.acted_on is None
            and measurement.other is None
            and not any(one.named or one.but or one.only or one.target for one in self._about(measurement))
        )

    def _pass(self, many: Many, binding: list[Clause]) -> Array:
        """Which of many surely meet some clauses, without a doubt about their geometry."""
        if not binding or self.doubt.is_about_others:
            return np.zeros(len(many.positions), dtype=bool)
        passes: Array = ~self.doubt.own(many.layer)[many.positions]
        for clause in binding:
            passes &= surely_passes(many.value, many.at_most, clause, self.pack, self.dataset.on)
        return passes

    def _about(self, measurement: Measurement) -> list[Clause]:
        """The clauses that are about what was measured, whomever they bind."""
        key = (measurement.fault, measurement.subject.layer, measurement.figure)
        if key not in self._clauses:
            self._clauses[key] = list(self.pack.about(self.rule.id, *key, self.dataset.on))
        return self._clauses[key]

    def _binding(self, measurement: Measurement) -> list[Clause]:
        """The clauses that speak of a measurement and bind its subject."""
        return [
            clause
            for clause in self._about(measurement)
            if clause.speaks_of(measurement.acted_on)
            and clause.concerns(measurement.facts)
            and self.bindings.binds(clause, measurement.subject)
        ]

    def _verdict(self, measurement: Measurement) -> tuple[Outcome, list[Text]] | None:
        """What all clauses together say of a measurement; None where none is in force. A failure leaves a finding."""
        dataset, binding = self.dataset, self._binding(measurement)
        seen = {id(clause): _of_all(dataset, measurement, clause) for clause in binding}
        self.verdicts.indicators += [
            goal(seen[id(clause)], clause, self.pack, dataset) for clause in binding if clause.target
        ]
        verdicts = [
            judge(seen[id(clause)], clause, self.pack, dataset.on) for clause in binding if clause.in_force(dataset.on)
        ]
        if not verdicts:
            return None
        outcome = min((one.outcome for one in verdicts), key=OUTCOMES.index)
        reasons = [one.reason for one in verdicts if one.outcome == outcome and one.reason is not None]
        if (why := self.doubt.about(measurement.subject, outcome)) is not None:
            outcome, reasons = "not_checked", [why]
            self.verdicts.unjudged |= _is_binding(verdicts)
        elif measurement.missing in dataset or measurement.missing in dataset.refused:
            self.verdicts.unjudged |= _is_binding(verdicts)
        if outcome == "fail":
            failed = [one for one in verdicts if one.outcome == "fail"]
            self.verdicts.findings.append(finding(self.rule, measurement, failed, dataset))
            reasons = [self.verdicts.findings[-1].message]
        return outcome, reasons


def _of_all(dataset: Dataset, measurement: Measurement, clause: Clause) -> Measurement:
    """A figure over parks as a clause may take it.

    Where a park that the clause counts on is not in the register, a sum is only known from below, and a share not at all.
    """
    if not clause.members or not measurement.figure:
        return measurement
    names = [park.subject.name for park in parks_of(dataset)]
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
