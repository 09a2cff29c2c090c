"""Indicators: figures with numerator, denominator, unit, formula and source. A family of them is one file.

A module of this folder is a family when it has ``INDICATORS``, the ids that it computes, and ``compute``, which takes a
Dataset and the years asked for and yields Indicators without formula and responsible: these, the title and the unit
stand in ``policies/``. Nothing else registers it. A figure that cannot be computed has no value, and a reason.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from geoparks import memory
from geoparks.catalog.indicator import IndicatorSpec
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.yearly import returns_of
from geoparks.records import Indicator, RunError

Compute = Callable[[Dataset, Pack, tuple[int, ...]], Iterator[Indicator]]


@dataclass(frozen=True)
class Family:
    """A family of indicators as found in the folder."""

    name: str
    ids: tuple[str, ...]
    compute: Compute


@cache
def families() -> tuple[Family, ...]:
    """Every family, by name. Two files that compute the same indicator stop the program."""
    found: list[Family] = []
    owner: dict[str, str] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for one in module.INDICATORS:
            if one in owner:
                raise RuntimeError(f"{one} is computed by {owner[one]} and {info.name}")
            owner[one] = info.name
        found.append(Family(info.name, module.INDICATORS, module.compute))
    return tuple(found)


def rows_of_figures() -> frozenset[str]:
    """The row ids (E01, L01 …) that some family computes."""
    return frozenset(one.split(".")[0] for family in families() for one in family.ids)


def years_of(dataset: Dataset) -> tuple[int, ...]:
    """The years that the figures are computed for: every one that a return is of, up to the year of the run."""
    return tuple(one for one in returns_of(dataset).years if dataset.year is None or one <= dataset.year)


def figures(
    dataset: Dataset, pack: Pack, years: tuple[int, ...], rows: Iterable[str]
) -> tuple[list[Indicator], list[RunError]]:
    """All indicators of some rows (E01, L01 …) for some years that the pack defines; what crashes is an error of the run."""
    wanted = set(rows)
    found: list[Indicator] = []
    errors: list[RunError] = []
    for family in families():
        if not wanted & {one.split(".")[0] for one in family.ids}:
            continue
        try:
            some = family.compute(dataset, pack, years)
            found += [_completed(one, pack.indicators[one.id]) for one in some if one.id in pack.indicators]
        except Exception as error:
            errors.append(RunError(family.ids[0].split(".")[0], f"{family.name}: {type(error).__name__}: {error}"))
    found = [one for one in found if one.id.split(".")[0] in wanted]
    found.sort(key=lambda one: (one.id, one.year or 0, one.subject))
    memory.give_back()
    return found, errors


def _completed(one: Indicator, spec: IndicatorSpec) -> Indicator:
    """A figure with unit, formula and responsible department of the document that defines it."""
    return replace(
        one,
        unit=one.unit or spec.unit,
        formula=one.formula if one.formula.zh else spec.formula,
        responsible=spec.responsible,
        title=spec.title,
        citation=one.citation or spec.citation,
        follows=one.follows or spec.follows_from(one),
    )
