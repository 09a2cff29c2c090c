"""Charts as SVG, drawn from the document: rankings as bars, years as lines. Text in them is escaped by markupsafe."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from geoparks.reports.figures import cell

WIDTH, ROW, LABEL, VALUE = 560, 24, 190, 90
_BAR, _BAR_SOFT, _INK, _SOFT = "#4386be", "#c3d9ef", "#1d2733", "#5c6b7c"
_MOST = 20
_SPARK_WIDTH, _SPARK_HEIGHT = 110, 24


def ranking(figures: list[tuple[str, dict[str, Any]]]) -> Markup:
    """Bars in order of size, the largest first; who has no figure is left out, and so is a chart of fewer than two."""
    known = [(name, one) for name, one in figures if isinstance(one["value"], int | float)]
    if len(known) < 2:
        return Markup("")
    known.sort(key=lambda pair: -pair[1]["value"])
    known = known[:_MOST]
    most = max(max(abs(one["value"]) for _, one in known), 1e-12)
    room, parts = WIDTH - LABEL - VALUE, []
    for index, (name, one) in enumerate(known):
        y = index * ROW
        wide = abs(one["value"]) / most * room
        parts.append(
            Markup(
                '<text x="{}" y="{}" text-anchor="end" fill="{}">{}</text><rect x="{}" y="{}" width="{:.1f}" height="{}" fill="{}"/>'
                '<text x="{:.1f}" y="{}" fill="{}">{}</text>'
            ).format(
                LABEL - 8,
                y + 16,
                _INK,
                name,
                LABEL,
                y + 4,
                wide,
                ROW - 8,
                _BAR if one["value"] >= 0 else _BAR_SOFT,
                LABEL + wide + 6,
                y + 16,
                _SOFT,
                cell(one),
            )
        )
    return Markup('<svg class="chart" viewBox="0 0 {} {}" width="{}" role="img" font-size="13">{}</svg>').format(
        WIDTH, len(known) * ROW, WIDTH, Markup("").join(parts)
    )


def trend(years: list[tuple[int, float]]) -> Markup:
    """A line through the years, with a dot at the last; nothing where there are fewer than two."""
    if len(years) < 2:
        return Markup("")
    low, high = min(value for _, value in years), max(value for _, value in years)
    span = (high - low) or 1.0
    points = [
        (
            4 + index / (len(years) - 1) * (_SPARK_WIDTH - 8),
            _SPARK_HEIGHT - 4 - (value - low) / span * (_SPARK_HEIGHT - 8),
        )
        for index, (_, value) in enumerate(years)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    title = escape("、".join(f"{year}: {value:,.4g}" for year, value in years))
    return Markup(
        '<svg class="spark" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img"><title>{title}</title>'
        '<polyline points="{line}" fill="none" stroke="{ink}" stroke-width="1.5"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{ink}"/></svg>'
    ).format(w=_SPARK_WIDTH, h=_SPARK_HEIGHT, title=title, line=line, ink=_BAR, x=points[-1][0], y=points[-1][1])
