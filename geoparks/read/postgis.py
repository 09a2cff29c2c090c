"""A table or view of a PostGIS database, read as one raw layer. Nothing is contacted unless a path asks for it.

The rows come as one stream of CSV in a fixed order, within one read-only transaction. Its SHA-256 is the input's: whoever
has the database gets the same number from the same rows (``docs/postgis.md`` says how, with psql alone).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geoparks.errors import UnreadableFile
from geoparks.read.address import Address, parse
from geoparks.read.raw import Begun, RawLayer
from geoparks.read.relation import Column, Relation, look_up
from geoparks.read.runs import FIRST, joined
from geoparks.read.server_rows import GEOMETRY, NUMBERS, Rows
from geoparks.read.shapes import parse_wkb
from geoparks.text import Text, same

if TYPE_CHECKING:
    import psycopg
    import pyarrow as pa
    from pyproj import CRS

FORMAT = "PostGIS"
_TIMEOUT_S = "10"
SESSION = (
    "SET client_encoding = 'UTF8'", "SET datestyle = 'ISO, YMD'", "SET timezone = 'UTC'", "SET extra_float_digits = 3",
    "SET bytea_output = 'hex'", "SET intervalstyle = 'iso_8601'", "SET lock_timeout = '30s'",
)  # fmt: skip
"""How values are written: the same text, and so the same hash, whatever the server's own habits are."""


@dataclass(frozen=True)
class Plan:
    """How a relation is read."""

    query: str
    columns: tuple[Column, ...]
    """What it gives, the geometry left out."""


def read(words: str) -> RawLayer:
    """The table or view that an address names, as one layer.

    Raises UnreadableFile where the server cannot be reached or refuses, or has no such table; the password is in no message.
    """
    return _opened(words, in_runs=False)


def begin(words: str) -> RawLayer:
    """The table or view, only begun where it has very many rows: these stand in a temporary file as the server sent them."""
    return _opened(words, in_runs=True)


def _opened(words: str, *, in_runs: bool) -> RawLayer:
    address = parse(words)
    with session(address) as connection:
        relation = look_up(connection, address)
        plan = plan_of(relation)
        with connection.cursor().copy(f"COPY ({plan.query}) TO STDOUT (FORMAT csv, HEADER)") as stream:
            rows = Rows(plan.columns, relation.geometry is not None, on_disk=in_runs)
            try:
                rows.take(stream)
            except UnicodeError as error:
                raise _unknown_encoding(address, relation) from error
        crs = crs_of(connection, relation)

    def layer(batch: pa.Table, first: int) -> RawLayer:
        return _layer(address, relation, rows, crs, batch, first)

    def runs() -> Generator[RawLayer]:
        first = 1
        for batch in rows.batches():
            yield layer(batch, first)
            first += len(batch)

    if not rows.on_disk:
        return layer(rows.all(), 1)
    raw = layer(next(rows.batches()).slice(0, FIRST), 1)
    raw.begun = Begun(runs, lambda: joined(list(runs())))
    return raw


def _layer(address: Address, relation: Relation, rows: Rows, crs: CRS | None, batch: pa.Table, first: int) -> RawLayer:
    """Rows of a relation as a layer; `first` is the number of the first of them."""
    raw = RawLayer(
        Path(relation.name), FORMAT, rows.frame(batch), crs=crs, encoding=relation.encoding, origin=address.shown(relation.label),
        sha256=rows.sha256, comments={one.name: one.comment for one in rows.columns if one.comment},
    )  # fmt: skip
    if first > 1:
        raw.rows = np.arange(first, first + len(batch))
    if relation.geometry is not None:
        raw.geometry = parse_wkb(raw, batch[GEOMETRY].to_numpy())
        raw.crs_from = (
            Text(f"数据库中的 SRID {relation.srid}", f"SRID {relation.srid} in the database") if crs else None
        )
        if relation.curved:
            raw.repaired(
                "arc_stroked",
                Text(
                    "曲线已由数据库转为折线（ST_CurveToLine）",
                    "curves were made into lines by the server (ST_CurveToLine)",
                ),
            )
    for one in relation.left_out:
        raw.repaired(
            "column_passed_over",
            Text(f"“{one.name}”列（{one.type}）未读取", f"the column {one.name} ({one.type}) was not read"),
            field_name=one.name,
        )
    return raw


def _unknown_encoding(address: Address, relation: Relation) -> UnreadableFile:
    return UnreadableFile(
        Text("文字编码不明：数据库不转换编码", "the encoding of its text is not known: the database does not convert"),
        where=address.shown(relation.label),
        found=same(relation.encoding),
        expected=same("UTF8"),
        mend=Text(
            "请先导出为文件，或由管理员把数据库转为 UTF8 编码。",
            "Export it to a file, or have the database converted to UTF8.",
        ),
    )


@contextmanager
def session(address: Address, *, read_only: bool = True) -> Iterator[psycopg.Connection[Any]]:
    """A connection in one transaction that sees one state of the database, and that is rolled back in the end.

    Raises UnreadableFile for whatever the server or the way to it refuses, in one line that has no password in it.
    """
    try:
        import psycopg
    except ImportError as error:
        raise UnreadableFile(
            Text("读取 PostGIS 需要另装一个组件", "PostGIS needs one more package"),
            where=address.shown(),
            mend=Text("请运行：pip install 'geoparks[postgis]'。", "Run: pip install 'geoparks[postgis]'."),
        ) from error
    try:
        settings = {"connect_timeout": _TIMEOUT_S, "application_name": "geoparks", **address.settings}
        with psycopg.connect(**settings) as connection:  # type: ignore[arg-type]
            connection.read_only = read_only
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            for statement in SESSION:
                connection.execute(statement)
            try:
                yield connection
            finally:
                if not connection.closed:
                    connection.rollback()
    except psycopg.Error as error:
        raise refused(address, error) from None


def refused(address: Address, error: psycopg.Error) -> UnreadableFile:
    """The error for what the server, or the way to it, refused: its own words without the password, and what to do."""
    state, words = error.sqlstate or "", address.masked(" ".join(str(error).split()))[:300]
    hints = {
        "28": Text(
            "请核对用户名和密码；密码可放在 ~/.pgpass 或环境变量 PGPASSWORD 中。",
            "Check user and password; the password may stand in ~/.pgpass or in PGPASSWORD.",
        ),
        "3D": Text("请核对数据库名。", "Check the name of the database."),
        "42501": Text(
            "请向数据库管理员申请该表的查询（SELECT）权限。", "Ask the database's administrator for SELECT on the table."
        ),
        "55": Text("该表正被别人锁定，请稍后再试。", "Someone has locked the table; try again later."),
    }  # fmt: skip
    for code, mend in hints.items():
        if state.startswith(code) or (code == "28" and "authentication failed" in words) or (
            code == "3D" and "does not exist" in words and "database" in words
        ):  # fmt: skip
            return UnreadableFile(_REFUSED, where=address.shown(), found=same(words), mend=mend)
    if not state:
        return UnreadableFile(
            Text("连不上数据库", "the database cannot be reached"),
            where=address.shown(),
            found=same(words),
            mend=Text(
                "请核对主机和端口，并确认数据库已启动、防火墙放行、pg_hba.conf 允许本机连接。",
                "Check host and port, and that the server runs and lets this machine in (firewall, pg_hba.conf).",
            ),
        )
    return UnreadableFile(_REFUSED, where=address.shown(), found=same(words))


_REFUSED = Text("数据库拒绝了请求", "the database refused")


def plan_of(relation: Relation) -> Plan:
    """The query of a relation: rows in the order of its key, else of their own text, under whatever locale the server has."""
    columns = [f"t.{quoted(one.name)}" + ("::text" if one.type not in NUMBERS else "") for one in relation.columns]
    words = [f"{column} AS {quoted(one.name)}" for column, one in zip(columns, relation.columns, strict=True)]
    if relation.geometry is not None:
        shape = f"t.{quoted(relation.geometry)}" + ("::geometry" if relation.geography else "")
        if relation.curved:
            shape = f"CASE WHEN ST_HasArc({shape}) THEN ST_CurveToLine({shape}) ELSE {shape} END"
        words.append(f"encode(ST_AsBinary({shape}), 'hex') AS {quoted(GEOMETRY)}")
    # Every name is quoted, and no value stands in it.
    return Plan(f"SELECT {', '.join(words)} FROM {source(relation)} AS t ORDER BY {order(relation)}", relation.columns)  # noqa: S608


def order(relation: Relation) -> str:
    """What puts the rows of a relation (as ``t``) in an order that depends on nothing but the rows."""
    by = [f"t.{quoted(one.name)}" + (' COLLATE "C"' if one.is_text else "") for one in relation.key]
    return ", ".join(by) if by else 't::text COLLATE "C"'


def source(relation: Relation) -> str:
    """A relation as SQL names it."""
    return f"{quoted(relation.schema)}.{quoted(relation.name)}"


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def crs_of(connection: psycopg.Connection[Any], relation: Relation) -> CRS | None:
    """The coordinate system that the database means by a SRID: by its authority's code, else by its own words."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if relation.geometry is None or not relation.srid:
        return None
    row = connection.execute(
        "SELECT auth_name, auth_srid, srtext, proj4text FROM spatial_ref_sys WHERE srid = %s", (relation.srid,)
    ).fetchone()
    if row is None:
        return None
    name, code, wkt, proj = row
    for words in ((f"{name}:{code}" if name and code else ""), wkt, proj):
        try:
            if words:
                return CRS.from_user_input(words)
        except CRSError:
            continue
    return None
