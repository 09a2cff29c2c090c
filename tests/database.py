"""A PostGIS server of the tests' own: made in a folder of its own, on a free port, gone in the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER, PASSWORD = "tester", "p@ss:w/rd?#%"
TYPED = "p%40ss%3Aw%2Frd%3F%23%25"
"""The password as an address has it."""


@dataclass
class Server:
    port: int

    def address(self, table: str, **more: str) -> str:
        words = "".join(f"&{key}={value}" for key, value in more.items())
        return f"postgresql://{USER}:{TYPED}@127.0.0.1:{self.port}/land?table={table}{words}"

    def shown(self, table: str) -> str:
        return f"postgresql://127.0.0.1:{self.port}/land?table={table}"

    def run(self, statements: str, name: str = "land") -> list[Any]:
        import psycopg

        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=name, autocommit=True
        ) as connection:
            found = connection.execute(statements)
            return found.fetchall() if found.description else []

    def write(self, frame: Any, table: str, key: str = "", srid: int | None = None) -> None:
        """A GeoDataFrame as a table."""
        import psycopg
        import shapely

        srid = srid or frame.crs.to_epsg()
        kinds = {"i": "bigint", "f": "double precision", "b": "boolean"}
        fields = [name for name in frame.columns if name != frame.geometry.name]
        columns = [f'"{name}" {kinds.get(frame[name].dtype.kind, "text")}' for name in fields]
        self.run(f"DROP TABLE IF EXISTS {table} CASCADE")
        self.run(
            f"CREATE TABLE {table} ({', '.join(columns)}, geom geometry(Geometry, {srid})"
            + (f', PRIMARY KEY ("{key}"))' if key else ")")
        )
        shapes = shapely.to_wkb(shapely.set_srid(frame.geometry.to_numpy(), srid), hex=True, include_srid=True)
        with (
            psycopg.connect(
                host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname="land"
            ) as connection,
            connection.cursor().copy(f"COPY {table} FROM STDIN") as stream,
        ):
            rows = frame[fields].astype(object).where(frame[fields].notna(), None).itertuples(index=False)
            for row, shape in zip(rows, shapes, strict=True):
                stream.write_row([*row, shape])
        self.run(f"CREATE INDEX ON {table} USING gist (geom); ANALYZE {table}")


@contextmanager
def served() -> Iterator[Server]:
    """A server; under root it is started as another user, for it refuses to run as root."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="geoparks-pg-"))
    user = pwd.getpwnam("postgres") if os.getuid() == 0 else None
    as_user: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    words = folder / "password"
    words.write_text(PASSWORD + "\n")
    words.chmod(0o644)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {"LC_ALL": "C"}
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", USER, "-A", "scram-sha-256", f"--pwfile={words}", "-E", "UTF8",
         "--locale=C", "--no-sync"],
        check=True, capture_output=True, cwd=folder, env=environment, **as_user,
    )  # fmt: skip
    settings = {
        "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off",
        "full_page_writes": "off", "autovacuum": "off", "jit": "off", "max_wal_size": "2GB",
    }  # fmt: skip
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [programs / "postgres", "-D", folder / "data", *(f"-c{key}={value}" for key, value in settings.items())],
        stdout=log, stderr=log, cwd=folder, env=environment, **as_user,
    )  # fmt: skip
    try:
        server = Server(port)
        _wait(server, process, folder)
        server.run("CREATE DATABASE land", "postgres")
        server.run("CREATE EXTENSION postgis")
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(30)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of initdb and postgres: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    path = str(found[-1]) if found else shutil.which("initdb")
    if path is None:
        raise FileNotFoundError("no PostgreSQL: apt-get install postgresql-postgis")
    return Path(path).parent


def _wait(server: Server, process: subprocess.Popen[bytes], folder: Path) -> None:
    import psycopg

    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            server.run("SELECT 1", "postgres")
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {(folder / 'log').read_text(errors='replace')[-500:]}")
