"""Scores as data: what is weighed with which weight against which benchmark, how scores become grades, who is not graded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from geoparks.catalog.clause import Document
from geoparks.catalog.declared import Declared
from geoparks.text import Text

LAYERS = ("parks", "enterprises")


@dataclass(frozen=True)
class Item:
    """One part of a score: weight × (numerator ÷ denominator) ÷ benchmark, between two ends where they are given."""

    title: Text
    weight: float
    benchmark: float
    numerator: str
    denominator: str
    """Fields of the return; of parks also ``built_area_mu``. Empty for the numerator as it is."""
    least: float | None
    most: float | None
    """Ends of the part's points."""
    lower_is_better: bool
    """Then the quotient is turned round: benchmark ÷ value."""
    missing: Literal["open", "mean"]
    """What a missing value does: the score stays open, or the part gets the mean of the others' points."""


@dataclass(frozen=True)
class Grade:
    """One grade: from a score on, or up to a share of all that are ranked."""

    value: str
    least: float | None
    top_share: float | None
    gets: Text
    """What the grade gets."""


@dataclass(frozen=True)
class LeftOut:
    """Who is not graded, and why."""

    field: str
    below: float | None
    starts: tuple[str, ...]
    younger_years: int | None
    is_: bool | None
    reason: Text


@dataclass(frozen=True)
class Score:
    """One way to score the subjects of a layer."""

    id: str
    layer: str
    title: Text
    example: bool
    """Whether it is another place's, shown as an example and not in force here."""
    items: tuple[Item, ...]
    grades: tuple[Grade, ...]
    left_out: tuple[LeftOut, ...]
    document: Document


def scores(top: Declared, document: Document) -> Iterator[Score]:
    """Every ``[[score]]`` of a document. One without items is the place that the office fills in."""
    for table in top.tables("score"):
        score = Score(
            id=table.take("id", str),
            layer=table.choice("layer", LAYERS),
            title=table.text("title"),
            example=table.take("example", bool, False),
            items=tuple(_items(table)),
            grades=tuple(_grades(table)),
            left_out=tuple(_left_out(table)),
            document=document,
        )
        table.done()
        yield score


def _number(table: Declared, key: str) -> float | None:
    value = table.take(key, (int, float), None)
    return None if value is None else float(value)


def _items(top: Declared) -> Iterator[Item]:
    for table in top.tables("item"):
        item = Item(
            title=table.text("title"),
            weight=float(table.take("weight", (int, float))),
            benchmark=float(table.take("benchmark", (int, float))),
            numerator=table.take("numerator", str),
            denominator=table.take("denominator", str, ""),
            least=_number(table, "least"),
            most=_number(table, "most"),
            lower_is_better=table.take("lower_is_better", bool, False),
            missing=table.choice("missing", ("open", "mean"), "open"),
        )
        if not item.benchmark > 0:
            raise table.wrong("benchmark", item.benchmark, Text("大于零的数", "a number above zero"))
        table.done()
        yield item


def _grades(top: Declared) -> Iterator[Grade]:
    for table in top.tables("grade"):
        grade = Grade(
            table.take("value", str),
            _number(table, "least"),
            _number(table, "top_share"),
            table.text("gets", Text("", "")),
        )
        if (grade.least is None) == (grade.top_share is None):
            raise table.wrong("grade", grade.value, Text("least 与 top_share 二者之一", "one of least and top_share"))
        table.done()
        yield grade


def _left_out(top: Declared) -> Iterator[LeftOut]:
    for table in top.tables("left_out"):
        yield LeftOut(
            field=table.take("field", str),
            below=_number(table, "below"),
            starts=table.strings("starts"),
            younger_years=table.take("younger_years", int, None),
            is_=table.take("is", bool, None),
            reason=table.text("reason"),
        )
        table.done()
