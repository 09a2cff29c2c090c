"""The rows of a rule over a layer of very many features, as columns: what the rules found is added, the worst outcome stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from geoparks.normalise.by_position import pieces
from geoparks.records import OUTCOMES, Check, Outcome, Subject
from geoparks.text import Text, joined
from geoparks.who import Who

Array = np.ndarray
Reasons = tuple[Text, ...]
_NONE = len(OUTCOMES)  # what no rule has spoken of; every outcome is worse


class Outcomes:
    """Outcome and reasons of every feature of a layer under one rule. Each different list of reasons is kept once."""

    def __init__(self, rule: str, layer: str, count: int, who: Who | None = None) -> None:
        self.rule, self.layer = rule, layer
        self.who = who
        """The features; None while what was found of a piece is on its way to the whole."""
        self.outcome = np.full(count, _NONE, dtype=np.int8)
        """Position in ``OUTCOMES``, the worse first."""
        self.reason = np.zeros(count, dtype=np.int32)
        """Position in `reasons`."""
        self.reasons: list[Reasons] = [()]
        self._place: dict[Reasons, int] = {(): 0}

    def add(self, positions: Array, outcome: Outcome, reasons: Sequence[Text]) -> None:
        """Take one more verdict into account, of some features: a worse one replaces, an equal one adds its reasons."""
        code = OUTCOMES.index(outcome)
        before = self.outcome[positions]
        worse = positions[before > code]
        self.outcome[worse] = code
        self.reason[worse] = self._code(_once(reasons))
        equal = positions[before == code]
        old = self.reason[equal]
        for one in np.unique(old).tolist():
            self.reason[equal[old == one]] = self._code(_once((*self.reasons[one], *reasons)))

    def where(self, *outcomes: Outcome) -> Array:
        """Positions of the features that have one of some outcomes."""
        return np.flatnonzero(np.isin(self.outcome, [OUTCOMES.index(one) for one in outcomes]))

    def __len__(self) -> int:
        return int((self.outcome < _NONE).sum())

    def counts(self) -> Iterator[tuple[str, Outcome, Text | None, int]]:
        """How many features of each park have each outcome for each reason: park, outcome, reason, count."""
        counted: Counter[tuple[str, int, int]] = Counter()
        assert self.who is not None
        judged = np.flatnonzero(self.outcome < _NONE)
        for rows in (judged[some] for some in pieces(len(judged))):
            parks, park_of = np.unique(self.who.parks[rows].astype(str), return_inverse=True)
            keys = np.column_stack([park_of, self.outcome[rows], self.reason[rows]])
            for (park, outcome, reason), count in zip(*np.unique(keys, axis=0, return_counts=True), strict=True):
                counted[str(parks[park]), int(outcome), int(reason)] += int(count)
        told = [(park, outcome, self.reason_of(reason), count) for (park, outcome, reason), count in counted.items()]
        for park, outcome, why, count in sorted(told, key=lambda one: (*one[:2], one[2].zh if one[2] else "")):
            yield (
                park,
                OUTCOMES[outcome],
                why,
                count,
            )  # by words: places of reasons hang on the pieces that were looked at

    def reason_of(self, code: int) -> Text | None:
        """The reasons at a position of `reasons`, as one sentence."""
        return joined(list(self.reasons[code])) if self.reasons[code] else None

    def checks(self, positions: Array | None = None) -> Iterator[Check]:
        """A row for each of some features, or for all that were judged."""
        where = np.flatnonzero(self.outcome < _NONE) if positions is None else positions
        words = {code: self.reason_of(code) for code in np.unique(self.reason[where]).tolist()}
        for who, rows in self.told(where):
            told = zip(who.ids, who.names, who.parks, self.outcome[rows], self.reason[rows].tolist(), strict=True)
            for name, title, park, outcome, reason in told:
                yield Check(self.rule, Subject(self.layer, name, title), OUTCOMES[outcome], words[reason], park)

    def named(self, ids: Collection[str]) -> Array:
        """Positions of the features that have one of some ids, of those that were judged."""
        assert self.who is not None
        judged, wanted = np.flatnonzero(self.outcome < _NONE), list(ids)
        runs = [judged[some] for some in pieces(len(judged))]
        return np.concatenate([rows[np.isin(self.who.ids[rows].astype(str), wanted)] for rows in runs])

    def told(self, where: Array) -> Iterator[tuple[Who, Array]]:
        """Some features and their positions, a piece at a time."""
        assert self.who is not None
        for some in pieces(len(where)):
            yield self.who.told(where[some]), where[some]

    def _code(self, reasons: Reasons) -> int:
        if reasons not in self._place:
            self._place[reasons] = len(self.reasons)
            self.reasons.append(reasons)
        return self._place[reasons]


def together(some: Sequence[tuple[Outcomes, Array]], count: int) -> Outcomes:
    """The rows of pieces of a layer that has so many, each where its feature stands; of whom they tell, nobody has said then."""
    first, _ = some[0]
    whole = Outcomes(first.rule, first.layer, count)
    for one, cut in some:
        codes = np.array([whole._code(reasons) for reasons in one.reasons], dtype=np.int32)
        whole.outcome[cut], whole.reason[cut] = one.outcome, codes[one.reason]
    return whole


def _once(reasons: Sequence[Text]) -> Reasons:
    return tuple(dict.fromkeys(reasons))
