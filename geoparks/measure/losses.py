"""What readers lost of a layer, and which feature a fault of reading is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geoparks.normalise.features import LOSSES, Features, Source
from geoparks.records import Fault
from geoparks.text import Text

Array = np.ndarray[Any, Any]


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


def unread(features: Features, name: str) -> tuple[dict[int, Text], Text | None]:
    """Why a field has no value where its words could not be read: by position, and wherever else it is blank.

    The latter where one fault was too frequent to be told row by row: then any blank may be such words.
    """
    one_by_one: dict[int, Text] = {}
    elsewhere = None
    for fault in features.faults:
        if fault.field_name == name and fault.code.startswith("unreadable"):
            position = position_of(features, fault)
            if position is not None:
                one_by_one[position] = fault.note
            elif fault.row is None:
                elsewhere = fault.note
    return one_by_one, elsewhere


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
        rows = features.rows.astype(np.int64)
        order = np.argsort(rows, kind="stable")
        features.derived["places of rows"] = _Places(files, rows[order], sources[features.source_of[order]], order)
    places: _Places = features.derived["places of rows"]
    return places


def _file(source: Source) -> tuple[str, str]:
    """What a file is known by: its whole path, and the layer inside it where it holds several."""
    return str(source.path), source.where.removeprefix(source.path.name).removeprefix(" › ")
