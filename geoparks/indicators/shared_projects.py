"""E17: output and tax of projects that one park referred to another, split by the agreed share and counted once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.levels import REGION
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
    taker: str
    share: float | None
    enterprises: tuple[Subject, ...]


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
            moved = {one.subject: _made(one, returns, year, field) for one in shared}
            after = {park: _after(park, before[park], shared, moved) for park in parks}
            counted = {park: one for park, one in before.items() if one.value is not None}
            for park in parks:
                yield _figure(f"{name}_before", park, year, before[park])
                yield _figure(name, park, year, after[park])
            # Parks without a return are left out of both sums, and named.
            left = [park.label for park in parks if park not in counted]
            note = (
                Text(
                    f"；没有数据的园区不在内：{'、'.join(left)}",
                    f"; without those that have no data: {', '.join(left)}",
                )
                if left
                else Text("", "")
            )
            for rest, some in (("_before", before), ("", after)):
                summed = total({park.label: some[park] for park in counted})
                yield _figure(f"{name}{rest}", REGION, year, Yearly(summed.value, summed.source + note, summed.reason))


def _figure(name: str, subject: Subject, year: int, one: Yearly) -> Indicator:
    return Indicator(name, subject, year, one.value, "", source=one.source, reason=one.reason)


def _shared(layers: Dataset) -> list[_Shared]:
    """Every project that another park referred."""
    projects, enterprises = layers["projects"], layers.get("enterprises")
    table = pd.DataFrame(
        {
            name: projects.column(name).to_numpy(dtype=object)
            for name in ("park_id", "parcel_id", "referred_by_park_id", "referral_share")
        }
    )
    on_parcel: dict[str, list[Subject]] = {}
    if enterprises is not None:
        for position, parcel in enumerate(enterprises.column("parcel_id")):
            if isinstance(parcel, str):
                on_parcel.setdefault(parcel, []).append(enterprises.subject(position))
    found = []
    for position, row in enumerate(table.itertuples()):
        if (
            isinstance(row.referred_by_park_id, str)
            and isinstance(row.park_id, str)
            and row.referred_by_park_id != row.park_id
        ):
            share = (
                None
                if row.referral_share is None or row.referral_share != row.referral_share
                else float(row.referral_share)
            )
            there = tuple(dict.fromkeys(on_parcel.get(str(row.parcel_id), [])))
            found.append(_Shared(projects.subject(position), row.referred_by_park_id, row.park_id, share, there))
    return found


def _made(one: _Shared, returns: Returns, year: int, field: str) -> Yearly:
    """What a project made in a year, by the enterprises on its parcel."""
    if one.share is None:
        return Yearly(
            None, _SOURCE, Text(f"{one.subject.label}没有填分成比例", f"{one.subject.label}: no share is stated")
        )
    if not one.enterprises:
        return Yearly(
            None,
            _SOURCE,
            Text(f"{one.subject.label}所在宗地没有企业", f"{one.subject.label}: no enterprise on its parcel"),
        )
    return total({firm.label: returns.of(firm, year, field) for firm in one.enterprises})


def _after(park: Subject, before: Yearly, shared: list[_Shared], moved: dict[Subject, Yearly]) -> Yearly:
    if before.value is None:
        return before
    value, told = before.value, []
    for one in shared:
        if park.id not in (one.giver, one.taker):
            continue
        made = moved[one.subject]
        if made.value is None or one.share is None:
            return Yearly(None, _SOURCE, made.reason)
        part = made.value * one.share
        value += part if park.id == one.giver else -part
        told.append(f"{one.subject.label} {'+' if park.id == one.giver else '-'}{part:.2f}")
    words = [before.source, *([Text("；".join(told), "; ".join(told))] if told else [])]
    return Yearly(value, joined(words))
