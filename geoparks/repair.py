"""``geoparks repair``: the repaired geometry on offer, in the coordinates of the file, with what changed and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geoparks import write
from geoparks.catalog.clause import Setting
from geoparks.measure.area import ellipsoidal_area
from geoparks.measure.mend import CODES, Mended, mended_ones
from geoparks.normalise.features import Features
from geoparks.normalise.geometry import densify
from geoparks.text import Lang, Text
from geoparks.workspace import Workspace
from geoparks.write import Outgoing, gdal

FILE = "repaired.gpkg"


@dataclass(frozen=True)
class Changed:
    """One feature that was repaired."""

    layer: str
    id: str
    row: int
    codes: tuple[str, ...]
    area_before_m2: float
    area_after_m2: float


def repair(
    workspace: Workspace, settings: dict[str, Setting], folder: Path, lang: Lang
) -> tuple[Path | None, list[Changed]]:
    """Write ``repaired.gpkg``: every polygon layer with a fault, whole, its faulty features repaired.

    A polygon that is past mending stays as it is and is told. Returns the file and what changed; no file where nothing
    had to be repaired.
    """
    outgoing: list[Outgoing] = []
    changed: list[Changed] = []
    for name in sorted(workspace.dataset.layers):
        features = workspace.dataset.layers[name]
        if features.layer.polygonal and features.has_geometry:
            found = _mended(features, settings)
            changed += [_changed(features, position, one) for position, one in found.items()]
            outgoing += _layers(features, found, lang) if found else []
    if not outgoing:
        return None, []
    target = folder / FILE

    def make(path: Path) -> None:
        for index, one in enumerate(outgoing):
            gdal.write(one, path, append=index > 0)

    write.whole(target, make)
    return target, changed


def _mended(features: Features, settings: dict[str, Setting]) -> dict[int, Mended]:
    placements = [features.placement(position) for position in range(len(features))]
    return dict(mended_ones(features.own, placements, features.invalid, settings))


def _changed(features: Features, position: int, one: Mended) -> Changed:
    """What changed, with both areas on the ellipsoid. As drawn, a loop that runs the other way counts negative."""
    placement = features.placement(position)
    both = np.array([_without_collapsed(features.own[position]), _without_collapsed(one.geometry)], dtype=object)
    if placement is not None:
        both = shapely.transform(densify(both, placement), placement.path.to_lonlat)
    before, after = ellipsoidal_area(both)
    return Changed(
        features.layer.name, str(features.ids[position]), int(features.rows[position]), one.codes,
        float(before), float(after),
    )  # fmt: skip


def _without_collapsed(geometry: shapely.Geometry) -> shapely.Geometry:
    """A polygon without rings that are a mere point or edge: they have no area, and GEOS stops at them."""
    polygons = []
    for part in shapely.get_parts(geometry):
        shell, *holes = [ring if len(set(ring.coords)) > 2 else None for ring in (part.exterior, *part.interiors)]
        if shell is not None:
            polygons.append(shapely.Polygon(shell, [hole for hole in holes if hole is not None]))
    return shapely.MultiPolygon(polygons)


def _layers(features: Features, found: dict[int, Mended], lang: Lang) -> Iterator[Outgoing]:
    """The layer with its repaired features; one for every file, since each has its own coordinates."""
    titles = {
        "what": Text("修复内容", "repair"),
        "change": Text("面积变化_平方米", "area_change_m2"),
        "row": Text("原行号", "source_row"),
    }
    table = pd.DataFrame(features.frame.drop(columns=["geometry"]))
    geometry = features.own.copy()
    what, change = [""] * len(features), np.full(len(features), np.nan)
    for position, one in found.items():
        geometry[position] = one.geometry
        done = _changed(features, position, one)
        what[position] = "、".join(CODES[code].to(lang) for code in one.codes)
        change[position] = done.area_after_m2 - done.area_before_m2
    table[titles["what"].to(lang)], table[titles["change"].to(lang)] = what, change
    table[titles["row"].to(lang)] = features.rows.astype(np.int64)
    for index, source in enumerate(features.sources):
        rows = features.source_of == index
        if source.placement is None or not rows.any():
            continue
        name = features.layer.name if len(features.sources) == 1 else f"{features.layer.name}_{source.path.stem}"
        yield Outgoing(name, table[rows].reset_index(drop=True), geometry[rows], source.placement.crs)
