"""What readers lost of a layer, and which feature a fault of reading is about."""

from __future__ import annotations

import pandas as pd

from geoparks.normalise.features import LOSSES, Features
from geoparks.records import Fault
from geoparks.text import Text

Place = tuple[str, int]


def position_of(features: Features, fault: Fault) -> int | None:
    """Position of the feature that a fault is about; None where it is about the file, or the feature never arrived."""
    if fault.row is None:
        return None
    if fault.feature:
        return next(iter(features.positions(fault.feature)), None)
    return _positions(features).get((fault.path, int(fault.row)))


def gone(features: Features | None) -> Text | None:
    """What of a layer never arrived, not even as a row: whoever counts its features cannot rely on the count."""
    if features is None:
        return None
    for fault in features.faults:
        if fault.code in LOSSES and position_of(features, fault) is None:
            return Text(f"{features.layer.title.zh}不完整：", f"{features.layer.name} is incomplete: ") + fault.note
    return None


def _positions(features: Features) -> dict[Place, int]:
    """Position of every (file, row), and of every row by itself where no other file has one of that number.

    Rows of a joined table are no features of their own, unless they stand alone.
    """
    if "position_of_row" not in features.derived:
        files = [source.path.name for source in features.sources]
        lone = files[-1] if files else ""
        found: dict[Place, int] = {}
        for position, (source, row) in enumerate(zip(features.source_of.tolist(), features.rows.tolist(), strict=True)):
            found[files[source] if source >= 0 else lone, int(row)] = position
        once = pd.Series(features.rows).drop_duplicates(keep=False)
        found.update({("", int(row)): int(position) for position, row in once.items()})
        features.derived["position_of_row"] = found
    positions: dict[Place, int] = features.derived["position_of_row"]
    return positions
