"""What a reader hands on: one layer as it stands in its file, nothing interpreted yet."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from geoparks.records import Fault, Repair
from geoparks.text import Text


@dataclass
class RawLayer:
    """One layer of one file.

    ``table`` holds the attributes under the file's own headers, index 0…n-1. ``geometry`` is an array of shapely
    geometries with x to the east and y to the north, in the file's own units, or None for a table. What the reader
    had to mend or could not read stands in ``repairs`` and ``faults``.
    """

    path: Path
    format: str
    table: pd.DataFrame
    geometry: np.ndarray[Any, Any] | None = None
    inner: str = ""
    """Name of the layer, sheet or object inside the file; empty where the file is the layer."""
    siblings: int = 1
    """How many layers the file holds, this one included."""
    crs: CRS | None = None
    crs_from: Text | None = None
    zone: ZoneHint | None = None
    encoding: str | None = None
    header_units: Mapping[str, str] = field(default_factory=dict)
    """Units that the format itself fixes for a column, e.g. hectares in a coordinate TXT."""
    stated_units: Mapping[str, StatedUnits] = field(default_factory=dict)
    """Units that a table states for a column elsewhere than in its header; of several, the one of its kind counts."""
    header_rows: tuple[int, ...] = ()
    """Rows of a sheet that were taken for its header."""
    titles: tuple[str, ...] = ()
    """What stands over the header of a sheet, cell by cell."""
    question: Text | None = None
    """Why what was read cannot be used as one table, until someone puts it in order."""
    rows: np.ndarray[Any, Any] | None = None
    """Row number in the file of every record, counted as its owner sees it; 1…n where absent."""
    truncated_names: bool = False
    """Whether the format cuts field names short (shapefiles, DBF: ten bytes)."""
    comments: Mapping[str, str] = field(default_factory=dict)
    """What a database says of its columns: name → comment."""
    origin: str = ""
    """Where the layer came from, where that is no file: an address without user and password."""
    sha256: str = ""
    """The hash of the layer's content, where it came from no file."""
    repairs: list[Repair] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    prepared: Any = None
    """What the layer is normalised to, where that was done when it was read; then its table has rows and no columns."""
    sight: tuple[Any] | None = None
    """What its coordinates show of where it lies, once somebody has looked."""
    taken: bool = False
    """Whether that has become part of a layer, and is here no longer."""
    begun: Begun | None = None
    """How to go on, where the layer was only begun; then table and geometry are of its first rows."""

    @property
    def where(self) -> str:
        """File name, and the layer inside it."""
        return f"{self.path.name} › {self.inner}" if self.inner and self.siblings > 1 else self.path.name

    @property
    def source(self) -> tuple[str, str]:
        """The file and the layer inside it, as nothing else that is read is called."""
        return str(self.path), self.inner

    @property
    def called(self) -> tuple[str, ...]:
        """The names by which the layer may be recognised: its own inside the file, and the file's."""
        inner = [PurePosixPath(part).stem for part in reversed(self.inner.split(" › ")) if part]
        outer = [self.path.stem.removesuffix(".gdb")]
        return tuple(dict.fromkeys([*outer, *inner] if self.siblings == 1 else inner))

    @property
    def row_numbers(self) -> np.ndarray[Any, Any]:
        """Row number of every record as its owner counts them."""
        return np.arange(1, len(self.table) + 1) if self.rows is None else self.rows

    def repaired(self, code: str, note: Text, **where: Any) -> None:
        """Record something that was changed while reading."""
        self.repairs.append(Repair("", code, note, path=self.path.name, **where))

    def faulty(self, code: str, note: Text, **where: Any) -> None:
        """Record something that is wrong with the data."""
        self.faults.append(Fault("", code, note, path=self.path.name, source=self.source, **where))

    def lies_at(self, path: Path) -> None:
        """Say that the layer is of another file than the one it was read from: of the archive around that, or of its own name."""
        self.path = path
        self.repairs = [replace(one, path=path.name) for one in self.repairs]
        self.faults = [replace(one, path=path.name, source=self.source) for one in self.faults]


@dataclass(frozen=True)
class Begun:
    """How to go on with a layer of very many rows, of which only the first were read."""

    runs: Callable[[], Generator[RawLayer]]
    """All its rows, so many at a time, with their numbers in the file."""
    whole: Callable[[], RawLayer]
    """All its rows together."""


@dataclass(frozen=True)
class StatedUnits:
    """Units that are stated for a column elsewhere than in its header: in a line over the table, in another column."""

    units: tuple[str, ...]
    where: Text
    """What states them, as a user finds it."""


@dataclass(frozen=True)
class ZoneHint:
    """What a header says of its Gauss–Krüger zone, before anybody looked at the coordinates."""

    datum: str = ""
    """As written: 2000国家大地坐标系, CGCS2000, 1980西安坐标系…; empty where it is not said."""
    width: int | None = None
    """3 or 6 degrees."""
    zone: int | None = None
    degrees: bool = False
    """Whether the header says that coordinates are longitude and latitude."""


def distinct(names: list[str]) -> list[str]:
    """Names without repetition, so that no column takes the place of another: a second 面积 becomes 面积.2.

    >>> distinct(["面积", "面积", "名称"])
    ['面积', '面积.2', '名称']
    """
    result: list[str] = []
    taken: set[str] = set()
    for name in names:
        number, new = 1, name
        while new in taken:
            number += 1
            new = f"{name}.{number}"
        taken.add(new)
        result.append(new)
    return result
