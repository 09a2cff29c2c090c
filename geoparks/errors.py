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

from geoparks.text import Lang, Text


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

    def reason(self, lang: Lang) -> str:
        """The sentence without its place."""
        zh = lang == "zh"
        words = self.what.to(lang)
        if self.found:
            words += ("；现为 " if zh else "; found ") + self.found.to(lang)
        if self.expected:
            words += ("；应为 " if zh else "; expected ") + self.expected.to(lang)
        if self.mend:
            words += ("。" if zh else ". ") + self.mend.to(lang)
        return " ".join(words.split())

    def line(self, lang: Lang) -> str:
        """One line for a terminal: the place, then the sentence."""
        place = self.where + ("：" if lang == "zh" else ": ") if self.where else ""
        return place + self.reason(lang)

    def as_text(self) -> Text:
        """The sentence without its place, in both languages."""
        return Text(self.reason("zh"), self.reason("en"))


class DeclarationError(GeoparksError):
    """A declaration in TOML is wrong; `where` names file and key."""


class UnreadableFile(GeoparksError):
    """A file cannot be opened or holds no usable layer; `where` names the file."""


class WorkspaceError(GeoparksError):
    """The workspace folder is missing, ambiguous or cannot be written."""


class NotJudged(GeoparksError):
    """A layer opens but must not be judged: unknown CRS, GCJ-02, a datum without a transformation."""
