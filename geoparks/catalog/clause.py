"""One clause of law as data: what is compared with what, for whom, between which days; the toolkit's own settings; how a file says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Literal

from geoparks import units
from geoparks.catalog.declared import Declared
from geoparks.records import SEVERITIES, Citation, Severity
from geoparks.text import Text, same

Operator = Literal["<=", "<", ">=", ">", "==", "between", "within"]
OPERATORS: tuple[Operator, ...] = ("<=", "<", ">=", ">", "==", "between", "within")
Bounds = float | tuple[float, float]
Limit = Bounds | Mapping[str, float] | str  # by case; a word is the name of a setting


@dataclass(frozen=True)
class Document:
    """A document of law, or the toolkit's own settings, which are not law and say so."""

    name: str
    number: str
    title: Text
    issued_on: dt.date | None
    in_force_from: dt.date | None
    in_force_to: dt.date | None
    is_law: bool
    source: str
    """File name of the text that the quotes were copied from, where the project's owner keeps it."""
    checked_on: dt.date | None
    note: Text


@dataclass(frozen=True)
class DatedLimit:
    """A limit and the days between which it holds."""

    value: Limit
    from_: dt.date | None = None
    to: dt.date | None = None

    def holds(self, on: dt.date) -> bool:
        """Whether it holds on a day, both ends included."""
        return (self.from_ is None or self.from_ <= on) and (self.to is None or on <= self.to)

    def meets(self, other: DatedLimit) -> bool:
        """Whether there is a day on which both hold."""
        starts = [one.from_ for one in (self, other) if one.from_ is not None]
        ends = [one.to for one in (self, other) if one.to is not None]
        return not starts or not ends or max(starts) <= min(ends)


@dataclass(frozen=True)
class Setting:
    """A number that no document gives: the toolkit's own, or left for the office. A workspace may set another."""

    name: str
    value: float | None
    """None where the office must give it: what rests on it is then not computed."""
    unit: str
    reason: Text
    most: float
    """The largest value that may be set: what a search for candidates goes by."""
    by_workspace: bool = False

    @property
    def given(self) -> float:
        """The number of a setting that the toolkit ships one for."""
        assert self.value is not None, f"{self.name} is left for the office"
        return self.value


@dataclass(frozen=True)
class Clause:
    """One sentence of law about one fault, as data: what is compared with what, for whom, since when."""

    rule: str
    fault: str
    document: Document
    article: str
    quote: str
    severity: Severity
    operator: Operator
    limits: tuple[DatedLimit, ...]
    unit: str
    subject: str | None = None
    items: tuple[str, ...] = ()
    """Which items of a measurement the clause is about; empty where a measurement has none."""
    applies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Whom it binds: attribute of the park → values."""
    exempt: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Whom it excepts: fact of the measurement → values; where several facts are named, all must be there."""
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Of which cases it speaks at all: fact of the measurement → values; of every case where it is empty."""
    in_force_from: dt.date | None = None
    in_force_to: dt.date | None = None
    due_on: dt.date | None = None
    acted_to: dt.date | None = None
    """The last day of the acts that it speaks of, whenever these are looked at; None where it speaks of all since its start."""
    otherwise: Literal["fail", "manual"] = "fail"
    """What follows where the comparison does not hold: a failure, or a question for a person."""
    responsible: Text = Text("", "")
    note: Text = Text("", "")
    figure: str = ""
    """Id of the indicator that the clause is about, where it is about one."""
    target: str = ""
    """A goal that is shown beside the figures, as ``E05.<target>``, before it is due as well."""
    title: Text = Text("", "")
    """What the goal is called."""
    year: int | None = None
    """The year whose figure counts; the year of statistics where none is named."""
    base_year: int | None = None
    """The year of whose figure the limit is a multiple."""
    running: int = 1
    """Of how many years on end each must break the limit before anything follows."""
    named: tuple[str, ...] = ()
    """Words of the names of those it is about; empty for all."""
    but: tuple[str, ...] = ()
    """Words of the names of those it is not about."""
    members: tuple[str, ...] = ()
    """Words of the names of the parks that a sum over parks must have; without one of them the sum is not whole."""

    def is_about(self, name: str) -> bool:
        """Whether a clause that names its subjects is about one of this name."""
        return (not self.named or any(one in name for one in self.named)) and not any(one in name for one in self.but)

    def concerns(self, facts: Mapping[str, Any]) -> bool:
        """Whether a clause that speaks of some cases only speaks of this one."""
        return all(facts.get(name) in values for name, values in self.only.items())

    @property
    def start(self) -> dt.date | None:
        """The day from which it is law."""
        return self.in_force_from or self.document.in_force_from

    def speaks_of(self, acted_on: dt.date | None) -> bool:
        """Whether it was law on the day of an act; one whose day nobody knows it speaks of."""
        if acted_on is None:
            return True
        return (self.start is None or self.start <= acted_on) and (self.acted_to is None or acted_on <= self.acted_to)

    @property
    def citation(self) -> Citation:
        """Where this clause stands."""
        return Citation(self.document.number, self.document.title, self.article, self.quote, self.severity)

    def in_force(self, on: dt.date) -> bool:
        """Whether the clause binds on a day; one with a due date binds from the day after it."""
        return self.is_law_on(on) and (not self.due_on or self.due_on < on)

    def is_law_on(self, on: dt.date) -> bool:
        """Whether it is law on a day, due or not."""
        end = self.in_force_to or self.document.in_force_to
        return (self.start is None or self.start <= on) and (end is None or on <= end)

    def limit(self, on: dt.date) -> Limit | None:
        """The limit that holds on a day."""
        return next((dated.value for dated in self.limits if dated.holds(on)), None)


def clauses(top: Declared, document: Document, everybody: Mapping[str, Text]) -> Iterator[Clause]:
    """Every ``[[clause]]`` of a document; `everybody` says who answers for an article.

    Where one sentence speaks to several faults alike, ``fault = ["…", "…"]`` makes one of each.
    """
    for table in top.tables("clause"):
        fault = table.take("fault", (str, list))
        clause = _clause(table, document, everybody)
        for name in [fault] if isinstance(fault, str) else fault:
            yield replace(clause, fault=str(name))


def _clause(table: Declared, document: Document, everybody: Mapping[str, Text]) -> Clause:
    article = table.take("article", str)
    quote = table.take("quote", str)
    if document.is_law and not quote:
        raise table.wrong("quote", quote, Text("条文原文：没有出处的规则不予接受", "the words of the article"))
    clause = Clause(
        rule=table.take("rule", str),
        fault="",
        document=document,
        article=article,
        quote=quote,
        severity=table.choice("severity", SEVERITIES),
        operator=table.choice("operator", OPERATORS, "<="),
        limits=tuple(_limits(table)),
        unit=table.choice("unit", units.UNITS, "count"),
        subject=table.take("subject", str, None),
        items=table.strings("items"),
        applies=table.lists("applies"),
        exempt=table.lists("exempt"),
        only=table.lists("only"),
        in_force_from=table.date("in_force_from"),
        in_force_to=table.date("in_force_to"),
        due_on=table.date("due_on"),
        acted_to=table.date("acted_to"),
        otherwise=table.choice("otherwise", ("fail", "manual"), "fail"),
        responsible=table.text("responsible", everybody.get(article, Text("", ""))),
        note=table.text("note", Text("", "")),
        figure=table.take("figure", str, ""),
        target=table.take("target", str, ""),
        title=table.text("title", Text("", "")),
        year=table.take("year", int, None),
        base_year=table.take("base_year", int, None),
        running=table.take("running", int, 1),
        named=table.strings("named"),
        but=table.strings("but"),
        members=table.strings("members"),
    )
    table.done()
    _limits_fit(table, clause)
    return clause


def _limits_fit(table: Declared, clause: Clause) -> None:
    """A span goes with ``between`` and with nothing else, and no day has two limits."""
    for dated in clause.limits:
        if isinstance(dated.value, tuple) != (clause.operator == "between"):
            raise table.wrong("limit", dated.value, Text("与 operator 相配的限值", "a limit that fits the operator"))
        if isinstance(dated.value, Mapping) and clause.operator in ("within", "=="):
            raise table.wrong("limit", dated.value, Text("与 operator 相配的限值", "a limit that fits the operator"))
    for one, other in combinations(clause.limits, 2):
        if one.meets(other):
            raise table.wrong("limits", other.value, Text("各限值的起止日不重叠", "limits whose days do not overlap"))


def _limits(table: Declared) -> Iterator[DatedLimit]:
    """One undated ``limit``, or ``[[limits]]`` with the days between which each holds."""
    value = table.take("limit", (int, float, list, dict, str), None)
    if value is not None:
        yield DatedLimit(_limit(table, "limit", value))
    for dated in table.tables("limits"):
        yield DatedLimit(
            _limit(dated, "value", dated.take("value", (int, float, list, dict, str))),
            dated.date("from"),
            dated.date("to"),
        )
        dated.done()


def _limit(table: Declared, key: str, value: object) -> Limit:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, list) and len(value) == len(("least", "most")):
        return float(value[0]), float(value[1])
    if isinstance(value, dict):
        return {str(case): float(limit) for case, limit in value.items()}
    raise table.wrong(key, value, same('3 / [1, 2] / { "1" = 1, "2" = 2 } / "a_setting"'))
