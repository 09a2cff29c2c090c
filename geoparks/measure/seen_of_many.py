"""What was seen of very many parcels, as one measurement of many: those of which nothing is known, by the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from geoparks.measure.seen import Seen
from geoparks.records import Many, Measurement
from geoparks.text import Text

Array = np.ndarray


def many(
    ground: Seen, fault: str, those: Array, *, value: float | None = None, remark: Text | None = None,
    reason: Text | None = None,
) -> Many:  # fmt: skip
    """The same of some parcels: one value with a remark, or none for one reason.

    those: whether each parcel is one of them.
    """
    index = np.flatnonzero(those)
    values = np.full(len(index), np.nan if value is None else value)

    def one(place: int) -> Measurement:
        plot = ground.plot(int(index[place]))
        return Measurement(plot.subject, fault, value=value, row=plot.row, remark=remark, reason=reason)

    return Many("parcels", fault, ground.positions[index], values, values, one)


def by_reason(
    ground: Seen, year: int, fault: str, those: Array, least: Array, most: Array, one: Callable[[int], Measurement]
) -> Iterator[Many]:
    """Some parcels, each with the two numbers between which what a year shows of it lies; those without any, by the reason.

    one: gives the whole measurement of the parcel at an index.
    """
    unknown = np.flatnonzero(those & np.isnan(least))
    groups: dict[tuple[Text | None, ...], list[int]] = {}
    for index in unknown.tolist():
        groups.setdefault(ground.why(index, year), []).append(index)
    for some in (np.flatnonzero(those & ~np.isnan(least)), *map(np.array, groups.values())):
        yield Many("parcels", fault, ground.positions[some], least[some], most[some], _Each(some, one))


class _Each:
    """The measurement at a place among some parcels."""

    def __init__(self, indexes: Array, one: Callable[[int], Measurement]) -> None:
        self.indexes, self.one = indexes, one

    def __call__(self, place: int) -> Measurement:
        return self.one(int(self.indexes[place]))
