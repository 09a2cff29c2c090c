"""E01, E02: the eleven evaluation indicators, and the built-up area that three of them are divided by.

A park has its own return; a block the sum of its enterprises; a county, a league and the region the sum of their parks
that the document evaluates; an enterprise its own return, over its own land.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.built_up import BuiltUp, BuiltUpAreas, built_up_areas
from geoparks.measure.levels import above
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import Returns, Yearly, ratio, returns_of, total
from geoparks.records import Indicator, Subject
from geoparks.text import Text, joined

_TOTALS = {
    "E01.output": "output_wanyuan",
    "E01.fixed_investment": "fixed_investment_wanyuan",
    "E01.tax": "tax_wanyuan",
    "E01.pollutant": "pollutant_t",
    "E01.patents": "patents",
}
_PER_MU = {
    "E01.output_per_mu": "output_wanyuan",
    "E01.fixed_investment_per_mu": "fixed_investment_wanyuan",
    "E01.tax_per_mu": "tax_wanyuan",
}
_QUOTIENTS = {
    "E01.energy_per_value_added": ("energy_tce", "value_added_wanyuan"),
    "E01.water_per_value_added": ("water_m3", "value_added_wanyuan"),
    "E01.rd_share": ("rd_wanyuan", "revenue_wanyuan"),
}
_BUILT = "E02.built_area_mu"
INDICATORS = (*_TOTALS, *_PER_MU, *_QUOTIENTS, _BUILT)
_OVER = Text(" ÷ ", " ÷ ")
_OWN_LAND = Text("企业用地面积（亩）作分母", "over the enterprise's own land (mu)")


@dataclass(frozen=True)
class _Unit:
    """One subject, with where its figures and its land come from."""

    subject: Subject
    of: Callable[[int, str], Yearly]
    area: Callable[[int], BuiltUp]


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Every indicator of every subject for every year; a kind of park that the document leaves out has none, and it is said."""
    returns = returns_of(layers)
    built = built_up_areas(layers)
    evaluated = []
    for park in parks_of(layers):
        left_out = _left_out(park, layers, pack)
        if left_out is None:
            evaluated.append(park)
        for year in years:
            for one in _of(_own(park.subject, returns, built), year):
                is_out = left_out is not None and one.id != _BUILT
                yield Indicator(one.id, park.subject, year, None, "", reason=left_out) if is_out else one
    for unit in _others(layers, pack, evaluated, returns, built):
        for year in years:
            yield from _of(unit, year)


def _others(
    layers: Dataset, pack: Pack, evaluated: list[Park], returns: Returns, built: BuiltUpAreas
) -> Iterator[_Unit]:
    """Blocks and enterprises below the parks, counties, leagues and the region above them."""
    blocks = layers.get("blocks")
    if blocks is not None and "enterprise_stats" in layers:
        for subject in dict.fromkeys(blocks.subject(position) for position in range(len(blocks))):
            yield _own(subject, returns, built)
    for subject, parks in above(layers, pack, evaluated).items():
        yield _sum(subject, parks, returns, built)
    enterprises = layers.get("enterprises")
    if enterprises is not None and "enterprise_stats" in layers:
        for subject in dict.fromkeys(enterprises.subject(position) for position in range(len(enterprises))):
            yield _enterprise(subject, returns)


def _own(subject: Subject, returns: Returns, built: BuiltUpAreas) -> _Unit:
    return _Unit(subject, lambda year, field: returns.of(subject, year, field), lambda year: built.of(subject, year))


def _enterprise(subject: Subject, returns: Returns) -> _Unit:
    return _Unit(
        subject,
        lambda year, field: returns.of(subject, year, field),
        lambda year: BuiltUp(returns.of(subject, year, "land_mu")),
    )


def _sum(subject: Subject, parks: tuple[Subject, ...], returns: Returns, built: BuiltUpAreas) -> _Unit:
    return _Unit(
        subject,
        lambda year, field: returns.total(parks, year, field),
        lambda year: BuiltUp(total({park: built.of(park, year).area for park in parks})),
    )


def _of(unit: _Unit, year: int) -> Iterator[Indicator]:
    area = unit.area(year)
    is_firm = unit.subject.layer == "enterprises"
    for one, field in () if is_firm else _TOTALS.items():  # of an enterprise they are its return as it stands
        figure = unit.of(year, field)
        yield Indicator(
            one, unit.subject, year, figure.value, "", source=figure.source, reason=figure.reason, at_least=figure.known
        )
    for one, field in _PER_MU.items():
        yield _quotient(one, unit.subject, year, unit.of(year, field), area.area, _OWN_LAND if is_firm else None)
    for one, (above_, below) in _QUOTIENTS.items():
        yield _quotient(one, unit.subject, year, unit.of(year, above_), unit.of(year, below))
    if not is_firm:
        yield Indicator(
            _BUILT, unit.subject, year, area.area.value, "", source=_told(area), reason=area.area.reason,
            at_least=area.area.known,
        )  # fmt: skip


def _quotient(
    one: str, subject: Subject, year: int, upper: Yearly, lower: Yearly, remark: Text | None = None
) -> Indicator:
    value, reason = ratio(upper, lower)
    source = upper.source + _OVER + lower.source
    return Indicator(
        one, subject, year, value, "", numerator=upper.value, denominator=lower.value,
        source=source if remark is None else joined([source, remark]), reason=reason,
    )  # fmt: skip


def _told(area: BuiltUp) -> Text:
    """Which source counts, and what the others would give."""
    others = [Text(f"{name.zh} {mu:.2f} 亩", f"{name.en}: {mu:.2f} mu") for name, mu in area.others]
    return area.area.source + (Text("；另：", "; also: ") + joined(others) if others else Text("", ""))


def _left_out(park: Park, layers: Dataset, pack: Pack) -> Text | None:
    """Why the document does not evaluate a park: its kind is one that it names as left out."""
    spec, parks = pack.indicators.get("E01.output"), layers.get("parks")
    if spec is None or parks is None or park.row is None:
        return None
    for name, values in spec.excludes.items():
        value = parks.column(name).iloc[park.row]
        if isinstance(value, str) and any(word in value for word in values):
            return Text(f"{value}不在考核范围内", f"{value} is outside the evaluation")
    return None
