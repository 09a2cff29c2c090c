"""E12: figures that the goals of national development zones and of high-tech zones are held against."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.evaluated import SOURCE, results
from geoparks.measure.levels import REGION, above
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import Returns, Yearly, ratio, returns_of, total
from geoparks.records import Indicator, Subject
from geoparks.text import Text, joined

_GROWTH = {
    "E12.gdp_growth": "gdp_wanyuan",
    "E12.output_growth": "output_wanyuan",
    "E12.foreign_growth": "foreign_capital_wanusd",
}
_RANKS = ("E12.rank", "E12.rank_west")
_FOREIGN = "E12.foreign_share"
_FIRMS = ("E12.high_tech_firms", "E12.high_tech_firms_national", "E12.high_tech_firms_regional")
_ZONES, _COVERED, _VISION = "E12.national_zones", "E12.leagues_covered", "E12.vision_2035"
INDICATORS = (*_GROWTH, *_RANKS, _FOREIGN, *_FIRMS, _ZONES, _COVERED, _VISION)
_ETDZ = "national_etdz"
_REGISTER = Text("园区名录", "parks")
_NO_RANK = Text("考核结果中没有该年度的名次", "the evaluations have no rank for this year")
_LEAGUES = Text("盟市年报", "league_stats")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Of national development zones growth, ranks and foreign capital; of the region the high-tech zones and their firms."""
    parks, returns = layers.get("parks"), returns_of(layers)
    zone_of = {}
    for park in parks_of(layers):
        value = parks.column("zone_class").iloc[park.row] if parks is not None and park.row is not None else None
        zone_of[park.subject] = value if isinstance(value, str) else None
    leagues = {
        park: league.id for league, some in above(layers, pack).items() if league.layer == "leagues" for park in some
    }
    for park in parks_of(layers):
        if zone_of[park.subject] == _ETDZ:
            for year in years:
                yield from _growth(park.subject, year, returns, pack)
                yield _foreign(park.subject, year, returns, leagues.get(park.subject), layers)
            yield from _ranks(park, layers, pack, years)
    if any(zone is not None and "high_tech" in zone for zone in zone_of.values()):
        yield from _of_region(layers, pack, years, zone_of, leagues, returns)


def _growth(subject: Subject, year: int, returns: Returns, pack: Pack) -> Iterator[Indicator]:
    """The mean yearly growth since the base year."""
    for name, field in _GROWTH.items():
        spec = pack.indicators.get(name)
        if spec is None:
            continue
        base = int(spec.parameters["base_year"])
        now, then = returns.of(subject, year, field), returns.of(subject, base, field)
        if year <= base:
            reason = Text(f"以 {base} 年为基期，{base} 年之后才有增速", f"growth is counted from {base}")
            yield Indicator(name, subject, year, None, "", source=now.source, reason=reason)
            continue
        value, why = ratio(now, then)
        if value is not None and then.value is not None and (value < 0 or then.value < 0):
            value, why = None, Text("数值为负，没有增速", "a negative figure has no growth")
        yield Indicator(
            name, subject, year, None if value is None else value ** (1 / (year - base)) - 1, "", numerator=now.value,
            denominator=then.value, source=joined(list(dict.fromkeys([now.source, then.source]))), reason=why,
        )  # fmt: skip


def _foreign(subject: Subject, year: int, returns: Returns, league: str | None, layers: Dataset) -> Indicator:
    upper = returns.of(subject, year, "foreign_capital_wanusd")
    lower = _of_league(layers, league, year, "foreign_capital_wanusd")
    value, reason = ratio(upper, lower)
    return Indicator(
        _FOREIGN, subject, year, value, "", numerator=upper.value, denominator=lower.value,
        source=joined([upper.source, lower.source]), reason=reason,
    )  # fmt: skip


def _ranks(park: Park, layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """The ranks as the tables give them; the scores of some zones rank nobody in the country."""
    for name in _RANKS:
        spec = pack.indicators.get(name)
        words = spec.parameters if spec is not None else {}
        found = results(layers, str(words["scheme"]), str(words.get("without", ""))) if words else {}
        for year in years:
            one = found.get((park.subject.id, year))
            rank = one.rank if one is not None else None
            reason = (
                None if rank is not None else one.reason if one is not None and one.reason is not None else _NO_RANK
            )
            taken = None if one is None or one.participants is None else float(one.participants)
            yield Indicator(name, park.subject, year, rank, "", denominator=taken, source=SOURCE, reason=reason)


def _of_league(layers: Dataset, league: str | None, year: int, field: str) -> Yearly:
    features = layers.get("league_stats")
    if features is None or not features.has("league", "year"):
        return Yearly(
            None, _LEAGUES, layers.why_not("league_stats") if features is None else Text("没有盟市", "no league")
        )
    rows = (features.column("league") == league).to_numpy() & (features.column("year") == year).to_numpy()
    values = features.column(field)[rows].dropna().astype(float).unique()
    if len(values) != 1:
        return Yearly(
            None,
            _LEAGUES,
            Text(f"{league or '—'} {year} 年没有唯一的数值", f"no single figure of {league or '—'} for {year}"),
        )
    return Yearly(float(values[0]), _LEAGUES)


def _of_region(
    layers: Dataset, pack: Pack, years: tuple[int, ...], zone_of: dict[Subject, str | None], leagues: dict[Subject, str],
    returns: Returns,
) -> Iterator[Indicator]:  # fmt: skip
    """Shares and counts of the whole region: only where the register and the league figures reach all of it."""
    every = layers.catalogue.codes["league"].values
    lacking = [one for one in every if one not in set(leagues.values())]
    partial = (
        Text(f"名录缺 {len(lacking)} 个盟市的园区，不能代表全区", f"the register has no parks of {len(lacking)} leagues: it is not the whole region")
        if lacking
        else None
    )  # fmt: skip
    for name in _FIRMS:
        zones = _zones(pack, name)
        for year in years:
            upper = total(
                {
                    park: returns.of(park, year, "high_tech_enterprises")
                    for park, zone in zone_of.items()
                    if zone in zones
                }
            )
            lower = total(
                {Subject("leagues", one, one): _of_league(layers, one, year, "high_tech_enterprises") for one in every}
            )
            value, reason = ratio(upper, lower)
            yield Indicator(
                name, REGION, year, None if partial else value, "", numerator=upper.value, denominator=lower.value,
                source=joined([upper.source, lower.source]), reason=partial or reason,
            )  # fmt: skip
    year = layers.year or layers.on.year
    count = sum(zone in _zones(pack, _ZONES) for zone in zone_of.values())
    yield Indicator(
        _ZONES,
        REGION,
        year,
        None if partial else count,
        "",
        source=_REGISTER,
        reason=partial,
        at_least=count if partial else None,
    )
    having = {leagues[park] for park, zone in zone_of.items() if zone in _zones(pack, _COVERED) and park in leagues}
    yield Indicator(
        _COVERED, REGION, year, None if partial else len(having) / len(every), "", numerator=len(having), denominator=len(every),
        source=_REGISTER, reason=partial,
    )  # fmt: skip
    no_number = Text("文件没有数值，由人工判断", "the document gives no number: a person judges")
    yield Indicator(_VISION, REGION, year, None, "", source=_REGISTER, reason=no_number)


def _zones(pack: Pack, name: str) -> tuple[str, ...]:
    spec = pack.indicators.get(name)
    return tuple(spec.parameters["zones"]) if spec is not None else ()
