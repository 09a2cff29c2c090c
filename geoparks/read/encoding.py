"""Chinese text in files that do not say how they are encoded: UTF-8, GBK (GB18030) or Big5."""

from __future__ import annotations

import codecs
from pathlib import Path

from geoparks.errors import UnreadableFile
from geoparks.read.raw import RawLayer
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

_UNDECODED = "\ufffd"
_CANDIDATES = ("utf-8", "gb18030", "big5hkscs")
_SAMPLE_LINES = 5_000
_MANY_PIECES = 20
_FEW = 0.05  # of many pieces so many may be damaged before a claimed encoding is given up
_CLEARLY_BETTER = 0.25


def named(words: str) -> str | None:
    """The Python codec that a .cpg or a header names; None for words that say nothing (ANSI, OEM, System)."""
    key = words.strip().strip("\ufeff").lower()
    if key in CODE_PAGES:
        return CODE_PAGES[key]
    try:
        b"".decode(key)  # some codecs are none of text
        return codecs.lookup(key).name if key else None
    except LookupError:
        return None


def decodes(data: bytes, encoding: str) -> bool:
    """Whether `data` is text in `encoding`; its last character may be cut, as the width of a field cuts it."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
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
    wide = [piece for piece in pieces if not piece.isascii()]
    if not wide or all(decodes(piece, "utf-8") for piece in wide):
        return "utf-8"
    scores = {}
    for encoding in ("gb18030", "big5hkscs"):
        good = [piece for piece in wide if decodes(piece, encoding)]
        scores[encoding] = (len(good) / len(wide), _common_share(good, encoding))
    return max(scores, key=lambda encoding: scores[encoding])


def believable(pieces: list[bytes], claimed: str, found: str) -> bool:
    """Whether text may be in the encoding that its file claims, although by its look it is in another one.

    A claim stands where it decodes the text, unless the other encoding makes plain Chinese of it and the claimed one
    does not: UTF-8 read as GBK, or GBK as Big5 or ISO-8859-1, gives characters without complaint, but odd ones.

    >>> believable(["园区面积公顷".encode("utf-8")], "gb18030", "utf-8")
    False
    """
    wide = [piece for piece in pieces if not piece.isascii()]
    if claimed == found or not wide:
        return True
    bad = sum(not decodes(piece, claimed) for piece in wide)
    if bad and (len(wide) < _MANY_PIECES or bad / len(wide) > _FEW):
        return False
    return _common_share(wide, found) - _common_share(wide, claimed) <= _CLEARLY_BETTER


def _common_share(pieces: list[bytes], encoding: str) -> float:
    """Share of the characters beyond ASCII that are usual in Chinese text, as `encoding` reads them."""
    if encoding not in ("gb18030", "big5hkscs"):
        words = "".join(piece.decode(encoding, "ignore") for piece in pieces)
        far = [one for one in words if one > "\x7f"]
        return sum("\u3000" <= one <= "\u9fff" or "\uff00" <= one <= "\uffef" for one in far) / len(far) if far else 0.0
    common = wide = 0
    for data in pieces:
        index = 0
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
    """The text of a file, and the encoding it was found to have: byte order mark, UTF-8, then GBK or Big5.

    What cannot be decoded stands as U+FFFD: whoever makes a layer of the text calls ``tell_undecoded``.
    """
    data = path.read_bytes()
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace").lstrip("\ufeff"), encoding
    if decodes(data, "utf-8"):
        return data.decode("utf-8", "replace"), "utf-8"
    lines = data.splitlines()
    encoding = detect(lines[:: max(1, len(lines) // _SAMPLE_LINES)])
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


def tell_undecoded(raw: RawLayer, text: str) -> None:
    """Record characters of a text that could not be decoded: at its end they mean that the file is cut off."""
    if _UNDECODED not in text:
        return
    if text.endswith(_UNDECODED):
        raw.faulty(
            "file_truncated",
            Text("文件末尾的字符不完整，文件被截断", "the last character is incomplete: the file is cut off"),
        )
    elsewhere = text.rstrip(_UNDECODED)
    if (at := elsewhere.find(_UNDECODED)) >= 0:
        count = elsewhere.count(_UNDECODED)
        raw.repaired(
            "undecoded",
            Text(f"有 {count} 个字符无法辨认，读作 {_UNDECODED}", f"{count} characters cannot be decoded and are read as {_UNDECODED}"),
            row=elsewhere.count("\n", 0, at) + 1,
        )  # fmt: skip
