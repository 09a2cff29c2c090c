"""What small pictures are drawn with, as SVG: a window in metres around a place, paths, a scale bar, the north."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

WIDTH, HEIGHT, MARGIN = 300, 210, 14
_DEGREE_M = 111_320.0
_SMALLEST_VIEW_M = 120.0
_BAR_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class View:
    """A window in metres around a middle in degrees."""

    longitude: float
    latitude: float
    half: float

    def pixels(self, geometry: Any, width: float, height: float, left: float = 0, top: float = 0) -> Any:
        """Geometry in degrees as pixels of a window, clipped to a little more than it shows."""
        scale = min(width, height) / 2 / self.half
        east = _DEGREE_M * math.cos(math.radians(self.latitude))

        def forward(coordinates: np.ndarray) -> np.ndarray:
            x = (coordinates[:, 0] - self.longitude) * east * scale + left + width / 2
            y = (self.latitude - coordinates[:, 1]) * _DEGREE_M * scale + top + height / 2
            return np.column_stack([x, y])

        moved = shapely.make_valid(shapely.transform(geometry, forward))
        return shapely.clip_by_rect(moved, left - 4, top - 4, left + width + 4, top + height + 4)


def view_of(geometry: BaseGeometry, room: float) -> View:
    """The window that shows a geometry, with so much room around it."""
    west, south, east, north = geometry.bounds
    latitude = (south + north) / 2
    half_x = (east - west) * _DEGREE_M * math.cos(math.radians(latitude)) / 2 * HEIGHT / WIDTH
    half_y = (north - south) * _DEGREE_M / 2
    return View((west + east) / 2, latitude, max(half_x, half_y, _SMALLEST_VIEW_M / 2) * room)


def path(pixels: BaseGeometry, fill: str, stroke: str, width: float) -> str:
    """An SVG path of the polygons and lines of a geometry in pixels, generalised to half a pixel."""
    rings = []
    for part in shapely.get_parts(shapely.simplify(pixels, 0.4)):
        if part.geom_type == "Polygon":
            rings += [ring.coords for ring in (part.exterior, *part.interiors)]
        elif part.geom_type in ("LineString", "LinearRing"):
            rings.append(part.coords)
    if not rings:
        return ""
    data = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings)
    return f'<path d="{data}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{width}"/>'


def bar(view: View) -> str:
    """A scale bar of a round length, about a quarter of the picture."""
    metres_per_pixel = view.half * 2 / min(WIDTH, HEIGHT)
    wanted = metres_per_pixel * WIDTH / 4
    power = 10 ** math.floor(math.log10(wanted))
    length = max(step * power for step in _BAR_STEPS if step * power <= wanted)
    pixels = length / metres_per_pixel
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    y = HEIGHT - MARGIN + 4
    return (
        f'<path d="M{MARGIN} {y}h{pixels:.1f}" stroke="#333" stroke-width="2"/>'
        f'<text x="{MARGIN}" y="{y - 4}" font-size="10" fill="#333">{label}</text>'
    )


def canvas() -> str:
    """The opening of a picture, with its ground."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" class="pic">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f6f7f4"/>'
    )


def north() -> str:
    """The arrow in the corner."""
    return (
        f'<path d="M{WIDTH - 16} 8l5 14l-5 -4l-5 4z" fill="#333"/>'
        f'<text x="{WIDTH - 16}" y="33" font-size="10" text-anchor="middle">N</text>'
    )
