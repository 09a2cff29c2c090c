"""Layers of very many rows are read so many rows at a time by whoever has no need to see them together."""

from __future__ import annotations

from collections.abc import Sequence
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


def joined(runs: Sequence[RawLayer]) -> RawLayer:
    """The runs of a layer as one, in memory."""
    shapes = [run.geometry for run in runs if run.geometry is not None]
    return replace(
        runs[0],
        table=pd.concat([run.table for run in runs], ignore_index=True),
        geometry=np.concatenate(shapes) if shapes else None,
        repairs=list(dict.fromkeys(one for run in runs for one in run.repairs)),
        faults=[one for run in runs for one in run.faults],
    )
