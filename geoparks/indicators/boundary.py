"""U01, U02: the urban development boundary of every county before and after its adjustment, and the expansion multiple."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.boundary_definition import MULTIPLE, SCALE, counted_m2, in_words
from geoparks.measure.udb import County, adjustment_of
from geoparks.records import Indicator
from geoparks.text import Text, joined

_BOUNDARY = ("U01.boundary_before_ha", "U01.boundary_after_ha")
_BUILDING = ("U01.construction_before_ha", "U01.construction_after_ha")
_LIMIT, _IN, _OUT = "U01.construction_limit_ha", "U01.in_ha", "U01.out_ha"
_MULTIPLE = ("U02.multiple_before", "U02.multiple_after")
_APPROVED = "U02.multiple_approved"
INDICATORS = (*_BOUNDARY, *_BUILDING, _LIMIT, _IN, _OUT, *_MULTIPLE, _APPROVED)
_SOURCE = Text("城镇开发边界、边界调整、边界控制指标", "udb, udb_changes, udb_limits")
_NO_LIMITS = Text("边界控制指标没有填写", "udb_limits does not state it")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Every county that has a boundary, a limit or a change; hectares by the definitions that the settings name."""
    year = layers.year or layers.on.year
    for county in adjustment_of(layers).counties.values():
        yield from _figures(county, pack, year)


def _figures(county: County, pack: Pack, year: int) -> Iterator[Indicator]:
    extents = (county.before, county.after)

    def one(name: str, value: float | None, over: float | None = None, below: float | None = None,
            why: Text | None = None, formula: Text | None = None) -> Indicator:  # fmt: skip
        reasons = [each for each in (county.reason, why) if each is not None]
        known = value is not None and county.reason is None
        return Indicator(
            name, county.subject, year, value if known else None, "", numerator=over, denominator=below,
            formula=formula or Text("", ""), source=_SOURCE, reason=None if known else joined(reasons or [_NO_LIMITS]),
        )  # fmt: skip

    for name, extent in zip(_BOUNDARY, extents, strict=True):
        yield one(name, units.to_ha(extent.m2()))
    yield one(_IN, units.to_ha(county.brought_m2))
    yield one(_OUT, units.to_ha(county.let_go_m2))
    counted = in_words(pack, SCALE)
    for name, extent in zip(_BUILDING, extents, strict=True):
        least, most = counted_m2(extent, pack, SCALE)
        why = None if least == most else _unnamed(most - least)
        yield one(name, units.to_ha(most) if why is None else None, why=why, formula=Text("边界内", "of the boundary: ") + counted)  # fmt: skip
    yield one(_LIMIT, None if np.isnan(county.limit_m2) else units.to_ha(county.limit_m2))
    counted = in_words(pack, MULTIPLE)
    for name, extent in zip(_MULTIPLE, extents, strict=True):
        least, most = counted_m2(extent, pack, MULTIPLE)
        base = county.base_m2
        known = base > 0 and least == most
        why = _unnamed(most - least) if least != most else None
        yield one(
            name, most / base if known else None, units.to_ha(most), units.to_ha(base) if base > 0 else None, why,
            Text("边界内", "of the boundary: ") + counted + Text(" ÷ 基期城镇建设用地", " ÷ urban construction land of the base year"),
        )  # fmt: skip
    yield one(_APPROVED, None if np.isnan(county.multiple) else county.multiple)


def _unnamed(m2: float) -> Text:
    area = units.area_text(m2)
    return Text(f"有 {area.zh}边界没有注明分区", f"{area.en} of the boundary names no zone")
