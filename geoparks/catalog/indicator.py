"""Indicators as data: what a figure is called, its unit and formula, and where it stands; how it is computed is Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from geoparks import units
from geoparks.catalog.clause import Document
from geoparks.catalog.declared import Declared
from geoparks.records import Citation, Consequence, Indicator
from geoparks.text import Text, same


@dataclass(frozen=True)
class Step:
    """One class of a figure: it holds from a number on, that number included."""

    from_: float
    value: str
    holder: Text = Text("", "")
    """Who answers for what is in this class."""


@dataclass(frozen=True)
class Follow:
    """What follows from a figure, and when: of the first or the last few by rank, or where it has some value."""

    words: Text
    document: Document
    article: str
    quote: str
    first: int | None = None
    last: int | None = None
    least: float | None = None
    values: tuple[str, ...] = ()

    def holds(self, figure: Indicator) -> bool:
        """Whether it follows. The last few of a ranking are known only where it says how many took part."""
        value = figure.value
        if isinstance(value, str):
            return value in self.values
        if value is None:
            return False
        if self.first is not None:
            return value <= self.first
        if self.last is not None:
            return figure.denominator is not None and value > figure.denominator - self.last
        return self.least is not None and value >= self.least


@dataclass(frozen=True)
class IndicatorSpec:
    """One indicator as a document defines it, or as the toolkit does where no document says."""

    id: str
    title: Text
    unit: str
    formula: Text
    document: Document
    article: str
    quote: str
    responsible: Text
    excludes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Whom the document leaves out: attribute of the park → values."""
    note: Text = Text("", "")
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """Classes by layer of the subjects, the highest first; empty for plain figures."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Numbers and words of the document that the figure is computed with: ``[indicator.parameters]``."""
    follows: tuple[Follow, ...] = ()
    """What follows from the figure."""

    @property
    def citation(self) -> Citation | None:
        """Where it is defined; None for a definition of the toolkit's own."""
        if not self.document.is_law:
            return None
        return Citation(self.document.number, self.document.title, self.article, self.quote, "info")

    def follows_from(self, figure: Indicator) -> tuple[Consequence, ...]:
        """What follows from a figure, with the article that says so."""
        return tuple(
            Consequence(one.words, Citation(one.document.number, one.document.title, one.article, one.quote, "info"))
            for one in self.follows
            if one.holds(figure)
        )

    def step(self, layer: str, figure: float) -> Step | None:
        """The class that a figure is in; None below the lowest."""
        return next((one for one in self.steps.get(layer, ()) if figure >= one.from_), None)


def specs(top: Declared, document: Document, everybody: Mapping[str, Text]) -> Iterator[IndicatorSpec]:
    """Every ``[[indicator]]`` of a document. Law needs its words; a definition of the toolkit's own says that it is one."""
    for table in top.tables("indicator"):
        article = table.take("article", str, "")
        quote = table.take("quote", str, "")
        if document.is_law and not quote:
            raise table.wrong("quote", quote, Text("条文原文", "the words of the article"))
        excludes = table.take("excludes", dict, {})
        spec = IndicatorSpec(
            id=table.take("id", str),
            title=table.text("title"),
            unit=table.choice("unit", [*units.UNITS, "text"]),
            formula=table.text("formula"),
            document=document,
            article=article,
            quote=quote,
            responsible=table.text("responsible", everybody.get(article, Text("", ""))),
            excludes={str(key): tuple(map(str, values)) for key, values in excludes.items()},
            note=table.text("note", Text("", "")),
            steps={layer: _steps(inner) for layer, inner in table.named("steps")},
            parameters=dict(table.table("parameters").values),
            follows=tuple(_follows(table, document)),
        )
        table.done()
        yield spec


def _follows(top: Declared, document: Document) -> Iterator[Follow]:
    """``[[indicator.follows]]`` with one of ``first``, ``last``, ``least`` and ``values``."""
    for table in top.tables("follows"):
        quote = table.take("quote", str, "")
        if document.is_law and not quote:
            raise table.wrong("quote", quote, Text("条文原文", "the words of the article"))
        first, last = table.take("first", int, None), table.take("last", int, None)
        least, values = table.take("least", (int, float), None), table.strings("values")
        if sum(one is not None for one in (first, last, least, values or None)) != 1:
            raise table.wrong("follows", None, same("first / last / least / values"))
        yield Follow(
            table.text("words"), document, table.take("article", str, ""), quote, first, last,
            None if least is None else float(least), values,
        )  # fmt: skip
        table.done()


def _steps(table: Declared) -> tuple[Step, ...]:
    """``[indicator.steps.parks]`` with ``[[…step]]``s, each with the number that it holds from."""
    found = []
    for one in table.tables("step"):
        found.append(
            Step(float(one.take("from", (int, float))), one.take("value", str), one.text("holder", Text("", "")))
        )
        one.done()
    table.done()
    return tuple(sorted(found, key=lambda step: -step.from_))
