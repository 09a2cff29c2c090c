"""One layer, normalised: known fields in known units, ids, geometry in EPSG:4490, and all that was changed for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoparks.catalog.layer import Layer
from geoparks.normalise import columns
from geoparks.normalise.by_position import ByPosition, pieces
from geoparks.normalise.id_index import IdIndex, ids_of
from geoparks.normalise.placement import Placement
from geoparks.normalise.table import Held, Table
from geoparks.records import Fault, Repair, Subject
from geoparks.text import Text, joined

Array = np.ndarray[Any, Any]
LOSSES = frozenset(
    {
        "file_truncated", "record_missing", "shape_missing", "geometry_unreadable", "invalid_coordinate",
        "not_a_polygon", "not_transformable",
    }
)  # fmt: skip
"""Faults of reading by which features are lost."""


@dataclass(frozen=True)
class Source:
    """A file that features came from."""

    path: Path
    where: str
    format: str
    placement: Placement | None
    encoding: str | None
    rows: int
    origin: str = ""
    """The address of a table, where it is no file."""
    sha256: str = ""


@dataclass
class Features:
    """The features of one layer: the layer's fields under their English names, and shapes, in one table."""

    layer: Layer
    table: Table
    rows: Array
    """Row number of every feature in its file."""
    source_of: Array
    """Position in `sources` of every feature's file; −1 where it came from a table without geometry."""
    sources: list[Source]
    invalid: Array
    """Whether the geometry of every feature was invalid as drawn."""
    repairs: list[Repair] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    disputes: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By id and field: what rows of one id say differently, so that nobody knows it."""
    questions: dict[str, Text] = field(default_factory=dict)
    """Fields that cannot be used until someone answers, with the question."""
    matches: list[tuple[str, columns.Match]] = field(default_factory=list)
    """For every file, what its columns were taken for."""
    refused: Text | None = None
    """Why the layer must not be judged, although it opened."""
    derived: dict[str, Any] = field(default_factory=dict)
    """Results of costly transformations, kept by whoever computed them."""

    def __len__(self) -> int:
        return len(self.table)

    @property
    def frame(self) -> pd.DataFrame:
        """All that is in the table, as a table of pandas; whoever wants a field or two of very many rows takes `column`."""
        return self.table.frame

    @frame.setter
    def frame(self, frame: pd.DataFrame) -> None:
        self.table = Held(frame, self.own, self.sound)

    def hold(self) -> None:
        """Take all rows into memory, to change them."""
        if not isinstance(self.table, Held):
            self.table = self.table.some(np.arange(len(self)))

    @cached_property
    def has_geometry(self) -> bool:
        """Whether any feature has a geometry."""
        return self.table.shaped

    @property
    def geometry(self) -> Array:
        """Geometries in EPSG:4490, None where there is none."""
        return self.table.lonlat

    @property
    def own(self) -> Array:
        """Geometries as in their file, faults included; x to the east, y to the north."""
        return self.table.own

    @property
    def sound(self) -> Array:
        """Valid geometries in the plane of their file: what planar areas and repairs are computed from."""
        return self.table.sound

    @property
    def ids(self) -> Array:
        """The id of every feature, as text; where the rows stand on disk, so do the ids: they are asked for by position."""
        if isinstance(self.table, Held):
            return self._ids
        table, layer, numbers = (
            self.table,
            self.layer,
            self.rows,
        )  # not self: whoever has the ids need not have the rest
        found: Any = ByPosition(len(self), lambda rows: ids_of(table, layer, numbers, rows))
        return found

    @cached_property
    def _ids(self) -> Array:
        return ids_of(self.table, self.layer, self.rows, None)

    def pieces(self) -> Iterator[Array]:
        """The positions of all features, a piece at a time, for whoever looks at all rows of very many."""
        return pieces(len(self))

    @cached_property
    def _index(self) -> IdIndex:
        return IdIndex(self.ids, on_disk=not isinstance(self.table, Held))

    @property
    def repeated(self) -> Array:
        """Positions of the features whose id another one has, too; nearly always there are none."""
        return self._index.repeated

    def among_repeated(self, rows: Array) -> tuple[Array, Array]:
        """Which of some features are among `repeated`, and the place of each of those there."""
        return self._index.among_repeated(rows)

    @property
    def numbers(self) -> Array:
        """A number for every feature, the same for the rows of one id: the position of the first of them."""
        return self.numbers_of(np.arange(len(self)))

    def numbers_of(self, rows: Array) -> Array:
        """The same of some features, by position."""
        return self._index.numbers_of(rows)

    @property
    def names(self) -> Array:
        """The name of every feature, as its subject has it: the first that the rows of its id give, else empty."""
        return self.said("name")

    def said(self, name: str) -> Array:
        """The words of a field: of every feature the first that the rows of its id give, else empty. On disk as the ids are."""
        if not isinstance(self.table, Held):
            on_disk: Any = ByPosition(len(self), lambda rows: self._said(name, rows))
            return on_disk
        if f"said {name}" not in self.derived:
            self.derived[f"said {name}"] = self._said(name, None)
        found: Array = self.derived[f"said {name}"]
        return found

    def _said(self, name: str, rows: Array | None) -> Array:
        if not self.holds(name):
            return np.full(len(self) if rows is None else len(rows), "", dtype=object)
        own = self.column(name, rows).to_numpy(dtype=object)
        words = np.array([one if isinstance(one, str) else "" for one in own], dtype=object)
        rows = np.arange(len(self)) if rows is None else rows
        again, _ = self.among_repeated(rows)
        if again.any():
            first = self._first_said(name)
            words[again] = [first.get(one, "") for one in self.ids[rows[again]]]
        return words

    def _first_said(self, name: str) -> dict[str, str]:
        """By id what the first row says that says anything, of the ids that several rows have; looked up once."""
        if f"first said {name}" not in self.derived:
            first: dict[str, str] = {}
            for one, word in zip(self.ids[self.repeated], self.column(name, self.repeated), strict=True):
                if isinstance(word, str):
                    first.setdefault(one, word)
            self.derived[f"first said {name}"] = first
        found: dict[str, str] = self.derived[f"first said {name}"]
        return found

    @property
    def firsts(self) -> Array:
        """Positions of the first row of every id, in order."""
        rows = np.arange(len(self))
        return rows[self.numbers_of(rows) == rows]

    def positions(self, name: str) -> list[int]:
        """Positions of the features of an id: several where a feature is stored in pieces, none where it is unknown."""
        return self._index.rows_of(name)

    def first_of(self, names: Sequence[str]) -> Array:
        """Of every id the position of the first feature that has it, −1 where none has: `positions` of very many ids."""
        return self._index.first_of(names)

    @cached_property
    def lost(self) -> Text | None:
        """What of the layer never arrived: with features missing, finding nothing proves nothing."""
        gone = [one for one in self.faults if one.code in LOSSES]
        empty = 0
        if self.layer.needs_geometry:
            empty = int((~self.table.drawn).sum())
        if not gone and not empty:
            return None
        first = gone[0].note if gone else Text(f"{empty} 个要素没有图形", f"{empty} features have no geometry")
        return Text(f"{self.layer.title.zh}不完整：", f"{self.layer.name} is incomplete: ") + first

    def subject(self, position: int) -> Subject:
        """The feature at a position as the subject of a verdict."""
        return Subject(self.layer.name, str(self.ids[position]), str(self.names[position]))

    def holds(self, name: str) -> bool:
        """Whether any file has a field, filled or not."""
        return name in self.table.fields

    def column(self, name: str, rows: Array | None = None) -> pd.Series:
        """A field of all rows, or of some by position; all missing where no file has it."""
        if self.holds(name):
            return self.table.column(name, rows)
        kind, count = self.layer.fields[name].type, len(self) if rows is None else len(rows)
        dtype = float if kind in ("number", "integer") else object
        return pd.Series(np.full(count, np.nan if dtype is float else None, dtype=dtype))

    def has(self, *names: str) -> bool:
        """Whether all fields are there, each with at least one value."""
        return all(self.holds(name) and self.table.is_filled(name) for name in names)

    def why_missing(self, name: str) -> Text:
        """Why a field has no values, or not all: the question that is open, what its column holds, or that there is none."""
        if name in self.questions:
            return self.questions[name]
        one = self.layer.fields[name]
        where = "、".join(dict.fromkeys(source.where for source in self.sources)) or self.layer.name
        headers = list(
            dict.fromkeys(c.header for _, match in self.matches for c in match.columns if c.field.name == name)
        )
        if headers:
            return Text(f"{self.layer.title.zh}（{where}）", f"{self.layer.name} ({where}): ") + self._why_blank(
                name, headers
            )
        looked_for = "、".join(dict.fromkeys((one.title.zh, one.name, *one.aliases[:4])))
        have = "、".join(str(header) for _, match in self.matches for header in match.extra[:6]) or "—"
        return Text(
            f"{self.layer.title.zh}（{where}）没有“{one.title.zh}”列（找过：{looked_for}；未识别的列：{have}）",
            f"{self.layer.name} ({where}) has no column for {name} (looked for: {looked_for}; not recognised: {have})",
        )

    def _why_blank(self, name: str, headers: list[str]) -> Text:
        """What is in a column that gives a field no value: nothing, or what cannot be read."""
        title = "”“".join(headers)
        unread = [fault for fault in self.faults if fault.field_name == name and fault.code.startswith("unreadable")]
        if unread:
            shown = f"{unread[0].value}"[:20]
            return Text(
                f"的“{title}”列有值读不懂（如“{shown}”），见 D01",
                f"the column {title} has values that cannot be read (such as “{shown}”), see D01",
            )
        if self.has(name):
            return Text(f"的“{title}”列此处未填", f"the column {title} is blank here")
        return Text(f"的“{title}”列全为空", f"the column {title} is empty")

    def disputed(self, position: int, *names: str) -> Text | None:
        """Why fields of a feature are missing: its rows contradict each other; None where they do not."""
        told = []
        for name in names:
            if said := self.disputes.get((str(self.ids[position]), name)):
                title = self.layer.fields[name].title
                told.append(
                    Text(
                        f"同一编号的几行{title.zh}不同：{' / '.join(said)}",
                        f"rows of one id state different values of {name}: {' / '.join(said)}",
                    )
                )
        return joined(told) if told else None

    def forget(self) -> None:
        """Forget what was computed from rows or geometry that have changed since."""
        for name in ("_ids", "_index", "has_geometry", "lost"):
            self.__dict__.pop(name, None)
        self.derived.clear()

    def placement(self, position: int) -> Placement | None:
        """Where the file of a feature lies."""
        source = int(self.source_of[position])
        return self.sources[source].placement if source >= 0 else None
