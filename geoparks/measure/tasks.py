"""The yearly disposal tasks that were set for a park or a county, and for what holds several counties."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.places import counties
from geoparks.measure.stock import Figure
from geoparks.records import Subject
from geoparks.text import Text


class TASK(Enum):
    """The three kinds of land that a task is set for, by field."""

    UNSUPPLIED = "unsupplied_task_mu"
    UNUSED = "unused_task_mu"
    IDLE = "idle_task_mu"


class Tasks:
    """The layer of tasks, by year and subject."""

    def __init__(self, layers: Dataset) -> None:
        self.layers = layers
        features, known = layers.get("tasks"), counties(layers)
        self.rows = pd.DataFrame() if features is None else pd.DataFrame(features.frame)
        for name in ("county", "park_id", "year", *(one.value for one in TASK)):
            if name not in self.rows:
                self.rows[name] = None
        self.rows["county"] = [known.key(one) for one in self.rows["county"]]
        self.leagues = known.leagues

    @property
    def years(self) -> tuple[int, ...]:
        """Every year that a task is of, in order."""
        return tuple(sorted({int(one) for one in self.rows["year"].dropna()}))

    def of(self, subject: Subject, year: int, kind: TASK, its_counties: frozenset[str]) -> Figure:
        """The task of a park, a county, or of a league or the region: the sum over its counties.

        These are the ones given, which must all have a task, and those of the layer that lie in it.
        """
        if "tasks" not in self.layers:
            return Figure(None, reason=self.layers.why_not("tasks"))
        rows = self.rows[self.rows["year"] == year]
        if subject.layer == "parks":
            return _one(rows[rows["park_id"] == subject.id], kind, year)
        of_counties = rows[rows["park_id"].isna()]
        if subject.layer == "counties":
            return _one(of_counties[of_counties["county"] == subject.id], kind, year)
        named = {one for one in of_counties["county"] if isinstance(one, str)}
        more = {one for one in named if subject.layer == "region" or self.leagues.get(one) == subject.id}
        found = {
            name: _one(of_counties[of_counties["county"] == name], kind, year) for name in sorted(its_counties | more)
        }
        without = [name for name, one in found.items() if one.value is None]
        if without or not found:
            names = "、".join(without)
            return Figure(
                None,
                reason=Text(f"{year} 年没有处置任务：{names or '—'}", f"no task of {year} for {names or 'any county'}"),
            )
        return Figure(sum(one.value for one in found.values() if one.value is not None))


def _one(rows: pd.DataFrame, kind: TASK, year: int) -> Figure:
    values: list[Any] = sorted(rows[kind.value].dropna().astype(float).unique())
    if not values:
        return Figure(None, reason=Text(f"{year} 年没有下达处置任务", f"no task was set for {year}"))
    if len(values) > 1:
        return Figure(None, reason=Text(f"{year} 年的几行处置任务不同", f"rows of the task of {year} differ"))
    return Figure(float(values[0]))
