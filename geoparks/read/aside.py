"""Copies in a temporary folder, for what would otherwise be written beside an input, or cannot be opened where it is.

Inputs are never changed: GDAL writes a .gfs beside a GML, a .shx beside a shapefile that lacks one, and folds the
write-ahead log into a GeoPackage that a desktop program still has open.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from geoparks.read import encoding as encodings

_NOT_IN_A_PATH = "!;"  # marks that GDAL's path syntax takes for its own
_LOGS = ("-wal", "-shm", "-journal")


@contextmanager
def readable(path: Path, beside: Iterable[Path] = ()) -> Iterator[Path]:
    """The file where it can be read without a trace: itself, or a copy. `beside` are the files that belong to it."""
    logs = [path.with_name(path.name + suffix) for suffix in _LOGS]
    logs = [one for one in logs if one.exists()]
    encoding = _chinese_xml(path)
    if not (path.suffix.lower() == ".gml" or logs or encoding or not _is_plain(path)):
        yield path
        return
    with copied(path, *beside, *logs) as copy:
        if encoding:
            words = path.read_bytes().decode(encoding, "replace")
            copy.write_text(re.sub(r"encoding=([\"'])[\w-]+", r"encoding=\1UTF-8", words, count=1), "utf-8", newline="")
        yield copy


def _chinese_xml(path: Path) -> str | None:
    """The Chinese encoding that a GML declares: GDAL's XML reader knows only UTF-8 and Latin ones."""
    if path.suffix.lower() != ".gml":
        return None
    with path.open("rb") as stream:
        declared = re.search(rb"^\s*<\?xml[^>]*encoding=[\"']([\w-]+)", stream.read(200))
    encoding = encodings.named(declared[1].decode()) if declared else None
    return encoding if encoding in ("gb18030", "big5hkscs") else None


@contextmanager
def copied(path: Path, *beside: Path) -> Iterator[Path]:
    """A copy of a file, or of a .gdb folder, with others beside it, all under the plain name ``copy``."""
    with TemporaryDirectory(prefix="geoparks-") as folder:
        for one in (path, *beside):
            target = Path(folder) / ("copy" + one.name.lower().removeprefix(path.stem.lower()))
            if one.is_dir():
                shutil.copytree(one, target)
            else:
                shutil.copy2(one, target)
        yield Path(folder) / ("copy" + path.suffix.lower())


@contextmanager
def writable(path: Path) -> Iterator[Path]:
    """Where GDAL can write a file: its own place, or a plain name elsewhere, from which it is moved there."""
    if _is_plain(path):
        yield path
        return
    with TemporaryDirectory(prefix="geoparks-") as folder:
        plain = Path(folder) / ("copy" + path.suffix)
        if path.exists():  # to be added to
            shutil.move(path, plain)
        yield plain
        for made in Path(folder).iterdir():
            shutil.move(made, path.with_name(path.stem + made.name.removeprefix("copy")))


def _is_plain(path: Path) -> bool:
    return not any(mark in str(path.absolute()) for mark in _NOT_IN_A_PATH)
