"""B17 in figures: the share of every park and block in each kind of functional zone, and its land by what it is used for."""

from __future__ import annotations

from collections.abc import Iterator

import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.assessed import pieces_of
from geoparks.measure.land_classes import LandClass
from geoparks.measure.proportion import BY_PARCELS, BY_SURVEY, Land, proportions
from geoparks.measure.union import union_of
from geoparks.measure.whereabouts import parks_of
from geoparks.measure.zoned import Zoned, named_zones, why_unzoned, zone_title, zoned
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_SOURCE = Text("功能分区、区块", "functional_zones, blocks")
_FORMULA = Text(
    "只划入该类分区的土地 ÷ 园区（区块），椭球面积（平方米）",
    "land in this kind of zone alone ÷ park or block, m² on the ellipsoid",
)
_OTHER, _SEVERAL, _NONE = "other", "several", "none"
_TITLES = {
    _OTHER: Text("其他分区占比", "share of other zones"),
    _SEVERAL: Text("分区重叠占比", "share in zones of several kinds"),
    _NONE: Text("未划入分区占比", "share in no zone"),
}


def zone_id(layers: Dataset, zone: str) -> str:
    """A zone as a part of an indicator's id: its English name in small letters, else as it is written."""
    return layers.catalogue.codes["functional_zone"].titles.get(zone, zone).lower().replace(" ", "_")


def zone_shares(layers: Dataset) -> Iterator[Indicator]:
    """``B17.zone_<kind>``, ``B17.zone_other``, ``B17.zone_several`` and ``B17.zone_none`` of every park and block."""
    found = zoned(layers)
    for park in parks_of(layers):
        one = found.get(park.subject.id)
        yield from _shares(one, park.subject, park.shape, layers, park.unmeasured or why_unzoned(park, layers))
        source, pieces = pieces_of(park, layers)
        if source.layer.name != "blocks":
            continue
        of_block: dict[Subject, list[shapely.Geometry]] = {}
        for position, shape in pieces:
            of_block.setdefault(source.subject(position), []).append(shape)
        for subject, shapes in of_block.items():
            yield from _shares(one, subject, union_of(shapes), layers, why_unzoned(park, layers))


def _shares(
    one: Zoned | None, subject: Subject, shape: shapely.Geometry, layers: Dataset, why: Text
) -> Iterator[Indicator]:
    named = named_zones(layers)
    titles = {name: zone_title(layers, name) + Text("占比", ", share") for name in named}
    m2: dict[str, float] = {}
    if one is not None and (subject.layer == "blocks" or one.park.unmeasured is None):
        own = one.shares(shape)
        m2 = {name: own.get(name, 0.0) for name in named}
        m2[_OTHER] = sum(value for name, value in own.items() if name not in named)
        m2[_SEVERAL] = float(shapely.intersection(one.several, shape).area)
        m2[_NONE] = float(shapely.intersection(one.none, shape).area)
    for key, title in (titles | _TITLES).items():
        name = f"B17.zone_{zone_id(layers, key) if key in titles else key}"
        value = m2.get(key)
        yield Indicator(
            name, subject, layers.year or layers.on.year, None if value is None else value / float(shape.area), "ratio",
            numerator=value, denominator=None if value is None else float(shape.area), title=title, formula=_FORMULA,
            source=_SOURCE, reason=why if value is None else None,
        )  # fmt: skip


def land_figures(layers: Dataset) -> Iterator[Indicator]:
    """``B17.production_ha``, ``B17.living_ha`` and ``B17.living_to_production``, by the survey and by the parcels, of every park."""
    for one in proportions(layers):
        yield from _land(one.park.subject, one.survey, "", BY_SURVEY, Text("国土调查地类", "land_use"), layers)
        yield from _land(one.park.subject, one.parcels, "_of_parcels", BY_PARCELS, Text("宗地", "parcels"), layers)


def _land(subject: Subject, land: Land, suffix: str, by: Text, source: Text, layers: Dataset) -> Iterator[Indicator]:
    year, bracket = layers.year or layers.on.year, Text("（", " (") + by + Text("）", ")")
    m2 = land.m2
    for key, each, title in (
        ("production", LandClass.PRODUCTION, Text("产业用地", "land of production")),
        ("living", LandClass.LIVING, Text("生活用地", "land to live on")),
    ):
        yield Indicator(
            f"B17.{key}{suffix}_ha", subject, year, units.to_ha(m2[each]) if land.reason is None else None, "ha",
            title=title + bracket, formula=Text("按 layers/codes/land_use.toml 的编码归类", "classed by the codes of layers/codes/land_use.toml"),
            source=source, reason=land.reason,
        )  # fmt: skip
    known = land.reason is None
    yield Indicator(
        f"B17.living_to_production{suffix}", subject, year, land.ratio, "ratio",
        numerator=units.to_ha(m2[LandClass.LIVING]) if known else None,
        denominator=units.to_ha(m2[LandClass.PRODUCTION]) if known else None,
        title=Text("生活用地与产业用地之比", "living ÷ production") + bracket, formula=Text("生活用地 ÷ 产业用地", "land to live on ÷ land of production"),
        source=source, reason=land.reason or (Text("没有产业用地", "no land of production") if land.ratio is None else None),
    )  # fmt: skip
