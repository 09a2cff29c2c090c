"""A layer of very many rows in one file: each run of its rows is normalised by itself, and all of them are one layer again.

What all rows together decide (units, the coordinate system) each run decides, too. Where two of them differ, or their extents
taken together say something else, nothing comes of it, and the file has to be read as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely

from geoparks.errors import NotJudged
from geoparks.normalise.by_itself import How, by_itself, is_placed, placement_of
from geoparks.normalise.crs import place
from geoparks.normalise.evidence import Sight, sight_of_boxes
from geoparks.normalise.features import Features
from geoparks.normalise.fields import Unread
from geoparks.normalise.placement import Placement
from geoparks.normalise.shelf import shelved
from geoparks.normalise.together import together
from geoparks.read.raw import RawLayer
from geoparks.records import Fault, Repair

Array = np.ndarray[Any, Any]
T = TypeVar("T", Fault, Repair)


@dataclass
class _Run:
    """Rows of a layer, normalised, and how much of what is told of them was told by the reader."""

    part: Features
    boxes: Array
    repairs: int
    faults: int

    @property
    def of_all(self) -> list[Repair]:
        """What was repaired in all rows at once when they were normalised: in every run the same."""
        return [one for one in self.part.repairs[self.repairs :] if one.row is None]


def in_runs(raw: RawLayer, how: How) -> RawLayer | None:
    """A layer that was begun, with what it is normalised to and without its tables; None where its rows must be seen together."""
    if not is_placed(raw, how) or raw.runs is None:
        return None
    unread = Unread()
    runs: list[_Run] = []
    for rows in raw.runs():
        rows.siblings = raw.siblings
        run = _normalised(rows, how, unread)
        if run is None or (runs and not _agree(runs[0], run)):
            return None
        runs.append(run)
    here = sight_of_boxes(np.concatenate([run.boxes for run in runs]))
    if not _is_there(raw, here, how, placement_of(runs[0].part)):
        return None
    whole = _together(raw, runs, unread)
    count = sum(run.part.sources[0].rows for run in runs)
    return replace(
        raw, prepared=whole, geometry=whole.own, sight=(here,), runs=None, table=pd.DataFrame(index=pd.RangeIndex(count)),
        repairs=list(whole.repairs), faults=list(whole.faults),
    )  # fmt: skip


def _normalised(rows: RawLayer, how: How, unread: Unread) -> _Run | None:
    boxes, repairs, faults = shapely.bounds(rows.geometry), len(rows.repairs), len(rows.faults)
    part = by_itself(rows, how, unread)
    if part is None or part.matches[0][1].years:
        return None
    part.table = shelved(part.table)
    return _Run(part, boxes, repairs, faults)


def _agree(first: _Run, other: _Run) -> bool:
    """Whether two runs were read alike: columns, units, place, and what was repaired in all rows."""
    return (
        first.part.matches == other.part.matches
        and first.of_all == other.of_all
        and _same(placement_of(first.part), placement_of(other.part))
    )


def _is_there(raw: RawLayer, here: Sight | None, how: How, placed: Placement | None) -> bool:
    """Whether the extents of all runs lie where each of them does."""
    try:
        return _same(place(replace(raw, sight=(here,), repairs=[], faults=[]), how.crs, ()), placed)
    except NotJudged:
        return False


def _same(one: Placement | None, other: Placement | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.name, one.how, one.swapped, one.path.said) == (other.name, other.how, other.swapped, other.path.said)


def _together(raw: RawLayer, runs: list[_Run], unread: Unread) -> Features:
    """The runs as the one file that they are: what is told of them stands in the order in which it is told of a file."""
    parts = [run.part for run in runs]
    first = parts[0]
    teller = replace(raw, repairs=[], faults=[])
    unread.tell(teller, first.matches[0][1].columns)

    def of_rows(some: Callable[[_Run], Iterable[T]]) -> list[T]:
        return [one for run in runs for one in some(run) if one.row is not None]

    read = dict.fromkeys(one for run in runs for one in run.part.repairs[: run.repairs] if one.row is None)
    return Features(
        layer=first.layer,
        table=together([part.table for part in parts]),
        rows=np.concatenate([part.rows for part in parts]),
        source_of=np.concatenate([part.source_of for part in parts]),
        sources=[replace(first.sources[0], rows=sum(part.sources[0].rows for part in parts))],
        invalid=np.concatenate([part.invalid for part in parts]),
        repairs=[
            *of_rows(lambda run: run.part.repairs[: run.repairs]),
            *read,
            *runs[0].of_all,
            *of_rows(lambda run: run.part.repairs[run.repairs :]),
        ],
        faults=[
            *(one for run in runs for one in run.part.faults[: run.faults]),
            *(replace(one, layer=first.layer.name) for one in teller.faults),
            *(one for run in runs for one in run.part.faults[run.faults :]),
        ],
        questions=first.questions,
        matches=first.matches,
    )
