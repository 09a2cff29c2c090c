"""What the law on idle land goes by, as data: its numbers, the paths of disposal, the options, the steps and their days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from geoparks import units
from geoparks.catalog.clause import Document
from geoparks.catalog.declared import Declared
from geoparks.records import Citation
from geoparks.text import Text


@dataclass(frozen=True)
class Term:
    """A number of a document that a determination is computed with: ``[terms.NAME]``."""

    name: str
    title: Text
    value: float
    unit: str
    document: Document
    article: str
    quote: str

    @cached_property
    def citation(self) -> Citation:
        """Where it stands."""
        return Citation(self.document.number, self.document.title, self.article, self.quote, "duty")


@dataclass(frozen=True)
class Way:
    """A path of disposal, or one of the negotiated options: ``[[path]]``, ``[[option]]``."""

    id: str
    title: Text
    document: Document
    article: str
    quote: str
    most_years: int | None = None
    restarts: bool = False
    """Whether the day by which to start is counted anew."""
    supplied_to: dt.date | None = None
    """The last day of supply of the land that it is open to."""
    in_force_from: dt.date | None = None
    """The day from which it is open."""

    def open_to(self, supplied_on: dt.date | None, on: dt.date) -> bool:
        """Whether it is open on a day to land that was supplied on another."""
        started = self.in_force_from is None or self.in_force_from <= on
        return started and (self.supplied_to is None or (supplied_on is not None and supplied_on <= self.supplied_to))

    @cached_property
    def citation(self) -> Citation:
        """Where it stands."""
        return Citation(self.document.number, self.document.title, self.article, self.quote, "duty")


@dataclass(frozen=True)
class Step:
    """One step of the procedure: ``[[step]]``."""

    id: str
    title: Text
    after: tuple[str, ...]
    """Fields of the parcel of which the first that is filled in starts the clock."""
    done: tuple[str, ...]
    """Fields of which any one that is filled in says that it was done, and when."""
    days: int | None
    """How many days there are; None where the document sets none."""
    who: Text
    document: Document
    article: str
    quote: str
    paths: tuple[str, ...] = ()
    """The paths that have the step; all where empty."""

    @cached_property
    def citation(self) -> Citation:
        """Where it stands."""
        return Citation(self.document.number, self.document.title, self.article, self.quote, "duty")


@dataclass(frozen=True)
class IdleLaw:
    """All that the documents of a pack say of idle land."""

    terms: Mapping[str, Term] = field(default_factory=dict)
    paths: Mapping[str, Way] = field(default_factory=dict)
    options: tuple[Way, ...] = ()
    steps: tuple[Step, ...] = ()

    def over(self, below: IdleLaw) -> IdleLaw:
        """The law of one document over another's: what it names again it replaces."""
        named = {one.id for one in self.options}
        stepped = {one.id for one in self.steps}
        return IdleLaw(
            {**below.terms, **self.terms},
            {**below.paths, **self.paths},
            (*(one for one in below.options if one.id not in named), *self.options),
            (*(one for one in below.steps if one.id not in stepped), *self.steps),
        )


def idle_law(top: Declared, document: Document) -> IdleLaw:
    """What one document says; nothing where it does not speak of idle land."""
    return IdleLaw(
        {one.name: one for one in _terms(top, document)},
        {one.id: one for one in _ways(top, "path", document)},
        tuple(_ways(top, "option", document)),
        tuple(_steps(top, document)),
    )


def _terms(top: Declared, document: Document) -> Iterator[Term]:
    for name, table in top.named("terms"):
        yield Term(
            name, table.text("title"), float(table.take("value", (int, float))), table.choice("unit", units.UNITS), document,
            table.take("article", str), table.take("quote", str),
        )  # fmt: skip
        table.done()


def _ways(top: Declared, key: str, document: Document) -> Iterator[Way]:
    for table in top.tables(key):
        yield Way(
            table.take("id", str), table.text("title"), document, table.take("article", str), table.take("quote", str),
            table.take("most_years", int, None), table.take("restarts", bool, False), table.date("supplied_to"),
            table.date("in_force_from"),
        )  # fmt: skip
        table.done()


def _steps(top: Declared, document: Document) -> Iterator[Step]:
    for table in top.tables("step"):
        yield Step(
            table.take("id", str), table.text("title"), table.strings("after"), table.strings("done"),
            table.take("days", int, None), table.text("who"), document, table.take("article", str), table.take("quote", str),
            table.strings("paths"),
        )  # fmt: skip
        table.done()
