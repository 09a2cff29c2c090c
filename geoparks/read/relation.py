"""What a database says of a table or view: its columns with their comments, its key, its geometry and SRID."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from geoparks.errors import UnreadableFile
from geoparks.read.address import Address
from geoparks.text import Text, same

if TYPE_CHECKING:
    import psycopg

_SHAPES = ("geometry", "geography")
_NOT_READ = ("bytea", "raster", *_SHAPES)
_MOST_NAMED = 8


@dataclass(frozen=True)
class Column:
    """A column that is no geometry."""

    name: str
    type: str
    comment: str = ""
    is_text: bool = False


@dataclass(frozen=True)
class Relation:
    """A table or view."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    key: tuple[Column, ...]
    """The columns of its primary key; none where it has none, as a view."""
    encoding: str
    left_out: tuple[Column, ...] = ()
    """Columns that hold no attribute: pictures, further geometries."""
    geometry: str | None = None
    geography: bool = False
    srid: int = 0
    curved: bool = False

    @property
    def label(self) -> str:
        """Schema and name."""
        return f"{self.schema}.{self.name}"


_FIND = """
SELECT c.oid, n.nspname, c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND n.nspname NOT LIKE 'pg_temp%'
ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname COLLATE "C", c.relname COLLATE "C"
"""
_COLUMNS = """
SELECT a.attname, pg_catalog.format_type(a.atttypid, NULL), coalesce(pg_catalog.col_description(a.attrelid, a.attnum), ''),
       t.typcategory = 'S', pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnum
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEY = """
SELECT a.attname FROM pg_catalog.pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
JOIN pg_catalog.pg_attribute a ON a.attnum = k.attnum
WHERE i.indrelid = %s AND i.indisprimary AND a.attrelid = i.indrelid ORDER BY k.place
"""


def look_up(connection: psycopg.Connection[Any], address: Address) -> Relation:
    """The relation that an address names; UnreadableFile where there is none, with the nearest names."""
    all_there = connection.execute(_FIND).fetchall()
    label, table = address.shown(), address.table
    found = [row for row in all_there if table in (row[2], f"{row[1]}.{row[2]}")]
    if not found:
        raise _no_such(label, table, [f"{schema}.{name}" for _, schema, name in all_there])
    visible = connection.execute("SELECT pg_catalog.pg_table_is_visible(%s)", (found[0][0],)).fetchone()
    if len(found) > 1 and not (visible and visible[0]):
        raise ambiguous(
            Text(f"有 {len(found)} 个模式都有名为 {table} 的表", f"{len(found)} schemas have a table {table}"),
            label, [f"{schema}.{name}" for _, schema, name in found], Text("请写明模式：?table=模式.表", "Name the schema: ?table=schema.table"),
        )  # fmt: skip
    oid, schema, name = found[0]
    described = connection.execute(_COLUMNS, (oid,)).fetchall()
    shapes = [(row[0], row[1].rpartition(".")[2]) for row in described if row[1].rpartition(".")[2] in _SHAPES]
    chosen = _geometry(shapes, address, label)
    columns = [Column(row[0], row[1], row[2], bool(row[3])) for row in described if row[0] != (chosen or ("",))[0]]
    read = tuple(one for one in columns if one.type.rpartition(".")[2] not in _NOT_READ)
    keys = [row[0] for row in connection.execute(_KEY, (oid,)).fetchall()]
    encoding = connection.execute("SHOW server_encoding").fetchone()
    relation = Relation(
        schema, name, read, tuple(one for key in keys for one in columns if one.name == key),
        encoding[0] if encoding else "", tuple(one for one in columns if one not in read),
    )  # fmt: skip
    return relation if chosen is None else _with_geometry(connection, relation, chosen, label)


def ambiguous(what: Text, where: str, found: list[str], mend: Text) -> UnreadableFile:
    """The error for a name that several things have."""
    return UnreadableFile(what, where=where, found=same("、".join(found)), mend=mend)


def _geometry(shapes: list[tuple[str, str]], address: Address, label: str) -> tuple[str, str] | None:
    if address.geometry:
        shapes = [one for one in shapes if one[0] == address.geometry] or _none_called(shapes, address, label)
    if len(shapes) > 1:
        raise ambiguous(
            Text(f"表里有 {len(shapes)} 个图形列", f"the table has {len(shapes)} columns with geometry"),
            label, [one for one, _ in shapes], Text("请写明用哪一个：&geometry=列名", "Say which: &geometry=COLUMN"),
        )  # fmt: skip
    return shapes[0] if shapes else None


def _none_called(shapes: list[tuple[str, str]], address: Address, label: str) -> list[tuple[str, str]]:
    raise UnreadableFile(
        Text(f"没有名为 {address.geometry} 的图形列", f"no column with geometry is called {address.geometry}"),
        where=label,
        found=same("、".join(one for one, _ in shapes) or "—"),
    )


def _with_geometry(
    connection: psycopg.Connection[Any], relation: Relation, chosen: tuple[str, str], label: str
) -> Relation:
    """The relation with what its rows say of their geometry: one SRID for all, and whether there are curves."""
    from dataclasses import replace

    from psycopg import sql

    name, kind = chosen
    names = {"schema": sql.Identifier(relation.schema), "table": sql.Identifier(relation.name)}
    query = sql.SQL(
        "SELECT ST_SRID({shape}::geometry), bool_or(ST_HasArc({shape}::geometry)), count(*) FROM {schema}.{table}"
        " WHERE {shape} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    rows = connection.execute(query.format(shape=sql.Identifier(name), **names)).fetchall()
    if len(rows) > 1:
        raise UnreadableFile(
            Text("一张表里有几种 SRID", "the rows of the table have several SRIDs"),
            where=label,
            found=same("、".join(f"{srid}（{count}）" for srid, _, count in rows)),
            mend=Text("请按 SRID 建成几个视图，分别读取。", "Make a view for each SRID and read these."),
        )
    srid, curved = (int(rows[0][0]), bool(rows[0][1])) if rows else (0, False)
    return replace(relation, geometry=name, geography=kind == "geography", srid=srid, curved=curved)


def _no_such(label: str, table: str, names: list[str]) -> UnreadableFile:
    near = get_close_matches(table, [*names, *(one.partition(".")[2] for one in names)], n=3, cutoff=0.5)
    shown = [one for one in names if one in near or one.partition(".")[2] in near] or [
        one for one in names if not one.endswith((".spatial_ref_sys", ".geometry_columns", ".geography_columns"))
    ]
    more = len(shown) - _MOST_NAMED
    words = "、".join(shown[:_MOST_NAMED]) + (f"…（另有 {more} 个）" if more > 0 else "")
    return UnreadableFile(
        Text(f"数据库里没有名为 {table} 的表或视图", f"the database has no table or view {table}"),
        where=label,
        found=Text(words or "没有任何表", words or "no table at all"),
        mend=Text(
            "请改正 ?table=…，或向管理员申请查看该表的权限。", "Correct ?table=…, or ask for access to the table."
        ),
    )
