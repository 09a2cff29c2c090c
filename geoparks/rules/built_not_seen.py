"""I07: a parcel that is recorded as finished, and on which rasters show hardly anything built."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.measure.seen import Plot, Seen, Sight, seen
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

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


def built_not_seen(layers: Dataset) -> Iterator[Measurement]:
    """The built-up share of every parcel that is recorded as finished; 1 for the others, of which nothing need be seen."""
    ground, parcels = seen(layers), layers["parcels"]
    for index, plot in enumerate(ground.plots):
        reason = plot.unread.get("finished_on")
        if reason is None and "finished_on" not in parcels.frame:
            reason = parcels.why_missing("finished_on")
        if reason is None and (plot.finished is None or plot.finished > layers.on):
            remark = Text("没有竣工记录，不涉及", "not recorded as finished")
            yield Measurement(plot.subject, _FAULT, value=1.0, row=plot.row, remark=remark)
        elif reason is None and plot.gone_by(layers.on):
            remark = Text("已收回，不涉及", "taken back")
            yield Measurement(plot.subject, _FAULT, value=1.0, row=plot.row, remark=remark)
        else:
            sight = None if reason is not None else _sight(ground, index, plot)
            if sight is None:
                yield Measurement(plot.subject, _FAULT, row=plot.row, reason=reason or _too_early(ground))
            else:
                yield _measured(ground, index, plot, sight)


def _sight(ground: Seen, index: int, plot: Plot) -> Sight | None:
    """What the best year after its finish shows of a parcel."""
    finished = plot.finished
    return ground.best(index, [one for one in ground.years if finished is not None and finished <= ground.day_of(one)])


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
