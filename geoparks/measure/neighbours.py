"""Where a park could go: the other parks by county, league, common industries and distance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.industries import digits
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
    metres: float | None
    """None where one of the two has no place."""
    line: shapely.Geometry | None
    """In EPSG:4490."""
    linked: tuple[str, ...] = ()
    """Industries of the one that work up what the other makes, by the office's list: 上游 → 下游."""

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
        far = Text("距离不明", "distance not known")
        if self.metres is not None:
            kilometres = f"{self.metres / _METRES_OF_A_KM:.1f}"
            far = Text(f"{kilometres} 公里", f"{kilometres} km")
        linked = (
            Text(f"，上下游：{'、'.join(self.linked)}", f", up and down the chain: {', '.join(self.linked)}")
            if self.linked
            else Text("", "")
        )
        common = (
            Text(f"，共同主导产业：{'、'.join(self.common)}", f", both: {', '.join(self.common)}")
            if self.common
            else Text("", "")
        )
        return (
            Text(
                f"{self.subject.label}（{where.zh}，{far.zh}",
                f"{self.subject.label} ({where.en}, {far.en}",
            )
            + common
            + linked
            + Text("）", ")")
        )


def told(some: list[Neighbour]) -> Text:
    """The nearest few in words."""
    return joined([one.words for one in some[:_SHOWN]]) if some else Text("没有", "none")


def neighbours(layers: Dataset, territory: tuple[str, ...] = ()) -> dict[Subject, list[Neighbour]]:
    """For every park the others of its county or league: those of the county first, then by matching industries and distance.

    Industries match where both have them, or where the office's list has one up the chain of the other. One without a place comes last among its equals, its distance not known.
    """
    parks = parks_of(layers)
    county = {park.subject: county_of(layers, park) for park in parks}
    league = {park.subject: league_of(layers, territory, park, county[park.subject]) for park in parks}
    industries = {park.subject: _industries(layers, park) for park in parks}
    chain = _chain(layers)
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
            line, metres = _line(park, other)
            own, others = industries[park.subject], industries[other.subject]
            common = tuple(one for one in own if one in others)
            linked = tuple(
                f"{up}→{down}" for up, down in chain if (up in own and down in others) or (up in others and down in own)
            )
            near.append(Neighbour(other.subject, same_county, same_league, common, metres, line, linked))
        found[park.subject] = sorted(near, key=_order)
    return found


def _order(one: Neighbour) -> tuple[bool, int, float, Subject]:
    matching = len(one.common) + len(one.linked)
    return (not one.same_county, -matching, math.inf if one.metres is None else one.metres, one.subject)


def _line(park: Park, other: Park) -> tuple[shapely.Geometry | None, float | None]:
    if park.shape is None or other.shape is None:
        return None, None
    line = from_plane(np.array([shapely.shortest_line(park.shape, other.shape)]))[0]
    return line, float(steps(shapely.get_coordinates(line)).sum())


def _chain(layers: Dataset) -> tuple[tuple[str, str], ...]:
    """Leading industries that follow on each other by the office's list: the upper one, the lower one."""
    groups = layers.get("industry_groups")
    if groups is None or not groups.has("industry_code", "leading_industry", "upstream_of"):
        return ()
    rows = list(
        zip(
            groups.column("industry_code"), groups.column("leading_industry"), groups.column("upstream_of"), strict=True
        )
    )
    named: dict[str, list[str]] = {}
    for code, industry, _ in rows:
        if isinstance(code, str) and isinstance(industry, str):
            named.setdefault(digits(code), []).append(industry)
    pairs = {
        (industry, lower)
        for _, industry, below in rows
        if isinstance(industry, str) and isinstance(below, str)
        for one in below.split("、")
        for lower in named.get(digits(one), [one])
        if lower != industry
    }
    return tuple(sorted(pairs))


def _industries(layers: Dataset, park: Park) -> tuple[str, ...]:
    """The leading industries of a park, those that its blocks set included."""
    parks, blocks = layers.get("parks"), layers.get("blocks")
    listed = [parks.column("leading_industries").iloc[park.row]] if parks is not None and park.row is not None else []
    if blocks is not None:
        listed += list(blocks.column("leading_industries").iloc[list(park.blocks)])
    return tuple(dict.fromkeys(one for words in listed if isinstance(words, str) for one in words.split("、")))
