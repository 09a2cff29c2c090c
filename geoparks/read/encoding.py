"""Chinese text in files that do not say how they are encoded: UTF-8, GBK (GB18030) or Big5."""

from __future__ import annotations

import codecs
from pathlib import Path

from geoparks.errors import UnreadableFile
from geoparks.text import Text, same

# What a .cpg file or a table's code page byte may say, and what it means in Python.
CODE_PAGES = {
    "utf-8": "utf-8", "utf8": "utf-8", "65001": "utf-8", "cp65001": "utf-8",
    "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "936": "gb18030", "cp936": "gb18030",
    "ansi 936": "gb18030", "oem 936": "gb18030", "54936": "gb18030", "gb": "gb18030", "euc-cn": "gb18030",
    "big5": "big5hkscs", "big-5": "big5hkscs", "950": "big5hkscs", "cp950": "big5hkscs",
    "ansi 950": "big5hkscs", "oem 950": "big5hkscs",
    "iso-8859-1": "latin-1", "88591": "latin-1", "8859-1": "latin-1", "iso88591": "latin-1",
    "1252": "cp1252", "ansi 1252": "cp1252", "cp1252": "cp1252",
}  # fmt: skip
TITLES = {"utf-8": "UTF-8", "gb18030": "GBK", "big5hkscs": "Big5", "latin-1": "ISO-8859-1", "utf-16": "UTF-16"}

_CANDIDATES = ("utf-8", "gb18030", "big5hkscs")


def named(words: str) -> str | None:
    """The Python codec that a .cpg or a header names; None for words that say nothing (ANSI, OEM, System)."""
    key = words.strip().strip("\ufeff").lower()
    if key in CODE_PAGES:
        return CODE_PAGES[key]
    try:
        return codecs.lookup(key).name if key else None
    except LookupError:
        return None


def decodes(data: bytes, encoding: str) -> bool:
    """Whether every byte of `data` is valid in `encoding`."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def detect(pieces: list[bytes]) -> str:
    """The encoding of short pieces of text (names, attribute values), by which decoding makes them common Chinese.

    UTF-8 is strict enough to be believed when it decodes. GBK and Big5 decode each other's bytes into rare
    characters; in real text nearly all characters come from the first, most used level of each set.

    >>> detect(["面积".encode("gbk"), "工业园区".encode("gbk")]), detect(["住宅區".encode("big5")])
    ('gb18030', 'big5hkscs')
    """
    wide = [piece for piece in pieces if any(byte >= 0x80 for byte in piece)]
    if not wide or all(decodes(piece, "utf-8") for piece in wide):
        return "utf-8"
    scores = {}
    for encoding in ("gb18030", "big5hkscs"):
        good = [piece for piece in wide if decodes(piece, encoding)]
        scores[encoding] = (len(good) / len(wide), _common_share(b"".join(good), encoding))
    return max(scores, key=lambda encoding: scores[encoding])


def _common_share(data: bytes, encoding: str) -> float:
    """Share of the two-byte characters of `data` that lie in the most used level of the set."""
    common = wide = index = 0
    while index < len(data) - 1:
        lead, trail = data[index], data[index + 1]
        if lead < 0x81:
            index += 1
            continue
        wide += 1
        if encoding == "gb18030":
            common += (0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3) and trail >= 0xA1
        else:
            common += 0xA4 <= lead <= 0xC6 or lead == 0xA1
        index += 2
    return common / wide if wide else 0.0


def recognised_as(encoding: str) -> Text:
    """That the encoding was found by looking at the text, because the file does not say it."""
    title = TITLES.get(encoding, encoding)
    return Text(f"文件没有声明编码，按文字识别为 {title}", f"the file names no encoding; by its text it is {title}")


def read_text(path: Path) -> tuple[str, str]:
    """The text of a file, and the encoding it was found to have: byte order mark, UTF-8, then GBK or Big5."""
    data = path.read_bytes()
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").lstrip("\ufeff"), encoding
    encoding = detect(data.splitlines())
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableFile(
            Text(f"第 {line} 行不是可识别的文字", f"line {line} is not readable text"),
            where=path.name,
            expected=same(" / ".join(TITLES[one] for one in _CANDIDATES)),
            mend=Text("请用记事本打开并另存为 UTF-8。", "Open it in an editor and save it as UTF-8."),
        ) from error
