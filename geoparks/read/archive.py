"""Open ZIP archives safely: bounded in size and number, no path that leaves the folder, Chinese names read right."""

from __future__ import annotations

import shutil
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
_CHUNK = 1024 * 1024


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A temporary folder with what the archive holds; it is gone afterwards, so read everything inside the block."""
    with TemporaryDirectory(prefix="geoparks-") as folder:
        target = Path(folder)
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, target, path)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, RuntimeError, NotImplementedError) as error:
            raise UnreadableFile(
                Text(
                    "压缩包打不开：已损坏、未下载完或有密码", "the archive cannot be opened: damaged, cut off or locked"
                ),
                where=path.name,
                found=same(str(error)),
                mend=Text(
                    "请重新复制，或解压后使用其中的文件。", "Copy it again, or unpack it and use the files inside."
                ),
            ) from error
        yield target


def _unpack(archive: zipfile.ZipFile, target: Path, path: Path) -> None:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MAX_ENTRIES or total > MAX_BYTES or (total > _CHUNK * 100 and total / packed > MAX_RATIO):
        raise UnreadableFile(
            Text("压缩包过大，不予打开", "the archive is too large to open"),
            where=path.name,
            found=Text(
                f"{len(entries)} 个文件，解压后 {total:,} 字节", f"{len(entries)} files, {total:,} bytes unpacked"
            ),
            expected=Text(
                f"不超过 {MAX_ENTRIES} 个、{MAX_BYTES:,} 字节", f"at most {MAX_ENTRIES} and {MAX_BYTES:,} bytes"
            ),
            mend=Text("请先解压，再把文件夹放入 data/。", "Unpack it first and put the folder into data/."),
        )
    raw_names = [entry.filename.encode("cp437") for entry in entries if not entry.flag_bits & _UTF8_FLAG]
    encoding = detect(raw_names)
    for entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16):
            continue
        name = entry.filename
        if not entry.flag_bits & _UTF8_FLAG:
            name = name.encode("cp437").decode(encoding, errors="replace")
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


@contextmanager
def copied(*paths: Path) -> Iterator[Path]:
    """A temporary folder with copies of some files, for readers that would write beside them."""
    with TemporaryDirectory(prefix="geoparks-") as folder:
        for path in paths:
            if path.exists():
                shutil.copy2(path, folder)
        yield Path(folder)
