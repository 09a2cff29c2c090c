"""Tables and JSON on standard output: what every view is made of."""

from __future__ import annotations

import json as jsons
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from geoparks.text import Lang

_WIDTH = 140  # where the output goes to a file or a pipe


def console() -> Console:
    """Standard output as rich writes to it: no markup, for file names may hold brackets."""
    from rich.console import Console

    on_terminal = sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=not on_terminal, width=None if on_terminal else _WIDTH, markup=False)


def table(title: str, *columns: tuple[str, str]) -> Table:
    """A plain table; every column is a heading and ``left`` or ``right``."""
    from rich import box
    from rich.table import Table

    made = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for name, justify in columns:
        made.add_column(name, justify="right" if justify == "right" else "left", overflow="fold")
    return made


def print_json(content: Any) -> None:
    """One document on standard output, and nothing else."""
    print(jsons.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


class Speaker:
    """Chooses between two sentences by language: ``t = Speaker(lang)``, then ``t("是", "yes")``."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, zh: str, en: str) -> str:
        """The sentence of the language."""
        return en if self.lang == "en" else zh
