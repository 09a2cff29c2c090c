"""What of a boundary counts as urban construction land, and what for the expansion multiple: definitions that settings name."""

from __future__ import annotations

from geoparks.catalog.policy import Pack
from geoparks.measure.udb import CORE, UNNAMED, ZONES, Extent
from geoparks.text import Text

SCALE, MULTIPLE = "udb_scale", "udb_multiple"
"""How the settings of the two definitions begin."""
_TITLES = dict(zip(ZONES, ("concentrated construction", "flexible development", "special use"), strict=True))


def zones_counted(pack: Pack, prefix: str) -> tuple[str, ...]:
    """Which zones of the boundary a definition counts: the core, and those that its settings say."""
    flexible, special = (pack.settings[f"{prefix}_counts_{name}"].given for name in ("flexible", "special"))
    return (CORE, *(zone for zone, counts in zip(ZONES[1:], (flexible, special), strict=True) if counts))


def counted_m2(extent: Extent, pack: Pack, prefix: str) -> tuple[float, float]:
    """Square metres that a definition counts: the least and the most, where land of no stated zone may count or not."""
    named = zones_counted(pack, prefix)
    least, most = extent.m2(named), extent.m2((*named, UNNAMED))
    return (most, most) if set(named) == set(ZONES) else (least, most)


def in_words(pack: Pack, prefix: str) -> Text:
    """What a definition counts, as it is printed beside every figure."""
    named = zones_counted(pack, prefix)
    if set(named) == set(ZONES):
        return Text("全部面积", "all of its area")
    return Text("、".join(named) + "面积", "area of " + ", ".join(_TITLES[one] for one in named))
