"""A small picture of a piece of evidence in its place, as SVG: the subject's outline, its neighbours, the evidence red."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from markupsafe import Markup
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geoparks.dataset import Dataset

WIDTH, HEIGHT, MARGIN = 300, 210, 14
_DEGREE_M = 111_320.0
_SMALLEST_VIEW_M = 120.0
_INSET_BELOW = 0.25  # where the view shows less than this share of the subject, an overview is set in
_BAR_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class _View:
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


class Pictures:
    """Draws evidence; knows the neighbours from the dataset, where there is one."""

    def __init__(self, dataset: Dataset | None) -> None:
        self.blocks = dataset.get("blocks") if dataset is not None else None
        self.dataset = dataset
        geometry = (
            self.blocks.geometry if self.blocks is not None and self.blocks.has_geometry else np.array([], dtype=object)
        )
        self.neighbours = geometry
        self.tree = shapely.STRtree(geometry)

    def of(self, finding: dict[str, Any]) -> Markup:
        """The picture of one finding; empty where it has no evidence."""
        if not finding["evidence"]:
            return Markup("")
        evidence = shape(finding["evidence"])
        subject = self._outline(finding["subject"])
        other = self._outline(finding["other"]) if finding["other"] else None
        return Markup(_draw(evidence, subject, other, self._near(evidence)))  # noqa: S704 - numbers only, no user text

    def _outline(self, subject: dict[str, str]) -> BaseGeometry | None:
        features = self.dataset.get(subject["layer"]) if self.dataset is not None else None
        if features is None or not features.has_geometry:
            return None
        shapes = [one for one in features.geometry[features.positions(subject["id"])] if one is not None]
        return shapely.union_all(shapes) if shapes else None

    def _near(self, evidence: BaseGeometry) -> list[BaseGeometry]:
        if not len(self.neighbours):
            return []
        west, south, east, north = evidence.bounds
        span = max(east - west, north - south, 0.01)
        around = shapely.box(west - span, south - span, east + span, north + span)
        return list(self.neighbours[np.sort(self.tree.query(around))][:60])


def _draw(
    evidence: BaseGeometry, subject: BaseGeometry | None, other: BaseGeometry | None, near: list[BaseGeometry]
) -> str:
    view = _view(evidence, 1.6)
    whole = _view(subject, 1.15) if subject is not None else view
    if whole.half < view.half * 1.4:
        view = whole if whole.half >= view.half else view
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" class="pic">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f6f7f4"/>',
    ]
    for one in near:
        parts.append(_path(view.pixels(one, WIDTH, HEIGHT), "#e6e9ee", "#9aa5b5", 0.8))
    if other is not None:
        parts.append(_path(view.pixels(other, WIDTH, HEIGHT), "#dfe8dc", "#5d8a4c", 1.4))
    if subject is not None:
        parts.append(
            _path(view.pixels(subject, WIDTH, HEIGHT), "none" if other is not None else "#dde6f3", "#2f5d9b", 1.8)
        )
    parts.append(_evidence(view.pixels(evidence, WIDTH, HEIGHT)))
    if subject is not None and view.half < whole.half * _INSET_BELOW:
        parts.append(_inset(whole, subject, evidence))
    parts.append(_bar(view))
    parts.append(
        f'<path d="M{WIDTH - 16} 8l5 14l-5 -4l-5 4z" fill="#333"/><text x="{WIDTH - 16}" y="33" font-size="10" text-anchor="middle">N</text>'
    )
    parts.append("</svg>")
    return "".join(part for part in parts if part)


def _view(geometry: BaseGeometry, room: float) -> _View:
    west, south, east, north = geometry.bounds
    latitude = (south + north) / 2
    half_x = (east - west) * _DEGREE_M * math.cos(math.radians(latitude)) / 2 * HEIGHT / WIDTH
    half_y = (north - south) * _DEGREE_M / 2
    return _View((west + east) / 2, latitude, max(half_x, half_y, _SMALLEST_VIEW_M / 2) * room)


def _inset(whole: _View, subject: BaseGeometry, evidence: BaseGeometry) -> str:
    size = 70
    left, top = 6, 6
    outline = _path(whole.pixels(subject, size, size, left, top), "#dde6f3", "#2f5d9b", 1)
    spot = whole.pixels(evidence.representative_point(), size, size, left, top)
    frame = (
        f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="#fff" stroke="#9aa5b5" stroke-width="0.8"/>'
    )
    dot = (
        f'<circle cx="{spot.x:.1f}" cy="{spot.y:.1f}" r="4" fill="none" stroke="#c8102e" stroke-width="2"/>'
        if not spot.is_empty
        else ""
    )
    return f"<g>{frame}{outline}{dot}</g>"


def _evidence(pixels: BaseGeometry) -> str:
    """The evidence: polygons filled red, points and what is too small to see as a ring."""
    words = _path(pixels, "rgba(200,16,46,.45)", "#c8102e", 1.4)
    for part in shapely.get_parts(pixels):
        if part.geom_type == "Point" or (part.length < 12 and not part.is_empty):
            middle = part.centroid
            words += (
                f'<circle cx="{middle.x:.1f}" cy="{middle.y:.1f}" r="6" fill="none" stroke="#c8102e" stroke-width="2"/>'
            )
    return words


def _path(pixels: BaseGeometry, fill: str, stroke: str, width: float) -> str:
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


def _bar(view: _View) -> str:
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
