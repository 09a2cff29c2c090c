"""Layers of very many rows are read so many rows at a time by whoever has no need to see them together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from geoparks.read.raw import RawLayer

ROWS = 65_536
"""How many rows are read together."""
FIRST = 1_000
"""How many rows a layer is begun with: enough to know it by."""


def joined(raw: RawLayer) -> RawLayer:
    """A layer that was only begun, with all its rows in memory."""
    runs = list(raw.runs()) if raw.runs is not None else [raw]
    shapes = [run.geometry for run in runs if run.geometry is not None]
    return replace(
        raw,
        table=pd.concat([run.table for run in runs], ignore_index=True),
        geometry=np.concatenate(shapes) if shapes else None,
        repairs=list(dict.fromkeys(one for run in runs for one in run.repairs)),
        faults=[one for run in runs for one in run.faults],
        runs=None,
    )
