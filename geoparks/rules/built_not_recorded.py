"""I07: a parcel that is recorded as not started, and on which rasters show buildings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geoparks.dataset import Dataset
from geoparks.measure.seen import Seen, seen
from geoparks.measure.seen_of_many import by_reason, many
from geoparks.measure.sight import Plot, Sight
from geoparks.records import Many, Measurement, Rule, Words
from geoparks.text import Text

Array = np.ndarray
_FAULT, _GROWTH = "built_not_recorded", "growth_not_recorded"
_FIX = Text(
    "到现场核实：已经动工的，补填动工、竣工日期和面积；未经许可建设的，依法查处；是临时设施或者邻地的，说明后认可本条。",
    "Verify on the ground: where building has begun, put the days and areas on record; where it has no permission, take it up"
    " by law; where it is temporary or a neighbour's, say so and accept this finding.",
)

RULE = Rule(
    id="I07",
    title=Text("记录未动工，栅格上已经建成", "Recorded as not started, seen to be built"),
    about=Text(
        "截至栅格年份年末记录没有动工的宗地，建成类所占的比例；供地以前有同类栅格的，比较两期的增长，因为供地时已有的建筑不是新建的。"
        "看不到的部分按从全无到全有两种可能计。栅格只是线索，要到现场核实。",
        "The built-up share of parcels that were not recorded as started by the end of the raster's year; where there is a raster of"
        " before the supply, its growth since then, for what stood there at the supply has not been built since. What cannot be"
        " seen counts both as not built and as built. A raster is a hint, to be verified on the ground.",
    ),
    subjects=("parcels",),
    needs=("parcels",),
    uses=("land_cover",),
    geometric=True,
    faults={
        _FAULT: Words(
            title=Text("记录未动工，栅格上已经建成", "Recorded as not started, seen to be built"),
            message=Text(
                "{name}{record}，{source}上建成的已占 {built}{before}。",
                "{name} {record}; on the {source} {built} of it is built up{before}.",
            ),
            fix=_FIX,
        ),
        _GROWTH: Words(
            title=Text("记录未动工，建成面积却增长", "Recorded as not started, grown built-up area"),
            message=Text(
                "{name}{record}，{source}上建成的占 {built}，供地以前{before}，增长 {measured}。",
                "{name} {record}; on the {source} {built} of it is built up, before the supply{before}: grown by {measured}.",
            ),
            fix=_FIX,
        ),
    },
)


def built_not_recorded(layers: Dataset) -> Iterator[Measurement | Many]:
    """The built-up share, or its growth since the supply, of every parcel that is not recorded as started; 0 for the others."""
    ground, parcels = seen(layers), layers["parcels"]
    lacking = None if parcels.holds("started_on") else parcels.why_missing("started_on")
    odd = np.zeros(len(ground), dtype=bool)
    for reason, those in ground.unread("started_on", "finished_on"):
        odd |= those
        yield many(ground, _FAULT, those, reason=reason)
    if lacking is not None:
        yield many(ground, _FAULT, ~odd, reason=lacking)
        return
    begun = ~np.isnat(ground.days["started_on"]) | ~np.isnat(ground.days["finished_on"])
    if not ground.years:
        yield many(ground, _FAULT, ~odd & ~begun, reason=ground.why_none)
        odd = odd | ~begun
    asked = _unstarted(ground)
    chosen = ground.chosen(asked)
    for reason, those in ground.unread("supplied_on", "deregistered_on"):
        yield many(ground, _FAULT, those & ~odd & (chosen >= 0), reason=reason)  # of the others neither day matters
        odd |= those & (chosen >= 0)
    remark = Text("已记录动工、未供地或者已收回，不涉及", "recorded as started, not supplied yet, or taken back")
    yield many(ground, _FAULT, ~odd & (chosen < 0), value=0.0, remark=remark)
    for place, year in enumerate(ground.years):
        those = ~odd & (chosen == place)
        yield from _of_year(ground, year, those, asked)


def _of_year(ground: Seen, year: int, those: Array, asked: Array) -> Iterator[Measurement | Many]:
    """Parcels of which a year tells most: what they have grown by since the supply where that is known, else what is built."""
    (least, most), years = ground.between(year), ground.years
    before = np.zeros(asked.shape, dtype=bool)
    for place, one in enumerate(years):
        before[:, place] = (one < year) & (np.datetime64(ground.day_of(one), "D") <= ground.days["supplied_on"])
    base, grown = ground.chosen(before), np.full(len(ground), np.nan)
    for place, one in enumerate(years):
        first, last = ground.between(one)
        since = (base == place) & (first == last) & (least == most)
        grown[since] = least[since] - first[since]

    def whole(index: int) -> Measurement:
        return _measured(ground, index, ground.plot(index), ground.of(index, year))

    yield from by_reason(ground, year, _GROWTH, those & ~np.isnan(grown), grown, grown, whole)
    yield from by_reason(ground, year, _FAULT, those & np.isnan(grown), least, most, whole)


def _begun(plot: Plot) -> object:
    """The first day on record on which something was done."""
    return min((day for day in (plot.started, plot.finished) if day is not None), default=None)


def _unstarted(ground: Seen) -> Array:
    """By parcel and year, whether the record says of the end of the year that the parcel was supplied and not started."""
    found = np.ones((len(ground), len(ground.years)), dtype=bool)
    days = ground.days
    for place, year in enumerate(ground.years):
        day = np.datetime64(ground.day_of(year), "D")
        begun = (days["started_on"] <= day) | (days["finished_on"] <= day)
        found[:, place] = ~(days["deregistered_on"] <= day) & ~(days["supplied_on"] > day) & ~begun
    return found


def _measured(ground: Seen, index: int, plot: Plot, sight: Sight) -> Measurement:
    day = ground.day_of(sight.year)
    record = Text("没有动工记录", "is not recorded as started")
    if _begun(plot) is not None:
        record = Text(f"记录 {_begun(plot)} 才动工", f"is recorded as started on {_begun(plot)} only")
    earlier = [year for year in ground.years if year < sight.year]
    supplied = plot.supplied
    base = ground.best(index, [year for year in earlier if supplied is not None and ground.day_of(year) <= supplied])
    words = {"record": record, "source": sight.source, "built": sight.words, "day": day}
    if base is None or not base.certain or not sight.certain or sight.least is None or base.least is None:
        return Measurement(
            plot.subject, _FAULT, value=sight.least, value_at_most=sight.most, evidence=plot.shape, row=plot.row,
            reason=sight.why, words={**words, "before": _told(ground.best(index, earlier))},
        )  # fmt: skip
    return Measurement(
        plot.subject, _GROWTH, value=sight.least - base.least, evidence=plot.shape, row=plot.row,
        words={**words, "before": _told(base)},
    )  # fmt: skip


def _told(earlier: Sight | None) -> Text:
    """What an earlier year shows."""
    if earlier is None or earlier.least is None:
        return Text("", "")
    return Text("（", " (") + earlier.source + Text("上为 ", ": ") + earlier.words + Text("）", ")")
