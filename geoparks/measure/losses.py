"""What readers lost of a layer, and which feature a fault of reading is about."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np

from geoparks.normalise.features import LOSSES, Features, Source
from geoparks.records import Fault
from geoparks.text import Text, joined

Array = np.ndarray[Any, Any]
_UNREAD = "unread"


def position_of(features: Features, fault: Fault) -> int | None:
    """Position of the feature that a fault is about; None where it is about the file, or the feature never arrived."""
    if fault.row is None:
        return None
    if fault.feature:
        return next(iter(features.positions(fault.feature)), None)
    return _places(features).position(fault.source, int(fault.row))


def gone(features: Features | None) -> Text | None:
    """What of a layer never arrived, not even as a row: whoever counts its features cannot rely on the count."""
    if features is None:
        return None
    for fault in features.faults:
        if fault.code in LOSSES and position_of(features, fault) is None:
            return Text(f"{features.layer.title.zh}不完整：", f"{features.layer.name} is incomplete: ") + fault.note
    return None


@dataclass(frozen=True)
class _Unread:
    """The words of one field that could not be read."""

    positions: Array
    notes: tuple[Text, ...]
    """Why, of each position."""
    elsewhere: Text | None
    """Why, of words of which nobody knows whose they are."""


def unread(features: Features, name: str) -> tuple[dict[int, Text], Text | None]:
    """Why a field has no value where its words could not be read: by position, and wherever else it is blank.

    The latter where a fault was too frequent to be told row by row, or is of a row that no feature has: then any blank may be
    such words.
    """
    found = _unread(features).get(name)
    if found is None:
        return {}, None
    return dict(zip(found.positions.tolist(), found.notes, strict=True)), found.elsewhere


def hand_down(whole: Features, rows: Array, piece: Features) -> None:
    """Let a piece of a layer know what was not read of its rows, given by position in the whole.

    By itself it would take a fault of another piece for one of no feature at all.
    """
    order, told = np.argsort(rows), {}
    for name, one in _unread(whole).items():
        place = np.searchsorted(rows, one.positions, sorter=order)
        place = order[np.minimum(place, len(rows) - 1)]
        here = rows[place] == one.positions
        told[name] = _Unread(place[here], tuple(compress(one.notes, here.tolist())), one.elsewhere)
    piece.derived[_UNREAD] = told


def _unread(features: Features) -> dict[str, _Unread]:
    """What was not read of every field that has such words; looked up once."""
    if _UNREAD not in features.derived:
        placed: dict[str, dict[int, Text]] = {}
        elsewhere: dict[str, dict[Text, None]] = {}
        for fault in features.faults:
            if not fault.field_name or not fault.code.startswith("unreadable"):
                continue
            notes = placed.setdefault(fault.field_name, {})
            position = position_of(features, fault)
            if position is None:
                elsewhere.setdefault(fault.field_name, {})[fault.note] = None
            else:
                notes[position] = fault.note
        features.derived[_UNREAD] = {
            name: _Unread(
                np.array(list(notes), dtype=np.int64), tuple(notes.values()),
                joined(list(elsewhere[name])) if name in elsewhere else None,
            )
            for name, notes in placed.items()
        }  # fmt: skip
    found: dict[str, _Unread] = features.derived[_UNREAD]
    return found


@dataclass(frozen=True)
class _Places:
    """Rows of a layer, by file and by number."""

    files: dict[tuple[str, str], int]
    """By the whole path of a file and the layer inside it; by the path alone where the file is the layer."""
    numbers: Array
    """Row numbers, in order; those of one number in the order of the layer."""
    file: Array
    """The file of each of them."""
    order: Array
    """The position of each of them."""

    def position(self, source: tuple[str, str], row: int) -> int | None:
        """Position of a row of a file, the last of that number; without a file, of the only one that has the number."""
        first, last = np.searchsorted(self.numbers, row, "left"), np.searchsorted(self.numbers, row, "right")
        path, _ = source
        if not path and last - first == 1:
            return int(self.order[first])
        file = self.files.get(source, self.files.get((path, ""), -1))
        of_file = first + np.flatnonzero(self.file[first:last] == file)
        return int(self.order[of_file[-1]]) if len(of_file) else None


def _places(features: Features) -> _Places:
    """Where the rows of the files are. Rows of a joined table are no features of their own, unless they stand alone."""
    if "places of rows" not in features.derived:
        files: dict[tuple[str, str], int] = {}
        numbers = [files.setdefault(_file(one), len(files)) for one in features.sources]
        sources = np.array([*numbers, numbers[-1] if numbers else -1])  # −1: of the last file
        counts = [one.rows for one in features.sources]
        of_tables = bool((features.source_of < 0).all()) and sum(counts) == len(features)
        file = np.repeat(numbers, counts) if of_tables else sources[features.source_of]
        rows = features.rows.astype(np.int64)
        order = np.argsort(rows, kind="stable")
        features.derived["places of rows"] = _Places(files, rows[order], file[order], order)
    places: _Places = features.derived["places of rows"]
    return places


def _file(source: Source) -> tuple[str, str]:
    """What a file is known by: its whole path, and the layer inside it where it holds several."""
    return str(source.path), source.where.removeprefix(source.path.name).removeprefix(" › ")
