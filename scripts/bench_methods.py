"""The ways of doing each work in Python: a function is named WORK_METHOD, takes where the files are, gives what is compared.

The ways that ask a database stand in bench_databases.py.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

FARM = "farmland"
OVERLAYS = ("blocks", "udb", FARM)
_BUILT = 5
Result = dict[str, np.ndarray]


def triples(found: dict[str, tuple[Any, Any, Any]]) -> Result:
    """Pairs by layer as arrays, in order, without what is nothing."""
    result = {}
    for name, (p, q, m2) in found.items():
        p, q, m2 = np.asarray(p, dtype=np.int64), np.asarray(q, dtype=np.int64), np.asarray(m2, dtype=float)
        kept = m2 > 1e-7
        order = np.lexsort((q[kept], p[kept]))
        result |= {f"{name}_{key}": one[kept][order] for key, one in (("p", p), ("q", q), ("m2", m2))}
    return result


# ------------------------------------------------------------------ area
def area_geoparks(at: Any) -> Result:
    import geoparks as gp

    return {"m2": gp.area(at("parcels")).to_numpy()}


def area_shapely(at: Any) -> Result:
    import geopandas as gpd

    frame = gpd.read_parquet(at("parcels"), columns=["geometry"])
    return {"m2": frame.to_crs("+proj=cea +lat_ts=0 +lon_0=110 +ellps=GRS80").area.to_numpy()}


def area_albers(at: Any) -> Result:
    import geopandas as gpd

    frame = gpd.read_parquet(at("parcels"), columns=["geometry"])
    return {"m2": frame.to_crs("+proj=aea +lat_1=38 +lat_2=40.3 +lat_0=39 +lon_0=109 +ellps=GRS80").area.to_numpy()}


def area_geod(at: Any) -> Result:
    import geopandas as gpd
    from pyproj import Geod

    geod = Geod(a=6378137, rf=298.257222101)
    shapes = gpd.read_parquet(at("parcels"), columns=["geometry"]).geometry.to_numpy()
    return {"m2": np.array([abs(geod.geometry_area_perimeter(one)[0]) for one in shapes])}


# ------------------------------------------------------------------ overlay
def overlay_geoparks(at: Any) -> Result:
    from geoparks.measure.inside import inside
    from geoparks.measure.polygons import polygons_of

    parcels = polygons_of(at("parcels"))
    return triples({name: inside(parcels, at(name)).to_numpy().T for name in OVERLAYS})


def overlay_geopandas(at: Any) -> Result:
    import geopandas as gpd

    parcels, found = gpd.read_parquet(at("parcels_plane")), {}
    for name in OVERLAYS:
        layer = gpd.read_parquet(at(f"{name}_plane"))[["id", "geometry"]]
        joined = gpd.sjoin(parcels, layer, predicate="intersects", lsuffix="p", rsuffix="q")
        left, right = joined.geometry.to_numpy(), layer.geometry.to_numpy()[joined["index_q"].to_numpy()]
        found[name] = joined["id_p"], joined["id_q"], gpd.GeoSeries(left).intersection(gpd.GeoSeries(right)).area
    return triples(found)


def overlay_shapely(at: Any) -> Result:
    """By hand: prepared large polygons decide who is inside, only the others are intersected."""
    import geopandas as gpd
    import shapely

    parcels, found = gpd.read_parquet(at("parcels_plane")).geometry.to_numpy(), {}
    for name in OVERLAYS:
        layer = gpd.read_parquet(at(f"{name}_plane")).geometry.to_numpy()
        i, j = shapely.STRtree(layer).query(parcels)
        shapely.prepare(layer)
        inside = shapely.contains_properly(layer[j], parcels[i])
        m2 = np.where(inside, shapely.area(parcels[i]), 0.0)
        rest = np.flatnonzero(~inside)
        rest = rest[shapely.intersects(layer[j[rest]], parcels[i[rest]])]
        m2[rest] = shapely.area(shapely.intersection(parcels[i[rest]], layer[j[rest]]))
        found[name] = i, j, m2
    return triples(found)


def overlay_dask(at: Any) -> Result:
    import dask
    import dask_geopandas
    import geopandas as gpd

    found = {}
    with dask.config.set(scheduler="processes", num_workers=os.cpu_count()):
        for name in OVERLAYS:
            layer = gpd.read_parquet(at(f"{name}_plane"))[["id", "geometry"]]
            parcels = dask_geopandas.from_geopandas(gpd.read_parquet(at("parcels_plane")), npartitions=8)
            meta = {"p": np.int64, "q": np.int64, "m2": float}
            done = parcels.map_partitions(_dask_part, layer, meta=meta).compute()
            found[name] = done["p"], done["q"], done["m2"]
    return triples(found)


def _dask_part(part: Any, layer: Any) -> Any:
    import geopandas as gpd
    import pandas as pd

    joined = gpd.sjoin(part, layer, predicate="intersects", lsuffix="p", rsuffix="q")
    right = layer.geometry.to_numpy()[joined["index_q"].to_numpy()]
    m2 = gpd.GeoSeries(joined.geometry.to_numpy()).intersection(gpd.GeoSeries(right)).area.to_numpy()
    return pd.DataFrame({"p": joined["id_p"].to_numpy(), "q": joined["id_q"].to_numpy(), "m2": m2})


# ------------------------------------------------------------------ overlaps within a layer
def overlaps_geoparks(at: Any) -> Result:
    from geoparks.measure.inside import overlaps

    return triples({"parcels": overlaps(at("parcels")).to_numpy().T})


def overlaps_geopandas(at: Any) -> Result:
    import geopandas as gpd

    frame = gpd.read_parquet(at("parcels_plane"))
    joined = gpd.sjoin(frame, frame, predicate="intersects", lsuffix="p", rsuffix="q")
    joined = joined[joined["id_p"] < joined["id_q"]]
    shapes = frame.geometry.to_numpy()
    left, right = (gpd.GeoSeries(shapes[joined[key].to_numpy()]) for key in ("id_p", "id_q"))
    return triples({"parcels": (joined["id_p"], joined["id_q"], left.intersection(right).area)})


def overlaps_shapely(at: Any) -> Result:
    import geopandas as gpd
    import shapely

    shapes = gpd.read_parquet(at("parcels_plane")).geometry.to_numpy()
    i, j = shapely.STRtree(shapes).query(shapes)
    i, j = i[i < j], j[i < j]
    shapely.prepare(shapes)
    meet = shapely.relate_pattern(shapes[i], shapes[j], "T********")
    i, j = i[meet], j[meet]
    return triples({"parcels": (i, j, shapely.area(shapely.intersection(shapes[i], shapes[j])))})


# ------------------------------------------------------------------ shares of a raster
def raster_geoparks(at: Any) -> Result:
    from geoparks.measure.zonal import shares

    found = shares(at("raster"), at("raster_parcels"), {"built": [_BUILT]}, range(10))
    return {"share": found.least[:, 0]}


def raster_alike(at: Any) -> Result:
    """With every cell counting alike, as exactextract takes them in degrees: what its shares can be held against."""
    from geoparks.measure import sweep
    from geoparks.measure.raster import Sizes

    vars(sweep)["_sizes"] = lambda lie: lambda top, left, high, wide: Sizes(np.ones(1), np.ones(high), None)
    return raster_geoparks(at)


def raster_exactextract(at: Any, strategy: str = "raster-sequential") -> Result:
    import geopandas as gpd
    from exactextract import exact_extract

    frame = gpd.read_parquet(at("raster_parcels"))
    done = exact_extract(
        str(at("raster")), frame, ["unique", "frac"], strategy=strategy, output="pandas", include_cols=["id"],
    )  # fmt: skip
    done = done.iloc[np.argsort(done["id"].astype(int).to_numpy(), kind="stable")]
    pairs = zip(done["unique"], done["frac"], strict=True)
    return {"share": np.array([float(part[values == _BUILT].sum()) for values, part in pairs])}


def raster_exactextract_features(at: Any) -> Result:
    return raster_exactextract(at, "feature-sequential")


def raster_rasterstats(at: Any) -> Result:
    import geopandas as gpd
    from rasterstats import zonal_stats

    frame = gpd.read_parquet(at("raster_parcels"))
    done = zonal_stats(frame.geometry, str(at("raster")), categorical=True)
    return {"pixel_share": np.array([one.get(_BUILT, 0) / max(sum(one.values()), 1) for one in done])}


# ------------------------------------------------------------------ reading
def reading_geoparks(at: Any) -> Result:
    import geoparks as gp
    from geoparks.read.geoparquet import read

    raw = read(at("parcels"))[0]
    assert gp and raw.geometry is not None
    return {"count": np.array([len(raw.geometry)])}


def reading_rings(at: Any) -> Result:
    """What the overlays need: rings, without geometry objects."""
    from geoparks.read.flat import column_of, rings_of_column

    rings = rings_of_column(column_of(at("parcels"))[0])
    assert rings is not None
    return {"count": np.array([len(rings)])}


def reading_arrow(at: Any) -> Result:
    """The floor: the Arrow table, and the bytes parsed."""
    import pyarrow.parquet as pq
    import shapely

    table = pq.read_table(at("parcels"))
    shapes = shapely.from_wkb(table["geometry"].to_numpy())
    return {"count": np.array([len(shapes)])}


def reading_geopandas(at: Any) -> Result:
    import geopandas as gpd

    return {"count": np.array([len(gpd.read_parquet(at("parcels")))])}
