"""How many rows and vertices the files of a workspace hold, told by their heads and sizes: no geometry is read.

Where a format states a number it is exact; else it is estimated from bytes, and said to be.
"""

from __future__ import annotations

import mmap
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from geoparks import discover, recognise
from geoparks.catalog.layer import Catalogue
from geoparks.config import Config
from geoparks.read.address import is_address, parse

_BYTES_PER_VERTEX = 16  # two doubles
_SAMPLE = 500
_TEXT_BYTES_PER_VERTEX = {".geojson": 26, ".json": 26, ".geojsonl": 26, ".kml": 28, ".gml": 28}
_HEAD = 64  # bytes of a geometry's head and rings in a database
_SHP_HEAD, _SHX_RECORD, _SHP_RECORD = 100, 8, 60


@dataclass(frozen=True)
class Count:
    """What one file, or one layer of it, holds."""

    layer: str
    """The layer that its name says it is; empty where only its columns can tell."""
    path: str
    rows: int | None
    vertices: int | None
    rows_exact: bool = True
    vertices_exact: bool = False
    bytes: int = 0


def counts(config: Config, catalogue: Catalogue, single: Path | None = None) -> list[Count]:
    """A count for every data file of a workspace, and for every table that its configuration names; or for a single file."""
    found = []
    declared = {path: name for name, path in config.data.items()}
    for words, name in sorted(declared.items()):
        if is_address(words):
            found.append(replace(_of_table(words), layer=name))
    for path in discover.data_files(config) if single is None else [single]:
        shown = path.relative_to(config.root).as_posix() if path.is_relative_to(config.root) else path.name
        raster = path.suffix.lower() in discover.RASTER_SUFFIXES
        named = path.stem if raster else declared.get(shown) or discover.named_layer(path, config, catalogue)
        for one in _of_file(path):
            inner = recognise.by_words(one.layer, catalogue) if one.layer and not named else None
            found.append(replace(one, layer=named or (inner.name if inner is not None else ""), path=shown))
    return found


def _of_file(path: Path) -> list[Count]:
    """The counts of a file; a damaged one has none, and the run itself will say why."""
    suffix = path.suffix.lower()
    size = sum(one.stat().st_size for one in path.rglob("*") if one.is_file()) if path.is_dir() else path.stat().st_size
    try:
        made = _COUNTERS.get(suffix, _unknown)(path)
    except Exception:  # whatever is wrong with the file is the reader's to tell, not the planner's
        made = _unknown(path)
    return [replace(one, bytes=size) for one in made]


def _unknown(path: Path) -> list[Count]:
    return [Count("", path.name, None, None, rows_exact=False)]


def _parquet(path: Path) -> list[Count]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    meta, geo = file.metadata, (file.schema_arrow.metadata or {}).get(b"geo")
    if geo is None:
        return [Count("", path.name, meta.num_rows, 0, vertices_exact=True)]
    import json

    name = json.loads(geo)["primary_column"]
    bytes_ = sum(
        column.total_uncompressed_size
        for group in (meta.row_group(index) for index in range(meta.num_row_groups))
        for column in (group.column(index) for index in range(group.num_columns))
        if column.path_in_schema.partition(".")[0] == name
    )
    return [Count("", path.name, meta.num_rows, _from_bytes(bytes_, meta.num_rows))]


def _gpkg(path: Path) -> list[Count]:
    found = []
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        tables = base.execute(
            "SELECT c.table_name, g.column_name FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g USING (table_name)"
            " WHERE c.data_type IN ('features', 'attributes') ORDER BY 1"
        ).fetchall()
        for name, column in tables:
            table = '"' + name.replace('"', '""') + '"'
            rows = base.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  (quoted)
            vertices = 0
            if column:
                shape = '"' + column.replace('"', '""') + '"'
                sample = f"SELECT avg(length({shape})) FROM (SELECT {shape} FROM {table} LIMIT {_SAMPLE})"  # noqa: S608
                vertices = _from_bytes(int((base.execute(sample).fetchone()[0] or 0) * rows), rows)
            found.append(Count(name, path.name, rows, vertices, vertices_exact=not column))
    return found


def _shapefile(path: Path) -> list[Count]:
    shx = path.with_suffix(".shx")
    rows = (shx.stat().st_size - _SHP_HEAD) // _SHX_RECORD if shx.exists() else None
    vertices = max(0, path.stat().st_size - _SHP_HEAD - _SHP_RECORD * (rows or 0)) // _BYTES_PER_VERTEX
    return [Count("", path.name, rows, vertices)]


def _by_gdal(path: Path) -> list[Count]:
    import pyogrio

    found = []
    for name, kind in pyogrio.list_layers(path):
        rows = int(pyogrio.read_info(path, layer=name, force_feature_count=True)["features"])
        sizes = []
        if kind is not None:
            _, _, shapes, _ = pyogrio.raw.read(path, layer=name, columns=[], max_features=_SAMPLE)
            sizes = [len(one) for one in shapes if one is not None]
        mean = sum(sizes) / len(sizes) if sizes else 0.0
        found.append(
            Count(str(name), path.name, rows, _from_bytes(int(mean * rows), rows), vertices_exact=kind is None)
        )
    return found


def _text(path: Path) -> list[Count]:
    """Features counted by the word that begins each; vertices by bytes."""
    word = {".kml": rb"<Placemark[\s>]", ".gml": rb"<(?:\w+:)?(?:featureMember|member)[\s>]"}.get(
        path.suffix.lower(), rb'"type"\s*:\s*"Feature"'
    )
    size = path.stat().st_size
    if not size:
        return [Count("", path.name, 0, 0)]
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        rows = sum(1 for _ in re.finditer(word, whole))
    return [Count("", path.name, rows, size // _TEXT_BYTES_PER_VERTEX[path.suffix.lower()])]


def _lines(path: Path) -> list[Count]:
    """A coordinate TXT has a vertex a line, a CSV a row."""
    with path.open("rb") as stream:
        lines = sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
    is_txt = path.suffix.lower() == ".txt"
    return [Count("", path.name, None if is_txt else max(0, lines - 1), lines if is_txt else 0, not is_txt, not is_txt)]


def _workbook(path: Path) -> list[Count]:
    import openpyxl

    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        return [
            Count(sheet.title, path.name, max(0, (sheet.max_row or 1) - 1), 0, False, True) for sheet in book.worksheets
        ]


def _dbf(path: Path) -> list[Count]:
    with path.open("rb") as stream:
        return [Count("", path.name, int.from_bytes(stream.read(8)[4:8], "little"), 0, vertices_exact=True)]


def _of_table(words: str) -> Count:
    """What the server knows of a table; asked for, because the configuration names it."""
    from geoparks.read import postgis
    from geoparks.read.relation import look_up

    address = parse(words)
    with postgis.session(address) as connection:
        relation = look_up(connection, address)
        source = postgis.source(relation)
        row = connection.execute(f"SELECT count(*) FROM {source}").fetchone()  # noqa: S608
        rows, vertices = int(row[0]) if row else 0, 0
        if relation.geometry is not None:
            shape = postgis.quoted(relation.geometry)
            sample = (
                f"SELECT avg(ST_NPoints({shape}::geometry)) FROM (SELECT {shape} FROM {source} LIMIT {_SAMPLE}) AS t"  # noqa: S608
            )
            average = connection.execute(sample).fetchone()
            vertices = int(rows * float(average[0] or 0)) if average else 0
    return Count("", address.shown(relation.label), rows, vertices, vertices_exact=relation.geometry is None)


def _from_bytes(bytes_: int, rows: int) -> int:
    return max(0, bytes_ - _HEAD * rows) // _BYTES_PER_VERTEX


_COUNTERS: dict[str, Callable[[Path], list[Count]]] = {
    ".parquet": _parquet, ".geoparquet": _parquet, ".gpkg": _gpkg, ".shp": _shapefile, ".gdb": _by_gdal, ".fgb": _by_gdal,
    ".geojson": _text, ".json": _text, ".geojsonl": _text, ".kml": _text, ".gml": _text, ".txt": _lines, ".csv": _lines,
    ".tsv": _lines, ".xlsx": _workbook, ".dbf": _dbf,
}  # fmt: skip
