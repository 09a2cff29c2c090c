"""E04, E14: the rank of a park and what follows from it, years below the class standard, low ranks of high-tech zones."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.evaluated import SOURCE, Result, results
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import Returns, returns_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text, joined

_RANKS = ("E04.rank", "E04.rank_city")
_SCORE, _BELOW, _LOW = "E04.score", "E04.years_below", "E14.low_runs"
INDICATORS = (*_RANKS, _SCORE, _BELOW, _LOW)
_WEAK = "weak"
_NO_RESULT = Text("考核结果中没有该年度的记录", "the evaluations have no entry for this year")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Rank and score of every park that was evaluated, for every year; runs of years count up to each year."""
    for name in _RANKS:
        if (scheme := _scheme(pack, name)) is not None:
            found = results(layers, scheme)
            if name == _RANKS[0]:
                yield from _scores(layers, found, years)
            yield from _ranks(name, layers, found, years)
    returns = returns_of(layers)
    for park in parks_of(layers):
        for year in years:
            yield _below(park, year, returns, years, pack)
    yield from _low_runs(layers, pack, years)


def _scheme(pack: Pack, name: str) -> str | None:
    """The word that the names of an indicator's evaluations have in common."""
    spec = pack.indicators.get(name)
    return str(spec.parameters["scheme"]) if spec is not None and "scheme" in spec.parameters else None


def _ranks(
    name: str, layers: Dataset, found: dict[tuple[str, int], Result], years: tuple[int, ...]
) -> Iterator[Indicator]:
    for park in parks_of(layers):
        for year in years:
            one = found.get((park.subject.id, year))
            if one is None or one.rank is None:
                yield Indicator(name, park.subject, year, None, "", source=SOURCE, reason=_why_none(layers, one))
                continue
            source = SOURCE + (Text("；按得分排名", "; ranked by score") if one.ranked_by_score else Text("", ""))
            taken = None if one.participants is None else float(one.participants)
            yield Indicator(name, park.subject, year, one.rank, "", denominator=taken, source=source)


def _scores(layers: Dataset, found: dict[tuple[str, int], Result], years: tuple[int, ...]) -> Iterator[Indicator]:
    for park in parks_of(layers):
        for year in years:
            one = found.get((park.subject.id, year))
            value = one.score if one is not None else None
            reason = None if value is not None else _why_none(layers, one)
            yield Indicator(_SCORE, park.subject, year, value, "", source=SOURCE, reason=reason)


def _why_none(layers: Dataset, one: Result | None) -> Text:
    if "evaluations" not in layers:
        return layers.why_not("evaluations")
    return (
        _NO_RESULT
        if one is None
        else Text("同一年度有几行结果不同，或者没有名次", "rows of the year differ, or have no rank")
    )


def _below(park: Park, year: int, returns: Returns, years: tuple[int, ...], pack: Pack) -> Indicator:
    """Years on end with output below the lowest class, counted back from a year as far as the data go."""
    spec = pack.indicators.get("E03.class")
    steps = spec.steps.get("parks", ()) if spec is not None else ()
    output = returns.of(park.subject, year, "output_wanyuan")
    if not steps or output.value is None:
        return Indicator(_BELOW, park.subject, year, None, "", source=output.source, reason=output.reason)
    standard, count = steps[-1].from_, 0
    for one in range(year, min(years) - 1, -1):
        value = returns.of(park.subject, one, "output_wanyuan").value
        if value is None or value >= standard:
            break
        count += 1
    words = Text("标准：", "standard: ") + units.quantity_text(standard, "wanyuan")
    return Indicator(_BELOW, park.subject, year, count, "", source=joined([output.source, words]))


def _low_runs(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    scheme, low = _scheme(pack, _LOW), pack.settings["low_rank_share"].given
    parks = layers.get("parks")
    if scheme is None or parks is None or not parks.has("zone_class"):
        return
    found = results(layers, scheme)
    for park in parks_of(layers):
        zone = parks.column("zone_class").iloc[park.row] if park.row is not None else None
        if isinstance(zone, str) and "high_tech" in zone:
            own = {year: one for (name, year), one in found.items() if name == park.subject.id}
            for year in years:
                yield _low_run(park.subject, year, own, low, layers)


def _low_run(subject: Subject, year: int, own: dict[int, Result], low: float, layers: Dataset) -> Indicator:
    """Low ranks on end after the latest order to rectify whose day had come, each condition told."""
    if year not in own:
        return Indicator(_LOW, subject, year, None, "", source=SOURCE, reason=_why_none(layers, None))
    told = [one for one in own if one < year and own[one].rectify_by_on is not None]
    if not told:
        return Indicator(
            _LOW, subject, year, 0, "", source=joined([SOURCE, Text("没有限期整改的记录", "never told to rectify")])
        )
    by = own[max(told)].rectify_by_on
    assert by is not None
    count, ranks = 0, []
    for one in range(year, max(max(told), by.year - 1), -1):
        result = own.get(one)
        if result is None or result.rank is None or result.participants is None:
            reason = Text(f"{one} 年没有名次或参评数", f"no rank, or no number of participants, for {one}")
            return Indicator(_LOW, subject, year, None, "", source=SOURCE, reason=reason)
        ranks.append(f"{one}: {result.rank}/{result.participants}")
        if result.rank <= low * result.participants:
            break
        count += 1
    innovation = own[year].innovation
    source = joined([
        SOURCE, Text(f"限期 {by} 整改", f"told to rectify by {by}"), Text("；".join(ranks), "; ".join(ranks)),
        Text(f"创新能力：{'较差' if innovation == _WEAK else innovation or '未填'}", f"innovation: {innovation or 'not given'}"),
    ])  # fmt: skip
    if count and innovation is None:
        return Indicator(
            _LOW,
            subject,
            year,
            None,
            "",
            source=source,
            reason=Text("没有填创新能力评价结果", "no result of innovation"),
        )
    return Indicator(_LOW, subject, year, count if innovation == _WEAK else 0, "", source=source)
