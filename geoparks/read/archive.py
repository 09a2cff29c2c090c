"""Open ZIP archives safely: bounded in size and number, no path that leaves the folder, Chinese names read right."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from geoparks.errors import UnreadableFile
from geoparks.read.encoding import detect
from geoparks.text import Text, same

MAX_ENTRIES = 10_000
MAX_BYTES = 8 * 1024**3
MAX_RATIO = 1_000
_UTF8_FLAG = 0x800
_LOCKED_FLAG = 0x1
_CHUNK = 1024 * 1024
_HARMLESS = 100 * _CHUNK
EMPTY = Text("文件是空的（0 字节），可能拷贝未完成", "the file is empty (0 bytes); the copy may not have finished")


@contextmanager
def unpacked(path: Path, depth: int = 0) -> Iterator[Path]:
    """A temporary folder with what the archive holds; it is gone afterwards, so read everything inside the block."""
    with TemporaryDirectory(prefix="geoparks-") as folder:
        target = Path(folder)
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, target, path, depth)
        except UnreadableFile:
            raise
        except Exception as error:  # zipfile, zlib and the file system each have their own kinds
            words = " ".join(str(error).replace(str(target), "").split())[:160]
            raise UnreadableFile(
                Text(
                    "压缩包打不开：已损坏、未下载完或有密码", "the archive cannot be opened: damaged, cut off or locked"
                )
                if path.stat().st_size
                else EMPTY,
                where=path.name,
                found=same(words) if path.stat().st_size else None,
                mend=Text(
                    "请重新复制，或解压后使用其中的文件。", "Copy it again, or unpack it and use the files inside."
                ),
            ) from error
        yield target


def _unpack(archive: zipfile.ZipFile, target: Path, path: Path, depth: int) -> None:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if any(entry.flag_bits & _LOCKED_FLAG for entry in entries):
        raise UnreadableFile(
            Text("压缩包有密码", "the archive is locked with a password"),
            where=path.name,
            mend=Text("请解压后使用其中的文件。", "Unpack it and use the files inside."),
        )
    refuse_bomb(entries, path, MAX_BYTES >> 4 * depth)
    written = [_name_bytes(entry) for entry in entries]
    encoding = detect([one for one in written if one is not None])
    for entry, raw_name in zip(entries, written, strict=True):
        if stat.S_ISLNK(entry.external_attr >> 16):
            continue
        name = entry.filename if raw_name is None else raw_name.decode(encoding, errors="replace")
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts or any(part in ("..", "/") or ":" in part for part in parts):
            raise UnreadableFile(
                Text("压缩包里有越出文件夹的路径，不予打开", "the archive holds a path that leaves its folder"),
                where=path.name,
                found=same(name),
            )
        if "__MACOSX" in parts:
            continue
        out = target.joinpath(*parts)
        out.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, out.open("wb") as sink:
            _copy_at_most(source, sink, entry.file_size, path)


def refuse_bomb(entries: list[zipfile.ZipInfo], path: Path, most: int = MAX_BYTES) -> None:
    """Refuse what would fill a disk or the memory; workbooks and KMZ are archives too."""
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) <= MAX_ENTRIES and total <= most and (total <= _HARMLESS or total / packed <= MAX_RATIO):
        return
    raise UnreadableFile(
        Text("压缩包过大，不予打开", "the archive is too large to open"),
        where=path.name,
        found=Text(f"{len(entries)} 个文件，解压后 {total:,} 字节", f"{len(entries)} files, {total:,} bytes unpacked"),
        expected=Text(
            f"不超过 {MAX_ENTRIES} 个、{most:,} 字节、压缩比 {MAX_RATIO}",
            f"at most {MAX_ENTRIES}, {most:,} bytes and a ratio of {MAX_RATIO}",
        ),
        mend=Text("请先解压，再把文件夹放入 data/。", "Unpack it first and put the folder into data/."),
    )


def _name_bytes(entry: zipfile.ZipInfo) -> bytes | None:
    """The name of an entry as its maker wrote it; None where the archive says that it is UTF-8, or carries it twice."""
    if entry.flag_bits & _UTF8_FLAG:
        return None
    try:
        return entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return None


def _copy_at_most(source: object, sink: object, size: int, path: Path) -> None:
    """Copy an entry, but never more than its directory promised: a bomb lies about its size."""
    left = size
    while chunk := source.read(min(_CHUNK, left + 1)):  # type: ignore[attr-defined]
        left -= len(chunk)
        if left < 0:
            raise UnreadableFile(
                Text("压缩包内文件比目录所写的大，不予打开", "an entry is larger than the archive says"),
                where=path.name,
            )
        sink.write(chunk)  # type: ignore[attr-defined]
