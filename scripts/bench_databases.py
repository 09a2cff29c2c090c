"""The ways of a database: the same works as SQL in DuckDB, SedonaDB and PostGIS; named like those of bench_methods.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from bench_methods import OVERLAYS, Result, triples

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


# ------------------------------------------------------------------ overlay
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


# ------------------------------------------------------------------ overlaps within a layer
def overlaps_duckdb(at: Any) -> Result:
    base = _duckdb(at, ("parcels",))
    return triples({"parcels": tuple(base.execute(SQL_OVERLAPS).fetchnumpy().values())})


def overlaps_sedonadb(at: Any) -> Result:
    base = _sedona(at, ("parcels",))
    words = """SELECT a.id AS p, b.id AS q, ST_Area(ST_Intersection(a.geometry, b.geometry)) AS m2
      FROM parcels a JOIN parcels b ON ST_Intersects(a.geometry, b.geometry) WHERE a.id < b.id"""
    return triples({"parcels": tuple(base.sql(words).to_pandas()[["p", "q", "m2"]].to_numpy().T)})


# ------------------------------------------------------------------ getting in
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
