"""How far a goal has been reached, as a bar against a mark; and two sums side by side, year by year."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

_WIDTH, _HEIGHT, _MARK = 108, 18, 72
_REACHED, _SHORT, _OPEN, _TRACK, _INK, _SOFT = "#2c7a4b", "#c98a1b", "#9aa5b1", "#eceff3", "#1d2733", "#5c6b7c"
_COLUMN, _GAP, _TALL, _BELOW = 22, 26, 130, 34
_FIRST, _SECOND = "#c3d9ef", "#2f6ca8"


def bar(one: dict[str, Any]) -> Markup:
    """A goal's figure over its target: the mark is the target; grey where only a lower bound or nothing is known."""
    goal, value = one["goal"], one["value"] if one["value"] is not None else one["at_least"]
    if value is None or not isinstance(value, int | float) or not goal["target"]:
        return Markup("")
    fewer = goal["operator"] in ("<", "<=")
    share = (goal["target"] / value if value else 0.0) if fewer else value / goal["target"]
    colour = {True: _REACHED, False: _SHORT}.get(goal["reached"], _OPEN)
    wide = min(max(share, 0.0) * _MARK, _WIDTH)
    return Markup(
        '<svg class="progress" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img"><title>{title}</title>'
        '<rect y="5" width="{w}" height="8" rx="4" fill="{track}"/><rect y="5" width="{wide:.1f}" height="8" rx="4" fill="{fill}"/>'
        '<line x1="{mark}" x2="{mark}" y1="1" y2="{h}" stroke="{ink}" stroke-width="1.5"/></svg>'
    ).format(w=_WIDTH, h=_HEIGHT, title=f"{share:.1%}", track=_TRACK, wide=wide, fill=colour, mark=_MARK, ink=_INK)


def pairs(years: list[tuple[int, float, float]], first: str, second: str, words: list[str]) -> Markup:
    """Two sums of every year as columns side by side, with what to write over each pair; nothing for no years."""
    if not years:
        return Markup("")
    most = max(max(one, other) for _, one, other in years) or 1.0
    wide = len(years) * (2 * _COLUMN + _GAP) + _GAP
    parts = []
    for index, ((year, one, other), told) in enumerate(zip(years, words, strict=True)):
        x = _GAP + index * (2 * _COLUMN + _GAP)
        for place, (value, colour) in enumerate(((one, _FIRST), (other, _SECOND))):
            tall = value / most * _TALL
            parts.append(
                Markup('<rect x="{}" y="{:.1f}" width="{}" height="{:.1f}" fill="{}"><title>{}</title></rect>').format(
                    x + place * _COLUMN, 30 + _TALL - tall, _COLUMN - 2, tall, colour, f"{year}: {value:,.0f}"
                )
            )
        top = 30 + _TALL - max(one, other) / most * _TALL
        parts.append(
            Markup(
                '<text x="{}" y="{:.1f}" text-anchor="middle" fill="{}">{}</text><text x="{}" y="{}" text-anchor="middle" fill="{}">{}</text>'
            ).format(x + _COLUMN, top - 5, _INK, told, x + _COLUMN, 30 + _TALL + 16, _SOFT, year)
        )
    key = Markup('<rect x="{}" y="2" width="12" height="12" fill="{}"/><text x="{}" y="12" fill="{}">{}</text>')
    parts += [
        key.format(_GAP, _FIRST, _GAP + 18, _INK, first),
        key.format(_GAP + 120, _SECOND, _GAP + 138, _INK, second),
    ]
    return Markup('<svg class="chart" viewBox="0 0 {w} {h}" width="{w}" role="img" font-size="12">{}</svg>').format(
        Markup("").join(parts), w=max(wide, 300), h=30 + _TALL + _BELOW
    )
