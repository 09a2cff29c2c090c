"""What of a boundary counts as urban construction land, and what for the expansion multiple: definitions that settings name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from geoparks.catalog.clause import Setting
from geoparks.measure.udb import CORE, UNNAMED, ZONES, Extent
from geoparks.text import Text

SCALE, MULTIPLE = "udb_scale", "udb_multiple"
"""How the settings of the two definitions begin."""
ZONE_TITLES = dict(zip(ZONES, ("concentrated construction", "flexible development", "special use"), strict=True))
"""What the zones are called in English."""


class Settled(Protocol):
    """What has the settings of a run: its pack, and the dataset that is judged by it."""

    @property
    def settings(self) -> Mapping[str, Setting]:
        """By name."""


def zones_counted(pack: Settled, prefix: str) -> tuple[str, ...]:
    """Which zones of the boundary a definition counts: the core, and those that its settings say."""
    flexible, special = (pack.settings[f"{prefix}_counts_{name}"].given for name in ("flexible", "special"))
    return (CORE, *(zone for zone, counts in zip(ZONES[1:], (flexible, special), strict=True) if counts))


def counted_m2(extent: Extent, pack: Settled, prefix: str) -> tuple[float, float]:
    """Square metres that a definition counts: the least and the most, where land of no stated zone may count or not."""
    named = zones_counted(pack, prefix)
    least, most = extent.m2(named), extent.m2((*named, UNNAMED))
    return (most, most) if set(named) == set(ZONES) else (least, most)


def in_words(pack: Settled, prefix: str) -> Text:
    """What a definition counts, as it is printed beside every figure."""
    named = zones_counted(pack, prefix)
    if set(named) == set(ZONES):
        return Text("全部面积", "all of its area")
    return Text("、".join(named) + "面积", "area of " + ", ".join(ZONE_TITLES[one] for one in named))
