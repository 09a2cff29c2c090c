"""Of whom very many rows tell: id, name and park of the features of a layer, which are asked for when they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geoparks.dataset import Dataset

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Who:
    """The features of a layer, by position; where the layer stands on disk, so do these."""

    ids: Array
    names: Array
    parks: Array

    @classmethod
    def of(cls, dataset: Dataset, layer: str) -> Who:
        """The features of a layer."""
        features = dataset[layer]
        return cls(features.ids, features.names, dataset.parks_along(layer))

    def told(self, rows: Array) -> Who:
        """Some features, in memory."""
        return Who(self.ids[rows], self.names[rows], self.parks[rows])
