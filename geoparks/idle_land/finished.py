"""The parcels that are finished and were not given back, a row each: what their contracts agreed on, and what there is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.days import days_of, reached
from geoparks.measure.once import areas_whole
from geoparks.measure.rows_of_one import differ, in_any, known, unread_in_any
from geoparks.measure.supplied import RECOVERED
from geoparks.normalise.features import Features
from geoparks.text import Text

Array = np.ndarray[Any, Any]
AREA = "area_ha"
_DAYS = ("finished_on", "deregistered_on", "disposed_on")


class Reasons:
    """Different reasons, each once."""

    def __init__(self) -> None:
        self.texts: dict[Text, int] = {}

    def place(self, text: Text) -> int:
        """The place of a reason among them."""
        return self.texts.setdefault(text, len(self.texts))


def finished(layers: Dataset, on: dt.date, fields: tuple[str, ...], told: Reasons) -> pd.DataFrame:
    """A row for each parcel that is finished by a day and not given back, or of which nobody can tell whether it is.

    Columns: id, position (of its first row), m2 (of all its rows; NaN where not known), the fields of numbers, NaN where
    none is stated or its rows differ; `why`, ``area_ha why`` and ``{field} why``: the place among the reasons of why the
    parcel, its area or the field cannot be judged; −1 where it can, or where the field is blank.
    """
    parcels = layers["parcels"]
    state, why = _state(parcels, on, told)
    first = parcels.firsts
    rows = first[state[first]]
    frame = pd.DataFrame({"id": parcels.ids[rows].astype(str), "position": rows, "why": why[rows]})
    frame["m2"] = areas_whole(parcels, AREA, "supplied_on")[rows]
    frame[f"{AREA} why"] = _places(told, _unread(parcels, AREA), unread_in_any(parcels, AREA)[rows])
    numbers = {name: parcels.column(name).astype(float).to_numpy() for name in fields}
    several = differ(parcels, numbers, blank_differs=False)
    for name, column in numbers.items():
        unread = unread_in_any(parcels, name)
        odd = _places(told, _unread(parcels, name), unread[rows])
        odd = np.where(several[name][rows], told.place(_differing(parcels, name)), odd) if several[name].any() else odd
        frame[name] = np.where(odd < 0, known(parcels, column)[rows], np.nan)
        frame[f"{name} why"] = odd
    return frame


def _state(parcels: Features, on: dt.date, told: Reasons) -> tuple[Array, Array]:
    """Along the rows: whether the parcel is finished and not given back, or may be; and the place of the reason why that is open."""
    days = {name: days_of(parcels.column(name)) for name in _DAYS}
    recovered = parcels.column("disposal").isin(RECOVERED).to_numpy()
    over = (recovered & reached(parcels.column("disposed_on"), on)) | reached(parcels.column("deregistered_on"), on)
    unread = {name: unread_in_any(parcels, name) for name in _DAYS}
    unread["disposed_on"] &= in_any(parcels, recovered)
    differing = differ(parcels, {"finished_on": days["finished_on"], "over": over})
    maybe = in_any(parcels, reached(parcels.column("finished_on"), on)) | unread["finished_on"]
    listed = maybe & in_any(parcels, ~over)
    why = np.full(len(parcels), -1)
    for mask, text in (
        (differing["over"], _SOME_GIVEN_BACK),
        (unread["disposed_on"], _unread(parcels, "disposed_on")),
        (unread["deregistered_on"], _unread(parcels, "deregistered_on")),
        (differing["finished_on"], _differing(parcels, "finished_on")),
        (unread["finished_on"], _unread(parcels, "finished_on")),
    ):
        if mask.any():
            why[mask] = told.place(text)
    return listed, why


_SOME_GIVEN_BACK = Text(
    "同一宗地的几行，有的已收回或注销，有的没有",
    "of the rows of this parcel some were given back, others not",
)


def _unread(parcels: Features, name: str) -> Text:
    title = parcels.layer.fields[name].title
    return Text(f"{title.zh}填了但读不懂，见 D01", f"{title.en} is filled in and cannot be read, see D01")


def _differing(parcels: Features, name: str) -> Text:
    title = parcels.layer.fields[name].title
    return Text(f"同一宗地的几行{title.zh}不同", f"the rows of this parcel differ in {title.en}")


def _places(told: Reasons, text: Text, mask: Array) -> Array:
    return np.where(mask, told.place(text), -1) if mask.any() else np.full(len(mask), -1)
