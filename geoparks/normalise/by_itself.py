"""A layer normalised as soon as it is read, before anybody knows what lies around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geoparks.catalog.layer import Catalogue, Layer
from geoparks.errors import NotJudged
from geoparks.normalise.assemble import part_of
from geoparks.normalise.features import Features
from geoparks.normalise.fields import Unread
from geoparks.normalise.placement import Placement
from geoparks.read.raw import RawLayer


@dataclass(frozen=True)
class How:
    """What a layer is read as, and what the workspace says of it."""

    layer: Layer
    catalogue: Catalogue
    crs: Mapping[str, Any]
    units: Mapping[str, str]
    elsewhere: bool = False
    """Whether it is read by another process than the one that found the file."""


def is_placed(raw: RawLayer, how: How) -> bool:
    """Whether a layer has shapes, and something else than what lies around it says where."""
    return raw.geometry is not None and how.layer.geometry != "none" and (raw.crs is not None or bool(how.crs))


def by_itself(raw: RawLayer, how: How, unread: Unread | None = None) -> Features | None:
    """A layer as features; None where it cannot be judged, or where only what lies around it could tell its place.

    The layer is changed by it: whoever gets None reads it again.
    """
    try:
        part = part_of(how.layer, raw, how.catalogue, how.crs, how.units, (), unread)
    except NotJudged:
        return None
    placement = placement_of(part)
    return None if placement is None or not (how.crs or placement.how == raw.crs_from) else part


def placement_of(part: Features) -> Placement | None:
    """Where the one file of a part lies."""
    return part.sources[0].placement
