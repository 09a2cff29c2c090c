"""What is above a park: its county, its league, the region; and which parks each of them has."""

from __future__ import annotations

from collections.abc import Iterable

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import Park, counties_of, parks_of
from geoparks.records import Subject

REGION = Subject("region", "")
ABOVE = ("leagues", "region")
"""Subjects that no layer has."""


def above(layers: Dataset, pack: Pack, parks: Iterable[Park] | None = None) -> dict[Subject, tuple[Subject, ...]]:
    """Every county, every league and the region, with the parks of each.

    The county is the one that the register states, else the one that most of the park lies in; the league is stated, or
    that of the county, or the only one of the territory. A park that none of them tells of is in the region only.
    """
    found: dict[Subject, list[Subject]] = {}
    some = parks_of(layers) if parks is None else list(parks)
    for park in some:
        county = county_of(layers, park)
        league = league_of(layers, pack.territory.get("league", ()), park, county)
        for layer, name in (("counties", county), ("leagues", league)):
            if name is not None:
                found.setdefault(Subject(layer, name, name), []).append(park.subject)
    ordered = {subject: tuple(found[subject]) for subject in sorted(found)}
    return {**ordered, REGION: tuple(park.subject for park in some)} if some else ordered


def county_of(layers: Dataset, park: Park) -> str | None:
    """The name of a park's county."""
    stated = _stated(layers, park, "county")
    counties = layers.get("counties")
    if stated is not None or counties is None or not counties.has("name"):
        return stated
    shares = counties_of(park, counties)
    name = counties.column("name").iloc[shares[0].position] if shares else None
    return name if isinstance(name, str) else None


def league_of(layers: Dataset, territory: tuple[str, ...], park: Park, county: str | None) -> str | None:
    """The name of a park's league or city."""
    stated = _stated(layers, park, "league")
    if stated is not None:
        return stated
    counties = layers.get("counties")
    if county is not None and counties is not None and counties.has("name", "league"):
        of_county = counties.frame.loc[(counties.column("name") == county).to_numpy(), "league"].dropna().unique()
        if len(of_county) == 1:
            return str(of_county[0])
    return str(territory[0]) if len(territory) == 1 else None


def _stated(layers: Dataset, park: Park, name: str) -> str | None:
    parks = layers.get("parks")
    if parks is None or park.row is None:
        return None
    value = parks.column(name).iloc[park.row]
    return value if isinstance(value, str) and value else None
