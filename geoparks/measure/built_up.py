"""The built-up area of a park or a block in mu: stated, else from parcels that are built, else from land cover; each is told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.days import end_of
from geoparks.measure.land import parcels_of
from geoparks.measure.land_cover import built_area
from geoparks.measure.whereabouts import parks_of
from geoparks.measure.yearly import Returns, Yearly, returns_of
from geoparks.records import Subject
from geoparks.text import Text, joined

_STATED = Text("园区年报的建成区面积", "built-up area stated in park_stats")
_PARCELS = Text("已竣工宗地面积合计", "sum of parcels that are finished")
_COVER = Text("地表覆盖建成类面积", "built-up land cover")


@dataclass(frozen=True)
class BuiltUp:
    """The built-up area that counts, and what every other source would give."""

    area: Yearly
    others: tuple[tuple[Text, float], ...] = ()


class BuiltUpAreas:
    """Built-up areas of parks and blocks, by year."""

    def __init__(self, layers: Dataset, returns: Returns) -> None:
        self.layers, self.returns = layers, returns
        self._rows: dict[str, dict[str, np.ndarray]] = {}
        """By park or block: the rows of the parcels of each, sorted out once for all years."""
        self._summed: dict[tuple[Subject, int], Yearly] = {}
        self._covered: dict[int, dict[Subject, Yearly]] = {}

    def of(self, subject: Subject, year: int) -> BuiltUp:
        """The built-up area at the end of a year, in mu: the first source that has it counts."""
        sources = [self._from_parcels(subject, year), self._from_cover(subject, year)]
        if subject.layer == "parks":
            stated = self.returns.of(subject, year, "built_area_mu")
            sources.insert(0, Yearly(stated.value, _STATED, stated.reason))
        having = [one for one in sources if one.value is not None]
        if having:
            return BuiltUp(having[0], tuple((one.source, one.value) for one in having[1:] if one.value is not None))
        reasons = [one.reason for one in sources if one.reason is not None]
        return BuiltUp(Yearly(None, sources[0].source, joined(reasons)))

    def _from_parcels(self, subject: Subject, year: int) -> Yearly:
        if (subject, year) not in self._summed:
            self._summed[subject, year] = self._of_parcels(subject, year)
        return self._summed[subject, year]

    def _of_parcels(self, subject: Subject, year: int) -> Yearly:
        parcels = self.layers.get("parcels")
        if parcels is None or not parcels.has("finished_on"):
            why = self.layers.why_not("parcels") if parcels is None else Text("没有竣工日期", "no days of completion")
            return Yearly(None, _PARCELS, why)
        column = "park_id" if subject.layer == "parks" else "block_id"
        if column not in self._rows:
            self._rows[column] = parcels_of(self.layers).rows_of_each(column)
        rows = self._rows[column].get(subject.id, np.empty(0, dtype=int))
        table = parcels_of(self.layers)
        rows = rows[table.array("finished_on", rows) <= np.datetime64(end_of(year))]
        if not len(rows):
            return Yearly(None, _PARCELS, Text("没有已竣工的宗地", "no finished parcels"))
        m2 = table.array("m2", rows)
        if np.isnan(m2).any():
            unknown = len(np.unique(table.array("parcel", rows[np.isnan(m2)])))
            reason = Text(f"{unknown} 宗已竣工宗地面积不明", f"the area of {unknown} finished parcels is not known")
            return Yearly(None, _PARCELS, reason)
        return Yearly(units.to_mu(float(m2.sum())), _PARCELS)

    def _from_cover(self, subject: Subject, year: int) -> Yearly:
        """From the latest land cover that is not of a later year, once for all subjects."""
        usable = [one for one in self.layers.rasters if one <= year]
        if not usable:
            return Yearly(None, _COVER, Text("没有地表覆盖", "no land cover"))
        latest = max(usable)
        if not self.layers.built_classes:
            reason = Text(
                "geoparks.toml 没有指明地表覆盖的建成类（[land_cover] built）",
                "geoparks.toml does not name the built-up classes ([land_cover] built)",
            )
            return Yearly(None, _COVER, reason)
        if latest not in self._covered:
            self._covered[latest] = self._measured(latest)
        nothing = Yearly(
            None,
            _COVER,
            Text(
                "没有图形，或者不全在地表覆盖的有值范围内，或者地表覆盖没有坐标系",
                "no geometry, or not wholly on data of the land cover, or that does not state its coordinates",
            ),
        )
        return self._covered[latest].get(subject, nothing)

    def _measured(self, year: int) -> dict[Subject, Yearly]:
        subjects, shapes = self._drawn
        source = _COVER + Text(f"（{year} 年）", f" ({year})")
        areas = built_area(self.layers.rasters[year], shapes, self.layers.built_classes)
        return {
            subject: Yearly(units.to_mu(float(area)), source)
            for subject, area in zip(subjects, areas, strict=True)
            if not np.isnan(area)
        }

    @cached_property
    def _drawn(self) -> tuple[list[Subject], np.ndarray]:
        """Every park and block with its shape in EPSG:4490."""
        drawn = [(park.subject, park.lonlat) for park in parks_of(self.layers) if park.is_area]
        blocks = self.layers.get("blocks")
        if blocks is not None:
            for subject in dict.fromkeys(blocks.subject(position) for position in range(len(blocks))):
                own = blocks.geometry[blocks.positions(subject.id)]
                own = own[~shapely.is_missing(own) & ~shapely.is_empty(own)]
                if len(own):
                    drawn.append((subject, shapely.union_all(own)))
        return [subject for subject, _ in drawn], np.array([shape for _, shape in drawn], dtype=object)


def built_up_areas(layers: Dataset) -> BuiltUpAreas:
    """The built-up areas of a dataset; made once."""
    if "built_up" not in layers.derived:
        layers.derived["built_up"] = BuiltUpAreas(layers, returns_of(layers))
    found: BuiltUpAreas = layers.derived["built_up"]
    return found
