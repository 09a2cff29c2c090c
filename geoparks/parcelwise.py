"""What is asked of each parcel by itself, done in pieces of the layer: the rules about parcels, idle rows, low efficiency.

A layer of few parcels is one piece. Of many, the pieces are cut in the order of the layer, so that they lie together where
the parts of the layer do; rows of one id are never in two pieces. An engine runs them, here or elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from geoparks import progress, runner
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.engine import Engine
from geoparks.idle_land import land, low_efficiency
from geoparks.idle_land.land import IdleLand
from geoparks.idle_land.low_efficiency import Comparison, compared
from geoparks.idle_land.rows import idle_rows
from geoparks.measure.losses import hand_down
from geoparks.normalise.features import Features
from geoparks.normalise.piece import piece_of
from geoparks.normalise.table import Held
from geoparks.rules import Registered, registry
from geoparks.text import Text
from geoparks.verdicts import Verdicts, put_together
from geoparks.who import Who

P = TypeVar("P")
_LAYER = "parcels"
ROWS = 20_000
"""Rows of a piece. Below, one process is as quick as a piece is sent; above, its memory is a few hundred MiB."""


@dataclass(frozen=True)
class Asked:
    """What the pieces have in common: all layers but the parcels, the law, and what is wanted."""

    dataset: Dataset
    pack: Pack
    rules: tuple[str, ...]
    idle: bool
    year: int


@dataclass
class Answer:
    """What was found of the parcels."""

    verdicts: Verdicts = field(default_factory=Verdicts)
    idle: IdleLand | None = None
    """None where nobody asked."""
    low_efficiency: Comparison | None = None


def is_parcelwise(one: Registered) -> bool:
    """Whether a rule asks of each parcel by itself, and computes nothing of them together."""
    return one.rule.subjects == (_LAYER,) and set(one.rule.needs) <= {_LAYER} and not one.rule.figures


def ask(dataset: Dataset, pack: Pack, rules: Iterable[Registered], engine: Engine, *, idle: bool, year: int) -> Answer:
    """Ask everything of every parcel; the same answer whatever the engine."""
    names = tuple(one.name for one in rules)
    if _LAYER not in dataset or not (names or idle):
        return Answer(runner.run(dataset, pack, _named(names)) if names else Verdicts())
    cuts = _cuts(dataset[_LAYER].numbers)
    if len(cuts) < 2 and isinstance(dataset[_LAYER].table, Held):
        return _ask(dataset, Asked(dataset, pack, names, idle, year))
    progress.say(Text(f"逐宗判定：{len(cuts)} 片", f"asking of each parcel, in {len(cuts)} pieces"))
    answers = engine.each(
        _of_piece, _Pieces(dataset[_LAYER], cuts), Asked(_without_parcels(dataset), pack, names, idle, year)
    )
    whole = Answer(put_together([one.verdicts for one in answers], cuts))
    whole.idle = _all(land.together, [one.idle for one in answers])
    low = ((one.low_efficiency, cut) for one, cut in zip(answers, cuts, strict=True))
    whole.low_efficiency = _all(low_efficiency.together, (one and replace(one, at=cut[one.at]) for one, cut in low))
    _say_who(whole, Who.of(dataset, _LAYER))
    if whole.verdicts.errors:  # a crash says something of every parcel: one run over all of them tells it
        whole.verdicts = runner.run(dataset, pack, _named(names))
    return whole


def _of_piece(piece: Features, asked: Asked) -> Answer:
    dataset = replace(asked.dataset, layers={**asked.dataset.layers, _LAYER: piece}, derived={})
    try:
        with progress.heard_by(lambda _: None):
            found = _ask(dataset, asked)
            _say_who(found, None)  # whoever has the whole knows; here it would be in memory
            return found
    finally:  # what was derived of a piece knows the piece: without this it would stay until somebody collects cycles
        piece.forget()
        dataset.derived.clear()


def _ask(dataset: Dataset, asked: Asked) -> Answer:
    verdicts = runner.run(dataset, asked.pack, _named(asked.rules)) if asked.rules else Verdicts()
    if not asked.idle:
        return Answer(verdicts)
    rows = idle_rows(dataset, asked.pack)
    return Answer(verdicts, rows, compared(dataset, dataset.on, asked.year) if len(rows) else None)


def _say_who(answer: Answer, who: Who | None) -> None:
    for one in answer.verdicts.columns:
        one.who = who
    if answer.low_efficiency is not None:
        answer.low_efficiency = replace(answer.low_efficiency, who=who)


class _Pieces(Sequence[Features]):
    """Pieces of a layer, each cut when it is its turn: all of them at once would be the layer a second time."""

    def __init__(self, features: Features, cuts: Sequence[np.ndarray]) -> None:
        self.features, self.cuts = features, cuts

    def __len__(self) -> int:
        return len(self.cuts)

    def __getitem__(self, place: Any) -> Any:
        piece = piece_of(self.features, self.cuts[place])
        hand_down(self.features, self.cuts[place], piece)
        return piece


def _all(together: Callable[[list[P]], P], some: Iterable[P | None]) -> P | None:
    """Several answers to one question as one; None where there is none."""
    given = [one for one in some if one is not None]
    return together(given) if given else None


def _named(names: Sequence[str]) -> list[Registered]:
    return [one for one in registry() if one.name in names]


def _cuts(numbers: np.ndarray) -> list[np.ndarray]:
    """Positions of the rows of each piece, in order; a row goes where the first one of its id, its number, is."""
    piece = numbers // ROWS
    order = np.argsort(piece, kind="stable")
    return [one for one in np.split(order, np.flatnonzero(np.diff(piece[order])) + 1) if len(one)]


def _without_parcels(dataset: Dataset) -> Dataset:
    """The other layers, without what was derived from them here: whoever gets them derives it anew."""
    layers = {name: replace(one, derived={}) for name, one in dataset.layers.items() if name != _LAYER}
    return replace(dataset, layers=layers, derived={}, figures=[])
