"""What a day says of all parcels: a record for each of which there is something to tell, a table for those that are not idle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geoparks.idle_land.quiet import EVIDENCE
from geoparks.records import IdleRow, Subject
from geoparks.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

Array = np.ndarray


@dataclass(frozen=True)
class IdleLand:
    """All parcels of a layer; each has an index, its place among the ids of the layer."""

    told: list[IdleRow]
    """Suspected, determined, disposed of, not checked: a record each."""
    told_at: Array
    quiet: pa.Table | None
    """Not idle: see ``quiet.quiet``; None where there are no parcels."""

    def __len__(self) -> int:
        return len(self.told) + (len(self.quiet) if self.quiet is not None else 0)

    def __iter__(self) -> Iterator[IdleRow]:
        """A record of every parcel, in the order of the layer."""
        rows: list[IdleRow | None] = [None] * len(self)
        for index, row in zip(self.told_at.tolist(), self.told, strict=True):
            rows[index] = row
        if self.quiet is not None:
            for index, row in zip(self.quiet["index"].to_pylist(), records(self.quiet), strict=True):
                rows[index] = row
        return iter([row for row in rows if row is not None])

    def coming(self, until: dt.date) -> Iterator[IdleRow]:
        """Those that are not idle and whose year is full by a day."""
        import pyarrow.compute as pc

        if self.quiet is not None:
            yield from records(self.quiet.filter(pc.fill_null(pc.less_equal(self.quiet["becomes_on"], until), False)))


def together(some: Sequence[IdleLand]) -> IdleLand:
    """The parcels of several pieces of a layer, one after another."""
    import pyarrow as pa

    starts = np.cumsum([0, *(len(one) for one in some)])[:-1].tolist()
    tables = [
        one.quiet.set_column(0, "index", pa.array(one.quiet["index"].to_numpy() + start))
        for one, start in zip(some, starts, strict=True)
        if one.quiet is not None
    ]
    told_at = [one.told_at + start for one, start in zip(some, starts, strict=True)]
    return IdleLand(
        [row for one in some for row in one.told],
        np.concatenate(told_at) if told_at else np.empty(0, dtype=np.int64),
        pa.concat_tables(tables, promote_options="default") if tables else None,
    )  # fmt: skip


def sources(quiet: pa.Table) -> list[str]:
    """The columns of built-up shares of such a table, the oldest first."""
    return sorted(
        (one for one in quiet.column_names if one.startswith(EVIDENCE)), key=lambda one: one.rpartition("_")[2]
    )


def as_words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of such a table as words, each in its place: texts that repeat are kept once, in every piece by itself."""
    import pyarrow as pa

    return pa.chunked_array([one.cast(pa.string()) for one in column.chunks], pa.string())


def records(quiet: pa.Table) -> Iterator[IdleRow]:
    """The rows of a table of parcels that are not idle, a record each."""
    shares = sources(quiet)
    for batch in quiet.to_batches():
        for one in batch.to_pylist():
            yield IdleRow(
                parcel=Subject("parcels", one["parcel_id"], one["name"]),
                park=one["park"],
                status="not_idle",
                since=one["since"],
                days=one["days"],
                becomes_on=one["becomes_on"],
                cause=one["cause"],
                cause_item=one["cause_item"],
                area_m2=one["area_m2"],
                reason=Text(one["reason_zh"], one["reason_en"]),
                evidence=tuple(
                    (name.removeprefix(EVIDENCE), one[name]) for name in shares if one[name] is not None
                ),
            )  # fmt: skip
