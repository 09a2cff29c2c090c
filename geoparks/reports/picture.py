"""A small picture of a piece of evidence in its place, as SVG: the subject's outline, its neighbours, the evidence red."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from markupsafe import Markup
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geoparks.dataset import Dataset
from geoparks.reports.drawing import HEIGHT, WIDTH, View, bar, canvas, north, path, view_of

_INSET_BELOW = 0.25  # where the view shows less than this share of the subject, an overview is set in


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
    view = view_of(evidence, 1.6)
    whole = view_of(subject, 1.15) if subject is not None else view
    if whole.half < view.half * 1.4:
        view = whole if whole.half >= view.half else view
    parts = [canvas()]
    for one in near:
        parts.append(path(view.pixels(one, WIDTH, HEIGHT), "#e6e9ee", "#9aa5b5", 0.8))
    if other is not None:
        parts.append(path(view.pixels(other, WIDTH, HEIGHT), "#dfe8dc", "#5d8a4c", 1.4))
    if subject is not None:
        parts.append(
            path(view.pixels(subject, WIDTH, HEIGHT), "none" if other is not None else "#dde6f3", "#2f5d9b", 1.8)
        )
    parts.append(_evidence(view.pixels(evidence, WIDTH, HEIGHT)))
    if subject is not None and view.half < whole.half * _INSET_BELOW:
        parts.append(_inset(whole, subject, evidence))
    parts.append(bar(view))
    parts.append(north())
    parts.append("</svg>")
    return "".join(part for part in parts if part)


def _inset(whole: View, subject: BaseGeometry, evidence: BaseGeometry) -> str:
    size = 70
    left, top = 6, 6
    outline = path(whole.pixels(subject, size, size, left, top), "#dde6f3", "#2f5d9b", 1)
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
    words = path(pixels, "rgba(200,16,46,.45)", "#c8102e", 1.4)
    for part in shapely.get_parts(pixels):
        if part.geom_type == "Point" or (part.length < 12 and not part.is_empty):
            middle = part.centroid
            words += (
                f'<circle cx="{middle.x:.1f}" cy="{middle.y:.1f}" r="6" fill="none" stroke="#c8102e" stroke-width="2"/>'
            )
    return words
