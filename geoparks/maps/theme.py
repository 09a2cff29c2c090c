"""What a layer is coloured by, ready for the page: a class for every feature, or numbers by year with the bounds of their classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.codes import Codes
from geoparks.catalog.layer import Catalogue, Field
from geoparks.catalog.map import Theme
from geoparks.maps.classify import breaks
from geoparks.maps.drawn import Drawn
from geoparks.maps.palette import QUALITATIVE, RAMPS, UNKNOWN
from geoparks.maps.plates import Plates
from geoparks.text import Lang, Text

Array = np.ndarray[Any, Any]
Carry = Callable[[bytes], int]
"""Puts a block of bytes into the page and gives its number."""

NOT_COMPUTED = Text("未计算", "not computed")
_DOES_NOT_APPLY = Text("不适用", "does not apply")
_BLANK = Text("未填", "not given")
_OTHER = Text("其他", "other")
_OTHER_COLOUR = "#8a8f96"
_NONE = 255  # the code of a feature without a value
_MOST_CLASSES = 24
_IDLE = {
    "not_idle": Text("未闲置", "not idle"), "suspected": Text("疑似闲置", "suspected"), "determined": Text("已认定闲置", "determined"),
    "disposed": Text("已处置", "disposed"), "not_checked": Text("未检查", "not checked"), "A": Text("未动工（A 类）", "not started (A)"),
    "B": Text("动工后中止（B 类）", "stopped after the start (B)"), "fee": Text("征缴闲置费", "idle-land fee"),
    "recovery": Text("无偿收回", "recovery without compensation"), "negotiate": Text("协商处置", "negotiated"),
}  # fmt: skip
_IDLE_TITLES = {
    "status": Text("闲置状态", "Status"), "type": Text("闲置类型", "Type"), "path": Text("处置路径", "Path"), "days": Text("闲置天数", "Days idle"),
}  # fmt: skip


def spelled(value: str, codes: Codes | None, lang: Lang) -> str:
    """A value of a code list as people read it: `in` is 调入."""
    if codes is None:
        return value
    if lang == "en":
        return codes.titles.get(value, value)
    if not value.isascii():
        return value
    return next((words for words, one in codes.spellings.items() if one == value and not words.isascii()), value)


class Themes:
    """Makes the themes of one layer's features, out of their fields and the result document."""

    def __init__(self, found: Drawn, catalogue: Catalogue, plates: Plates, carry: Carry) -> None:
        self.found, self.ids, self.catalogue, self.plates, self.carry = found, found.ids, catalogue, plates, carry
        self.lang: Lang = plates.content["lang"]

    def of(self, theme: Theme) -> dict[str, Any]:
        """One theme as the page reads it."""
        if theme.indicator:
            return self._indicator(theme)
        if theme.idle:
            return self._idle(theme)
        field = self.found.layer.fields[theme.field]
        values = (
            self.found.column(field.name)
            if self.found.has(field.name)
            else pd.Series(None, index=range(len(self.ids)), dtype=object)
        )
        if field.type in ("number", "integer") and not theme.classes:
            years = [{"year": None, "values": values.astype(float).to_numpy()}] if values.notna().any() else []
            return self._numbers(theme, self._title(theme, field.title), years, field.unit or "", _BLANK)
        codes = self.catalogue.codes.get(field.codes or "")
        return self._classes(
            theme, self._title(theme, field.title), values, _BLANK, lambda one: spelled(one, codes, self.lang)
        )

    def _title(self, theme: Theme, otherwise: Text) -> str:
        return (theme.title or otherwise).to(self.lang)

    def _indicator(self, theme: Theme) -> dict[str, Any]:
        """Numbers of the result document, year by year; an indicator that is not in it has not been computed."""
        found = self.plates.figures.get((theme.indicator, self.found.layer.name), [])
        place = {str(name): position for position, name in enumerate(self.ids)} if found else {}
        years: dict[int, Array] = {}
        for one in found:
            position = place.get(one["subject"]["id"])
            if position is not None and isinstance(one["value"], int | float):
                years.setdefault(one["year"] or 0, np.full(len(self.ids), np.nan))[position] = one["value"]
        listed = [{"year": year or None, "values": years[year]} for year in sorted(years)]
        unit = found[0]["unit"] if found else ""
        return self._numbers(
            theme, self._title(theme, Text(theme.indicator, theme.indicator)), listed, unit, NOT_COMPUTED
        )

    def _idle(self, theme: Theme) -> dict[str, Any]:
        """The idle rows of the result document; where it has none, the parcels have not been judged."""
        idle, name = self.plates.idle, theme.idle
        positions = self.plates.idle_rows(self.found)
        missing = _DOES_NOT_APPLY if idle.knows_all(positions) else NOT_COMPUTED
        title = self._title(theme, _IDLE_TITLES.get(name, Text(name, name)))
        values = idle.each(positions, lambda row: row.get(name))
        if theme.classes:
            return self._classes(
                theme,
                title,
                pd.Series(values, dtype=object),
                missing,
                lambda one: _IDLE.get(one, Text(one, one)).to(self.lang),
            )
        numbers = np.array([one if isinstance(one, int | float) else np.nan for one in values], dtype=float)
        years = [{"year": None, "values": numbers}] if np.isfinite(numbers).any() else []
        return self._numbers(theme, title, years, "day", missing)

    def _numbers(
        self, theme: Theme, title: str, years: list[dict[str, Any]], unit: str, missing: Text
    ) -> dict[str, Any]:
        # One set of classes for all years: a colour means the same whichever year is shown, and two can be laid side by side.
        pooled = np.concatenate([one["values"] for one in years]) if years else np.array([])
        bounds = breaks(pooled, theme.count, theme.bounds)
        return {
            "kind": "numbers",
            "title": title,
            "unit": "%" if unit == "ratio" else units.UNITS[unit].title.to(self.lang) if unit in units.UNITS else unit,
            "colours": RAMPS.get(theme.palette, RAMPS["blue"]),
            "none": UNKNOWN,
            "missing": missing.to(self.lang),
            "scheme": theme.scheme,
            "years": [
                {
                    "year": one["year"],
                    "breaks": bounds,
                    "values": self.carry(one["values"].astype("<f8").tobytes()),
                }
                for one in years
            ],
        }

    def _classes(
        self, theme: Theme, title: str, values: pd.Series, missing: Text, label: Callable[[str], str]
    ) -> dict[str, Any]:
        found = {one: str(one) for one in values.dropna().unique()}
        known = list(theme.classes) or sorted(found.values())[:_MOST_CLASSES]
        place = {value: code for code, value in enumerate(known)}
        other = len(known)
        codes = (
            values.map({one: place.get(word, other) for one, word in found.items()})
            .fillna(_NONE)
            .astype(np.uint8)
            .to_numpy()
        )
        colour = {**{value: QUALITATIVE[i % len(QUALITATIVE)] for i, value in enumerate(known)}, **theme.classes}
        shown = [{"label": label(value), "colour": colour[value]} for value in known]
        if (codes == other).any():  # a value that the map does not name is not the same as none
            shown.append({"label": _OTHER.to(self.lang), "colour": _OTHER_COLOUR})
        return {
            "kind": "classes",
            "title": title,
            "none": UNKNOWN,
            "missing": missing.to(self.lang),
            "classes": shown,
            "codes": self.carry(codes.tobytes()) if (codes != _NONE).any() else None,
        }


def field_unit(field: Field, lang: Lang) -> str:
    """The unit that a popup shows behind the values of a field."""
    if field.unit in (None, "deg", "count"):
        return ""
    return "%" if field.unit == "ratio" else units.UNITS[field.unit].title.to(lang)
