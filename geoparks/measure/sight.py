"""One parcel with the days on record, and what one year's raster shows of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import shapely

from geoparks.records import Subject
from geoparks.text import Text


@dataclass(frozen=True)
class Plot:
    """One parcel: its place, and the days on record."""

    subject: Subject
    row: int
    shape: shapely.Geometry | None
    """In EPSG:4490, the pieces of a parcel that is stored in several rows together."""
    supplied: dt.date | None
    started: dt.date | None
    finished: dt.date | None


@dataclass(frozen=True)
class Sight:
    """What one year shows of one parcel."""

    year: int
    source: Text
    least: float | None
    """The least share that is built up, 0–1; None where nothing can be said."""
    most: float | None
    why: Text | None = None
    """Why it is not known, or not exactly."""
    name: str = ""
    """The raster: land_cover_2023."""

    @property
    def certain(self) -> bool:
        """Whether the share is one number."""
        return self.least is not None and self.least == self.most

    @property
    def words(self) -> Text:
        """The share, or the two that it lies between, for paper."""
        if self.least is None or self.most is None:
            return Text("不明", "not known")
        if self.certain:
            return Text(f"{self.least:.1%}", f"{self.least:.1%}")
        return Text(f"{self.least:.1%} 至 {self.most:.1%}", f"{self.least:.1%} to {self.most:.1%}")
