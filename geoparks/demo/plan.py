"""What the demonstration is made of: parks and blocks as ``parks.toml`` draws them, and the planes they are drawn in."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geoparks import units
from geoparks.normalise.datum import Path as Way
from geoparks.normalise.datum import path as way
from geoparks.normalise.zones import Zone

Array = np.ndarray[Any, Any]
Ring = Sequence[tuple[float, float]]

LEAGUE = "鄂尔多斯市"
ON = dt.date(2024, 6, 30)
YEAR = 2023
YEARS = (2021, 2022, 2023)
MU_OF_A_HA = units.factor("ha", "mu")
_SEED = 20240630
# Edges of what is drawn in a plane and stored in degrees get a vertex at least every so often, so that they stay
# where they were drawn: what was planted by hand must come out by hand.
_STEP_M = 25.0
_MM = 3


@dataclass(frozen=True)
class Made:
    """One layer as it is made: fields under their English names; geometry in a zone's plane, or in degrees."""

    layer: str
    frame: pd.DataFrame
    geometry: Array | None = None
    zone: int | None = None
    """The 3° zone of the plane; None for degrees, and for tables."""

    @property
    def crs(self) -> CRS | None:
        """The coordinate system of the geometry."""
        if self.geometry is None:
            return None
        return CRS.from_epsg(4490) if self.zone is None else CRS.from_epsg(Zone(3, self.zone, True).epsg)


@dataclass(frozen=True)
class Block:
    """One block, drawn in metres of its own frame."""

    id: str
    park: str
    name: str
    zone: int
    at: tuple[int, int]
    turn: tuple[int, int, int]
    outline: Ring
    hole: Ring
    approved_outline: Ring
    approved_at: tuple[int, int]
    approved_ha: float | None
    leading: tuple[str, ...]
    sides: tuple[str, str, str, str]
    sub_park: str

    def place(self, ring: Ring, at: tuple[int, int] | None = None) -> Array:
        """Points of the block's frame as eastings (with zone number) and northings, to the millimetre."""
        east, north = at or self.at
        cosine, sine, divisor = self.turn
        x, y = np.asarray(ring, dtype=float).T
        placed = np.column_stack([(cosine * x - sine * y) / divisor + east, (sine * x + cosine * y) / divisor + north])
        placed[:, 0] += self.zone * 1_000_000
        return np.round(placed, _MM)

    def polygon(self, ring: Ring, hole: Ring = ()) -> shapely.Polygon:
        """A polygon of the block's frame, in the plane of its zone."""
        return shapely.Polygon(self.place(ring), [self.place(hole)] if hole else None)

    @property
    def shape(self) -> shapely.Polygon:
        """The block as it stands, without the faults of drawing that are planted in its file."""
        return self.polygon(self.outline, self.hole)

    @property
    def approved(self) -> shapely.Polygon:
        """The block as approved."""
        holes = [self.place(self.hole, self.approved_at)] if self.hole else None
        return shapely.Polygon(self.place(self.approved_outline, self.approved_at), holes)

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of the frame that the outline needs."""
        return max(x for x, _ in self.outline), max(y for _, y in self.outline)


@dataclass(frozen=True)
class Park:
    """One park of the register."""

    id: str
    name: str
    kind: str
    level: str | None
    zone_class: str | None
    county: str
    zone: int
    approved_by: str
    approved_on: dt.date
    leading: tuple[str, ...]
    chemical_park: bool | None
    output_yi: float
    """Output of 2023 in 亿元; 0 where the park has no statistics."""
    leading_share: float
    unknown_share: float
    place: tuple[float, float] | None
    blocks: tuple[Block, ...]

    @property
    def short(self) -> str:
        """A short name, for the made names of firms and projects."""
        return "高新" if "高新" in self.name else self.name.removesuffix("经济开发区").removesuffix("产业园（虚构）")

    @property
    def approved_ha(self) -> float | None:
        """The approved area of the park: that of its blocks together."""
        if not self.blocks:
            return None
        return round(units.to_ha(sum(block.approved.area for block in self.blocks)), 2)


@cache
def parks() -> tuple[Park, ...]:
    """Every park, in the order of the register."""
    with (Path(__file__).parent / "parks.toml").open("rb") as stream:
        tables = tomllib.load(stream)["park"]
    return tuple(_park(table) for table in tables)


@cache
def blocks() -> dict[str, Block]:
    """Every block by its id."""
    return {block.id: block for park in parks() for block in park.blocks}


def park(name: str) -> Park:
    """The park of an id."""
    return next(one for one in parks() if one.id == name)


def _park(table: dict[str, Any]) -> Park:
    return Park(
        id=table["id"],
        name=table["name"],
        kind=table.get("kind", "经济开发区"),
        level="自治区级",
        zone_class=table.get("zone_class"),
        county=table["county"],
        zone=table["zone"],
        approved_by=table.get("approved_by", "自治区人民政府"),
        approved_on=table["approved_on"],
        leading=tuple(table.get("leading", ())),
        chemical_park=table.get("chemical_park"),
        output_yi=float(table.get("output_yi", 0)),
        leading_share=float(table.get("leading_share", 0)),
        unknown_share=float(table.get("unknown_share", 0)),
        place=tuple(table["place"]) if "place" in table else None,
        blocks=tuple(_block(one, table) for one in table.get("block", [])),
    )


def _block(table: dict[str, Any], of: dict[str, Any]) -> Block:
    outline = _ring(table["outline"])
    at: tuple[int, int] = tuple(table["at"])
    return Block(
        id=table["id"],
        park=of["id"],
        name=table["name"],
        zone=table.get("zone", of["zone"]),
        at=at,
        turn=tuple(table.get("turn", (1, 0, 1))),
        outline=outline,
        hole=_ring(table.get("hole", [])),
        approved_outline=_ring(table.get("approved_outline", table["outline"])),
        approved_at=tuple(table.get("approved_at", at)),
        approved_ha=table.get("approved_ha"),
        leading=tuple(table["leading"]),
        sides=tuple(table["sides"]),
        sub_park=table.get("sub_park", ""),
    )


def _ring(points: list[list[float]]) -> Ring:
    return tuple((float(x), float(y)) for x, y in points)


def box(x0: float, y0: float, x1: float, y1: float) -> Ring:
    """A rectangle of a frame as a ring."""
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


@cache
def plane(zone: int) -> Way:
    """The way between the plane of a 3° zone and degrees."""
    return way(CRS.from_epsg(Zone(3, zone, True).epsg))


def to_degrees(geometry: Any, zone: int, *, corners_only: bool = False) -> Any:
    """Geometry of a zone's plane in degrees of CGCS2000, its edges where they were drawn.

    With `corners_only` edges get no vertices: for background by which nothing is measured.
    """
    if corners_only:
        return shapely.transform(geometry, plane(zone).to_lonlat)
    if isinstance(geometry, shapely.Polygon) and not geometry.is_valid:
        dense = shapely.Polygon(shapely.segmentize(geometry.exterior, _STEP_M))  # segmentize would mend a polygon
    else:
        dense = shapely.segmentize(geometry, _STEP_M)
    return shapely.transform(dense, plane(zone).to_lonlat)


def dice(name: str) -> np.random.Generator:
    """Random numbers of one part of the demonstration: the same on every run, whatever the other parts draw."""
    return np.random.default_rng([_SEED, *name.encode()])
