"""A run: the files it read, what was mended and what is wrong in them, when and by which policy it judged, what crashed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from shapely.geometry.base import BaseGeometry

from geoparks.text import Text


@dataclass(frozen=True, slots=True)
class Run:
    """When and by which policy a run judged: part of its result, so that it can be repeated."""

    on: dt.date
    year: int | None
    lang: Literal["zh", "en"]
    pack: str
    pack_version: str
    verb: str = "check"
    """What was asked: check, audit, supply, run."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file that took part in a run."""

    layer: str
    path: str
    sha256: str
    crs: str | None
    rows: int
    crs_how: Text | None = None
    encoding: str | None = None
    refused: Text | None = None
    gcj02: Text | None = None
    """Whether it was held against a trusted boundary, of a file with geometry that was not refused."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Something geoparks changed while reading, with what was there before; inputs themselves are never changed."""

    layer: str
    code: str
    note: Text
    row: int | None = None
    field_name: str | None = None
    old: str | None = None
    new: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the data that a reader saw and no verdict may hide: it becomes a finding."""

    layer: str
    code: str
    note: Text
    row: int | None = None
    field_name: str | None = None
    value: str | None = None
    place: BaseGeometry | None = None
    path: str = ""
    feature: str = ""
    """Id of the feature, where the row is one of a table that was joined to it."""
    source: tuple[str, str] = ("", "")
    """The whole path of the file and the layer inside it: files in two folders may have one name."""


@dataclass(frozen=True, slots=True)
class RunError:
    """A rule that crashed: an error of the program, never a finding about the data."""

    rule: str
    what: str
