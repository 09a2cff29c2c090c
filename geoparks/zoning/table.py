"""功能分区表: the land of every park by functional zone, with what it is used for; the rows of a park sum to the park."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.land_classes import LandClass, class_of, uses_in
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.zoned import Zoned, why_unzoned, zone_title, zoned
from geoparks.text import Text

Row = dict[str, Any]
SEVERAL, NONE, TOTAL = "several", "none", "total"
_TITLES = {
    SEVERAL: Text("两类以上分区重叠", "In zones of several kinds"), NONE: Text("未划入分区", "In no zone"), TOTAL: Text("合计", "Total"),
}  # fmt: skip


def zoning(layers: Dataset) -> list[Row]:
    """A row for every kind of zone of every park, one for what lies in several kinds, one for what lies in none, and the total.

    Land that lies in zones of two kinds is told in its own row and in neither of theirs, so that the rows sum. A park whose
    zones are not drawn has one row with the reason. Empty where there is no layer of zones.
    """
    if "functional_zones" not in layers:
        return []
    found = zoned(layers)
    return [row for park in parks_of(layers) for row in _of_park(park, found.get(park.subject.id), layers)]


def _of_park(park: Park, one: Zoned | None, layers: Dataset) -> Iterator[Row]:
    if one is None:
        yield _row(park, TOTAL, _TITLES[TOTAL], None, 0, {}, reason=why_unzoned(park, layers))
        return
    whole = float(one.land.area)
    summed: dict[tuple[str, str], float] = {}
    parts = [("zone", name, shape) for name, shape in one.zones.items()]
    parts += [(SEVERAL, SEVERAL, one.several), (NONE, NONE, one.none)]
    for kind, name, shape in parts:
        uses = _uses(shape, layers)
        for key, m2 in uses.items():
            summed[key] = summed.get(key, 0.0) + m2
        title = zone_title(layers, name) if kind == "zone" else _TITLES[kind]
        count = one.counts.get(name, 0) if kind == "zone" else None
        beyond = one.beyond_m2.get(name) if kind == "zone" else None
        yield _row(park, kind, title, float(shape.area), whole, uses, count, beyond, layers)
    yield _row(
        park, TOTAL, _TITLES[TOTAL], whole, whole, summed, sum(one.counts.values()), None, layers, park.unmeasured
    )


def _uses(shape: shapely.Geometry, layers: Dataset) -> dict[tuple[str, str], float]:
    return uses_in(shape, layers) if "land_use" in layers and not shape.is_empty else {}


def _row(
    park: Park, kind: str, title: Text, m2: float | None, whole: float, uses: Mapping[tuple[str, str], float],
    count: int | None = None, beyond: float | None = None, layers: Dataset | None = None, reason: Text | None = None,
) -> Row:  # fmt: skip
    codes = layers.catalogue.codes["land_use"] if layers is not None and "land_use" in layers else None
    by_class: dict[str, float | None] = dict.fromkeys([*(one.value for one in LandClass), "unsurveyed"])
    told = []
    if codes is not None and m2 is not None:
        by_class = dict.fromkeys(by_class, 0.0)
        for (scheme, code), area in sorted(uses.items()):
            one = class_of(scheme, code, codes)
            by_class[one.value] = (by_class[one.value] or 0.0) + area
            name = codes.schemes.get(scheme, {}).get(code)
            told.append(
                {
                    "use_scheme": scheme or None,
                    "use_code": code or None,
                    "use_name": name,
                    "class": one.value,
                    "m2": area,
                }
            )
        by_class["unsurveyed"] = max(m2 - sum(uses.values()), 0.0)
    return {
        "park": park.subject.id, "name": park.subject.name, "kind": kind, "zone": title, "count": count, "m2": m2,
        "ha": None if m2 is None else units.to_ha(m2), "mu": None if m2 is None else units.to_mu(m2),
        "share": m2 / whole if m2 is not None and whole else None, "beyond_m2": beyond,
        **{f"{name}_m2": area for name, area in by_class.items()}, "uses": told, "reason": reason,
    }  # fmt: skip
