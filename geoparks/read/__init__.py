"""Read any supported file as raw layers. A format is one module of this folder with SUFFIXES, TITLE and read().

One whose files may hold very many rows has begin(), too, which reads of such a layer the first rows only.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from geoparks.errors import GeoparksError, UnreadableFile
from geoparks.read import archive, closed
from geoparks.read.address import is_address
from geoparks.read.raw import Begun, RawLayer
from geoparks.text import Text

Reader = Callable[[Path], list[RawLayer]]

# Files that lie beside data and are none: side files of shapefiles, locks, thumbnails.
_SIDE_FILES = {
    ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".qmd", ".lock", ".xml", ".ovr", ".aux", ".gfs", ".ini",
    ".db", ".ds_store", ".tfw", ".map", ".dat", ".id", ".md", ".csvt", ".xsd", ".gpkg-wal",
    ".gpkg-shm", ".gpkg-journal",
}  # fmt: skip
MAYBE_DATA = {".txt", ".csv", ".tsv", ".html", ".htm", ".json"}
"""Suffixes that also occur on files which are no data at all."""
SPECIAL = Text("不是普通文件（管道、套接字或设备）", "no ordinary file (a pipe, a socket or a device)")
_ARCHIVES = (".zip", ".kmz")
_MAX_NESTING = 2


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


def readable() -> list[str]:
    """Suffixes of the formats that are read, those left out that are only known in order to say how to convert them."""
    return sorted({suffix for suffix, module in formats().items() if module is not closed} | set(_ARCHIVES))


def open_source(words: str | Path, root: Path = Path(), *, in_runs: bool = False) -> list[RawLayer]:
    """Every layer of a file, by its path from a folder, or the table that ``postgresql://…?table=…`` names."""
    if isinstance(words, str) and is_address(words):
        from geoparks.read import postgis

        return [_guarded(postgis.begin(words) if in_runs else postgis.read(words))]
    return open_file(root / words, in_runs=in_runs)


def open_file(path: Path, depth: int = 0, *, in_runs: bool = False) -> list[RawLayer]:
    """Every layer of a file, or of the files inside an archive; `depth` is how many archives the file lies in.

    With `in_runs`, layers of very many rows are only begun, where their format can be read so many rows at a time.
    Raises UnreadableFile where the file cannot be opened, holds no layer, or is of a format that is not read.
    """
    if not path.exists():
        raise UnreadableFile(Text("文件不存在", "no such file"), where=str(path))
    if is_special(path):
        raise UnreadableFile(SPECIAL, where=path.name)
    module = formats().get(path.suffix.lower())
    if (module is None and path.suffix.lower() not in _ARCHIVES) or (path.is_dir() and path.suffix.lower() != ".gdb"):
        raise UnreadableFile(
            Text("不是可读取的格式", "not a format that is read"),
            where=path.name,
            expected=Text("、".join(readable()), ", ".join(readable())),
        )
    with _told(path):
        if module is None:
            layers = _open_archive(path, depth)
        else:
            layers = module.begin(path) if in_runs and hasattr(module, "begin") else module.read(path)
    return [_guarded(raw) for raw in layers]


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever goes wrong while a file is read is told in one line.

    What the libraries warn of is told as a repair or a fault by whoever asked them; their own words are no line for a user.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except GeoparksError:
        raise
    except Exception as error:
        # A damaged file can break a reader anywhere; the user gets the file and the reason, never a traceback.
        if os.environ.get("GEOPARKS_DEBUG"):
            raise
        words = " ".join(f"{type(error).__name__}: {error}".split())[:160]
        raise UnreadableFile(
            Text("文件打不开：已损坏或不完整", "cannot be opened: damaged or incomplete"),
            where=path.name,
            found=Text(words, words),
            mend=Text("请重新复制，或从原软件重新导出。", "Copy it again, or export it again from where it was made."),
        ) from error


def _guarded(raw: RawLayer) -> RawLayer:
    """The layer; where it was only begun, what goes wrong later is told like what goes wrong now."""
    begun, path, siblings = raw.begun, raw.path, raw.siblings  # to hold the layer would be a cycle
    if begun is None:
        return raw

    def runs() -> Generator[RawLayer]:
        with closing(begun.runs()) as found:
            while True:
                with _told(path):
                    run = next(found, None)
                if run is None:
                    return
                yield run

    def whole() -> RawLayer:
        with _told(path):
            made = begun.whole()
        made.siblings = siblings
        return made

    raw.begun = Begun(runs, whole)
    return raw


def whole(raw: RawLayer) -> RawLayer:
    """The layer with all its rows: itself, unless it was only begun."""
    return raw if raw.begun is None else raw.begun.whole()


def is_special(path: Path) -> bool:
    """Whether a path is neither file nor folder: a pipe, a socket or a device, which may never end or never begin."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _open_archive(path: Path, depth: int) -> list[RawLayer]:
    if depth >= _MAX_NESTING:
        raise UnreadableFile(
            Text("压缩包层层嵌套，不予打开", "archives inside archives: not opened"),
            where=path.name,
            mend=Text("请先解压，再把文件夹放入 data/。", "Unpack it first and put the folder into data/."),
        )
    layers: list[RawLayer] = []
    passed_over: list[UnreadableFile] = []
    with archive.unpacked(path, depth) as folder:
        for file in data_files(folder):
            try:
                inside = open_file(file, depth + 1)
            except UnreadableFile as error:
                if file.suffix.lower() not in MAYBE_DATA:
                    error.where = f"{path.name} › {error.where}"
                    raise
                passed_over.append(error)  # a 说明.txt that came along is no reason to refuse the data beside it
                continue
            for raw in inside:
                raw.inner = file.relative_to(folder).as_posix() + (f" › {raw.inner}" if raw.siblings > 1 else "")
                layers.append(raw)
    if not layers:
        if passed_over:
            raise passed_over[0]
        raise UnreadableFile(
            Text("压缩包里没有可读取的文件", "the archive holds no file that is read"), where=path.name
        )
    for raw in layers:
        raw.siblings = len(layers)
        raw.lies_at(path)
    for one in passed_over:
        layers[0].repaired(
            "file_passed_over",
            Text(f"压缩包内的 {one.where} 不是数据，未读取", f"{one.where} in the archive is no data and was not read"),
        )
    return layers


def data_files(folder: Path) -> Iterator[Path]:
    """The files of a folder that may hold data, in a fixed order, folders inside included.

    A .dbf beside its .shp, side files, hidden files and Office's lock files are passed over; a .gdb folder is one file.
    """
    inside = sorted(folder.iterdir(), key=lambda one: one.name)
    names = {one.name.lower() for one in inside}
    for path in inside:
        suffix = path.suffix.lower()
        if path.name.startswith((".", "~$")) or suffix in _SIDE_FILES or path.name.lower() == "thumbs.db":
            continue
        if is_special(path):
            continue
        if path.is_dir() and suffix != ".gdb":
            yield from data_files(path)
            continue
        beside = suffix == ".dbf" and names & {path.stem.lower() + one for one in (".shp", ".tab")}
        if (
            (suffix in formats() or suffix in _ARCHIVES)
            and not beside
            and not path.name.endswith(formats()[".shp"].NAMES_BESIDE)
        ):
            yield path


def unknown_files(folder: Path) -> Iterator[Path]:
    """Files of a folder that are of no format geoparks reads and are no side files either."""
    for path in sorted(folder.rglob("*")):
        inside_gdb = any(parent.suffix.lower() == ".gdb" for parent in path.parents)
        known = path.suffix.lower() in {*formats(), *_SIDE_FILES, *_ARCHIVES}
        if path.is_file() and not inside_gdb and not known and not path.name.startswith((".", "~$")):
            yield path


def special_files(folder: Path) -> Iterator[Path]:
    """What lies in a folder and is neither file nor folder."""
    yield from (path for path in sorted(folder.rglob("*")) if is_special(path))


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
