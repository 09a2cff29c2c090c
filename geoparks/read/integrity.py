"""Files that GDAL opens although they are broken: it would hand on what came before the damage, and say nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote
from xml.parsers import expat

from geoparks.errors import UnreadableFile
from geoparks.text import Text, same

_SQLITE = b"SQLite format 3\0"


def refuse_damaged(source: Path, shown: Path) -> None:
    """Raise UnreadableFile for a GML that ends or breaks off in the middle, and for a damaged GeoPackage."""
    if source.is_file() and source.stat().st_size:
        if source.suffix.lower() == ".gml":
            _whole_xml(source, shown)
        elif source.suffix.lower() in (".gpkg", ".sqlite"):
            _sound_database(source, shown)


def _whole_xml(source: Path, shown: Path) -> None:
    with source.open("rb") as stream:
        try:
            expat.ParserCreate().ParseFile(stream)
        except expat.ExpatError as error:
            raise _damaged(
                shown,
                Text(f"第 {error.lineno} 行第 {error.offset + 1} 列不合 XML 语法", f"bad XML at line {error.lineno}, column {error.offset + 1}"),
            ) from error  # fmt: skip


def _sound_database(source: Path, shown: Path) -> None:
    with source.open("rb") as stream:
        if stream.read(len(_SQLITE)) != _SQLITE:
            return  # GDAL says what it is not
    base = sqlite3.connect(f"file:{quote(str(source.absolute()))}?mode=ro&immutable=1", uri=True)
    try:
        found = base.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found = str(error)
    finally:
        base.close()
    if found != "ok":
        raise _damaged(shown, same(" ".join(str(found).split())[:120]))


def _damaged(path: Path, found: Text) -> UnreadableFile:
    return UnreadableFile(
        Text("文件已损坏或不完整", "damaged or incomplete"),
        where=path.name,
        found=found,
        mend=Text("请重新复制，或从原软件重新导出。", "Copy it again, or export it again from where it was made."),
    )
