"""Which facilities a park has: by the list of the register, and by the facilities that are mapped."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import shapely

from geoparks.dataset import Dataset
from geoparks.measure.days import days_of
from geoparks.measure.plane import plane_of, tree_of
from geoparks.measure.whereabouts import Park

_DENIED = ("未", "没有", "缺", "尚无", "暂无", "无供", "无通", "无集中")
"""Beginnings of an entry that says that something is not there."""


def has(layers: Dataset, park: Park, kinds: Collection[str]) -> bool | None:
    """Whether a park has a facility of some kinds: True where the register lists one or one that is built belongs to it.

    False where the register has a list and none of them is on it (未通天然气 is no gas); None where it has no list.
    """
    parks = layers.get("parks")
    listed = parks.column("infrastructure").iloc[park.row] if parks is not None and park.row is not None else None
    own = [one for one in listed.split("、") if not one.startswith(_DENIED)] if isinstance(listed, str) else []
    if any(kind in one for one in own for kind in kinds):
        return True
    if any(kind in one for one in _mapped(layers, park) for kind in kinds):
        return True
    return False if isinstance(listed, str) else None


def _mapped(layers: Dataset, park: Park) -> set[str]:
    """The kinds of the built facilities that name the park, or lie in it and name none."""
    facilities = layers.get("facilities")
    if facilities is None or not facilities.has("kind"):
        return set()
    owner = facilities.column("park_id").to_numpy(dtype=object)
    here = owner == park.subject.id
    if park.is_area and facilities.has_geometry:
        touched = np.zeros(len(facilities), dtype=bool)
        touched[tree_of(facilities).query(park.shape, predicate="intersects")] = True
        here |= touched & facilities.column("park_id").isna().to_numpy() & ~shapely.is_missing(plane_of(facilities))
    later = days_of(facilities.column("built_on")) > np.datetime64(layers.on, "D")
    built = ~facilities.column("status").isin(["building", "planned"]).to_numpy() & ~later
    return {one for one in facilities.column("kind")[here & built] if isinstance(one, str)}
