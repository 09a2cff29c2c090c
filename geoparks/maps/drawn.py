"""What can be drawn of a layer: its features that have a geometry; of the parks, the land that each has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.catalog.layer import Layer
from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Drawn:
    """The features of a layer that have a geometry."""

    layer: Layer
    ids: Array
    frame: pd.DataFrame
    geometry: Array

    def only(self, keep: Array) -> Drawn:
        """Some of the features."""
        return Drawn(self.layer, self.ids[keep], self.frame[keep].reset_index(drop=True), self.geometry[keep])


def drawn(name: str, dataset: Dataset) -> Drawn | None:
    """What can be drawn of a layer; None where it is missing, refused or has no geometry. A park is its blocks together."""
    if name == "parks":
        return _parks(dataset)
    features = dataset.get(name)
    if features is None or not features.has_geometry:
        return None
    all_of_it = Drawn(
        features.layer, features.ids, pd.DataFrame(features.frame.drop(columns="geometry")), features.geometry
    )
    return all_of_it.only(present(features.geometry))


def _parks(dataset: Dataset) -> Drawn | None:
    layer, register = dataset.catalogue["parks"], dataset.get("parks")
    shown = [(park, park.lonlat) for park in parks_of(dataset) if park.shape is not None]
    if not shown:
        return None
    if register is None:
        frame = pd.DataFrame({"park_id": [park.subject.id for park, _ in shown]}, dtype=object)
    else:
        rows = [-1 if park.row is None else park.row for park, _ in shown]
        frame = (
            pd.DataFrame(register.frame.drop(columns="geometry", errors="ignore")).reindex(rows).reset_index(drop=True)
        )
        frame["park_id"] = [park.subject.id for park, _ in shown]
    ids = np.array([park.subject.id for park, _ in shown], dtype=object)
    return Drawn(layer, ids, frame, np.array([shape for _, shape in shown], dtype=object))


def present(geometry: Array) -> Array:
    """Which geometries are there and not empty."""
    return ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)
