"""The parcels of the parks in square metres on a day: supplied, built, industrial, idle, with floors and footprints."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.days import reached
from geoparks.measure.supplied import stated_or_measured


def parcels_on(layers: Dataset, on: dt.date) -> pd.DataFrame:
    """A row for every parcel, as of a day.

    Columns park_id; m2, floor_m2 and footprint_m2, NaN where unknown; supplied, built and idle (determined and not disposed
    of); industrial: 1, 0, or NaN where its use is not known.
    """
    parcels = layers["parcels"]
    determined = reached(parcels.column("determined_on"), on)
    table = pd.DataFrame(
        {
            "parcel_id": parcels.ids,
            "park_id": parcels.column("park_id").to_numpy(dtype=object),
            "m2": stated_or_measured(parcels, "area_ha"),
            "supplied": reached(parcels.column("supplied_on"), on),
            "built": reached(parcels.column("finished_on"), on),
            "idle": determined & ~reached(parcels.column("disposed_on"), on),
            "industrial": _industrial(layers),
            "floor_m2": parcels.column("floor_area_m2").astype(float).to_numpy(),
            "footprint_m2": parcels.column("footprint_m2").astype(float).to_numpy(),
        }
    )
    return table.drop_duplicates("parcel_id")


def _industrial(layers: Dataset) -> np.ndarray:
    """1 for land of industry, mining and storage, by the code's own scheme; NaN where code or scheme is not known."""
    parcels = layers["parcels"]
    beginnings = layers.catalogue.codes["land_use"].industrial
    pairs = pd.MultiIndex.from_arrays(
        [parcels.column(name).to_numpy(dtype=object) for name in ("use_scheme", "use_code")]
    )
    codes, unique = pairs.factorize()
    told = [
        float(code.startswith(beginnings[scheme])) if isinstance(code, str) and scheme in beginnings else np.nan
        for scheme, code in unique
    ]
    return np.array([*told, np.nan], dtype=float)[codes]
