"""E17: output and tax of projects that one park referred to another, split by the agreed share and counted once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.levels import REGION
from geoparks.measure.members import members_of
from geoparks.measure.whereabouts import parks_of
from geoparks.measure.yearly import Returns, Yearly, returns_of, total
from geoparks.records import Indicator, Subject
from geoparks.text import Text, joined

_SPLIT = {"E17.output": "output_wanyuan", "E17.tax": "tax_wanyuan"}
INDICATORS = tuple(f"{name}{rest}" for name in _SPLIT for rest in ("", "_before"))
_SOURCE = Text("项目（推荐园区、分成比例）、企业年报", "projects (referring park, share), enterprise_stats")


@dataclass(frozen=True)
class _Shared:
    """One project that was referred: from which park to which, at which share, and the enterprises on its parcel."""

    subject: Subject
    giver: str
    taker: str | None
    """None where nothing says which park received it: it could be any."""
    share: float | None
    enterprises: tuple[Subject, ...]
    wrong: Text | None
    """Why it cannot be split."""


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Before and after the split, of every park and of the region; the two sums of the region are the same."""
    if "projects" not in layers:
        return
    returns, parks, shared = returns_of(layers), [park.subject for park in parks_of(layers)], _shared(layers)
    if not shared:
        return
    for name, field in _SPLIT.items():
        for year in years:
            before = {park: returns.of(park, year, field) for park in parks}
            moved = {one.subject: _made(one, layers, returns, year, field) for one in shared}
            after = {park: _after(park, before[park], shared, moved) for park in parks}
            for park in parks:
                yield _figure(f"{name}_before", park, year, before[park])
                yield _figure(name, park, year, after[park])
            yield from _together(name, year, before, after, shared)


def _together(
    name: str, year: int, before: Mapping[Subject, Yearly], after: Mapping[Subject, Yearly], shared: list[_Shared]
) -> Iterator[Indicator]:
    """The two sums of the parks that have a figure; the others are named, and nothing may be split across that border."""
    counted = {park: one for park, one in before.items() if one.value is not None}
    left = [park.label for park in before if park not in counted]
    note = Text("", "")
    if left:
        note = Text(
            f"；没有数据的园区不在内：{'、'.join(left)}", f"; without those that have no data: {', '.join(left)}"
        )
    inside = {park.id for park in counted}
    across = [one.subject.label for one in shared if (one.giver in inside) != (one.taker in inside)]
    for rest, some in (("_before", before), ("", after)):
        summed = total({park: some[park] for park in counted})
        if across and not rest:
            why = Text(
                f"{'、'.join(across)}的推荐园区或承接园区没有数据，分成前后的合计无从相等",
                f"{', '.join(across)}: the park that referred it, or that received it, has no data; the sums cannot agree",
            )
            summed = Yearly(None, summed.source, why)
        yield _figure(f"{name}{rest}", REGION, year, Yearly(summed.value, summed.source + note, summed.reason))


def _figure(name: str, subject: Subject, year: int, one: Yearly) -> Indicator:
    return Indicator(name, subject, year, one.value, "", source=one.source, reason=one.reason)


def _shared(layers: Dataset) -> list[_Shared]:
    """Every project that another park referred, once."""
    projects = layers["projects"]
    table = pd.DataFrame(
        {name: projects.column(name).to_numpy(dtype=object) for name in ("park_id", "parcel_id", *_AGREED)}
    )
    table["id"] = projects.ids.astype(str)
    table = table.where(table.notna(), None)
    park_of_parcel = _parks_of_parcels(layers, {one for one in table["parcel_id"] if isinstance(one, str)})
    on_parcel = _enterprises_on_parcels(layers)
    referred = table[table["referred_by_park_id"].notna()]
    of_parcel = referred[["id", "parcel_id"]].drop_duplicates()["parcel_id"].value_counts()
    found = []
    for name, rows in referred.groupby("id", sort=False):
        row = rows.iloc[0]
        subject = projects.subject(int(rows.index[0]))
        differs = (rows[[*_AGREED, "park_id", "parcel_id"]].astype(str).nunique() > 1).any() or (
            table["id"] == name
        ).sum() > len(rows)
        parcel, share = row["parcel_id"], row["referral_share"]
        taker = row["park_id"] or park_of_parcel.get(parcel)
        if taker == row["referred_by_park_id"]:
            continue
        there = tuple(dict.fromkeys(on_parcel.get(parcel, []))) if parcel is not None else ()
        wrong = None
        if differs:
            wrong = _says(subject, "几行不一致", "rows of it differ")
        elif taker is None:
            wrong = _says(subject, "没有填承接园区", "the park that received it is not stated")
        elif share is None:
            wrong = _says(subject, "没有填分成比例", "no share is stated")
        elif not 0 <= float(share) <= 1:
            wrong = _says(subject, "分成比例不在 0 至 100% 之间", "its share is not between 0 and 100 %")
        elif not there:
            wrong = _says(subject, "所在宗地没有企业", "no enterprise on its parcel")
        elif of_parcel.get(parcel, 0) > 1:
            wrong = _says(
                subject, "所在宗地有几个推荐项目，分不清各自的产出", "its parcel has several referred projects"
            )
        found.append(
            _Shared(
                subject, str(row["referred_by_park_id"]), taker, None if share is None else float(share), there, wrong
            )
        )
    return found


_AGREED = ("referred_by_park_id", "referral_share")


def _says(subject: Subject, zh: str, en: str) -> Text:
    return Text(f"{subject.label}{zh}", f"{subject.label}: {en}")


def _parks_of_parcels(layers: Dataset, wanted: set[str]) -> dict[str, str]:
    parcels = layers.get("parcels")
    if parcels is None:
        return {}
    found: dict[str, str] = {}
    for rows in parcels.pieces():
        some = rows[pd.Series(parcels.ids[rows], dtype=object).isin(wanted).to_numpy()]
        pairs = zip(map(str, parcels.ids[some]), parcels.column("park_id", some), strict=True)
        found |= {name: park for name, park in pairs if isinstance(park, str)}
    return found


def _enterprises_on_parcels(layers: Dataset) -> dict[str, list[Subject]]:
    enterprises = layers.get("enterprises")
    found: dict[str, list[Subject]] = {}
    if enterprises is not None:
        for position, parcel in enumerate(enterprises.column("parcel_id")):
            if isinstance(parcel, str):
                found.setdefault(parcel, []).append(enterprises.subject(position))
    return found


def _made(one: _Shared, layers: Dataset, returns: Returns, year: int, field: str) -> Yearly:
    """What a project made in a year: the enterprises on its parcel that were there, in the park that received it."""
    if one.wrong is not None:
        return Yearly(None, _SOURCE, one.wrong)
    table = members_of(layers, year, "park_id")
    here = table[table["enterprise_id"].isin([firm.id for firm in one.enterprises])]
    if len(here) and not ((here["park_id"] == one.taker) & here["sure"]).all():
        why = _says(one.subject, "宗地上的企业不在承接园区", "the enterprise on its parcel is of another park")
        return Yearly(None, _SOURCE, why)
    silent = dict(zip(here["enterprise_id"], here["silent"], strict=True))
    present = [firm for firm in one.enterprises if firm.id in silent]
    made = {firm: returns.of(firm, year, field) for firm in present}
    made = {firm: some for firm, some in made.items() if some.value is not None or not silent[firm.id]}
    if not made:
        return Yearly(0.0, _SOURCE)  # nobody was there in the year, or all had stopped before it
    return total(made)


def _after(park: Subject, before: Yearly, shared: list[_Shared], moved: Mapping[Subject, Yearly]) -> Yearly:
    if before.value is None:
        return before
    value, told = before.value, []
    for one in shared:
        if park.id not in (one.giver, one.taker) and one.taker is not None:
            continue
        made = moved[one.subject]
        if made.value is None or one.share is None:
            return Yearly(None, _SOURCE, made.reason)
        part = made.value * one.share
        value += part if park.id == one.giver else -part
        told.append(f"{one.subject.label} {'+' if park.id == one.giver else '-'}{part:.2f}")
    if value < 0:
        why = Text(
            "分出的多于园区年报的数值，数据矛盾",
            "more is given away than the park's own return has: the data contradict",
        )
        return Yearly(None, _SOURCE, why)
    words = [before.source, *([Text("；".join(told), "; ".join(told))] if told else [])]
    return Yearly(value, joined(words))
