"""The tables of several files one below the other, in the order of the files."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from geoparks import memory
from geoparks.normalise.shelf import Shelf
from geoparks.normalise.table import GEOMETRY, Held, Table


def together(parts: Sequence[Table]) -> Table:
    """Several tables as one, on disk where all of them are.

    In memory they are taken out of their parts, column by column, so as not to be there twice.
    """
    shelves = [part for part in parts if isinstance(part, Shelf)]
    if len(shelves) == len(parts) and len({tuple(one.fields) for one in shelves}) == 1:
        return Shelf([run for one in shelves for run in one.runs])
    own, sound = (np.concatenate([getattr(part, name)[:] for part in parts]) for name in ("own", "sound"))
    frames = [part.frame for part in parts]
    if len(frames) == 1:
        return Held(frames[0].reset_index(drop=True), own, sound)
    has_geometry = any(isinstance(one, gpd.GeoDataFrame) for one in frames)
    if len({tuple(one.columns) for one in frames}) > 1:
        frame = pd.concat(frames, ignore_index=True)
    else:
        count, columns = sum(map(len, frames)), [dict(one.items()) for one in frames]
        for part in parts:
            if isinstance(part, Held):
                part.frame = part.frame.iloc[:0]
        frames.clear()
        memory.give_back()
        whole = {name: pd.concat([one.pop(name) for one in columns], ignore_index=True) for name in list(columns[0])}
        frame = pd.DataFrame(whole, index=pd.RangeIndex(count), copy=False)
    if has_geometry:
        frame = gpd.GeoDataFrame(frame, geometry=GEOMETRY, crs="EPSG:4490", copy=False)
    return Held(frame, own, sound)
