"""A layer as a table of a PostGIS database: made whole or not at all, and an existing one only replaced where it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoparks.errors import WorkspaceError
from geoparks.read import postgis
from geoparks.read.address import parse
from geoparks.text import Text
from geoparks.write import Outgoing, plain_table

if TYPE_CHECKING:
    import psycopg
    from pyproj import CRS

_TYPES = {"i": "bigint", "u": "bigint", "f": "double precision", "b": "boolean"}
_GEOMETRY = "geom"


def write(layer: Outgoing, words: str, *, force: bool = False) -> str:
    """Write a layer as the table that an address names, with a spatial index; returns the address without its secrets.

    Raises WorkspaceError where the table exists and `force` is not set, UnreadableFile where the server cannot be reached
    or refuses: nothing is changed then.
    """
    from psycopg import sql

    address = parse(words)
    schema, _, name = address.table.rpartition(".")
    target = sql.Identifier(*([schema] if schema else []), name)
    table = plain_table(layer.table)
    with postgis.session(address, read_only=False) as connection:
        found = connection.execute("SELECT to_regclass(%s)", (target.as_string(connection),)).fetchone()
        if found is not None and found[0] is not None:
            if not force:
                raise WorkspaceError(
                    Text("目标表已存在，未覆盖", "the table exists and was kept"),
                    where=address.shown(),
                    mend=Text("请换一个名字，或加 --force。", "Choose another name, or add --force."),
                )
            connection.execute(sql.SQL("DROP TABLE {}").format(target))
        srid = _srid(connection, layer.crs)
        if layer.geometry is not None and not srid:
            layer.notes.append(
                Text("数据库里没有此坐标系，SRID 写为 0", "the database does not know the CRS; the SRID is 0")
            )
        fields = [
            sql.SQL("{} {}").format(sql.Identifier(str(column)), sql.SQL(_TYPES.get(table[column].dtype.kind, "text")))
            for column in table.columns
        ]
        shape = _free(table.columns)
        if layer.geometry is not None:
            fields.append(sql.SQL("{} geometry(Geometry, {})").format(sql.Identifier(shape), sql.Literal(srid)))
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(target, sql.SQL(", ").join(fields)))
        with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(target)) as stream:
            for row in _rows(table, layer.geometry, srid):
                stream.write_row(row)
        if layer.geometry is not None:
            connection.execute(sql.SQL("CREATE INDEX ON {} USING gist ({})").format(target, sql.Identifier(shape)))
        connection.commit()
    return address.shown()


def _srid(connection: psycopg.Connection[Any], crs: CRS | None) -> int:
    code = crs.to_epsg() if crs is not None else None
    row = connection.execute(
        "SELECT srid FROM spatial_ref_sys WHERE auth_name = 'EPSG' AND auth_srid = %s ORDER BY srid", (code,)
    ).fetchone()
    return int(row[0]) if row else 0


def _free(columns: Any) -> str:
    """A name for the geometry that no attribute has."""
    name = _GEOMETRY
    while name in {str(one) for one in columns}:
        name += "_"
    return name


def _rows(table: Any, geometry: np.ndarray[Any, Any] | None, srid: int) -> Any:
    rows = table.astype(object).where(table.notna(), None).itertuples(index=False, name=None)
    if geometry is None:
        yield from rows
        return
    shapes = shapely.to_wkb(shapely.set_srid(geometry, srid), hex=True, include_srid=True)
    for row, shape in zip(rows, shapes, strict=True):
        yield (*row, shape)
