"""Where a park could go: the other parks by county, league, common industries and distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.length import steps
from geoparks.measure.levels import county_of, league_of
from geoparks.measure.plane import from_plane
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.records import Subject
from geoparks.text import Text, joined

_METRES_OF_A_KM = 1000
_SHOWN = 5


@dataclass(frozen=True)
class Neighbour:
    """Another park, how near it is in every sense, and the line between the two."""

    subject: Subject
    same_county: bool
    same_league: bool
    common: tuple[str, ...]
    """Leading industries that both have."""
    metres: float
    line: shapely.Geometry
    """In EPSG:4490."""

    @property
    def words(self) -> Text:
        """The neighbour in a few words."""
        where = (
            Text("同旗县", "same county")
            if self.same_county
            else Text("同盟市", "same league")
            if self.same_league
            else Text("其他盟市", "another league")
        )
        kilometres = f"{self.metres / _METRES_OF_A_KM:.1f}"
        common = (
            Text(f"，共同主导产业：{'、'.join(self.common)}", f", both: {', '.join(self.common)}")
            if self.common
            else Text("", "")
        )
        return (
            Text(
                f"{self.subject.label}（{where.zh}，{kilometres} 公里",
                f"{self.subject.label} ({where.en}, {kilometres} km",
            )
            + common
            + Text("）", ")")
        )


def told(some: list[Neighbour]) -> Text:
    """The nearest few in words."""
    return joined([one.words for one in some[:_SHOWN]]) if some else Text("没有", "none")


def neighbours(layers: Dataset, territory: tuple[str, ...] = ()) -> dict[Subject, list[Neighbour]]:
    """For every park the others of its county or league, those of the county first, then by common industries and distance."""
    parks = [park for park in parks_of(layers) if park.shape is not None]
    county = {park.subject: county_of(layers, park) for park in parks}
    league = {park.subject: league_of(layers, territory, park, county[park.subject]) for park in parks}
    industries = {park.subject: _industries(layers, park) for park in parks}
    found: dict[Subject, list[Neighbour]] = {}
    for park in parks:
        near = []
        for other in parks:
            if other is park:
                continue
            same_county = county[park.subject] is not None and county[park.subject] == county[other.subject]
            same_league = league[park.subject] is not None and league[park.subject] == league[other.subject]
            if not same_county and not same_league:
                continue
            line = from_plane(np.array([shapely.shortest_line(park.shape, other.shape)]))[0]
            metres = float(steps(shapely.get_coordinates(line)).sum())
            common = tuple(one for one in industries[park.subject] if one in industries[other.subject])
            near.append(Neighbour(other.subject, same_county, same_league, common, metres, line))
        found[park.subject] = sorted(
            near, key=lambda one: (not one.same_county, -len(one.common), one.metres, one.subject)
        )
    return found


def _industries(layers: Dataset, park: Park) -> tuple[str, ...]:
    """The leading industries of a park, those that its blocks set included."""
    parks, blocks = layers.get("parks"), layers.get("blocks")
    listed = [parks.column("leading_industries").iloc[park.row]] if parks is not None and park.row is not None else []
    if blocks is not None:
        listed += list(blocks.column("leading_industries").iloc[list(park.blocks)])
    return tuple(dict.fromkeys(one for words in listed if isinstance(words, str) for one in words.split("、")))
