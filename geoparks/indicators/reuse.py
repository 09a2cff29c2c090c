"""L04: land that was re-used in a year, and the quota that it earns where the department in charge has set a share."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure import idle_stock, stock
from geoparks.measure.places import groups
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text, joined

_REUSED, _REWARD = "L04.reused_mu", "L04.reward_mu"
INDICATORS = (_REUSED, _REWARD)
_SOURCE = Text("宗地", "parcels")
_NO_SHARE = Text("没有奖励比例：由主管部门确定", "no share of the reward: the department in charge sets it")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """By park, county, league and the whole region, for every year from the first re-use on record to the run's."""
    parcels, last = layers.get("parcels"), layers.year or layers.on.year
    if parcels is None or not parcels.has("reused_on"):
        reason = layers.why_not("parcels") if parcels is None else parcels.why_missing("reused_on")
        for subject in (*(park.subject for park in parks_of(layers)), Subject("region", "")):
            for one in INDICATORS:
                yield Indicator(one, subject, last, None, "", source=_SOURCE, reason=reason)
        return
    rows = idle_stock.reused(layers, pack)
    when = rows["year"]
    setting = pack.settings.get("reuse_reward_share")
    share = setting.value if setting is not None else None
    for subject, those in groups(layers, idle_stock.places_of_parcels(layers, pack)):
        mine = rows[those[rows.index]]
        for year in range(min([*when.astype(int), last]), last + 1):
            yield from _of_year(subject, year, mine[when[mine.index] == year], share)


def _of_year(subject: Subject, year: int, some: pd.DataFrame, share: float | None) -> Iterator[Indicator]:
    source = _SOURCE + _ways(some)
    if unknown := int(some["m2"].isna().sum()):
        reason = Text(f"{unknown} 宗再开发面积不明", f"the re-used area of {unknown} parcels is not known")
        yield Indicator(_REUSED, subject, year, None, "", source=source, reason=reason)
        yield Indicator(_REWARD, subject, year, None, "", source=source, reason=_NO_SHARE if share is None else reason)
        return
    reused = units.to_mu(float(some["m2"].sum()))
    yield Indicator(_REUSED, subject, year, reused, "", source=source)
    if share is None:
        yield Indicator(_REWARD, subject, year, None, "", numerator=reused, source=source, reason=_NO_SHARE)
    else:
        note = Text(f"；奖励比例 {share:g}（主管部门确定）", f"; share {share:g} (set by the department in charge)")
        yield Indicator(_REWARD, subject, year, reused * share, "", numerator=reused, source=source + note)


def _ways(some: pd.DataFrame) -> Text:
    """How much by which way, and of how many parcels their whole area stands in."""
    notes = []
    for way, area in some.assign(way=some["way"].fillna("")).groupby("way", sort=True)["m2"].sum().items():
        mu = units.number(units.to_mu(float(area)))
        notes.append(Text(f"{way or '方式未填'} {mu} 亩", f"{way or 'way not stated'} {mu} mu"))
    if whole := int((~some["stated"]).sum()):
        notes.append(Text(f"{whole} 宗没有填再开发面积，按宗地面积", f"{whole} parcels count with their whole area"))
    return stock.with_notes(Text("", ""), [joined(notes, "、", ", ")]) if notes else Text("", "")
