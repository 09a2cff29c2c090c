"""Gauss–Krüger zones of CGCS2000: their EPSG codes, and what plain coordinates say about the zone they lie in.

EPSG codes of CGCS2000 (EPSG v10): 3° zones 25–45 with the zone number before the easting 4513–4533, without it
4534–4554; 6° zones 13–23 with it 4491–4501, without it 4502–4512.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

FALSE_EASTING = 500_000.0
PREFIX = 1_000_000.0
_ZONES = {3: range(25, 46), 6: range(13, 24)}
_FIRST_EPSG = {(3, True): 4513, (3, False): 4534, (6, True): 4491, (6, False): 4502}

# What coordinates in China can be: the evidence that magnitude gives. Metres and degrees.
_NORTHING = (1_800_000.0, 6_100_000.0)
_EASTING = (100_000.0, 900_000.0)
_LONGITUDE = (73.0, 136.0)
_LATITUDE = (3.0, 54.5)

Array = np.ndarray[Any, Any]
Bounds = tuple[float, float, float, float]
Kind = Literal["degrees", "prefixed", "plain", "unknown"]


@dataclass(frozen=True)
class Zone:
    """A zone of 3 or 6 degrees, with or without its number before the easting."""

    width: int
    number: int
    prefixed: bool

    @property
    def meridian(self) -> int:
        """Central meridian in degrees east."""
        return 3 * self.number if self.width == 3 else 6 * self.number - 3

    @property
    def epsg(self) -> int:
        """EPSG code of the CGCS2000 zone.

        >>> Zone(3, 37, True).epsg, Zone(3, 37, False).epsg, Zone(6, 19, True).epsg, Zone(6, 19, False).epsg
        (4525, 4546, 4497, 4508)
        """
        return _FIRST_EPSG[self.width, self.prefixed] + self.number - _ZONES[self.width].start

    @property
    def false_easting(self) -> float:
        """Easting of the central meridian in metres."""
        return FALSE_EASTING + (self.number * PREFIX if self.prefixed else 0.0)

    @property
    def exists(self) -> bool:
        """Whether EPSG has this zone for China."""
        return self.number in _ZONES.get(self.width, ())


@dataclass(frozen=True)
class Evidence:
    """What the extent of a layer says by itself."""

    kind: Kind
    swapped: bool
    zone: Zone | None = None


def look(bounds: Bounds) -> Evidence:
    """Read an extent (min x, min y, max x, max y): degrees, a prefixed easting, a plain one, axes swapped or not.

    >>> look((37_400_000, 4_380_000, 37_410_000, 4_390_000)).zone
    Zone(width=3, number=37, prefixed=True)
    >>> look((4_380_000, 500_000, 4_390_000, 510_000))
    Evidence(kind='plain', swapped=True, zone=None)
    """
    for swapped in (False, True):
        x0, y0, x1, y1 = bounds if not swapped else (bounds[1], bounds[0], bounds[3], bounds[2])
        if _within(x0, x1, _LONGITUDE) and _within(y0, y1, _LATITUDE):
            return Evidence("degrees", swapped)
        if not _within(y0, y1, _NORTHING):
            continue
        zone = _prefix(x0, x1)
        if zone is not None:
            return Evidence("prefixed", swapped, zone)
        if _within(x0, x1, _EASTING):
            return Evidence("plain", swapped)
    return Evidence("unknown", False)


def in_china(longitude: Array, latitude: Array) -> Array:
    """Which pairs of degrees can be a place in China; NaN is none.

    >>> in_china(np.array([109.95, 39.9, 9990.0]), np.array([39.9, 109.95, 39.9])).tolist()
    [True, False, False]
    """
    inside = (longitude >= _LONGITUDE[0]) & (longitude <= _LONGITUDE[1])
    return np.asarray(inside & (latitude >= _LATITUDE[0]) & (latitude <= _LATITUDE[1]))


def of_meridian(meridian: float, prefixed_number: int | None) -> Zone | None:
    """The zone of a central meridian; the easting's own prefix tells a 6° zone from a 3° one."""
    for width in (3, 6):
        number = meridian / 3 if width == 3 else (meridian + 3) / 6
        zone = Zone(width, round(number), prefixed_number is not None)
        if zone.exists and abs(zone.meridian - meridian) < 1e-9 and prefixed_number in (None, zone.number):
            return zone
    return None


def local_zone(longitude: float) -> Zone:
    """The 3° zone, without prefix, that a longitude lies in: the plane in which offices compute planar areas.

    >>> local_zone(109.6).number, local_zone(109.4).number
    (37, 36)
    """
    return Zone(3, int(np.clip(round(longitude / 3), _ZONES[3].start, _ZONES[3].stop - 1)), False)


def plain_zones() -> Iterator[Zone]:
    """Every zone without prefix, one for each central meridian."""
    seen = set()
    for width in (3, 6):
        for number in _ZONES[width]:
            zone = Zone(width, number, False)
            if zone.meridian not in seen:
                seen.add(zone.meridian)
                yield zone


def _prefix(low: float, high: float) -> Zone | None:
    """The zone whose number stands before both ends of a range of eastings."""
    number = int(low // PREFIX)
    if number != int(high // PREFIX) or not _within(low - number * PREFIX, high - number * PREFIX, _EASTING):
        return None
    for width in (3, 6):
        zone = Zone(width, number, True)
        if zone.exists:
            return zone
    return None


def _within(low: float, high: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= low <= high <= limits[1]
