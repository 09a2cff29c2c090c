"""Read one TOML table strictly: every mistake names the file, the key, and the nearest known key."""

from __future__ import annotations

import codecs
import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from geoparks.errors import DeclarationError
from geoparks.text import Text, joined, same

_KINDS: dict[type, Text] = {
    str: Text("文字（加引号）", "a string in quotes"),
    int: Text("整数", "a whole number"),
    float: Text("小数", "a number"),
    bool: Text("true 或 false", "true or false"),
    list: Text("列表 [ … ]", "a list [ … ]"),
    dict: Text("表 { … }", "a table { … }"),
    dt.date: Text("日期（如 2024-06-30）", "a date such as 2024-06-30"),
    object: Text("任意值", "any value"),
}
"""What may be asked for, in words."""


class Declared:
    """A TOML table that is emptied key by key; what nobody asked for in the end is an error."""

    def __init__(self, values: dict[str, Any], file: Path, key: str = "") -> None:
        self.values, self.file, self.key = values, file, key
        self._known: set[str] = set()

    @classmethod
    def read(cls, file: Path) -> Declared:
        """The top table of a TOML file."""
        data = file.read_bytes().removeprefix(codecs.BOM_UTF8)  # Notepad puts a mark before UTF-8
        try:
            return cls(tomllib.loads(data.decode("utf-8").replace("\r\n", "\n")), file)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DeclarationError(
                _what_is_wrong(error, data),
                where=file.name,
                mend=Text(
                    "请改正该行；文件须以 UTF-8 保存，字符串加引号。",
                    "Mend that line; save the file as UTF-8 and quote strings.",
                ),
            ) from error

    def wrong(self, key: str, found: object, expected: Text, mend: Text | None = None) -> DeclarationError:
        """The error for a key whose value is not what it should be."""
        return DeclarationError(
            Text("取值不对", "wrong value"),
            where=self._place(key),
            found=same(repr(found)),
            expected=expected,
            mend=mend,
        )

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """The value of `key`, which must be of `kind`; without a default the key must be there."""
        self._known.add(key)
        if key not in self.values:
            if default is ...:
                raise DeclarationError(Text("缺少此项", "this key is missing"), where=self._place(key))
            return default
        value = self.values[key]
        wanted = kind if isinstance(kind, tuple) else (kind,)
        is_stray_bool = isinstance(value, bool) and not {bool, object} & set(wanted)
        if not isinstance(value, wanted) or is_stray_bool:
            raise self.wrong(key, value, joined([_KINDS[one] for one in wanted], " / ", " / "))
        return value

    def text(self, key: str, default: Text | None = None) -> Text:
        """A sentence in both languages, written ``key = { zh = "…", en = "…" }``."""
        value = self.take(key, dict, None if default is not None else ...)
        if value is None:
            assert default is not None
            return default
        table = Declared(value, self.file, self._join(key))
        both = Text(table.take("zh", str), table.take("en", str))
        table.done()
        return both

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty where the key is absent."""
        value = self.take(key, list, [])
        if not all(isinstance(one, str) for one in value):
            raise self.wrong(key, value, Text("字符串列表", "a list of strings"))
        return tuple(value)

    def lists(self, key: str) -> dict[str, tuple[Any, ...]]:
        """A table of lists: ``applies = { league = ["…"] }``. A bare word would be taken for its letters."""
        values = self.take(key, dict, {})
        for name, value in values.items():
            if not isinstance(value, list):
                raise self.wrong(f"{key}.{name}", value, Text("列表", "a list"))
        return {name: tuple(value) for name, value in values.items()}

    def date(self, key: str) -> dt.date | None:
        """A date, written without quotes; None where the key is absent."""
        value = self.take(key, dt.date, None)
        return value.date() if isinstance(value, dt.datetime) else value

    def choice(self, key: str, choices: Iterable[str], default: Any = ...) -> Any:
        """One of several words."""
        value = self.take(key, str, default)
        known = list(choices)
        if value != default and value not in known:
            raise self.wrong(key, value, same(" / ".join(known)), _nearest(value, known))
        return value

    def table(self, key: str) -> Declared:
        """A table inside this one; empty where the key is absent."""
        return Declared(self.take(key, dict, {}), self.file, self._join(key))

    def tables(self, key: str) -> Iterator[Declared]:
        """Every ``[[key]]``."""
        for index, one in enumerate(self.take(key, list, []), start=1):
            if not isinstance(one, dict):
                raise self.wrong(key, one, Text("表", "a table"))
            yield Declared(one, self.file, self._join(f"{key}[{index}]"))

    def named(self, key: str) -> Iterator[tuple[str, Declared]]:
        """Every ``[key.NAME]``, as name and table."""
        inner = self.table(key)
        for name, one in inner.values.items():
            if not isinstance(one, dict):
                raise inner.wrong(name, one, Text("表", "a table"))
            yield name, Declared(one, self.file, inner._join(name))

    def done(self) -> None:
        """Say that every key has been asked for; one that was not is a mistake."""
        for key in self.values:
            if key not in self._known:
                raise DeclarationError(
                    Text("没有这个键", "no such key"), where=self._place(key), mend=_nearest(key, sorted(self._known))
                )

    def _join(self, key: str) -> str:
        return f"{self.key}.{key}" if self.key else key

    def _place(self, key: str) -> str:
        return f"{self.file.name}: {self._join(key)}"


def _what_is_wrong(error: ValueError, data: bytes) -> Text:
    """Where a file is no TOML, or no UTF-8."""
    if isinstance(error, UnicodeDecodeError):
        line = data[: error.start].count(b"\n") + 1
        return Text(f"第 {line} 行不是 UTF-8 文字（可能存成了 GBK）", f"line {line} is not UTF-8 (GBK, perhaps)")
    place = re.search(r"line (\d+), column (\d+)", str(error))
    where = f"第 {place[1]} 行第 {place[2]} 列" if place else "文件末尾"
    return Text(f"不是有效的 TOML：{where}写法不对", f"not valid TOML: {error}")


def _nearest(word: str, known: list[str]) -> Text:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return Text(f"您是否想写 {near[0]}？", f"Did you mean {near[0]}?")
    return Text(f"可用的有：{'、'.join(known)}", f"Known: {', '.join(known)}")
