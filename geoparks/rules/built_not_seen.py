"""I07: a parcel that is recorded as finished, and on which rasters show hardly anything built."""

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
_FAULT = "built_not_seen"

RULE = Rule(
    id="I07",
    title=Text("记录已竣工，栅格上没有建成", "Recorded as finished, not seen to be built"),
    about=Text(
        "截至栅格年份年末已记录竣工的宗地，建成类所占的比例：逐像元按覆盖部分和椭球面积计算，取能看全该宗地的最近一期。看不到的部分按从全无到全有两种可能计。"
        "没有地表覆盖而有四波段影像的，只能确定绿地不是建筑。栅格只是线索，要到现场核实。",
        "The built-up share of parcels that were recorded as finished by the end of the raster's year: each cell by the part that is"
        " covered and by its area on the ellipsoid, in the latest year that shows all of the parcel. What cannot be seen counts both"
        " as not built and as built. Where there is imagery of four bands alone, only what is green is known not to be built. A"
        " raster is a hint, to be verified on the ground.",
    ),
    subjects=("parcels",),
    needs=("parcels",),
    uses=("land_cover",),
    geometric=True,
    faults={
        _FAULT: Words(
            title=Text("记录已竣工，栅格上没有建成", "Recorded as finished, not seen to be built"),
            message=Text(
                "{name}记录 {finished} 竣工，{source}上建成的只占 {built}{before}。",
                "{name} is recorded as finished on {finished}; on the {source} only {built} of it is built up{before}.",
            ),
            fix=Text(
                "到现场核实：没有建成的，更正竣工记录，并按闲置土地的规定核查；确已建成的，说明栅格的误差后认可本条。",
                "Verify on the ground: where nothing stands, correct the record and look into idleness; where it does, accept this"
                " finding and say how the raster errs.",
            ),
        )
    },
)


def built_not_seen(layers: Dataset) -> Iterator[Measurement | Many]:
    """The built-up share of every parcel that is recorded as finished; 1 for the others, of which nothing need be seen."""
    ground, parcels = seen(layers), layers["parcels"]
    odd = np.zeros(len(ground), dtype=bool)
    for reason, those in ground.unread("finished_on"):
        odd |= those
        yield many(ground, _FAULT, those, reason=reason)
    if not parcels.holds("finished_on"):
        yield many(ground, _FAULT, ~odd, reason=parcels.why_missing("finished_on"))
        return
    on, finished = np.datetime64(layers.on, "D"), ground.days["finished_on"]
    done, gone = finished <= on, ground.days["deregistered_on"] <= on
    for reason, those in ground.unread("deregistered_on"):
        yield many(ground, _FAULT, those & ~odd & done, reason=reason)
        odd |= those & done
    yield many(ground, _FAULT, ~odd & ~done, value=1.0, remark=Text("没有竣工记录，不涉及", "not recorded as finished"))
    yield many(ground, _FAULT, ~odd & done & gone, value=1.0, remark=Text("已收回，不涉及", "taken back"))
    asked = np.zeros((len(ground), len(ground.years)), dtype=bool)
    for place, year in enumerate(ground.years):
        asked[:, place] = finished <= np.datetime64(ground.day_of(year), "D")
    those, chosen = ~odd & done & ~gone, ground.chosen(asked)
    yield many(ground, _FAULT, those & (chosen < 0), reason=_too_early(ground))
    for place, year in enumerate(ground.years):
        yield from _of_year(ground, year, those & (chosen == place))


def _of_year(ground: Seen, year: int, those: Array) -> Iterator[Measurement | Many]:
    """Parcels of which a year tells most."""

    def one(index: int) -> Measurement:
        return _measured(ground, index, ground.plot(index), ground.of(index, year))

    yield from by_reason(ground, year, _FAULT, those, *ground.between(year), one)


def _too_early(ground: Seen) -> Text:
    if not ground.years:
        return ground.why_none
    return Text(
        f"没有竣工以后的地表覆盖或影像（最近一期为 {ground.years[-1]} 年）",
        f"no land cover or imagery since it was finished (the latest is of {ground.years[-1]})",
    )


def _measured(ground: Seen, index: int, plot: Plot, sight: Sight) -> Measurement:
    earlier = ground.best(index, [year for year in ground.years if year < sight.year])
    before = Text("", "")
    if earlier is not None and earlier.least is not None:
        before = Text("（", " (") + earlier.source + Text("上为 ", ": ") + earlier.words + Text("）", ")")
    return Measurement(
        plot.subject,
        _FAULT,
        value=sight.least,
        value_at_most=sight.most,
        evidence=plot.shape,
        row=plot.row,
        reason=sight.why,
        words={
            "finished": plot.finished,
            "source": sight.source,
            "built": sight.words,
            "before": before,
        },
    )
