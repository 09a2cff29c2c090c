"""A layer of very many rows in one file: each run of its rows is normalised by itself, and all of them are one layer again.

What all rows together decide (units, types, the coordinate system) each run decides, too. Where two of them differ, or their
extents taken together say something else, nothing comes of it, and the file has to be read as a whole.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from geoparks import memory
from geoparks.errors import NotJudged
from geoparks.normalise import values
from geoparks.normalise.assemble import in_order
from geoparks.normalise.by_itself import How, by_itself, is_placed, placement_of
from geoparks.normalise.column import Column
from geoparks.normalise.columns import Match
from geoparks.normalise.crs import place
from geoparks.normalise.evidence import sight_of_boxes
from geoparks.normalise.features import Features
from geoparks.normalise.fields import Unread
from geoparks.normalise.inferred import MAYBE_DMS, Fractions
from geoparks.normalise.placement import Placement
from geoparks.normalise.shelf import shelved
from geoparks.normalise.together import together
from geoparks.read.raw import RawLayer
from geoparks.records import Repair


@dataclass
class _Run:
    """Rows of a layer, normalised."""

    part: Features
    kinds: dict[str, str]
    """By column, what kind of values it was read as, so far as its field cares."""

    @property
    def match(self) -> Match:
        """What its columns were taken for."""
        return self.part.matches[0][1]

    def agrees(self, other: _Run) -> bool:
        """Whether two runs were read alike: columns, units, kinds of values, place."""
        places = placement_of(self.part), placement_of(other.part)
        return self.match == other.match and self.kinds == other.kinds and _same(*places)


def in_runs(raw: RawLayer, how: How) -> RawLayer | None:
    """A layer that was begun, with what it is normalised to and without its tables; None where its rows must be seen together."""
    if raw.begun is None or not is_placed(raw, how):
        return None
    unread, boxes, fractions = Unread(), Column(on_disk=True), Fractions()
    runs: list[_Run] = []
    with closing(raw.begun.runs()) as coming:
        for rows in coming:
            assert rows.geometry is not None
            rows.siblings = raw.siblings
            boxes.append(shapely.bounds(rows.geometry).ravel())
            fractions.look(rows.geometry)
            run = _normalised(rows, how, unread)
            if run is None or (runs and not runs[0].agrees(run)):
                return None
            runs.append(run)
            memory.give_back()  # else the holes between what is kept of the runs add up
    here = sight_of_boxes(boxes.looked_at().reshape(-1, 4))
    if here is not None:
        here = replace(here, sexagesimal=fractions.sexagesimal)
    parts = [run.part for run in runs]
    whole = replace(
        raw, begun=None, table=pd.DataFrame(index=pd.RangeIndex(sum(part.sources[0].rows for part in parts))), repairs=[],
        faults=[], sight=(here,),
    )  # fmt: skip
    whole.prepared = _together(parts)
    whole.geometry = whole.prepared.own
    if not _is_there(whole, how, placement_of(parts[0])):
        return None
    unread.tell(whole, runs[0].match.columns)
    _tell(whole, parts)
    return whole


def _normalised(rows: RawLayer, how: How, unread: Unread) -> _Run | None:
    table = rows.table
    part = by_itself(rows, how, unread)
    if part is None:
        return None
    part.table = shelved(part.table)
    kinds = {
        one.header: _kind(table[one.header], one.field.type)
        for one in part.matches[0][1].columns
        if one.header in table  # a database's may be called by its comment
    }
    return _Run(part, kinds)


def _kind(column: pd.Series, type_: str) -> str:
    """A whole number is as good as one with a point where a number is wanted; as an id, a large one is not."""
    if values.may_hold_words(column):
        return "words"
    is_number = pd.api.types.is_numeric_dtype(column) and column.dtype != bool
    return "number" if is_number and type_ in ("number", "integer") else str(column.dtype)


def _same(one: Placement | None, other: Placement | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.name, one.how, one.swapped, one.path.said) == (other.name, other.how, other.swapped, other.path.said)


def _together(parts: list[Features]) -> Features:
    """The runs as the one file that they are, before anything is told of it."""
    first = parts[0]
    return Features(
        layer=first.layer,
        table=together([part.table for part in parts]),
        rows=np.concatenate([part.rows for part in parts]),
        source_of=np.concatenate([part.source_of for part in parts]),
        sources=[replace(first.sources[0], rows=sum(part.sources[0].rows for part in parts))],
        invalid=np.concatenate([part.invalid for part in parts]),
        questions=first.questions,
        matches=first.matches,
    )


def _is_there(whole: RawLayer, how: How, placed: Placement | None) -> bool:
    """Whether all runs together lie where each of them does; what is to be told of that is told of the whole."""
    try:
        return _same(place(whole, how.crs, ()), placed)
    except NotJudged:
        return False


def _tell(whole: RawLayer, parts: list[Features]) -> None:
    """Put together what is told of every run: what each says of the file is said once."""
    name = whole.prepared.layer.name

    def once(repairs: list[Repair]) -> list[Repair]:
        of_file = dict.fromkeys(one for one in repairs if one.row is None)
        return [*of_file, *(one for one in repairs if one.row is not None)]

    of_runs = [one for part in parts for one in part.repairs if one.code != MAYBE_DMS]  # that takes all rows to know
    whole.repairs = in_order(once([*of_runs, *(replace(one, layer=name) for one in whole.repairs)]))
    whole.faults = in_order(
        [*(one for part in parts for one in part.faults), *(replace(one, layer=name) for one in whole.faults)]
    )
    whole.prepared.repairs, whole.prepared.faults = list(whole.repairs), list(whole.faults)
