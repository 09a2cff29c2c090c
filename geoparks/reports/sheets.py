"""What a sheet of the workbook is made of."""

from __future__ import annotations

from typing import Any

from geoparks.text import Text

Row = list[Any]
Columns = list[tuple[str, Text, int]]
"""Key, title and width of every column."""
Sheet = tuple[Text, Columns, list[tuple[str, Row]]]
"""Title, columns, and rows, each with the severity that it is coloured by."""
