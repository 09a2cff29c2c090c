"""The eleven indicators of a park as a radar: each axis from nothing to the best park; an axis without a figure stays open."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from geoparks.reports.figures import ANNEX, LOWER_IS_BETTER, Table, cell

_WIDE, _HIGH, _RADIUS = 340, 270, 96
_INK, _SOFT, _LINE, _FILL, _RING = "#1d2733", "#5c6b7c", "#2f6ca8", "#4386be", "#dfe4ea"
_SHORT = {
    "E01.output": ("产值", "output"), "E01.fixed_investment": ("投资", "investment"), "E01.tax": ("税收", "tax"),
    "E01.output_per_mu": ("亩均产值", "output/mu"), "E01.fixed_investment_per_mu": ("亩均投资", "invest./mu"),
    "E01.tax_per_mu": ("亩均税收", "tax/mu"), "E01.energy_per_value_added": ("能耗", "energy"),
    "E01.water_per_value_added": ("水耗", "water"), "E01.pollutant": ("污染物", "pollutants"), "E01.rd_share": ("研发", "R&D"),
    "E01.patents": ("专利", "patents"),
}  # fmt: skip


def radars(table: Table, lang: str) -> list[tuple[str, Markup]]:
    """A radar for every park that has a figure, by name. 1 is the best of the parks: the most, or the least where less is better."""
    best = {name: _best(name, table) for name in ANNEX}
    found = []
    for subject, some in table.lines:
        shares = [_share(name, some.get(name), best[name]) for name in ANNEX]
        if any(one is not None for one in shares):
            found.append((subject["name"] or subject["id"], _drawn(shares, some, lang)))
    return found


def _value(one: dict[str, Any] | None) -> float | None:
    return float(one["value"]) if one is not None and isinstance(one["value"], int | float) else None


def _best(name: str, table: Table) -> float | None:
    values = [value for _, some in table.lines if (value := _value(some.get(name))) is not None]
    if not values:
        return None
    return min(values) if name in LOWER_IS_BETTER else max(values)


def _share(name: str, one: dict[str, Any] | None, best: float | None) -> float | None:
    """How near a figure is to the best one, from 0 to 1."""
    value = _value(one)
    if value is None or best is None:
        return None
    if name in LOWER_IS_BETTER:
        return 1.0 if value == best else best / value if value > 0 else None
    return max(value, 0.0) / best if best > 0 else 0.0


def _drawn(shares: list[float | None], some: dict[str, dict[str, Any]], lang: str) -> Markup:
    points = [_at(index, share * _RADIUS) if share is not None else None for index, share in enumerate(shares)]
    parts = [_ring(one) for one in (1 / 3, 2 / 3, 1.0)]
    for index, name in enumerate(ANNEX):
        x, y = _at(index, _RADIUS)
        parts.append(Markup('<line x1="0" y1="0" x2="{:.1f}" y2="{:.1f}" stroke="{}"/>').format(x, y, _RING))
        wide_x, wide_y = _at(index, _RADIUS + 16)
        anchor = "middle" if abs(wide_x) < 20 else "start" if wide_x > 0 else "end"
        words = _SHORT[name][0 if lang == "zh" else 1] + ("" if shares[index] is not None else " —")
        parts.append(
            Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" fill="{}">{}<title>{}</title></text>').format(
                wide_x, wide_y + 4, anchor, _INK if shares[index] is not None else _SOFT, words, cell(some.get(name))
            )
        )
    if all(point is not None for point in points):
        outline = " ".join(f"{x:.1f},{y:.1f}" for x, y in (one for one in points if one is not None))
        parts.append(
            Markup('<polygon points="{}" fill="{}" fill-opacity=".25" stroke="{}" stroke-width="1.5"/>').format(
                outline, _FILL, _LINE
            )
        )
    for index, point in enumerate(points):
        after = points[(index + 1) % len(points)]
        if point is not None and after is not None and None in points:
            parts.append(
                Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="1.5"/>').format(
                    *point, *after, _LINE
                )
            )
        if point is not None:
            parts.append(Markup('<circle cx="{:.1f}" cy="{:.1f}" r="2.2" fill="{}"/>').format(*point, _LINE))
    return Markup(
        '<svg class="chart radar" viewBox="{} {} {} {}" width="{}" role="img" font-size="12">{}</svg>'
    ).format(-_WIDE / 2, -_HIGH / 2, _WIDE, _HIGH, _WIDE, Markup("").join(parts))


def _ring(share: float) -> Markup:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_at(index, share * _RADIUS) for index in range(len(ANNEX))))
    return Markup('<polygon points="{}" fill="none" stroke="{}"/>').format(corners, _RING)


def _at(index: int, distance: float) -> tuple[float, float]:
    angle = 2 * math.pi * index / len(ANNEX) - math.pi / 2
    return distance * math.cos(angle), distance * math.sin(angle)
