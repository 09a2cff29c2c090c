"""The recipe, readable top to bottom: read, normalise, measure, judge, present."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from geoparks import accepted, document, memory, progress, runner
from geoparks.adjustment.proposals import proposals
from geoparks.adjustment.rows import adjustment
from geoparks.catalog import policy
from geoparks.config import YEARS
from geoparks.engine import LOCAL, Local, opened
from geoparks.errors import GeoparksError
from geoparks.idle_land.ledger import rows_of
from geoparks.indicators import rows_of_figures
from geoparks.listing import listing
from geoparks.measure.whereabouts import parks_of
from geoparks.parcelwise import ask, is_parcelwise
from geoparks.records import Run
from geoparks.result import Result
from geoparks.rules import registry
from geoparks.text import Lang, Text, same
from geoparks.verbs import VERBS
from geoparks.verdicts import merged
from geoparks.workspace import Workspace
from geoparks.zoning.matrix import assessed
from geoparks.zoning.table import zoning

if TYPE_CHECKING:
    from geoparks.maps.folio import ParkMap


def check(
    ws: Workspace | str | Path,
    *,
    on: dt.date | str | None = None,
    year: int | None = None,
    policy_pack: str | None = None,
    lang: Lang | None = None,
    engine: str = LOCAL,
) -> Result:
    """Check the boundaries of a workspace's parks (rules B) as the law stands on a day.

    `on` is the day to judge by: the argument, else ``geoparks.toml``, else today. `year` is the year of statistics:
    the argument, else ``geoparks.toml``, else the latest on record that is not after the day.
    """
    return asked("check", ws, on=on, year=year, policy_pack=policy_pack, lang=lang, engine=engine)


def audit(
    ws: Workspace | str | Path,
    *,
    on: dt.date | str | None = None,
    year: int | None = None,
    policy_pack: str | None = None,
    lang: Lang | None = None,
    engine: str = LOCAL,
) -> Result:
    """Compute the land-efficiency indicators (rows E) of every year up to `year`, and judge what follows from them."""
    return asked("audit", ws, on=on, year=year, policy_pack=policy_pack, lang=lang, engine=engine)


def supply(
    ws: Workspace | str | Path,
    *,
    on: dt.date | str | None = None,
    year: int | None = None,
    policy_pack: str | None = None,
    lang: Lang | None = None,
    engine: str = LOCAL,
) -> Result:
    """Compute the land-supply figures (rows L): ratio by approval year and pooled, approved not supplied, supplied not used."""
    return asked("supply", ws, on=on, year=year, policy_pack=policy_pack, lang=lang, engine=engine)


def idle(
    ws: Workspace | str | Path,
    *,
    on: dt.date | str | None = None,
    within: int | None = None,
    policy_pack: str | None = None,
    lang: Lang | None = None,
    engine: str = LOCAL,
) -> Result:
    """Say of every parcel whether it is idle on a day, why, since when, what follows by which article and by when.

    `within` is how many days ahead the warning list looks: parcels whose year is full by then.
    """
    return asked("idle", ws, on=on, policy_pack=policy_pack, lang=lang, within=within, engine=engine)


def adjust(
    ws: Workspace | str | Path,
    *,
    on: dt.date | str | None = None,
    propose: bool = False,
    policy_pack: str | None = None,
    lang: Lang | None = None,
) -> Result:
    """Check an adjustment of the urban development boundary (rules U); with `propose`, work out which land to bring in and let go."""
    return asked("adjust", ws, on=on, policy_pack=policy_pack, lang=lang, propose=propose)


def asked(
    verb: str,
    ws: Workspace | str | Path,
    *,
    on: dt.date | str | None = None,
    year: int | None = None,
    policy_pack: str | None = None,
    lang: Lang | None = None,
    within: int | None = None,
    propose: bool = False,
    engine: str = LOCAL,
) -> Result:
    """Do what a verb asks of a workspace: judge its rules, compute its indicators, gather all in one document.

    `engine` is ``local`` or ``dask://host:port``, a cluster that runs already; the document is the same.
    """
    workspace = ws if isinstance(ws, Workspace) else Workspace(ws)
    with opened(engine) as workspace.engine, memory.calm():
        try:
            return _asked(verb, workspace, _day(on), year, policy_pack, lang, within, propose)
        finally:
            workspace.engine = Local()


def _asked(
    verb: str, workspace: Workspace, on: dt.date | None, year: int | None, policy_pack: str | None, lang: Lang | None,
    within: int | None, propose: bool,
) -> Result:  # fmt: skip
    asks, config = VERBS[verb], workspace.config
    day = on or config.on or dt.date.today()
    if year is not None and year not in YEARS:
        raise GeoparksError(
            Text("不是统计年度", "no year of statistics"),
            where="year",
            found=same(str(year)),
            expected=same(f"{YEARS[0]} … {YEARS[-1]}"),
        )
    pack = policy.load(policy_pack or config.policy, workspace.own, config.settings)
    acceptances = accepted.read(workspace.own, {one.rule.id for one in registry()}) if workspace.own is not None else []

    progress.say(Text("读取文件", "reading files"))
    dataset = workspace.dataset
    dataset.on = day
    dataset.year = next((one for one in (year, config.year) if one is not None), workspace.latest_year(day))

    rules = [one for one in registry() if asks.judges(one.rule.id)]
    each, others = ([one for one in rules if is_parcelwise(one) is alone] for alone in (True, False))
    judged = runner.run(dataset, pack, others, {one for one in rows_of_figures() if asks.computes(one)})
    parcels = ask(dataset, pack, each, workspace.engine, idle=asks.judges("I01"), year=dataset.year or day.year)
    verdicts, idle_land = merged([judged, parcels.verdicts]), parcels.idle
    until = day + dt.timedelta(days=within) if within is not None else None
    listed = listing(
        verdicts, idle_land, parcels.low_efficiency, lang or config.lang, until=until,
        named={one.subject for one in acceptances},
    )  # fmt: skip
    findings, checks, lapsed = accepted.apply(verdicts.findings, listed.checks, acceptances)

    run = Run(day, dataset.year, lang or config.lang, pack.name, pack.version, verb)
    content = document.document(
        workspace=config.name,
        made=config.made,
        run=run,
        parks=[park.subject for park in parks_of(dataset)],
        inputs=workspace.inputs(),
        checks=checks,
        findings=findings,
        indicators=verdicts.indicators,
        repairs=dataset.repairs,
        errors=verdicts.errors,
        ignored=workspace.ignored(),
        lapsed=[one.as_dict() for one in lapsed],
        idle=listed.idle,
        within=within,
        ledger=rows_of(dataset, pack, idle_land.told) if idle_land is not None and len(idle_land) else (),
        low_efficiency=listed.low_efficiency,
        counted=listed.counted,
        adjustment=adjustment(dataset, pack) if asks.judges("U01") else {},
        proposals=proposals(dataset, pack) if propose else [],
        zoning=zoning(dataset) if asks.judges("B17") else [],
        assessed=assessed(dataset) if asks.judges("B18") else [],
    )
    dataset.let_go()
    return Result(content, workspace, unjudged=verdicts.unjudged, unlisted=listed.unlisted)


def map(
    ws: Workspace | str | Path, name: str = "boundaries", result: Result | None = None, *, public: bool = False
) -> ParkMap:
    """A map of the workspace as a ``folium.Map``: ``gp.map(ws, "boundaries").save("b.html")`` writes one self-contained page."""
    from geoparks.maps.atlas import edition_of
    from geoparks.maps.folio import ParkMap
    from geoparks.maps.page import draw

    workspace = ws if isinstance(ws, Workspace) else Workspace(ws)
    content = (result or asked("run", workspace)).content
    return ParkMap(lambda added: draw(name, workspace, content, edition_of(workspace, public=public), added))


def _day(on: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(on) if isinstance(on, str) else on
