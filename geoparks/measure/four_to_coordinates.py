"""Coordinates in the words of a limit: degrees, minutes and seconds, decimal degrees, or metres of a Gauss–Krüger zone."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DEGREES = re.compile(
    r"(?P<before>东经|北纬|经度|纬度|[EN])?[:=]?(?<![\d.])(?P<d>\d{1,3}(?:\.\d+)?)(?:°|º|度)"
    r"(?:(?P<m>\d{1,2}(?:\.\d+)?)(?:′′|[′'‘’分])(?:(?P<s>\d{1,2}(?:\.\d+)?)(?:′′|''|[″\"“”秒]))?)?(?P<after>[EN])?"
)
_DECIMAL = re.compile(r"(?P<before>东经|北纬|经度|纬度|[EN])?[:=]?(?<![\d.])(?P<d>\d{1,3}\.\d{3,})(?P<after>[EN])?")
_METRES = re.compile(r"(?:纵坐标|横坐标|[XY])?[:=]?(?P<v>\d{6,8}(?:\.\d+)?)(?:米|m)?")
_AROUND = re.compile(r"[,;、()\s:=]|附近|一线|经线|纬线|坐标|经纬度|处|点|为界?|CGCS2000|2000国家大地坐标系")
_NORTHING = (1_800_000.0, 6_100_000.0)  # of China
_LONGITUDES = (73.0, 136.0)
_LATITUDES = (3.0, 54.5)
_MINUTE, _SECOND = 60.0, 3600.0


@dataclass(frozen=True)
class Number:
    """A stated number, and half of its last digit: how far off it may be by rounding alone."""

    value: float
    half: float


@dataclass(frozen=True)
class Coordinates:
    """What is stated: longitude and latitude in degrees, easting and northing in metres."""

    longitude: Number | None = None
    latitude: Number | None = None
    easting: Number | None = None
    northing: Number | None = None


def coordinates_in(words: str) -> Coordinates | None:
    """The coordinates that words consist of; None where they are none, or say something else besides.

    >>> coordinates_in("东经110°03′36.68″").longitude.value
    110.06018888888889
    >>> coordinates_in("X=4470500.123,Y=37418600.5").easting.value
    37418600.5
    >>> coordinates_in("经七路") is None
    True
    """
    found: dict[str, Number] = {}
    rest = words
    for pattern in (_DEGREES, _DECIMAL, _METRES):
        for match in pattern.finditer(rest):
            number = _metres(match["v"]) if pattern is _METRES else _degrees(match)
            name = _called(match, number.value) if pattern is not _METRES else _axis(number.value)
            if not name or name in found:
                return None
            found[name] = number
        rest = pattern.sub("", rest)
    return Coordinates(**found) if found and not _AROUND.sub("", rest) else None


def _degrees(match: re.Match[str]) -> Number:
    given = match.groupdict()
    value, last, unit = float(given["d"]), given["d"], 1.0
    for name, part in (("m", _MINUTE), ("s", _SECOND)):
        if given.get(name):
            value, last, unit = value + float(given[name]) / part, given[name], part
    return Number(value, _half(last) / unit)


def _metres(words: str) -> Number:
    return Number(float(words), _half(words))


def _half(words: str) -> float:
    """Half of the last digit of a number as it is written."""
    return 0.5 * 10.0 ** -len(words.partition(".")[2])


def _called(match: re.Match[str], value: float) -> str:
    """Whether degrees are a longitude or a latitude: by the word before or after, else by what is possible in China."""
    label = match["before"] or match["after"] or ""
    if label:
        return "longitude" if label in ("东经", "经度", "E") else "latitude"
    if _LONGITUDES[0] <= value <= _LONGITUDES[1]:
        return "longitude"
    return "latitude" if _LATITUDES[0] <= value <= _LATITUDES[1] else ""


def _axis(value: float) -> str:
    """Whether metres are a northing or an easting, by their size."""
    if _NORTHING[0] <= value <= _NORTHING[1]:
        return "northing"
    return "easting" if value < 1_000_000 or value > 13_000_000 else ""
