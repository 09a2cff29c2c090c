"""The blocks of bytes that a page carries: each compressed, as text without a character of markup, and named by its number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from geoparks.maps import columns
from geoparks.maps.pack import encoded
from geoparks.text import Lang


@dataclass
class Blocks:
    """The blocks of bytes of a page, by number."""

    texts: list[str] = field(default_factory=list)

    def carry(self, data: bytes) -> int:
        """Put bytes into the page, compressed; returns their number."""
        return self.add(encoded(data))

    def add(self, text: str) -> int:
        """Put text without a character of markup into the page as it is."""
        self.texts.append(text)
        return len(self.texts) - 1

    def columns(self, some: Iterable[pd.Series], lang: Lang) -> list[int]:
        """Put columns into the page, a block each."""
        return [self.carry(columns.packed(one, lang)) for one in some]
