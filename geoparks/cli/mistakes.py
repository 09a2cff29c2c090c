"""What is wrong with a command as it was typed, in the language of the user; the library has it in English only."""

from __future__ import annotations

import difflib
import re
from typing import Any

from geoparks.text import Text

_QUOTED = re.compile(r"'([^']+)'")


def told(error: Any, commands: list[str]) -> Text:
    """One line for a mistake that the command line's library found.

    The library brings its own copy of its errors in some versions, so they are known by what they say and carry.
    """
    words = " ".join(str(error.format_message()).split()).replace("Value error, ", "")
    return Text("命令有误：" + _zh(error, words, commands), "wrong command: " + words)


def _zh(error: Any, words: str, commands: list[str]) -> str:
    quoted = _QUOTED.findall(words)
    name = _name(error)
    if option := getattr(error, "option_name", None):
        return _of_option(str(option), words, getattr(error, "possibilities", None) or [])
    if words.startswith("No such command") and quoted:
        near = difflib.get_close_matches(quoted[0], commands, n=1)
        return f"没有命令 {quoted[0]}" + (f"，您是否想用 {near[0]}？" if near else f"；可用的有：{'、'.join(commands)}")
    if words.startswith("Missing"):
        return f"缺少 {name}"
    if "requires an argument" in words and quoted:
        return f"{quoted[0]} 后面要写取值"
    if "unexpected extra argument" in words:
        more = re.search(r"\(([^()]*)\)\s*$", words)
        return "多出了参数" + (f" {more[1]}" if more else "")
    if "is not one of" in words and len(quoted) > 1:
        at = [one for one in quoted if not one.startswith("-")]
        return f"{name} 的取值不对；现为 {at[0]}；应为 {'、'.join(at[1:])}"
    if "integer" in words:
        return f"{name} 应为整数"
    return f"{name}：{words}" if name else words


def _of_option(option: str, words: str, near: list[str]) -> str:
    if "requires an argument" in words:
        return f"{option} 后面要写取值"
    if "does not take a value" in words:
        return f"{option} 后面不写取值"
    return f"没有选项 {option}" + (f"，您是否想用 {'、'.join(near)}？" if near else "")


def _name(error: Any) -> str:
    """The option or argument as the user writes it."""
    param = getattr(error, "param", None)
    if param is None:
        return str(getattr(error, "param_hint", None) or "").strip("'")
    dashed = [one for one in getattr(param, "opts", ()) if one.startswith("-")]
    return str(dashed[0]) if dashed else str(param.name or "").upper()
