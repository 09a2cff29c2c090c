"""In which park, county and league land lies: as its record says, else by the area that lies there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.dataset import Dataset
from geoparks.kernel.ready import ready
from geoparks.measure.once import in_all
from geoparks.measure.overlay import meeting
from geoparks.measure.plane import plane_of, plane_of_rows, tree_of
from geoparks.measure.whereabouts import parks_of
from geoparks.normalise.by_position import pieces
from geoparks.normalise.features import Features
from geoparks.normalise.numbered import numbered
from geoparks.records import Subject

Array = np.ndarray[Any, Any]
PLACES = ("park_id", "county", "league")
_WHOLE = 1e-9  # share of a shape that may be missing by rounding where a holder has all of it


@dataclass(frozen=True)
class Counties:
    """The counties of the layer, by name."""

    leagues: Mapping[str, str]
    """The league of every county that states one."""
    spelled: Mapping[str, str]
    """By code and by name: the name."""

    def key(self, said: Any) -> str | None:
        """The name of a county that a record gives by name or code, as it stands where no layer knows it; None for none."""
        return self.spelled.get(said, said) if isinstance(said, str) and said else None


def counties(layers: Dataset) -> Counties:
    """The counties of the layer; nothing where there is none."""
    features = layers.get("counties")
    if features is None:
        return Counties({}, {})
    names = _names(features)
    pairs = zip(names, features.column("league"), strict=True)
    spelled = {**dict(zip(map(str, features.ids), names, strict=True)), **dict(zip(names, names, strict=True))}
    return Counties({name: league for name, league in pairs if isinstance(league, str)}, spelled)


def _names(features: Features) -> list[str]:
    """The name of every county; its code where it has none."""
    return [features.subject(position).label for position in range(len(features))]


def places(
    layers: Dataset, features: Features, rows: Array, county: Array, most: float, league: str | None = None
) -> dict[str, Array]:
    """Park, county and league of some features of a layer, by position, None where nothing tells: `PLACES`.

    The park is the one that the record names, else the one whose land holds more than the share `most` of the feature.
    The county is the one of `county`, else the one that most of the feature lies in, else its park's; the league is the
    county's, else its park's, else `league`.
    """
    known = counties(layers)
    parks = [park for park in parks_of(layers) if park.is_area]
    lands = np.array([park.shape for park in parks], dtype=object)
    names = np.array([*(park.subject.id for park in parks), None], dtype=object)
    owner = stated(features.column("park_id", rows))
    unowned = np.flatnonzero(pd.isna(owner))
    if len(unowned) and len(parks):
        holder, share = holders(features, rows[unowned], lands, shapely.STRtree(lands))
        owner[unowned] = names[np.where(share > most, holder, -1)]
    where = _by_value(county, known.key)
    blank = np.flatnonzero(pd.isna(where))
    layer = layers.get("counties")
    if len(blank) and layer is not None:
        names = np.array([*_names(layer), None], dtype=object)
        where[blank] = names[holders(features, rows[blank], plane_of(layer), tree_of(layer))[0]]
    register = _register(layers, known)
    where = _filled(where, owner, register["county"])
    leagues = _filled(_by_value(where, known.leagues.get), owner, register["league"])
    leagues[pd.isna(leagues)] = league
    return dict(zip(PLACES, (owner, where, leagues), strict=True))


def _by_value(values: Array, told: Callable[[Any], str | None]) -> Array:
    """What is told of each value; of a million there are few different ones."""
    numbers, names = numbered(np.asarray(values, dtype=object))
    result: Array = np.array([*(told(one) for one in names), None], dtype=object)[numbers]
    return result


def _filled(values: Array, owner: Array, of_park: Mapping[str, str]) -> Array:
    """Values, and where there is none that of the park."""
    blank = np.flatnonzero(pd.isna(values))
    values[blank] = [of_park.get(park) for park in owner[blank]]
    return values


def stated(column: pd.Series) -> Array:
    """The words of a column, None where there are none."""
    return _by_value(column.to_numpy(dtype=object), lambda one: one if isinstance(one, str) else None)


def holders(features: Features, rows: Array, lands: Array, tree: shapely.STRtree) -> tuple[Array, Array]:
    """As `largest`, of some rows of a layer: so many at a time, as their shapes in the plane would fill the memory."""
    of = in_all(features, rows)
    found = [largest(plane_of_rows(features, rows[some]), lands, tree, of) for some in pieces(len(rows))]
    return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])


def largest(shapes: Array, holders: Array, tree: shapely.STRtree, of: int = 0) -> tuple[Array, Array]:
    """Position of the holder that has the most of every shape, −1 where none has any, and the share that it has.

    of: how many shapes there are in all, where these are a piece of them: it tells whether compiled loops pay.
    """
    holder, share = np.full(len(shapes), -1), np.zeros(len(shapes))
    there = ~shapely.is_missing(shapes) & (np.nan_to_num(shapely.area(shapes)) > 0)
    drawn = np.flatnonzero(there)
    if ready(max(of, len(drawn))):
        drawn = _unsettled(shapes, drawn, holders, holder, share)
    i, j = meeting(shapes[drawn], holders, tree)
    areas = shapely.area(shapely.intersection(shapes[drawn][i], holders[j])) / shapely.area(shapes[drawn][i])
    order = np.lexsort((-j, areas))  # the largest last, of equal ones the first holder
    holder[drawn[i[order]]], share[drawn[i[order]]] = j[order], areas[order]
    return holder, share


def _unsettled(shapes: Array, drawn: Array, holders: Array, holder: Array, share: Array) -> Array:
    """Settle by kernels the shapes that one holder has wholly, and those that none has any of; the others, for GEOS.

    Of a million parcels these are nearly all. Whoever lies across a boundary, or in two holders, is left as it was.
    """
    from geoparks.kernel.rings import oriented
    from geoparks.measure.pairs import shared_pairs
    from geoparks.measure.polygons import Polygons
    from geoparks.read.flat import rings_of_shapes

    left, right = rings_of_shapes(shapes[drawn]), rings_of_shapes(holders)
    if left is None or right is None:
        return drawn
    many = Polygons(oriented(left), None)
    first, second, m2 = shared_pairs(many, Polygons(oriented(right), None))
    area = many.extents[1]
    met = np.bincount(first, minlength=len(drawn))
    whole = (met[first] == 1) & (m2 > area[first] * (1 - _WHOLE))
    holder[drawn[first[whole]]], share[drawn[first[whole]]] = second[whole], 1.0
    open_ones = met > 0
    open_ones[first[whole]] = False
    return drawn[open_ones]


def groups(layers: Dataset, frame: pd.DataFrame) -> Iterator[tuple[Subject, Array]]:
    """Every park, county and league that has rows in a frame of places, and all of them together: subject, and its rows.

    A park is there with no rows, too.
    """
    parks, of_park = _told(frame["park_id"])
    for park in parks_of(layers):
        yield park.subject, of_park == parks.get(park.subject.id, -1)
    for name in ("county", "league"):
        layer, (known, of_one) = _LAYERS[name], _told(frame[name])
        for key in sorted(known):
            yield Subject(layer, key, key), of_one == known[key]
    yield Subject("region", ""), np.ones(len(frame), dtype=bool)


_LAYERS = {"county": "counties", "league": "leagues"}


def told_in(column: pd.Series) -> frozenset[str]:
    """Which names a column of places has."""
    return frozenset(_told(column)[0])


def _told(column: pd.Series) -> tuple[dict[str, int], Array]:
    """The names of a column with a number each, and of every row the number of its name; a row without one has none of them."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        numbers, names = column.cat.codes.to_numpy(), column.cat.categories.to_list()
    else:
        numbers, names = numbered(column.to_numpy(dtype=object))
    there = np.unique(numbers[numbers >= 0]).tolist()
    return {names[one]: one for one in there if isinstance(names[one], str)}, np.where(numbers < 0, -2, numbers)


def county_of_parks(layers: Dataset) -> Mapping[str, str]:
    """The county that the register gives for every park, by the name that the layer of counties has."""
    found: Mapping[str, str] = _register(layers, counties(layers))["county"]
    return found


def _register(layers: Dataset, known: Counties) -> dict[str, dict[str, str]]:
    parks = layers.get("parks")
    if parks is None:
        return {"county": {}, "league": {}}
    columns = {
        "county": [known.key(one) for one in parks.column("county")],
        "league": [one if isinstance(one, str) else None for one in parks.column("league")],
    }
    return {
        name: {park: one for park, one in zip(map(str, parks.ids), some, strict=True) if one is not None}
        for name, some in columns.items()
    }
