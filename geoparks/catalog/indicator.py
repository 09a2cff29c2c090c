"""Indicators as data: what a figure is called, its unit and formula, and where it stands; how it is computed is Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from geoparks import units
from geoparks.catalog.clause import Document
from geoparks.catalog.declared import Declared
from geoparks.text import Text


@dataclass(frozen=True)
class Step:
    """One class of a figure: it holds from a number on, that number included."""

    from_: float
    value: str
    holder: Text = Text("", "")
    """Who answers for what is in this class."""


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
        )
        table.done()
        yield spec


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
