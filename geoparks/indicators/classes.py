"""E03, E11: the class of a park by its output, and which government answers for a park or a major project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.codes import is_industrial
from geoparks.measure.days import end_of, reached
from geoparks.measure.members import parks_by_record
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import Returns, Yearly, returns_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_CLASS, _COUNT, _TIER = "E03.class", "E03.enterprises_count", "E11.tier"
INDICATORS = (_CLASS, _COUNT, _TIER)
_UNDEFINED = Text("政策包没有定义该指标的分级", "the policy pack gives no classes for this")
_BY_INVESTMENT = Text("项目投资额", "investment of the project")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Class, number of enterprises and tier of every park for every year; the tier of every major project."""
    returns = returns_of(layers)
    for park in parks_of(layers):
        for year in years:
            output = returns.of(park.subject, year, "output_wanyuan")
            yield _stepped(_CLASS, park.subject, year, output, pack)
            yield _with_leader(_stepped(_TIER, park.subject, year, output, pack), layers, park)
            count = _enterprises(layers, park, year, returns)
            yield Indicator(_COUNT, park.subject, year, count.value, "", source=count.source, reason=count.reason)
    yield from _projects(layers, pack)


def _stepped(name: str, subject: Subject, year: int | None, figure: Yearly, pack: Pack) -> Indicator:
    """The class that a figure is in; below the lowest there is none, and it is said what the lowest asks for."""
    spec = pack.indicators.get(name)
    steps = spec.steps.get(subject.layer, ()) if spec is not None else ()
    if figure.value is None or spec is None or not steps:
        return Indicator(name, subject, year, None, "", source=figure.source, reason=figure.reason or _UNDEFINED)
    step = spec.step(subject.layer, figure.value)
    if step is None:
        least = units.quantity_text(steps[-1].from_, "wanyuan")
        reason = Text("未达到", "below ") + Text(f"{steps[-1].value}标准：", "the lowest class: ") + least
        return Indicator(name, subject, year, None, "", numerator=figure.value, source=figure.source, reason=reason)
    source = figure.source + (Text("；负责：", "; held by: ") + step.holder if step.holder.zh else Text("", ""))
    return Indicator(name, subject, year, step.value, "", numerator=figure.value, source=source)


def _with_leader(one: Indicator, layers: Dataset, park: Park) -> Indicator:
    """The tier with the leader whom the register names for the park (包联)."""
    parks = layers.get("parks")
    name = parks.column("responsible_leader").iloc[park.row] if parks is not None and park.row is not None else None
    if not isinstance(name, str):
        return one
    return replace(one, source=one.source + Text(f"；包联领导：{name}", f"; leader in charge: {name}"))


def _enterprises(layers: Dataset, park: Park, year: int, returns: Returns) -> Yearly:
    """The enterprises that a park states; else those in it at the end of the year."""
    stated = returns.of(park.subject, year, "enterprises_count")
    enterprises = layers.get("enterprises")
    if stated.value is not None or enterprises is None:
        return stated
    here = parks_by_record(layers).to_numpy(dtype=object) == park.subject.id
    if not here.any():
        reason = Text("企业名录中没有该园区的企业", "the register of enterprises has none of the park")
        return Yearly(None, stated.source, reason)
    end = end_of(year)
    entered, left = enterprises.column("entered_on"), enterprises.column("left_on")
    undated_ones = here & entered.isna().to_numpy()
    present = here & (undated_ones | reached(entered, end)) & ~reached(left, end)
    undated = len(set(enterprises.ids[present & undated_ones]))
    source = Text("企业名录", "enterprises")
    if undated:
        source += Text(f"（{undated} 家没有入园日期，按在园计）", f" ({undated} without a date of entry counted in)")
    return Yearly(float(len(set(enterprises.ids[present]))), source)


def _projects(layers: Dataset, pack: Pack) -> Iterator[Indicator]:
    """The tier of every major industrial project, under the run's year: who answers for it today."""
    projects = layers.get("projects")
    if projects is None:
        return
    year, divisions = layers.year or layers.on.year, layers.catalogue.codes["industrial_divisions"]
    table = pd.DataFrame(
        {
            "id": projects.ids,
            "position": np.arange(len(projects)),
            "investment": projects.column("investment_wanyuan").astype(float).to_numpy(),
            "industrial": [is_industrial(code, divisions) for code in projects.column("industry_code")],
        }
    )[projects.column("major").eq(True).to_numpy()]
    for _, rows in table[table["industrial"].ne(False)].groupby("id", sort=False):
        known = rows["investment"].dropna().unique()
        value = float(known[0]) if len(known) == 1 else None
        reason = (
            None
            if value is not None
            else Text("没有填投资额", "no investment is stated")
            if not len(known)
            else Text("几行的投资额不同", "rows of it state different investments")
        )
        subject = projects.subject(int(rows["position"].iloc[0]))
        yield _stepped(_TIER, subject, year, Yearly(value, _BY_INVESTMENT, reason), pack)
