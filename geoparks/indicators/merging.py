"""E06: which park one that falls short could be merged into: its county first, then its league, by industries and distance."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.indicators import per_mu
from geoparks.measure.neighbours import neighbours, told
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_INTO = "E06.merge_into"
INDICATORS = (_INTO,)
_SOURCE = Text("可就近整合的园区：", "it could be merged into: ")
_ASKED = {"E01.output_per_mu": "merge_output_per_mu", "E01.fixed_investment_per_mu": "merge_investment_per_mu"}


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """For every park of the run's year: none where it meets what is asked; the candidates are told in any case."""
    year = layers.year
    if year is None:
        return
    short = _falling_short(layers, pack, year)
    near = neighbours(layers, pack.territory.get("league", ()))
    for park in parks_of(layers):
        some = [one for one in near.get(park.subject, []) if short.get(one.subject) is not True]
        value, reason = None, None
        if park.subject not in short:
            reason = Text(
                "单位没有填写投资强度和产出的要求", "the office has stated no requirement of investment and output"
            )
        elif short[park.subject] is None:
            reason = Text("亩均产值或亩均投资没有算出", "output or investment per mu was not computed")
        elif not short[park.subject]:
            reason = Text("达到要求，不需整合", "meets what is asked: no merger")
        elif some:
            value = some[0].subject.label
        else:
            reason = Text("同旗县、同盟市没有可整合的园区", "no park of its county or league to merge into")
        yield Indicator(_INTO, park.subject, year, value, "", source=_SOURCE + told(some), reason=reason)


def _falling_short(layers: Dataset, pack: Pack, year: int) -> dict[Subject, bool | None]:
    """Whether a park is below one of the numbers that the office asks for; nobody is in it where it asks for none."""
    asked = {
        name: pack.settings[setting].value
        for name, setting in _ASKED.items()
        if pack.settings[setting].value is not None
    }
    found: dict[Subject, bool | None] = {}
    for one in per_mu.compute(layers, pack, (year,)) if asked else ():
        least = asked.get(one.id)
        if least is None or one.subject.layer != "parks":
            continue
        below = None if not isinstance(one.value, int | float) else one.value < least
        before = found.get(one.subject, False)
        found[one.subject] = True if below or before else None if below is None or before is None else False
    return found
