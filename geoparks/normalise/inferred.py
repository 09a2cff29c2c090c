"""Where a layer lies that declares no coordinate system: by its head, by its numbers, by where the others lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geoparks.errors import NotJudged
from geoparks.normalise import datum, zones
from geoparks.normalise.evidence import Bounds, Sight
from geoparks.normalise.placement import DECLARE, Placement, conflict, in_zone, name_of, on_earth
from geoparks.read.raw import RawLayer, ZoneHint
from geoparks.text import Text, same

MAYBE_DMS = "maybe_dms"
"""Code of the repair that says that degrees may be degrees, minutes and seconds."""
_REGION_MARGIN_DEG = 0.3
_SIXTY = 60.0
_DOZEN = 12  # different fractions that must all be possible minutes and seconds
_FRACTION_DIGITS = 9
_FIRST = 1_000
_ROUNDING = 1e-7  # 0.3 × 100 is a little less than 30


def from_head(raw: RawLayer, head: ZoneHint, here: Sight, region: Sequence[Bounds]) -> Placement:
    """A coordinate TXT's own words: datum, width and number of the zone, held against the eastings."""
    datum.refuse_named(head.datum)
    seen = here.seen
    how = Text("文件头写明", "said in the file's head")
    if head.degrees or seen.kind == "degrees":
        if not on_earth(here.centre if not seen.swapped else here.centre[::-1]):
            raise conflict(raw, datum.CGCS2000, Text("坐标不是经纬度", "the coordinates are no longitude and latitude"))
        return Placement(name_of(datum.CGCS2000), how, datum.CGCS2000, datum.Path(None, None), seen.swapped)
    if seen.zone is not None:
        other = (head.zone is not None and head.zone != seen.zone.number) or (
            head.width is not None and head.width != seen.zone.width
        )
        if other:
            raise NotJudged(
                Text("文件头带号与坐标带号不一致", "the zone in the head is not that of the coordinates"),
                where=raw.where,
                found=Text(
                    f"文件头 {head.width or '?'} 度带 {head.zone or '?'} 带，坐标横坐标带号 {seen.zone.number}",
                    f"head: {head.width or '?'}° zone {head.zone or '?'}; eastings begin with {seen.zone.number}",
                ),
                mend=DECLARE,
            )
        return in_zone(seen.zone, how, seen.swapped)
    if head.zone is not None:
        zone = zones.Zone(head.width or (3 if head.zone >= 25 else 6), head.zone, prefixed=False)
        if not zone.exists:
            raise NotJudged(
                Text(f"没有 {zone.width} 度带第 {zone.number} 带", f"there is no {zone.width}° zone {zone.number}"),
                where=raw.where,
                mend=DECLARE,
            )
        if seen.kind == "unknown":
            raw.repaired(
                "coordinates_unusual",
                Text(
                    "坐标数值不是中国范围内应有的大小，按文件头读取，请核实",
                    "the coordinates are not of a size that China has; read as the head says, please confirm",
                ),
                old=f"{here.centre[0]:.10g}, {here.centre[1]:.10g}",
            )
        return in_zone(zone, how, seen.swapped)
    return from_evidence(raw, here, region)


def from_evidence(raw: RawLayer, here: Sight, region: Sequence[Bounds]) -> Placement:
    """Nothing is declared, or nothing that can be: the coordinates speak, and it is said that they did."""
    how, seen = Text("按坐标数值推断", "inferred from the coordinates"), here.seen
    if seen.kind == "degrees":
        placed = Placement(name_of(datum.CGCS2000), how, datum.CGCS2000, datum.Path(None, None), seen.swapped)
    elif seen.zone is not None:
        placed = in_zone(seen.zone, how, seen.swapped)
    elif seen.kind == "plain":
        placed = _by_extent(raw, here, region)
    else:
        x0, y0, x1, y1 = here.bounds
        raise NotJudged(
            Text("坐标系未知", "the coordinate system is unknown"),
            where=raw.where,
            found=same(f"x {x0:.10g} … {x1:.10g}, y {y0:.10g} … {y1:.10g}"),
            mend=DECLARE,
        )
    raw.repaired(
        "crs_inferred",
        Text(
            f"文件没有{'可用的' if raw.crs is not None else ''}坐标系信息，按坐标数值认定为 {placed.name}，基准按 CGCS2000，请核实",
            f"the file declares no {'usable ' if raw.crs is not None else ''}CRS; taken as {placed.name} by its"
            " coordinates, on the CGCS2000 datum: please confirm",
        ),
        old=raw.crs.name if raw.crs is not None else "", new=placed.name,
    )  # fmt: skip
    return placed


class Fractions:
    """Whether degrees look like degrees, minutes and seconds written as one decimal: 109.3025 for 109°30′25″.

    Of decimal degrees, two fractions in three have minutes or seconds of 60 and more: a dozen without are no chance.
    """

    def __init__(self) -> None:
        self._ruled_out = False
        self._possible: set[float] = set()

    def look(self, geometry: np.ndarray) -> None:
        """Look at some more shapes; the first of them tell it of nearly every layer."""
        for some in (geometry[:_FIRST], geometry):
            if not self._ruled_out:
                fractions, minutes, seconds = _minutes_and_seconds(some)
                self._ruled_out = bool((minutes >= _SIXTY).any() or (seconds >= _SIXTY).any())
                self._possible.update(fractions[seconds >= 1][:_DOZEN].tolist())

    @property
    def sexagesimal(self) -> bool:
        """What those looked at tell."""
        return not self._ruled_out and len(self._possible) >= _DOZEN


def tell_sexagesimal(raw: RawLayer, here: Sight) -> None:
    """Say where degrees look like degrees, minutes and seconds."""
    sexagesimal = here.sexagesimal
    if sexagesimal is None:
        fractions = Fractions()
        assert raw.geometry is not None
        fractions.look(raw.geometry)
        sexagesimal = fractions.sexagesimal
    if not sexagesimal:
        return
    raw.repaired(
        MAYBE_DMS,
        Text(
            "经纬度的小数看起来都是分、秒（如 109.3025 指 109°30′25″），现按十进制度读取，请核实",
            "the fractions look like minutes and seconds (109.3025 for 109°30′25″); read as decimal degrees: please confirm",
        ),
    )


def _minutes_and_seconds(geometry: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The different fractions, and what they would be, read as minutes and seconds."""
    with np.errstate(invalid="ignore"):  # infinite coordinates
        fractions = np.unique(np.round(shapely.get_coordinates(geometry) % 1.0, _FRACTION_DIGITS))
    minutes, rest = np.divmod(fractions * 100 + _ROUNDING, 1.0)
    return fractions, minutes, rest * 100


def _by_extent(raw: RawLayer, here: Sight, region: Sequence[Bounds]) -> Placement:
    """Eastings without a zone number: the zone that puts them where the workspace is known to lie."""
    middle = np.array([here.centre[::-1] if here.seen.swapped else here.centre])
    fitting = []
    for zone in zones.plain_zones():
        longitude, latitude = in_zone(zone, same(""), swapped=False).path.to_lonlat(middle)[0]
        if any(_contains(one, longitude, latitude) for one in region):
            fitting.append(zone)
    if len(fitting) != 1:
        found = "、".join(str(zone.meridian) for zone in fitting)
        raise NotJudged(
            Text("横坐标没有带号，无法确定中央经线", "the eastings carry no zone number, so the meridian is unknown"),
            where=raw.where,
            found=Text(f"可能的中央经线：{found}", f"possible meridians: {found}") if fitting else None,
            mend=DECLARE,
        )
    how = Text("按坐标数值与所在范围推断", "inferred from coordinates and extent")
    return in_zone(fitting[0], how, here.seen.swapped)


def _contains(bounds: Bounds, longitude: float, latitude: float) -> bool:
    margin = _REGION_MARGIN_DEG
    return (
        bounds[0] - margin <= longitude <= bounds[2] + margin and bounds[1] - margin <= latitude <= bounds[3] + margin
    )
