"""B17: a park whose functional zones are drawn has none of a kind that the article names."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of
from geoparks.measure.zone_figures import zone_shares
from geoparks.measure.zoned import UNNAMED, Zoned, named_zones, why_unzoned, zone_title, zoned
from geoparks.records import Indicator, Measurement, Rule, Words
from geoparks.text import Text, joined

_FAULT = "zone_missing"

RULE = Rule(
    id="B17",
    title=Text("功能分区缺类", "Kinds of functional zones missing"),
    about=Text(
        "画有功能分区的园区，是否生产、综合服务、生态环境保护三类在园区范围内都有土地（碎片不计）。另有未注明类型或三类之外的分区的，缺少的一类可能就在其中，不作结论。"
        "各类面积、占比和未划入分区的土地见功能分区表；条文没有规定比例。",
        "Whether a park whose zones are drawn has land in zones of production, of services and of ecological protection (slivers do not count). Where some are of no"
        " stated or of another kind, the missing one may be among them, and there is no verdict. Areas and shares stand in the table of"
        " zones; the article gives no proportion.",
    ),
    subjects=("parks",),
    needs=("functional_zones",),
    uses=("parks", "blocks"),
    whole_to_pass=(),
    whole_to_fail=("functional_zones",),
    faults={
        _FAULT: Words(
            title=Text("功能分区缺类", "Kinds of functional zones missing"),
            message=Text("{name}的功能分区中没有：{wrong}。", "{name} has no zone of: {wrong}."),
            fix=Text(
                "在总体规划中统筹划定；已有的，补画到功能分区图层。",
                "Draw it up in the master plan; where there is one, put it into the layer.",
            ),
        )
    },
)


def zone_missing(layers: Dataset) -> Iterator[Measurement]:
    """For every park with zones: 1 for a kind of zone that has no land in it, 0 for one that has."""
    found = zoned(layers)
    for park in parks_of(layers):
        one = found.get(park.subject.id)
        if one is None:
            yield Measurement(park.subject, _FAULT, reason=why_unzoned(park, layers))
            continue
        unclear = [name for name in one.counts if name not in named_zones(layers) and name in one.present]
        items = {name: _lacks(one, name, unclear, named_zones(layers)) for name in named_zones(layers)}
        yield Measurement(
            park.subject, _FAULT, items=items, item_titles={name: zone_title(layers, name) for name in items},
            evidence=park.lonlat, field_name="zone", reason=_why(unclear, one, layers),
        )  # fmt: skip


def _lacks(one: Zoned, name: str, unclear: list[str], named: tuple[str, ...]) -> float | None:
    if name in one.present:
        return 0.0
    # What has no geometry may lie in the park, if it is of this kind or of one that nobody knows.
    return None if unclear or any(kind == name or kind not in named for kind in one.undrawn) else 1.0


def _why(unclear: list[str], one: Zoned, layers: Dataset) -> Text | None:
    lost = sorted({each for ids in one.undrawn.values() for each in ids})
    if not unclear:
        return (
            Text(
                f"分区{'、'.join(lost)}没有图形，缺少的一类可能就是它",
                f"{', '.join(lost)}: no geometry, may be the missing one",
            )
            if lost
            else None
        )
    names = joined([zone_title(layers, name) for name in unclear], "、", ", ")
    if unclear == [UNNAMED]:
        return Text("有分区未注明类型", "zones do not say of which kind they are")
    return (
        Text("有三类之外的分区，缺少的一类可能就在其中：", "zones of other kinds, which may be the missing one: ")
        + names
    )


def indicators(layers: Dataset) -> Iterator[Indicator]:
    """The share of every park and block in each kind of zone, in several and in none."""
    yield from zone_shares(layers)
