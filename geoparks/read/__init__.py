"""Read any supported file as raw layers. A format is one module of this folder with SUFFIXES, TITLE and read()."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from geoparks.errors import GeoparksError, UnreadableFile
from geoparks.read import archive
from geoparks.read.raw import RawLayer
from geoparks.text import Text

Reader = Callable[[Path], list[RawLayer]]

# Files that lie beside data and are none: side files of shapefiles, locks, thumbnails.
_SIDE_FILES = {
    ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".qmd", ".lock", ".xml", ".ovr", ".aux", ".gfs", ".ini",
    ".db", ".ds_store", ".tfw", ".map", ".dat", ".id", ".md", ".csvt",
}  # fmt: skip


@cache
def formats() -> dict[str, ModuleType]:
    """Every format module by suffix; two modules that claim one suffix stop the program."""
    found: dict[str, ModuleType] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for suffix in getattr(module, "SUFFIXES", ()):
            if suffix in found:
                raise RuntimeError(f"{suffix} is claimed by {found[suffix].__file__} and {module.__file__}")
            found[suffix] = module
    return found


def open_file(path: Path) -> list[RawLayer]:
    """Every layer of a file, or of the files inside an archive.

    Raises UnreadableFile where the file cannot be opened, holds no layer, or is of a format that is not read.
    """
    if not path.exists():
        raise UnreadableFile(Text("文件不存在", "no such file"), where=str(path))
    if path.suffix.lower() == ".zip":
        return _open_archive(path)
    module = formats().get(path.suffix.lower())
    if module is None or (path.is_dir() and path.suffix.lower() != ".gdb"):
        raise UnreadableFile(
            Text("不是可读取的格式", "not a format that is read"),
            where=path.name,
            expected=Text("、".join(sorted({*formats(), ".zip"})), ", ".join(sorted({*formats(), ".zip"}))),
        )
    try:
        layers: list[RawLayer] = module.read(path)
    except GeoparksError:
        raise
    except (OSError, MemoryError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        # A damaged file can break a reader anywhere; the user gets the file and the reason, never a traceback.
        raise UnreadableFile(
            Text("文件打不开：已损坏或不完整", "cannot be opened: damaged or incomplete"),
            where=path.name,
            found=Text(f"{type(error).__name__}: {error}"[:160], f"{type(error).__name__}: {error}"[:160]),
            mend=Text("请重新复制，或从原软件重新导出。", "Copy it again, or export it again from where it was made."),
        ) from error
    return layers


def _open_archive(path: Path) -> list[RawLayer]:
    with archive.unpacked(path) as folder:
        inside = list(data_files(folder))
        if not inside:
            raise UnreadableFile(
                Text("压缩包里没有可读取的文件", "the archive holds no file that is read"), where=path.name
            )
        layers = []
        for one in inside:
            for raw in open_file(one):
                raw.inner = one.relative_to(folder).as_posix() + (f" › {raw.inner}" if raw.siblings > 1 else "")
                layers.append(raw)
    for raw in layers:
        raw.path, raw.siblings = path, len(layers)
    return layers


def data_files(folder: Path) -> Iterator[Path]:
    """The files of a folder that may hold data, in a fixed order, folders inside included.

    A .dbf beside its .shp, side files, hidden files and Office's lock files are passed over; a .gdb folder is one file.
    """
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        suffix = path.suffix.lower()
        if path.name.startswith((".", "~$")) or suffix in _SIDE_FILES or path.name.lower() == "thumbs.db":
            continue
        if path.is_dir() and suffix != ".gdb":
            yield from data_files(path)
        elif suffix == ".dbf" and any(path.with_suffix(one).exists() for one in (".shp", ".SHP", ".tab", ".TAB")):
            continue
        elif suffix in formats() or suffix == ".zip":
            yield path


def unknown_files(folder: Path) -> Iterator[Path]:
    """Files of a folder that are of no format geoparks reads and are no side files either."""
    for path in sorted(folder.rglob("*")):
        inside_gdb = any(parent.suffix.lower() == ".gdb" for parent in path.parents)
        known = path.suffix.lower() in formats() or path.suffix.lower() in _SIDE_FILES or path.suffix.lower() == ".zip"
        if path.is_file() and not inside_gdb and not known and not path.name.startswith((".", "~$")):
            yield path


def digest(path: Path) -> str:
    """SHA-256 of a file; of all its parts where a layer is spread over several (shapefile, FileGDB)."""
    from geoparks.read import shapefile

    if path.is_dir():
        parts = sorted(one for one in path.rglob("*") if one.is_file() and one.suffix != ".lock")
    elif path.suffix.lower() == ".shp":
        parts = shapefile.parts(path)
    else:
        parts = [path]
    total = hashlib.sha256()
    for part in parts:
        with part.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                total.update(chunk)
    return total.hexdigest()
