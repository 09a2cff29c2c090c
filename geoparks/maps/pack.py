"""Geometry as a page carries it: whole numbers on the Web Mercator grid, as differences of few bytes, compressed.

A page of 200,000 parcels is then a fifth of what GeoJSON would be, and draws from arrays of numbers without ever making
an object for a parcel. Measuring is not done on these numbers: areas and lengths on the page come from the ellipsoid.
"""

from __future__ import annotations

import base64
import gzip
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import shapely

from geoparks.kernel.ready import ready

Array = np.ndarray[Any, Any]
Kind = Literal["polygon", "line", "point"]
KINDS: dict[Kind, tuple[int, ...]] = {
    "polygon": (3,),
    "line": (1, 2),
    "point": (0,),
}  # shapely type ids of single parts

FINE_BITS = 32
"""The world in 2³² steps: 7 mm on the ground at 40° N."""
COARSE_BITS = 28
"""The world in 2²⁸ steps: 11 cm on the ground at 40° N, for layers of which there is more than one can look at closely."""
_FINE_UP_TO_VERTICES = 1_000_000
_PIECE = 16_384  # features whose shapes are there together
_LATITUDE_MOST = 85.0
_SIMPLE = 3  # shapely types up to polygons; above are those of several parts
_SEVEN_BITS = 7
_LONGEST_VARINT = 5


@dataclass(frozen=True)
class Mesh:
    """All parts of one kind of a layer's features, packed."""

    kind: Kind
    bits: int
    origin: tuple[int, int]
    """Grid position that the packed numbers count from."""
    owners: Array
    """Positions of the features that have such parts, in order."""
    data: bytes

    def as_dict(self) -> dict[str, Any]:
        """As the page reads it; `owners` is left out where every feature has its turn."""
        plain = np.array_equal(self.owners, np.arange(len(self.owners)))
        return {
            "kind": self.kind,
            "bits": self.bits,
            "origin": list(self.origin),
            "owners": None if plain else self.owners.tolist(),
            "data": encoded(self.data),
        }


def encoded(data: bytes) -> str:
    """Bytes as text that a page may carry: compressed, the same every time, without a character of markup."""
    return base64.b64encode(gzip.compress(data, compresslevel=4, mtime=0)).decode("ascii")


def meshes(geometry: Array) -> list[Mesh]:
    """The polygons, lines and points of geometries in EPSG:4490, each kind packed by itself; missing ones are left out.

    `geometry` is asked for in slices: the shapes of very many are there some thousands at a time.
    """
    found: dict[Kind, list[_Paths]] = {kind: [] for kind in KINDS}
    for first in range(0, len(geometry), _PIECE):
        parts, owner = _single_parts(geometry[first : first + _PIECE])
        types = shapely.get_type_id(parts)
        for kind, wanted in KINDS.items():
            some = np.isin(types, wanted) & ~shapely.is_empty(parts)
            if some.any():
                found[kind].append(_paths(kind, parts[some], owner[some] + first))
    vertices = sum(one.vertices for pieces in found.values() for one in pieces)
    bits = FINE_BITS if vertices <= _FINE_UP_TO_VERTICES else COARSE_BITS
    return [_mesh(kind, pieces, bits) for kind, pieces in found.items() if pieces]


def extent(geometry: Array) -> Array:
    """West, south, east, north of geometries, which are asked for in slices; NaN where there is none."""
    firsts = range(0, len(geometry), _PIECE)
    bounds = np.array([[np.nan] * 4, *(shapely.total_bounds(geometry[first : first + _PIECE]) for first in firsts)])
    return np.concatenate([np.fmin.reduce(bounds[:, :2]), np.fmax.reduce(bounds[:, 2:])])


def grid(degrees: Array, bits: int) -> Array:
    """Longitude and latitude as whole steps of the Web Mercator square, x to the east, y to the south.

    >>> grid(np.array([[0.0, 0.0], [-180.0, 0.0]]), 28).tolist()
    [[134217728, 134217728], [0, 134217728]]
    """
    sine = np.sin(np.radians(np.clip(degrees[:, 1], -_LATITUDE_MOST, _LATITUDE_MOST)))
    x = degrees[:, 0] / 360 + 0.5
    y = 0.5 - np.arctanh(sine) / (2 * np.pi)
    return np.round(np.column_stack([x, y]) * 2.0**bits).astype(np.int64)


def _single_parts(geometry: Array) -> tuple[Array, Array]:
    """Every simple part with the position of its feature; collections inside collections are opened too."""
    types = shapely.get_type_id(geometry)
    if (types <= _SIMPLE).all():
        there = np.flatnonzero(types >= 0)
        return geometry[there], there
    parts, owner = shapely.get_parts(geometry, return_index=True)
    while len(parts) and (shapely.get_type_id(parts) > _SIMPLE).any():
        parts, index = shapely.get_parts(parts, return_index=True)
        owner = owner[index]
    return parts, owner


class _Paths(NamedTuple):
    """The outlines, lines or points of some features."""

    owners: Array
    paths_of: Array
    """Of every owner, how many paths it has."""
    lengths: Array
    """Of every path, how many vertices."""
    degrees: Array
    vertices: int
    """As the shapes have them: of a ring the first one is there twice."""


def _paths(kind: Kind, parts: Array, owner: Array) -> _Paths:
    owners, first = np.unique(owner, return_index=True)
    if kind != "polygon":
        degrees, lengths = shapely.get_coordinates(parts), shapely.get_num_coordinates(parts)
        return _Paths(owners, np.diff(first, append=len(owner)), lengths, degrees, len(degrees))
    _, degrees, (starts, rings) = shapely.to_ragged_array(parts, include_z=False)
    keep = np.ones(len(degrees), dtype=bool)
    keep[starts[1:] - 1] = False  # a ring is closed by whoever draws it
    paths_of = np.add.reduceat(np.diff(rings), first)
    return _Paths(owners, paths_of, np.diff(starts) - 1, degrees[keep], len(degrees))


def _mesh(kind: Kind, pieces: list[_Paths], bits: int) -> Mesh:
    owners, paths_of, lengths = (np.concatenate([one[place] for one in pieces]) for place in range(3))
    origin = np.min([grid(one.degrees, bits).min(axis=0) for one in pieces], axis=0)
    head = np.array([len(owners), len(lengths), sum(len(one.degrees) for one in pieces)], dtype="<u4").tobytes()
    data, before = [head, _varints(paths_of), _varints(lengths)], origin
    for one in pieces:
        places = grid(one.degrees, bits)
        steps = np.diff(places, axis=0, prepend=before[None])
        data.append(_varints(((steps << 1) ^ (steps >> 63)).ravel()))
        before = places[-1]
    return Mesh(kind, bits, (int(origin[0]), int(origin[1])), owners, b"".join(data))


def _varints(numbers: Array) -> bytes:
    """Whole numbers, seven bits a byte, the eighth saying that more follow.

    >>> _varints(np.array([1, 127, 128, 300])).hex(" ")
    '01 7f 80 01 ac 02'
    """
    numbers = numbers.astype(np.uint64)
    if ready(len(numbers)):
        from geoparks.kernel.varint import varints

        return varints(numbers)
    size = np.ones(len(numbers), dtype=np.int64)
    for step in range(1, _LONGEST_VARINT):
        size += numbers >= np.uint64(1 << (_SEVEN_BITS * step))
    starts = np.concatenate([[0], np.cumsum(size)])
    result = np.zeros(starts[-1], dtype=np.uint8)
    for step in range(_LONGEST_VARINT):
        some = size > step
        if not some.any():
            break
        low = (numbers[some] >> np.uint64(_SEVEN_BITS * step)) & np.uint64(0x7F)
        more = (size[some] > step + 1).astype(np.uint8) << 7
        result[starts[:-1][some] + step] = low.astype(np.uint8) | more
    return result.tobytes()
