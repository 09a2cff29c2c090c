"""A county's boundary after its adjustment held against what its plan allows: scale (U01) and expansion multiple (U02)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import shapely

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.boundary_definition import MULTIPLE, SCALE, counted_m2
from geoparks.measure.plane import from_plane
from geoparks.measure.udb import County, adjustment_of
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Indicator, Measurement, Subject
from geoparks.text import Text, joined

_NO_CHANGES = Text("没有为该园区申请边界调整", "no change of the boundary is made for this park")
_NOWHERE = Text("调整地块不知属于哪个旗县", "the county of its changes is not known")
_DECIMALS = 4
_MORE = Text("，调入大于调出", ", more comes in than goes")
_NOT_MORE = Text("，调入不大于调出", ", no more comes in than goes")
_HAIR = 1e-3  # plots drawn alike in a Gauss plane differ on the ellipsoid by as much


def held_to_limit(layers: Dataset, fault: str, row: str) -> Iterator[Measurement]:
    """Square metres above the limit of a row (U01, U02) for every county, then for every park by the worst of its counties.

    The figures of the row, computed by the definitions of the pack, are in ``layers.figures``. A park without changes has
    nothing above its limit.
    """
    adjustment = adjustment_of(layers)
    figures = {(one.subject, one.id): one for one in layers.figures}
    lost = "udb" if layers["udb"].lost is not None else ""
    of_county = {name: _of(layers, county, fault, row, figures, lost) for name, county in adjustment.counties.items()}
    yield from of_county.values()
    for park in parks_of(layers):
        changes = adjustment.of_park(park.subject.id)
        if not changes:
            yield Measurement(park.subject, fault, value=0.0, remark=_NO_CHANGES)
            continue
        some = [of_county[name] for name in sorted({one.county for one in changes if one.county is not None})]
        unknown = [one for one in some if one.value is None]
        if unknown or not some:
            reasons = [one.reason for one in unknown if one.reason is not None]
            reason = joined(reasons) if reasons else _NOWHERE
            yield Measurement(park.subject, fault, reason=reason, missing=lost)
        else:
            worst = max(some, key=lambda one: float(one.value or 0))
            tops = [one.value if one.value_at_most is None else one.value_at_most for one in some]
            top = max(float(one or 0) for one in tops)
            open_end = top if top > float(worst.value or 0) else None
            why = [one.reason for one in some if one.reason is not None]
            yield replace(worst, subject=park.subject, value_at_most=open_end, reason=joined(why) if why else None)


def _of(
    layers: Dataset, county: County, fault: str, row: str, figures: Mapping[tuple[Subject, str], Indicator], lost: str
) -> Measurement:
    """The measurement of a county; `lost` names the boundary where pieces of it never arrived."""

    def figure(name: str) -> Indicator | None:
        return figures.get((county.subject, f"{row}.{name}"))

    scale = row == "U01"
    names = ("construction_before_ha", "construction_after_ha", "construction_limit_ha") if scale else (
        "multiple_before", "multiple_after", "multiple_approved")  # fmt: skip
    before, after, limit = (figure(name) for name in names)
    missing = [one for one in (after, limit) if one is None or one.value is None]
    least, most = counted_m2(county.after, layers, SCALE if scale else MULTIPLE)
    unstated = (
        least != most
        and county.reason is None
        and limit is not None
        and limit.value is not None
        and (scale or county.base_m2 > 0)
    )
    if unstated and after is not None and limit is not None:
        allowed = county.limit_m2 if scale else county.base_m2 * county.multiple
        return _between(county, fault, (least, most), allowed, after)
    if missing or after is None or limit is None:
        reasons = dict.fromkeys(one.reason for one in missing if one is not None and one.reason is not None)
        reason = joined(list(reasons)) if reasons else Text("没有计算出所需数值", "the figures it rests on are missing")
        return Measurement(county.subject, fault, reason=reason, missing=lost)
    factor = units.M2_PER_HA if scale else county.base_m2
    excess = (float(after.value or 0) - float(limit.value or 0)) * factor
    said = _hectares if scale else _multiple
    net = county.brought_m2 - county.let_go_m2
    moved = [one.moved for one in county.changes if not one.moved.is_empty]
    balance = _MORE if net > _HAIR * county.let_go_m2 else _NOT_MORE
    told = {
        "county": county.name, "before": said(before), "after": said(after), "approved": said(limit),
        "excess": units.area_text(excess), "brought": units.area_text(county.brought_m2),
        "let_go": units.area_text(county.let_go_m2), "net": units.area_text(net), "balance": balance,
        "definition": after.formula,
    }  # fmt: skip
    return Measurement(
        county.subject, fault, value=excess, unit="m2", area_m2=max(excess, 0.0), words=told,
        evidence=from_plane(shapely.GeometryCollection(moved)) if moved else None, remark=_passed(told, scale),
    )  # fmt: skip


def _between(county: County, fault: str, counted: tuple[float, float], allowed: float, after: Indicator) -> Measurement:
    """Where land of no stated zone may count or not: the least and the most above the limit, in m²."""
    least, most = (one - allowed for one in counted)
    net = county.brought_m2 - county.let_go_m2
    told = {
        "county": county.name, "before": "—", "after": _at_least(units.area_text(counted[0])), "approved": units.area_text(allowed),
        "excess": _at_least(units.area_text(least)), "brought": units.area_text(county.brought_m2),
        "let_go": units.area_text(county.let_go_m2), "net": units.area_text(net), "balance": "", "definition": after.formula,
    }  # fmt: skip
    return Measurement(
        county.subject, fault, value=least, value_at_most=most, unit="m2", reason=after.reason, area_m2=max(least, 0.0), words=told,
        remark=after.reason,
    )  # fmt: skip


def _at_least(words: Text) -> Text:
    return Text("至少 ", "at least ") + words


def _passed(told: Mapping[str, object], scale: bool) -> Text:
    """The figures, which are worth knowing of a pass as well."""
    if scale:
        words = Text(
            "调整后规模 {after}（调整前 {before}），批准 {approved}；调入 {brought}，调出 {let_go}，净增 {net}{balance}",
            "{after} after ({before} before), {approved} approved; {brought} in, {let_go} out, net {net}{balance}",
        )
    else:
        words = Text(
            "扩展倍数调整前 {before}、调整后 {after}，批准 {approved}；口径：{definition}",
            "multiple {before} before, {after} after, {approved} approved; definition: {definition}",
        )
    return words.fill(**told)


def _hectares(one: Indicator | None) -> Text:
    return units.quantity_text(None if one is None or one.value is None else float(one.value), "ha")


def _multiple(one: Indicator | None) -> str:
    value = None if one is None or one.value is None else float(one.value)
    return "—" if value is None or math.isnan(value) else f"{value:.{_DECIMALS}f}"
