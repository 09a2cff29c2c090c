"""The land that a park's proposal chooses from: cells outside the boundary that may come in, cells inside that may go.

What may come in is cut out of the land of the park's blocks and around them, without the boundary, permanent basic
farmland, red line, land that cannot be built on and other parks; parcels are cells of their own. What may go is land of
the boundary that is in no block, neither supplied nor built nor approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.boundary_definition import MULTIPLE, SCALE, zones_counted
from geoparks.measure.brought_in import is_cultivated
from geoparks.measure.cells import Layers, beside, cut, hang, in_order, only_area
from geoparks.measure.land import parcels_on
from geoparks.measure.overlay import shapes_of
from geoparks.measure.plane import plane_of, tree_of
from geoparks.measure.udb import UNNAMED, ZONES, County, county_of_park
from geoparks.measure.whereabouts import Park, parks_of

Array = np.ndarray[Any, Any]
_EXCLUDED = ("farmland", "redline", "undevelopable")


@dataclass(frozen=True)
class Cells:
    """Candidates of one side, in the equal-area plane, from south to north."""

    shapes: Array
    m2: Array
    layers: Layers
    cultivated_m2: Array
    in_block_m2: Array
    """Of land coming in: what of it the park's blocks have."""
    kept: Array
    """Of land coming in: whether it is a parcel that is supplied or built."""
    scale_m2: Array
    """Of land going: what of it counts as urban construction land."""
    multiple_m2: Array
    """Of land going: what of it counts for the expansion multiple."""

    def __len__(self) -> int:
        return len(self.shapes)


@dataclass(frozen=True)
class Candidates:
    """All that a proposal for one park chooses from."""

    coming: Cells
    going: Cells
    apart: Array
    """Pairs of a cell coming in and one going that share an edge."""
    wanted_m2: float
    """The land of the park's blocks outside the boundary that may come in."""
    barred_m2: float
    """The land of the park's blocks outside the boundary that may not."""
    cell_m: float


def candidates(layers: Dataset, pack: Pack, park: Park, county: County) -> Candidates:
    """The candidates of a park, in cells no smaller than the setting says and no more than it allows."""
    setting = {name: one.given for name, one in pack.settings.items() if name.startswith("propose_")}
    assert park.shape is not None
    own = _own(layers, park, county)
    inward = _inward(layers, park, county, own, setting)
    outward = _outward(layers, park, county, setting)
    metres, most = setting["propose_cell_m"], setting["propose_most_cells"]
    west, south, _, _ = park.shape.bounds
    widest = float(np.nanmax(np.ptp(shapely.total_bounds([inward, outward]).reshape(-1, len(("x", "y"))), axis=0)))
    parcels, kept = _parcels(layers, inward)
    rest = shapely.difference(inward, shapely.union_all(parcels)) if len(parcels) else inward
    # No square reaches over the edge of the blocks: so all of their land comes in, and none beside it for its sake.
    within, beyond = (only_area(one) for one in (shapely.intersection(rest, own), shapely.difference(rest, own)))
    while True:
        coming = np.concatenate([cut(one, metres, (west, south)) for one in (within, beyond)])
        going = cut(outward, metres, (west, south))
        if len(parcels) + len(coming) + len(going) <= most or metres > widest:
            break
        metres += metres
    shapes = np.concatenate([parcels, coming])
    flags = np.concatenate([kept, np.zeros(len(coming), dtype=bool)])
    ordered = in_order(shapes)
    place = {id(one): index for index, one in enumerate(shapes)}
    flags = flags[[place[id(one)] for one in ordered]]
    near = _boundary(layers, park, setting)
    line = shapely.boundary(near)
    first = _cells(layers, pack, county, ordered, line, own, flags)
    second = _cells(layers, pack, county, going, line, own, np.zeros(len(going), dtype=bool))
    outside = only_area(shapely.difference(own, near))
    wanted = float(shapely.intersection(outside, inward).area)
    return Candidates(first, second, beside(first.shapes, second.shapes), wanted, float(outside.area) - wanted, metres)


def _own(layers: Dataset, park: Park, county: County) -> shapely.Geometry:
    """The land of a park's blocks in a county; in the park's main county, also that which lies in none."""
    own, ground = _blocks(layers, park), _ground(layers, county)
    if ground is None:
        return own
    if county_of_park(layers, park) == county.name:
        ground = shapely.union(ground, shapely.difference(own, shapely.union_all(plane_of(layers["counties"]))))
    return only_area(shapely.intersection(own, ground))


def _blocks(layers: Dataset, park: Park) -> shapely.Geometry:
    blocks = layers["blocks"]
    return shapely.union_all(plane_of(blocks)[list(park.blocks)])


def _boundary(layers: Dataset, park: Park, setting: Mapping[str, float]) -> shapely.Geometry:
    """The boundary near a park, of whichever county."""
    udb = layers["udb"]
    reach = max(setting["propose_let_go_reach_m"], setting["propose_reach_m"]) + setting["propose_cell_m"]
    near = np.sort(tree_of(udb).query(park.shape, predicate="dwithin", distance=reach))
    return shapely.union_all(plane_of(udb)[near]) if len(near) else shapely.MultiPolygon()


def _inward(
    layers: Dataset, park: Park, county: County, own: shapely.Geometry, setting: Mapping[str, float]
) -> shapely.Geometry:
    """The land that may come in."""
    land = shapely.buffer(own, setting["propose_reach_m"], join_style="mitre")
    barred = [_boundary(layers, park, setting), *_others(layers, park)]
    for name in _EXCLUDED:
        barred += list(_near(layers, name, land))
    land = only_area(shapely.difference(land, shapely.union_all(barred)))
    return only_area(shapely.intersection(land, ground)) if (ground := _ground(layers, county)) is not None else land


def _ground(layers: Dataset, county: County) -> shapely.Geometry | None:
    """The county's own polygon, where the layer of counties has it: land of another is not its to bring in."""
    counties = layers.get("counties")
    if counties is None or not counties.has_geometry:
        return None
    rows = [position for position in range(len(counties)) if counties.subject(position).label == county.name]
    return shapely.union_all(plane_of(counties)[rows]) if rows else None


def _others(layers: Dataset, park: Park) -> list[shapely.Geometry]:
    return [one.shape for one in parks_of(layers) if one.is_area and one.subject != park.subject]


def _near(layers: Dataset, name: str, land: shapely.Geometry) -> Array:
    """The polygons of a layer that reach a piece of land."""
    features = layers.get(name)
    if features is None:
        return np.empty(0, dtype=object)
    target = shapes_of(features)
    return target.shapes[np.sort(target.tree.query(land, predicate="intersects"))]


def _outward(layers: Dataset, park: Park, county: County, setting: Mapping[str, float]) -> shapely.Geometry:
    """The land that may be let go."""
    around = shapely.buffer(park.shape, setting["propose_let_go_reach_m"])
    land = only_area(shapely.intersection(county.now.whole, around))
    barred = [_blocks(layers, park), *_others(layers, park), *_near(layers, "blocks", land), *_in_use(layers, land)]
    return only_area(shapely.difference(land, shapely.union_all(barred)))


def _in_use(layers: Dataset, land: shapely.Geometry) -> Iterator[shapely.Geometry]:
    """Parcels that are supplied or built, or may be, and approvals that were not withdrawn."""
    parcels = layers.get("parcels")
    if parcels is not None and parcels.has_geometry:
        for position in np.flatnonzero(_is_kept(layers)).tolist():
            if (shape := plane_of(parcels)[position]) is not None and shapely.intersects(shape, land):
                yield shape
    approvals = layers.get("approvals")
    if approvals is not None and approvals.has_geometry:
        withdrawn = approvals.column("withdrawn_on").notna().to_numpy()
        for position in np.sort(tree_of(approvals).query(land, predicate="intersects")).tolist():
            if not withdrawn[position]:
                yield plane_of(approvals)[position]


def _is_kept(layers: Dataset) -> Array:
    """Whether each parcel is supplied or built on the day; one of which that is not certain counts as if it were."""
    table = parcels_on(layers, layers.on, "supplied", "built")
    supplied = table["supplied"].to_numpy(dtype=float)
    found: Array = (supplied == 1) | np.isnan(supplied) | table["built"].to_numpy(dtype=bool)
    return found


def _parcels(layers: Dataset, inward: shapely.Geometry) -> tuple[Array, Array]:
    """The parcels on land that may come in, as far as they lie on it, no two sharing any; and which are supplied or built."""
    parcels = layers.get("parcels")
    if parcels is None or not parcels.has_geometry or inward.is_empty:
        return np.empty(0, dtype=object), np.empty(0, dtype=bool)
    rows = np.sort(tree_of(parcels).query(inward, predicate="intersects"))
    near = [row for _, row in sorted(zip(map(str, parcels.ids[rows]), rows.tolist(), strict=True))]
    kept = _is_kept(layers)
    pieces: list[shapely.Geometry] = []
    flags: list[bool] = []
    taken: shapely.Geometry = shapely.MultiPolygon()
    for position in near:
        shape = only_area(shapely.difference(shapely.intersection(plane_of(parcels)[position], inward), taken))
        some = [one for one in shapely.get_parts(shape) if one.area > 1]
        pieces += some
        flags += [bool(kept[position])] * len(some)
        taken = shapely.union(taken, shape)
    found = np.empty(len(pieces), dtype=object)
    found[:] = pieces
    return found, np.array(flags, dtype=bool)


def _cells(
    layers: Dataset,
    pack: Pack,
    county: County,
    shapes: Array,
    line: shapely.Geometry,
    own: shapely.Geometry,
    kept: Array,
) -> Cells:
    land, among = layers.get("land_use"), is_cultivated(layers)
    cultivated = np.empty(0, dtype=object)
    if land is not None and among is not None:
        target = shapes_of(land)
        cultivated = target.shapes[among[target.owner]]
    zones = {zone: shapely.get_parts(np.array([county.now.zones[zone]])) for zone in county.now.zones}
    by_zone = {zone: overlap_m2(shapes, parts) for zone, parts in zones.items()}
    zero = np.zeros(len(shapes))
    counted = {
        name: sum((by_zone.get(zone, zero) for zone in _sure(zones_counted(pack, name))), zero) for name in (SCALE, MULTIPLE)
    }  # fmt: skip
    return Cells(
        shapes, shapely.area(shapes) if len(shapes) else zero, hang(shapes, line), overlap_m2(shapes, cultivated),
        overlap_m2(shapes, np.array([own], dtype=object)), kept, counted[SCALE], counted[MULTIPLE],
    )  # fmt: skip


def _sure(zones: tuple[str, ...]) -> tuple[str, ...]:
    """The zones that a definition counts; land of no stated zone too, where it counts them all."""
    return (*zones, UNNAMED) if set(zones) == set(ZONES) else zones


def overlap_m2(shapes: Array, others: Array) -> Array:
    """Square metres that each shape shares with some polygons; not more than it has, where these overlap."""
    found = np.zeros(len(shapes))
    if not len(shapes) or not len(others):
        return found
    i, j = shapely.STRtree(others).query(shapes, predicate="intersects")
    np.add.at(found, i, shapely.area(shapely.intersection(shapes[i], others[j])))
    whole: Array = np.minimum(found, shapely.area(shapes))
    return whole
