"""When a pass is no pass: the subject's geometry is faulty, or a layer it was held against has lost features."""

from __future__ import annotations

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.normalise.features import Features
from geoparks.records import Rule, Subject
from geoparks.text import Text, joined

_OWN = Text(
    "图形本身不合格（见 B11）；按修复后的图形未发现问题，须先改正图形",
    "its geometry is not sound (see B11); the repaired one shows no fault, but must be confirmed first",
)


class Doubt:
    """The doubts about the passes of one rule."""

    def __init__(self, rule: Rule, dataset: Dataset) -> None:
        self.dataset, self.applies = dataset, rule.geometric
        self.others = [dataset[name] for name in rule.needs if name in dataset and name not in rule.subjects]
        self.lost = [text for one in self.others if one.layer.needs_geometry and (text := one.lost)]

    def about(self, subject: Subject) -> Text | None:
        """Why a pass of this subject proves nothing; None where it stands."""
        if not self.applies:
            return None
        if self.lost:
            return joined(self.lost)
        features = self.dataset.get(subject.layer)
        if features is None:
            return None
        positions = features.positions(subject.id)
        if features.invalid[positions].any():
            return _OWN
        return self._near_unsound(features, positions)

    def _near_unsound(self, features: Features, positions: list[int]) -> Text | None:
        """Whether a faulty feature of another layer reaches to where the subject is."""
        for other in self.others:
            if not other.invalid.any() or not features.has_geometry:
                continue
            boxes = shapely.envelope(other.geometry[other.invalid])
            shapes = [shape for shape in features.geometry[positions] if shape is not None]
            if any(np.any(shapely.intersects(boxes, shape)) for shape in shapes):
                return Text(
                    f"{other.layer.title.zh}在此处有不合格的图形，按修复后的图形未发现问题",
                    f"{other.layer.name} has unsound geometry here; the repaired one shows no fault",
                )
        return None
