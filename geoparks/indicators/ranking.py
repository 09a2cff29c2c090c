"""E04, E14: the rank of a park and what follows from it, years below the class standard, low ranks of high-tech zones."""

from __future__ import annotations

import math
from collections.abc import Iterator

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.catalog.score import Score
from geoparks.dataset import Dataset
from geoparks.indicators.evaluation import Scored, scored
from geoparks.measure.evaluated import SOURCE, Result, results
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import Returns, returns_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text, joined

_RANKS = ("E04.rank", "E04.rank_city")
_SCORE, _BELOW, _LOW = "E04.score", "E04.years_below", "E14.low_runs"
INDICATORS = (*_RANKS, _SCORE, _BELOW, _LOW)
_WEAK, _KEY = "weak", "E04"
_NO_CLASS = Text("不是一、二类园区，不参加考核", "neither of class one nor two: it is not evaluated")
_UNDEFINED = Text("政策包没有定义园区分类", "the policy pack defines no classes")
_NO_SCORE = Text("没有填得分", "no score is given")
_NO_RESULT = Text("考核结果中没有该年度的记录", "the evaluations have no entry for this year")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Rank and score of every park that was evaluated, for every year; runs of years count up to each year."""
    for name in _RANKS:
        if (scheme := _scheme(pack, name)) is not None:
            found = results(layers, scheme)
            if name == _RANKS[0]:
                yield from _scores(layers, pack, found, years)
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


def _scores(
    layers: Dataset, pack: Pack, found: dict[tuple[str, int], Result], years: tuple[int, ...]
) -> Iterator[Indicator]:
    """As the evaluation gives it; else by the weights of the office, of parks that are in a class at all."""
    weights = pack.scores.get((_KEY, "parks"))
    for year in years:
        by_weights = _weighed(weights, layers, pack, year) if weights is not None and weights.items else {}
        for park in parks_of(layers):
            one = found.get((park.subject.id, year))
            value = one.score if one is not None else None
            own = by_weights.get(park.subject)
            if value is None and own is not None:
                yield Indicator(_SCORE, park.subject, year, own.value, "", source=own.source, reason=own.reason)
                continue
            reason = None if value is not None else _why_none(layers, one) if one is None else _NO_SCORE
            yield Indicator(_SCORE, park.subject, year, value, "", source=SOURCE, reason=reason)


def _weighed(weights: Score, layers: Dataset, pack: Pack, year: int) -> dict[Subject, Scored]:
    returns, classes = returns_of(layers), pack.indicators.get("E03.class")
    some, without = [], {}
    for park in parks_of(layers):
        output = returns.of(park.subject, year, "output_wanyuan")
        if classes is not None and output.value is not None and classes.step("parks", output.value) is not None:
            some.append(park.subject)
        else:
            without[park.subject] = Scored(None, output.source, output.reason or _NO_CLASS)
    return {**scored(weights, some, year, layers), **without}


def _why_none(layers: Dataset, one: Result | None) -> Text:
    if "evaluations" not in layers:
        return layers.why_not("evaluations")
    return _NO_RESULT if one is None else one.reason or _NO_SCORE


def _below(park: Park, year: int, returns: Returns, years: tuple[int, ...], pack: Pack) -> Indicator:
    """Years on end with output below the lowest class, counted back from a year as far as the data go.

    A year without output breaks no run: where it could be longer, and that matters, only what is known of it is given.
    """
    spec = pack.indicators.get("E03.class")
    steps = spec.steps.get("parks", ()) if spec is not None else ()
    output = returns.of(park.subject, year, "output_wanyuan")
    if not steps or output.value is None:
        return Indicator(_BELOW, park.subject, year, None, "", source=output.source, reason=output.reason or _UNDEFINED)
    standard, count, unknown = steps[-1].from_, 0, None
    of_year = {one: returns.of(park.subject, one, "output_wanyuan").value for one in years if one <= year}
    first = min(one for one, value in of_year.items() if value is not None)
    for one in range(year, first - 1, -1):
        value = of_year.get(one)
        if value is None:
            unknown = one
        if value is None or value >= standard:
            break
        count += 1
    words = Text("标准：", "standard: ") + units.quantity_text(standard, "wanyuan")
    since = Text(f"数据自 {first} 年起", f"data since {first}")
    below = pack.indicators.get(_BELOW)
    enough = below is not None and all(one.least is None or count >= one.least for one in below.follows)
    if unknown is not None and count and not enough:
        reason = Text(
            f"{unknown} 年没有产值，只知道至少 {count} 年", f"no output for {unknown}: at least {count} years"
        )
        return Indicator(
            _BELOW,
            park.subject,
            year,
            None,
            "",
            source=joined([output.source, words, since]),
            reason=reason,
            at_least=count,
        )
    return Indicator(_BELOW, park.subject, year, count, "", source=joined([output.source, words, since]))


def _low_runs(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    scheme, low = _scheme(pack, _LOW), pack.settings["low_rank_share"].given
    parks = layers.get("parks")
    if scheme is None or parks is None or not parks.has("zone_class"):
        return
    found = results(layers, scheme)
    enough = max((one.least for one in pack.indicators[_LOW].follows if one.least is not None), default=math.inf)
    for park in parks_of(layers):
        zone = parks.column("zone_class").iloc[park.row] if park.row is not None else None
        if isinstance(zone, str) and "high_tech" in zone:
            own = {year: one for (name, year), one in found.items() if name == park.subject.id}
            for year in years:
                yield _low_run(park.subject, year, own, low, enough, layers)


def _low_run(
    subject: Subject, year: int, own: dict[int, Result], low: float, enough: float, layers: Dataset
) -> Indicator:
    """Low ranks on end, each after an order to rectify of an earlier evaluation whose day had come; every condition told.

    An order that is repeated while the ranks stay low does not start the count again.
    """
    if year not in own:
        return Indicator(_LOW, subject, year, None, "", source=SOURCE, reason=_why_none(layers, None))
    orders = {one: own[one].rectify_by_on for one in own if one < year and own[one].rectify_by_on is not None}
    if not orders:
        told = Text("没有限期整改的记录", "never told to rectify")
        return Indicator(_LOW, subject, year, 0, "", source=joined([SOURCE, told]))
    count, ranks, order = 0, [], None
    for one in range(year, min(orders), -1):
        due = [by for when, by in orders.items() if when < one and by is not None and by.year <= one]
        if not due:
            break
        result = own.get(one)
        if result is None or result.rank is None or result.participants is None:
            if count >= enough:  # long enough, whatever it was before
                break
            reason = Text(f"{one} 年没有名次或参评数", f"no rank, or no number of participants, for {one}")
            return Indicator(_LOW, subject, year, None, "", source=SOURCE, reason=reason)
        ranks.append(f"{one}: {result.rank}/{result.participants}")
        if result.rank <= low * result.participants:
            break
        order = min(due)
        count += 1
    innovation = own[year].innovation
    said = {None: Text("未填", "not given"), _WEAK: Text("较差", "weak")}.get(
        innovation, Text(innovation or "", innovation or "")
    )
    source = joined([
        SOURCE,
        *([Text(f"限期 {order} 整改", f"told to rectify by {order}")] if order is not None else []),
        Text("；".join(ranks) or "整改期限未到", "; ".join(ranks) or "the day to rectify has not come"),
        Text("创新能力：", "innovation: ") + said,
    ])  # fmt: skip
    if count and innovation is None:
        why = Text("没有填创新能力评价结果", "no result of innovation")
        return Indicator(_LOW, subject, year, None, "", source=source, reason=why)
    return Indicator(_LOW, subject, year, count if innovation == _WEAK else 0, "", source=source)
