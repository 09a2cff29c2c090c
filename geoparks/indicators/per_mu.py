"""E01, E02: the eleven evaluation indicators of a park, and the built-up area that three of them are divided by."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.built_up import BuiltUp, BuiltUpAreas
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import Returns, Yearly, ratio
from geoparks.records import Indicator
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


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Every indicator of every park for every year; a kind of park that the document leaves out has none, and it is said."""
    returns = Returns(layers)
    built = BuiltUpAreas(layers, returns)
    for park in parks_of(layers):
        for year in years:
            area = built.of(park.subject.id, year)
            for one in _of_park(park, year, returns, area):
                left_out = _left_out(one.id, park, layers, pack)
                yield one if left_out is None else Indicator(one.id, park.subject, year, None, "", reason=left_out)


def _of_park(park: Park, year: int, returns: Returns, area: BuiltUp) -> Iterator[Indicator]:
    name = park.subject.id
    for one, field in _TOTALS.items():
        figure = returns.of(name, year, field)
        yield Indicator(one, park.subject, year, figure.value, "", source=figure.source, reason=figure.reason)
    for one, field in _PER_MU.items():
        yield _quotient(one, park, year, returns.of(name, year, field), area.area)
    for one, (above, below) in _QUOTIENTS.items():
        yield _quotient(one, park, year, returns.of(name, year, above), returns.of(name, year, below))
    yield Indicator(_BUILT, park.subject, year, area.area.value, "", source=_told(area), reason=area.area.reason)


def _quotient(one: str, park: Park, year: int, above: Yearly, below: Yearly) -> Indicator:
    value, reason = ratio(above, below)
    return Indicator(
        one, park.subject, year, value, "", numerator=above.value, denominator=below.value,
        source=above.source + _OVER + below.source, reason=reason,
    )  # fmt: skip


def _told(area: BuiltUp) -> Text:
    """Which source counts, and what the others would give."""
    others = [Text(f"{name.zh} {mu:.2f} 亩", f"{name.en}: {mu:.2f} mu") for name, mu in area.others]
    return area.area.source + (Text("；另：", "; also: ") + joined(others) if others else Text("", ""))


def _left_out(one: str, park: Park, layers: Dataset, pack: Pack) -> Text | None:
    """Why the document does not evaluate a park: its kind is one that it names as left out."""
    spec, parks = pack.indicators.get(one), layers.get("parks")
    if spec is None or parks is None or park.row is None:
        return None
    for name, values in spec.excludes.items():
        value = parks.column(name).iloc[park.row]
        if isinstance(value, str) and any(word in value for word in values):
            return Text(f"{value}不在考核范围内", f"{value} is outside the evaluation")
    return None
