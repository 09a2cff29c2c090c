"""One way of doing one work, in a process of its own: bench_methods.py WORK METHOD COUNT FOLDER. Prints what it took.

Time runs from the opening of the files to the last number, libraries imported (what a library loads only when it is used
counts). What is needed to compare the results goes to FOLDER/results.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

FARM = "farmland"
OVERLAYS = ("blocks", "udb", FARM)
SQL_OVERLAY = """SELECT p.id AS p, q.id AS q, CASE WHEN ST_Covers(q.geometry, p.geometry) THEN ST_Area(p.geometry)
  ELSE ST_Area(ST_Intersection(q.geometry, p.geometry)) END AS m2
FROM parcels p JOIN {layer} q ON ST_Intersects(p.geometry, q.geometry)"""
SQL_SUBDIVIDED = """SELECT p.id, q.id, sum(CASE WHEN ST_Covers(q.geometry, p.geometry) THEN ST_Area(p.geometry)
  ELSE ST_Area(ST_Intersection(q.geometry, p.geometry)) END) AS m2
FROM parcels p JOIN parts q ON ST_Intersects(p.geometry, q.geometry) GROUP BY p.id, q.id"""
POSTGIS = "GEOPARKS_BENCH_POSTGIS"
"""The variable that says where the server is."""
# A second condition in the join would turn DuckDB's spatial join into one of ranges: the pair is filtered afterwards.
SQL_OVERLAPS = """WITH j AS MATERIALIZED (SELECT a.id AS p, b.id AS q, a.geometry AS ga, b.geometry AS gb
  FROM parcels a JOIN parcels b ON ST_Intersects(a.geometry, b.geometry))
SELECT p, q, m2 FROM (SELECT p, q, ST_Area(ST_Intersection(ga, gb)) AS m2 FROM j WHERE p < q) WHERE m2 > 1e-7"""
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


def overlay_duckdb(at: Any) -> Result:
    base, found = _duckdb(at, ("parcels", *OVERLAYS)), {}
    for name in OVERLAYS:
        found[name] = tuple(base.execute(SQL_OVERLAY.format(layer=name)).fetchnumpy().values())
    return triples(found)


def overlay_sedonadb(at: Any) -> Result:
    base, found = _sedona(at, ("parcels", *OVERLAYS)), {}
    for name in OVERLAYS:
        found[name] = tuple(base.sql(SQL_OVERLAY.format(layer=name)).to_pandas()[["p", "q", "m2"]].to_numpy().T)
    return triples(found)


def overlay_postgis(at: Any) -> Result:
    """The usual way of a database: tables copied in and indexed, large polygons subdivided, covered parcels not cut."""
    import psycopg

    found = {}
    with psycopg.connect(os.environ[POSTGIS], autocommit=True) as base:
        for name in ("parcels", *OVERLAYS):
            _copied(base, at(f"{name}_plane"), name)
        for name in OVERLAYS:
            base.execute(f"""DROP TABLE IF EXISTS parts; CREATE TABLE parts AS SELECT id, ST_Subdivide(geometry, 128) AS geometry FROM {name};
                CREATE INDEX ON parts USING gist (geometry); ANALYZE parts""")
            found[name] = np.array(base.execute(SQL_SUBDIVIDED).fetchall()).T
    return triples(found)


def _copied(base: Any, file: Path, name: str) -> None:
    import geopandas as gpd
    import shapely

    frame = gpd.read_parquet(file)[["id", "geometry"]]
    base.execute(f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} (id bigint, geometry geometry(Geometry, 0))")
    shapes = shapely.to_wkb(frame.geometry.to_numpy(), hex=True)
    with base.cursor().copy(f"COPY {name} FROM STDIN") as stream:
        for start in range(0, len(frame), 10_000):
            some = zip(frame["id"].tolist()[start : start + 10_000], shapes[start : start + 10_000], strict=True)
            stream.write("".join(f"{one}\t{shape}\n" for one, shape in some))
    base.execute(f"CREATE INDEX ON {name} USING gist (geometry); ANALYZE {name}")


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


def overlaps_duckdb(at: Any) -> Result:
    base = _duckdb(at, ("parcels",))
    return triples({"parcels": tuple(base.execute(SQL_OVERLAPS).fetchnumpy().values())})


def overlaps_sedonadb(at: Any) -> Result:
    base = _sedona(at, ("parcels",))
    words = """SELECT a.id AS p, b.id AS q, ST_Area(ST_Intersection(a.geometry, b.geometry)) AS m2
      FROM parcels a JOIN parcels b ON ST_Intersects(a.geometry, b.geometry) WHERE a.id < b.id"""
    return triples({"parcels": tuple(base.sql(words).to_pandas()[["p", "q", "m2"]].to_numpy().T)})


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


def _duckdb(at: Any, names: tuple[str, ...]) -> Any:
    import duckdb
    import duckdb_extension_spatial

    base = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    base.execute(f"LOAD '{_extension(duckdb_extension_spatial)}'")
    base.execute(f"SET threads = {os.cpu_count()}")
    for name in names:
        base.execute(f"CREATE TABLE {name} AS SELECT id, geometry FROM read_parquet('{at(name + '_plane')}')")
    return base


def _extension(module: Any) -> Path:
    root = Path(module.__file__).parent
    return next(iter(sorted(root.rglob("*.duckdb_extension"))))


def _sedona(at: Any, names: tuple[str, ...]) -> Any:
    import sedonadb

    base = sedonadb.connect()
    for name in names:
        base.read_parquet(str(at(f"{name}_plane"))).to_view(name)
    return base


IMPORTS = {
    "geoparks": "geoparks geopandas pyarrow.parquet pyproj geoparks.measure.zonal geoparks.read.geoparquet",
    "alike": "geoparks geopandas pyarrow.parquet pyproj geoparks.measure.zonal geoparks.read.geoparquet",
    "pure": "geoparks geopandas pyarrow.parquet pyproj",
    "rings": "geoparks geopandas pyarrow.parquet pyproj geoparks.read.gdal",
    "postgis": "psycopg geopandas", "duckdb": "duckdb", "sedonadb": "sedonadb pandas pyarrow", "dask": "dask_geopandas geopandas",
    "rasterstats": "rasterstats geopandas", "exactextract": "exactextract geopandas rasterio",
    "exactextract_features": "exactextract geopandas rasterio",
}  # fmt: skip


def main() -> None:
    work, method, count, folder = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])
    for module in IMPORTS.get(method, "geopandas pyproj pyarrow.parquet").split():
        __import__(module)
    if method == "pure":
        os.environ["GEOPARKS_PURE"] = "1"
    function = globals()[f"{work}_{'geoparks' if method == 'pure' else method}"]

    def at(name: str) -> Path:
        return folder / (f"raster_{count}.tif" if name == "raster" else f"{name}_{count}.parquet")

    start = time.perf_counter()
    result = function(at)
    seconds = time.perf_counter() - start
    (folder / "results").mkdir(exist_ok=True)
    np.savez(folder / "results" / f"{work}_{method}_{count}.npz", **result)
    used = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime + children.ru_utime + children.ru_stime
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": _peak_mb(used.ru_maxrss)}))


def _peak_mb(otherwise: int) -> float:
    """The largest memory of this process, not of the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return otherwise / 1024


if __name__ == "__main__":
    main()
