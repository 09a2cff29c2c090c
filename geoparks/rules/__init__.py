"""Rules, one file each, named for the fault it finds. A rule measures; limits and law stand in ``policies/``.

A module of this folder is a rule when it has ``RULE`` and a function of the module's own name that takes a Dataset
and yields Measurements, or, of very many features, Many; it may have ``indicators``, figures that go beside the verdict. Nothing else registers it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from geoparks.dataset import Dataset
from geoparks.records import Indicator, Many, Measurement, Rule

Measure = Callable[[Dataset], Iterator[Measurement | Many]]
Indicators = Callable[[Dataset], Iterator[Indicator]]


@dataclass(frozen=True)
class Registered:
    """A rule as found in the folder."""

    name: str
    rule: Rule
    measure: Measure
    indicators: Indicators


def _no_indicators(_: Dataset) -> Iterator[Indicator]:
    return iter(())


@cache
def registry() -> tuple[Registered, ...]:
    """Every rule, by row id and name. Two files that find the same fault of one row stop the program."""
    found: list[Registered] = []
    owner: dict[tuple[str, str], str] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        rule: Rule = module.RULE
        for fault in rule.faults:
            if (rule.id, fault) in owner:
                raise RuntimeError(f"{fault} of {rule.id} is found by {owner[rule.id, fault]} and {info.name}")
            owner[rule.id, fault] = info.name
        found.append(
            Registered(info.name, rule, getattr(module, info.name), getattr(module, "indicators", _no_indicators))
        )
    return tuple(sorted(found, key=lambda one: (one.rule.id, one.name)))
