"""The rows of a rule over a layer of very many features, as columns: what the rules found is added, the worst outcome stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from geoparks.records import OUTCOMES, Check, Outcome, Subject
from geoparks.text import Text, joined

Array = np.ndarray
Reasons = tuple[Text, ...]
_NONE = len(OUTCOMES)  # what no rule has spoken of; every outcome is worse


class Outcomes:
    """Outcome and reasons of every feature of a layer under one rule. Each different list of reasons is kept once."""

    def __init__(self, rule: str, layer: str, ids: Array, names: Array, parks: Array) -> None:
        self.rule, self.layer = rule, layer
        self.ids, self.names, self.parks = ids, names, parks
        self.outcome = np.full(len(ids), _NONE, dtype=np.int8)
        """Position in ``OUTCOMES``, the worse first."""
        self.reason = np.zeros(len(ids), dtype=np.int32)
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
        judged = np.flatnonzero(self.outcome < _NONE)
        parks, park_of = np.unique(self.parks[judged].astype(str), return_inverse=True)
        keys = np.column_stack([park_of, self.outcome[judged], self.reason[judged]])
        for (park, outcome, reason), count in zip(*np.unique(keys, axis=0, return_counts=True), strict=True):
            yield str(parks[park]), OUTCOMES[outcome], self.reason_of(int(reason)), int(count)

    def reason_of(self, code: int) -> Text | None:
        """The reasons at a position of `reasons`, as one sentence."""
        return joined(list(self.reasons[code])) if self.reasons[code] else None

    def checks(self, positions: Array | None = None) -> Iterator[Check]:
        """A row for each of some features, or for all that were judged."""
        where = np.flatnonzero(self.outcome < _NONE) if positions is None else positions
        words = {code: self.reason_of(code) for code in np.unique(self.reason[where]).tolist()}
        for one in where.tolist():
            subject = Subject(self.layer, self.ids[one], self.names[one])
            yield Check(
                self.rule, subject, OUTCOMES[self.outcome[one]], words[int(self.reason[one])], self.parks[one]
            )  # fmt: skip

    def _code(self, reasons: Reasons) -> int:
        if reasons not in self._place:
            self._place[reasons] = len(self.reasons)
            self.reasons.append(reasons)
        return self._place[reasons]


def together(some: Sequence[Outcomes]) -> Outcomes:
    """The rows of several pieces of a layer, one after another."""
    first = some[0]
    if len(some) == 1:
        return first
    whole = Outcomes(
        first.rule, first.layer, *(np.concatenate([getattr(one, name) for one in some]) for name in ("ids", "names", "parks"))
    )  # fmt: skip
    whole.outcome = np.concatenate([one.outcome for one in some])
    codes = [np.array([whole._code(reasons) for reasons in one.reasons], dtype=np.int32)[one.reason] for one in some]
    whole.reason = np.concatenate(codes)
    return whole


def _once(reasons: Sequence[Text]) -> Reasons:
    return tuple(dict.fromkeys(reasons))
