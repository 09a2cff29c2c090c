"""How much of each polygon of a table lies in those of another, computed where the tables are: by PostGIS, in SQL.

The statements can be printed (`statements`) and run with psql by whoever may not run anything else. They follow what
``geoparks.measure.inside`` does: edges get a vertex every 70 m in their own plane, shapes that are not valid are mended,
all is brought into the equal-area plane of CGCS2000, in which planar area is the official area, and land of one value
counts once where two features of it overlap. A polygon that a zone covers gives its own area, without an intersection;
large zones are cut up first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from pyproj import CRS

from geoparks.errors import NotJudged, UnreadableFile
from geoparks.measure.area import INVERSE_FLATTENING, SEMI_MAJOR_M
from geoparks.normalise import datum
from geoparks.normalise.geometry import DENSIFY_M
from geoparks.read import postgis
from geoparks.read.address import Address, parse
from geoparks.read.relation import Relation, look_up
from geoparks.text import Text, same

if TYPE_CHECKING:
    import psycopg

TOLERANCE_M2 = 1e-4
"""How far the server's area of one polygon may be off the local one. Two programs do the same arithmetic in another order:
a corner differs by a nanometre at 5,000 km from the plane's origin, which on a kilometre of outline is 1e-6 m²."""
PLANE = f"+proj=cea +lat_ts=0 +lon_0=110 +a={SEMI_MAJOR_M:.0f} +rf={INVERSE_FLATTENING} +units=m +no_defs"
"""The equal-area plane as PROJ words: GRS 80, which has a name there, is flatter than CGCS2000 in the eleventh digit."""
_DEGREES_PER_METRE = 1 / 111_320.0
_MOST_VERTICES = 128
_TOGETHER = 100_000  # vertices that are transformed at a time


@dataclass(frozen=True)
class Table:
    """One of the two tables, and how far apart its vertices may be in its own units."""

    relation: Relation
    step: float


def inside_on_server(parcels: str, other: str, by: str | None = None) -> pd.DataFrame:
    """Square metres that each polygon of one table shares with those of another in the same database: parcel, id, value, m2.

    parcels, other: ``postgresql://…?table=…``. `by`: a column of `other`, such as the zone; without it everything is one
    value, None. `parcel` counts rows from 0 in the order in which `geoparks.read.postgis` reads them. Only temporary tables
    are made, and they are gone with the transaction.

    Raises UnreadableFile where the tables are in different databases, have no polygons, or the server refuses; NotJudged
    where their coordinate system needs more than a projection to lead to CGCS2000.
    """
    first, second = parse(parcels), parse(other)
    if first.server != second.server:
        raise UnreadableFile(
            Text(
                "两张表不在同一个数据库中，无法在服务器上叠加",
                "the tables are in two databases: no overlay on a server",
            ),
            where=first.shown(),
            found=same(second.shown()),
            mend=Text("请把两张表放入同一数据库，或在本机计算。", "Bring them into one database, or compute it here."),
        )
    with postgis.session(first, read_only=False) as connection:
        *before, last = _statements(connection, first, second, by)
        for statement in before:
            connection.execute(statement)
        rows = connection.execute(last).fetchall()
    return pd.DataFrame(rows, columns=["parcel", "id", by or "value", "m2"]).astype({"parcel": int, "m2": float})


def sql(parcels: str, other: str, by: str | None = None) -> str:
    """The statements, to be run by other means; the server is asked for nothing but the keys and systems of the tables."""
    first, second = parse(parcels), parse(other)
    with postgis.session(first) as connection:
        made = _statements(connection, first, second, by)
    return ";\n\n".join(["BEGIN", *made, "ROLLBACK"]) + ";\n"


def _statements(connection: psycopg.Connection[Any], first: Address, second: Address, by: str | None) -> list[str]:
    parcels, other = _table(connection, first), _table(connection, second)
    names = [one.name for one in other.relation.columns]
    if by is not None and by not in names:
        raise UnreadableFile(
            Text("没有这一列", "no such column"), where=second.shown(), found=same(by), expected=same("、".join(names))
        )
    return statements(parcels, other, by)


def statements(parcels: Table, other: Table, by: str | None = None) -> list[str]:
    """All statements, in order; the last one selects parcel (from 0), its key, value, m2."""
    value = f"t.{postgis.quoted(by)}::text" if by else "NULL::text"
    key = " || '/' || ".join(f"t.{postgis.quoted(one.name)}::text" for one in parcels.relation.key) or "NULL::text"
    return [
        f"CREATE TEMP TABLE gp_parcels ON COMMIT DROP AS\n{_flat(parcels, key)}",
        f"CREATE TEMP TABLE gp_zones ON COMMIT DROP AS\n{_flat(other, value)}",
        "CREATE INDEX ON gp_zones USING gist (geom)",
        "ANALYZE gp_zones",
        # Land of one value counts once: each feature loses what an earlier one of its value has.
        "UPDATE gp_zones z SET geom = ST_CollectionExtract(ST_Difference(z.geom, e.geom), 3)\n"
        "FROM (SELECT b.n, ST_Union(a.geom) AS geom FROM gp_zones a JOIN gp_zones b\n"
        "  ON a.n < b.n AND a.geom && b.geom AND a.value IS NOT DISTINCT FROM b.value AND ST_Relate(a.geom, b.geom, 'T********')\n"
        "  GROUP BY b.n) e WHERE e.n = z.n",
        "CREATE TEMP TABLE gp_pieces ON COMMIT DROP AS\n"
        f"SELECT z.n, s.k, z.value, s.geom FROM gp_zones z, LATERAL ST_Subdivide(z.geom, {_MOST_VERTICES}) WITH ORDINALITY AS s(geom, k)",
        "CREATE INDEX ON gp_pieces USING gist (geom)",
        "ANALYZE gp_parcels",
        "ANALYZE gp_pieces",
        # The sum is taken in a fixed order, so that the same tables give the same bits.
        "SELECT p.n - 1 AS parcel, p.value AS id, z.value, sum(z.m2 ORDER BY z.n, z.k) AS m2 FROM gp_parcels p CROSS JOIN LATERAL (\n"
        "  SELECT s.n, s.k, s.value,\n"
        "    CASE WHEN ST_Covers(s.geom, p.geom) THEN ST_Area(p.geom) ELSE ST_Area(ST_Intersection(p.geom, s.geom)) END AS m2\n"
        "  FROM gp_pieces s WHERE ST_Intersects(s.geom, p.geom)) z\n"
        'WHERE z.m2 > 0 GROUP BY p.n, p.value, z.value ORDER BY p.n, z.value COLLATE "C"',
    ]


def _flat(table: Table, value: str = "NULL::text") -> str:
    """The polygons of a table in the equal-area plane, numbered in the order in which the table is read."""
    relation = table.relation
    assert relation.geometry is not None
    shape = f"t.{postgis.quoted(relation.geometry)}::geometry"
    sound = f"CASE WHEN ST_IsValid({shape}) THEN {shape} ELSE {_mended(shape)} END"
    numbered = (  # every name is quoted, and no value stands in it
        f"  SELECT row_number() OVER (ORDER BY {postgis.order(relation)}) AS n, {value} AS value,\n"  # noqa: S608
        f"    ST_Segmentize({sound}, {table.step!r}) AS geom\n"
        f"  FROM {postgis.source(relation)} AS t"
    )
    # A way to the plane given in words is found anew for every geometry: many go it together, and are taken apart again.
    return (
        f"WITH numbered AS (\n{numbered}), kept AS (\n"  # noqa: S608
        f"  SELECT n, value, geom, sum(ST_NPoints(geom)) OVER (ORDER BY n) / {_TOGETHER} AS batch FROM numbered\n"
        "  WHERE geom IS NOT NULL AND NOT ST_IsEmpty(geom) AND ST_Dimension(geom) = 2), moved AS (\n"
        "  SELECT array_agg(n ORDER BY n) AS ns, array_agg(value ORDER BY n) AS of_each,\n"
        f"    ST_Transform(ST_Collect(geom ORDER BY n), '{PLANE}') AS geom FROM kept GROUP BY batch), apart AS (\n"
        "  SELECT ns[d.path[1]] AS n, of_each[d.path[1]] AS value, ST_Collect(d.geom ORDER BY d.path[2]) AS geom\n"
        "  FROM moved, LATERAL ST_Dump(moved.geom) AS d GROUP BY 1, 2)\n"
        f"SELECT n, value, CASE WHEN ST_IsValid(geom) THEN geom ELSE {_mended('geom')} END AS geom FROM apart"
    )


def _mended(shape: str) -> str:
    return f"ST_CollectionExtract(ST_MakeValid({shape}, 'method=structure keepcollapsed=false'), 3)"


def _table(connection: psycopg.Connection[Any], address: Address) -> Table:
    relation = look_up(connection, address)
    crs = postgis.crs_of(connection, relation)
    where = address.shown(relation.label)
    if relation.geometry is None:
        raise UnreadableFile(Text("表里没有图形", "the table has no geometry"), where=where)
    if crs is None:
        raise NotJudged(
            Text(
                "坐标系未知（SRID 为 0 或不在 spatial_ref_sys 中）",
                "the CRS is unknown (SRID 0, or not in spatial_ref_sys)",
            ),
            where=where,
        )
    if not _leads_by_projection_alone(crs):
        raise NotJudged(
            Text(
                "该坐标系须经基准转换，不能在服务器上叠加", "its datum needs a transformation: no overlay on the server"
            ),
            where=where,
            found=same(crs.name),
            mend=Text("请在本机计算，或先转换到 CGCS2000。", "Compute it here, or transform it to CGCS2000 first."),
        )
    step = (
        DENSIFY_M / float(crs.axis_info[0].unit_conversion_factor)
        if crs.is_projected
        else DENSIFY_M * _DEGREES_PER_METRE
    )
    return Table(relation, step)


def _leads_by_projection_alone(crs: CRS) -> bool:
    """Whether longitude and latitude are those of CGCS2000 already: its own systems, and WGS 84, which is taken for it."""
    geodetic = crs.geodetic_crs
    return datum.is_cgcs2000(crs) or (geodetic is not None and geodetic.name == "WGS 84")
