"""E05, E10: the figures that only the city's goals ask for: shares of parks, clusters of industry, new energy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geoparks.catalog.indicator import IndicatorSpec
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.facilities import has
from geoparks.measure.leading import cluster_of
from geoparks.measure.levels import above
from geoparks.measure.members import members_of, single_values
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import ratio, returns_of
from geoparks.records import Indicator, Subject
from geoparks.text import Text

_STATED = {"E05.smart_share": "smart_park", "E05.green_share": "green_park", "E05.circular_share": "circular_done"}
_GREEN, _HIGH_TECH, _NEW_ENERGY = "E05.green", "E05.high_tech_output_share", "E10.new_energy_share"
INDICATORS = (*_STATED, _GREEN, _HIGH_TECH, _NEW_ENERGY)
_REGISTER = Text("园区名录", "parks")
_AND_MAPPED = Text("园区名录、基础设施", "parks, facilities")
_ENTERPRISES = Text("企业、企业年报、产业目录", "enterprises, enterprise_stats, industry_groups")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """What the register says is of today and stands under the run's year; what is returned, under each year."""
    year = layers.year or layers.on.year
    parks = {park.subject: park for park in parks_of(layers)}
    groups = {subject: [parks[one] for one in some] for subject, some in above(layers, pack).items()}
    leagues = {subject: some for subject, some in groups.items() if subject.layer in ("leagues", "region")}
    for subject, some in leagues.items():
        for name, field in _STATED.items():
            yield _share(name, subject, year, {park.subject: _stated(layers, park, field) for park in some}, _REGISTER)
        for spec in pack.indicators.values():
            if "kinds" in spec.parameters:
                told = {park.subject: has(layers, park, spec.parameters["kinds"]) for park in some}
                yield _share(spec.id, subject, year, told, _AND_MAPPED)
            elif "cluster" in spec.parameters:
                yield from _cluster(spec, layers, subject, {park.subject.id for park in some}, years)
    for park in parks.values():
        green = _stated(layers, park, "green_park")
        reason = None if green is not None else Text("名录没有填写", "the register does not say")
        yield Indicator(
            _GREEN, park.subject, year, None if green is None else int(green), "", source=_REGISTER, reason=reason
        )
    yield from _of_returns(layers, years)


def _stated(layers: Dataset, park: Park, field: str) -> bool | None:
    parks = layers.get("parks")
    value = parks.column(field).iloc[park.row] if parks is not None and park.row is not None else None
    return None if value is None or value != value else bool(value)


def _share(name: str, subject: Subject, year: int, told: dict[Subject, bool | None], source: Text) -> Indicator:
    """The share of parks that have something; open where a park does not say."""
    silent = [park.label for park, one in told.items() if one is None]
    having = sum(one is True for one in told.values())
    reason = Text(f"{'、'.join(silent)}没有填写", f"{', '.join(silent)} do not say") if silent else None
    return Indicator(
        name, subject, year, None if silent else having / len(told), "", numerator=having, denominator=len(told),
        source=source, reason=reason, at_least=having / len(told) if silent else None,
    )  # fmt: skip


def _cluster(
    spec: IndicatorSpec, layers: Dataset, subject: Subject, parks: set[str], years: tuple[int, ...]
) -> Iterator[Indicator]:
    """Output of the enterprises of a cluster; those whose cluster or output nobody knows leave only a lower bound."""
    enterprises, stats = layers.get("enterprises"), layers.get("enterprise_stats")
    missing = next((one for one in ("enterprises", "enterprise_stats", "industry_groups") if one not in layers), None)
    if enterprises is None or stats is None or missing is not None:
        reason = layers.why_not(missing or "enterprises")
        for year in years:
            yield Indicator(spec.id, subject, year, None, "", source=_ENTERPRISES, reason=reason)
        return
    if not layers["industry_groups"].column("cluster").eq(spec.parameters["cluster"]).any():
        name = spec.parameters["cluster"]
        reason = Text(f"产业目录没有把行业列入{name}集群", f"the list of industries puts none into the cluster {name}")
        for year in years:
            yield Indicator(spec.id, subject, year, None, "", source=_ENTERPRISES, reason=reason)
        return
    clusters = np.array(cluster_of(layers, enterprises), dtype=object)
    for year in years:
        own = members_of(layers, year, "park_id", clusters).rename(columns={"trait": "cluster"})
        inside = own["park_id"].isin(parks)
        # An enterprise that may also be in a park outside of these may be outside.
        certain = inside.groupby(own["enterprise_id"]).transform("all")
        register = own[inside].assign(certain=certain[inside]).drop_duplicates("enterprise_id")
        made = register["enterprise_id"].map(single_values(layers, "output_wanyuan", year)).astype(float)
        made = made.where(register["certain"])
        owing = made.isna() & ~register["silent"]
        of_it = register["cluster"] == spec.parameters["cluster"]
        known = float(made[of_it].sum())
        unknown = int((register["cluster"].isna() & ((made > 0) | owing)).sum() + (of_it & owing).sum())
        why = Text(
            f"{unknown} 家企业的集群或产值不明，只得下限",
            f"cluster or output of {unknown} enterprises not known: a lower bound",
        )
        source = _ENTERPRISES + Text(f"（{int(of_it.sum())} 家）", f" ({int(of_it.sum())})")
        yield Indicator(
            spec.id, subject, year, None if unknown else known, "", source=source, reason=why if unknown else None,
            at_least=known if unknown else None,
        )  # fmt: skip


def _of_returns(layers: Dataset, years: tuple[int, ...]) -> Iterator[Indicator]:
    """High-tech share of output, and the share of new energy, of parks; the latter of sub-parks as well."""
    returns = returns_of(layers)
    sub_parks = layers.get("sub_parks")
    parks = [park.subject for park in parks_of(layers)]
    below = [sub_parks.subject(position) for position in range(len(sub_parks))] if sub_parks is not None else []
    for year in years:
        for name, above_, under, subjects in (
            (_HIGH_TECH, "high_tech_output_wanyuan", "output_wanyuan", parks),
            (_NEW_ENERGY, "new_energy_kwh", "electricity_kwh", [*parks, *dict.fromkeys(below)]),
        ):
            for subject in subjects:
                upper, lower = returns.of(subject, year, above_), returns.of(subject, year, under)
                value, reason = ratio(upper, lower)
                yield Indicator(
                    name, subject, year, value, "", numerator=upper.value, denominator=lower.value, source=upper.source, reason=reason
                )  # fmt: skip
