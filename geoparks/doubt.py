"""When a verdict is none: the subject's geometry is faulty, or a layer it was held against has lost features.

Losses cut both ways. What is missing from the farmland could be what a block lies on: then a pass proves nothing. What
is missing from the urban development boundary could be what a block lies in: then a failure proves nothing. A rule says
which of its layers are which.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.losses import gone
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.normalise.features import Features
from geoparks.records import Outcome, Rule, Subject
from geoparks.text import Text, joined

Array = np.ndarray

_OWN = Text(
    "图形本身不合格（见 B11）；按修复后的图形未发现问题，须先改正图形",
    "its geometry is not sound (see B11); the repaired one shows no fault, but must be confirmed first",
)


class Doubt:
    """The doubts about the verdicts of one rule."""

    def __init__(self, rule: Rule, dataset: Dataset) -> None:
        self.rule, self.dataset = rule, dataset
        self.others = [dataset[name] for name in rule.needs if name in dataset and name not in rule.subjects]
        to_pass = rule.whole_to_pass
        if to_pass is None:
            to_pass = tuple(one.layer.name for one in self.others)
        self.lost = {"pass": self._losses(to_pass), "fail": self._losses(rule.whole_to_fail)}

    def about(self, subject: Subject, outcome: Outcome) -> Text | None:
        """Why an outcome of this subject proves nothing; None where it stands."""
        if lost := self.lost.get(outcome):
            return joined(lost)
        if outcome != "pass" or not self.rule.geometric:
            return None
        pieces = self._pieces(subject)
        if any(features.invalid[positions].any() for features, positions in pieces):
            return _OWN
        return self._near_unsound(pieces)

    @property
    def is_about_others(self) -> bool:
        """Whether a pass may be doubted for what another layer lost or has unsound."""
        return bool(self.lost["pass"] or self._unsound)

    def own(self, layer: str) -> Array:
        """Of every feature of a layer, whether a pass of its is doubted for the geometry of any row of its id."""
        features = self.dataset[layer]
        if not self.rule.geometric or not features.invalid.any():
            return np.zeros(len(features), dtype=bool)
        return np.isin(features.numbers, features.numbers[features.invalid])

    def _losses(self, names: tuple[str, ...]) -> list[Text]:
        """What is lost of some layers. A feature without geometry is lost to an overlay, but not to a count."""
        told = []
        for features in (self.dataset[name] for name in names if name in self.dataset):
            overlaid = self.rule.geometric and features.layer.name not in self.rule.subjects
            lost = features.lost if overlaid else gone(features)
            if lost is not None:
                told.append(lost)
        return told

    @cached_property
    def _parks(self) -> dict[str, Park]:
        return {park.subject.id: park for park in parks_of(self.dataset)}

    def _pieces(self, subject: Subject) -> list[tuple[Features, list[int]]]:
        """The features whose geometry a subject is measured by: its own; a park's blocks, a project's parcel too."""
        own = self.dataset.get(subject.layer)
        pieces = [] if own is None else [(own, own.positions(subject.id))]
        blocks, parcels = self.dataset.get("blocks"), self.dataset.get("parcels")
        if subject.layer == "parks" and blocks is not None and subject.id in self._parks:
            pieces.append((blocks, list(self._parks[subject.id].blocks)))
        if subject.layer == "projects" and parcels is not None and own is not None and own.holds("parcel_id"):
            names = own.column("parcel_id").iloc[own.positions(subject.id)]
            pieces += [(parcels, parcels.positions(str(name))) for name in names]
        return pieces

    @cached_property
    def _unsound(self) -> list[tuple[Features, shapely.STRtree]]:
        """Where the faulty features of the other layers reach."""
        return [
            (other, shapely.STRtree(shapely.envelope(other.geometry[other.invalid])))
            for other in self.others
            if other.invalid.any()
        ]

    def _near_unsound(self, pieces: list[tuple[Features, list[int]]]) -> Text | None:
        """Whether a faulty feature of another layer reaches to where the subject is."""
        for other, boxes in self._unsound:
            for features, positions in pieces:
                if len(boxes.query(features.geometry[positions], predicate="intersects")[0]):
                    return Text(
                        f"{other.layer.title.zh}在此处有不合格的图形，按修复后的图形未发现问题",
                        f"{other.layer.name} has unsound geometry here; the repaired one shows no fault",
                    )
        return None
