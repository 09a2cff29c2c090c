"""Everything that can stop geoparks, as one tree. Each error says what, where, found, expected and what to do.

::

    GeoparksError
    ├── DeclarationError     a TOML file (layers/, policies/, maps/, geoparks.toml) says something it may not
    ├── UnreadableFile       a file cannot be opened, or holds no usable layer
    ├── WorkspaceError       the folder itself: missing, ambiguous, not writable
    └── NotJudged            a layer opens but cannot be judged; the run goes on and says so

The first three end a run with exit status 2 and one line on standard error. ``NotJudged`` never reaches the
user as an error: it becomes the reason of ``not_checked`` rows.
"""

from __future__ import annotations

import errno
import re
from typing import Any

from geoparks.text import Lang, Text

FILE_TROUBLE = Text("文件或文件夹操作失败", "a file or folder could not be used")
_OS_WORDS = {
    errno.EEXIST: "同名的文件已存在",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限，或正被其他程序使用",
    errno.EPERM: "不允许此操作",
    errno.EROFS: "所在磁盘只读",
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘配额已满",
    errno.ENAMETOOLONG: "名称过长",
    errno.EINVAL: "名称或参数无效",
    errno.EBUSY: "正被其他程序使用",
    errno.EMFILE: "打开的文件过多",
    errno.EIO: "读写出错，磁盘或网络可能有故障",
    errno.ELOOP: "链接循环",
}


_USER_AND_PASSWORD = re.compile(r"(postgres(?:ql)?:/{1,2})\S*@", re.IGNORECASE)
_PASSWORD = re.compile(r"((?:ssl)?password=)[^\s&]+", re.IGNORECASE)


def without_secrets(words: str) -> str:
    """Words without the user and password of any database address in them: whatever is told may be read by others.

    >>> without_secrets("postgresql://li:p@ss@host/db?table=zd&password=x")
    'postgresql://host/db?table=zd&password=***'
    """
    return _PASSWORD.sub(r"\1***", _USER_AND_PASSWORD.sub(r"\1", words))


def os_words(error: OSError) -> Text:
    """What the operating system says of a file, in both languages; it speaks English only."""
    own = error.strerror or str(error)
    return Text(_OS_WORDS.get(error.errno or 0, own), own)


class GeoparksError(Exception):
    """Base of every error that is told to a user in a sentence instead of a traceback."""

    exit_status = 2

    def __init__(
        self,
        what: Text,
        *,
        where: str = "",
        found: Text | None = None,
        expected: Text | None = None,
        mend: Text | None = None,
    ) -> None:
        self.what, self.where, self.found, self.expected, self.mend = what, where, found, expected, mend
        super().__init__(self.line("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors are told by other processes, too."""
        return _again, (type(self), self.what, self.where, self.found, self.expected, self.mend)

    def reason(self, lang: Lang) -> str:
        """The sentence without its place."""
        zh = lang == "zh"
        words = self.what.to(lang)
        if self.found:
            words += ("；现为 " if zh else "; found ") + self.found.to(lang)
        if self.expected:
            words += ("；应为 " if zh else "; expected ") + self.expected.to(lang)
        if self.mend:
            words = words.rstrip("。. ") + ("。" if zh else ". ") + self.mend.to(lang)
        return without_secrets(" ".join(words.split()))

    def line(self, lang: Lang) -> str:
        """One line for a terminal: the place, then the sentence."""
        place = self.where + ("：" if lang == "zh" else ": ") if self.where else ""
        return without_secrets(place) + self.reason(lang)

    def as_text(self) -> Text:
        """The sentence without its place, in both languages."""
        return Text(self.reason("zh"), self.reason("en"))


def _again(kind: type[GeoparksError], what: Text, where: str, *rest: Text | None) -> GeoparksError:
    found, expected, mend = rest
    return kind(what, where=where, found=found, expected=expected, mend=mend)


class DeclarationError(GeoparksError):
    """A declaration in TOML is wrong; `where` names file and key."""


class UnreadableFile(GeoparksError):
    """A file cannot be opened or holds no usable layer; `where` names the file."""


class WorkspaceError(GeoparksError):
    """The workspace folder is missing, ambiguous or cannot be written."""


class NotJudged(GeoparksError):
    """A layer opens but must not be judged: unknown CRS, GCJ-02, a datum without a transformation."""
