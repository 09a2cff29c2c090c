"""The idle row of every parcel: the columns of the determination put into words, with the path, the article and the fee."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from geoparks import units
from geoparks.catalog.idle import IdleLaw
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.idle_land import words
from geoparks.idle_land.clock import clock, fields, told
from geoparks.idle_land.facts import Facts, day, facts_of
from geoparks.idle_land.identify import Identified, identify
from geoparks.measure.days import anniversaries
from geoparks.measure.seen import evidence_of
from geoparks.records import Citation, IdleRow, StepDue
from geoparks.text import Text, joined

_UNCLEAR = ("finished_on", "started_on", "stopped_on", "agreed_start_on", "extended_start_on", "delivered_on")
_GOVERNMENT = ("government", "force_majeure")
_PLANNING = ("（二）", "(二)", "第二项", "规划")
_ON_RECORD = ("determined", "disposed")


def idle_rows(layers: Dataset, pack: Pack) -> list[IdleRow]:
    """A row for every parcel, as of the dataset's day; none where there are no parcels."""
    if "parcels" not in layers or not pack.idle.terms:
        return []
    facts = facts_of(layers)
    found = identify(facts, pack.idle, layers.on)
    return list(_rows(layers, facts, found, pack.idle))


def _rows(layers: Dataset, facts: Facts, found: Identified, law: IdleLaw) -> Iterator[IdleRow]:
    parcels = layers["parcels"]
    parks = parcels.column("park_id").to_numpy(dtype=object)
    dated = {name: parcels.column(name) for name in fields(law) if name in parcels.layer.fields}
    on = np.datetime64(layers.on, "D")
    evidence = evidence_of(layers)
    for index, position in enumerate(facts.positions.tolist()):
        status, kind = str(found.status[index]), str(found.type[index])
        since = day(found.since[index]) if kind else None
        idle = status in ("suspected", "determined") and kind in ("A", "B")
        path, citation, why = _path(facts, found, law, index, layers.on) if idle else ("", None, [])
        fee, fee_why = _fee(facts, law, index) if path == "fee" else (None, [])
        steps: tuple[StepDue, ...] = ()
        odd: tuple[Text, ...] = ()
        if status in ("suspected", "determined"):
            record, again = {name: column.iloc[position] for name, column in dated.items()}, bool(found.again[index])
            steps, odd = clock(record, path, layers.on, law, again), told(record, path, layers.on, law, again)
        becomes = (
            day(found.full_on[index])
            if status == "not_idle" and found.why[index] in ("not_yet", "stopped_short")
            else None
        )
        yield IdleRow(
            parcel=parcels.subject(position),
            park=parks[position] if isinstance(parks[position], str) else "",
            status=status,  # type: ignore[arg-type]
            type=_letter(kind) if status != "not_idle" else "",
            since=since,
            days=int((on - found.since[index]).astype(int)) if since is not None and since <= layers.on else None,
            becomes_on=becomes,
            cause=_word(facts, "cause", index),
            cause_item=_word(facts, "cause_item", index),
            path=path,  # type: ignore[arg-type]
            options=_options(facts, law, index, layers.on) if path == "negotiate" else (),
            citation=citation,
            fee_wanyuan=fee,
            area_m2=None if np.isnan(facts.area_m2[index]) else float(facts.area_m2[index]),
            reason=joined([*_reason(facts, found, index, status), *why, *fee_why]),
            steps=steps,
            evidence=evidence.get(str(parcels.ids[position]), ()),
            remarks=(*_remarks(facts, found, law, index, status, path), *odd),
        )


def _letter(kind: str) -> Literal["A", "B", ""]:
    return "A" if kind == "A" else "B" if kind == "B" else ""


def _word(facts: Facts, name: str, index: int) -> str:
    value = facts.words[name][index]
    return value if isinstance(value, str) else ""


def _path(
    facts: Facts, found: Identified, law: IdleLaw, index: int, on: dt.date
) -> tuple[str, Citation | None, list[Text]]:
    """What follows: every parcel of type B and what is not the enterprise's doing is negotiated, the rest pays or is recovered."""
    if found.type[index] == "B":
        return "negotiate", _cited(law, "negotiate_b"), []
    recorded = _word(facts, "disposal", index)
    if found.status[index] == "determined" and recorded in ("fee", "recovery"):  # what was decided stands
        return recorded, _cited(law, recorded), []
    if facts.preparatory[index] == 1:
        return "", _cited(law, "exempt"), [words.EXCEPTED]
    cause = _word(facts, "cause", index)
    if cause in _GOVERNMENT:
        return "negotiate", _cited(law, "negotiate"), []
    if cause != "enterprise":
        return "", None, [words.NO_CAUSE]
    path = "recovery" if found.recovery_on[index] <= np.datetime64(on, "D") else "fee"
    return path, _cited(law, path), []


def _cited(law: IdleLaw, name: str) -> Citation | None:
    way = law.paths.get(name)
    return way.citation if way is not None else None


def _fee(facts: Facts, law: IdleLaw, index: int) -> tuple[float | None, list[Text]]:
    """The fee in 万元: a share of the price of the land."""
    price = float(facts.numbers["price_wanyuan"][index])
    return (None, [words.NO_PRICE]) if np.isnan(price) or price < 0 else (price * law.terms["fee_share"].value, [])


def _options(facts: Facts, law: IdleLaw, index: int, on: dt.date) -> tuple[str, ...]:
    """The options that are open; a swap only where the plan's change was, or may have been, the cause."""
    supplied, item = day(facts.days["supplied_on"][index]), _word(facts, "cause_item", index)
    planning = not item or any(word in item for word in _PLANNING)
    return tuple(one.id for one in law.options if one.open_to(supplied, on) and (one.id != "swap" or planning))


def _reason(facts: Facts, found: Identified, index: int, status: str) -> list[Text]:
    """Why the status is what it is; what the bureau has on record comes first."""
    fill = _values(facts, found, index)
    told: list[Text] = []
    if status in words.BY_RECORD:
        told.append(words.BY_RECORD[status].fill(**fill))
    if found.again[index]:
        told.append(words.AGAIN.fill(**fill))
    why = str(found.why[index])
    if status not in _ON_RECORD or why in ("type_a", "type_b"):
        told.append(words.WHY[why].fill(**fill))
    if found.type[index] == "B" and int(found.area_known_by[index]) in words.AREA_KNOWN_BY:
        told.append(words.AREA_KNOWN_BY[int(found.area_known_by[index])])
    return told


def _values(facts: Facts, found: Identified, index: int) -> dict[str, Any]:
    """What the words may name."""
    dates = {
        name.removesuffix("_on").removesuffix("_start"): day(column[index]) or "—"
        for name, column in facts.days.items()
    }
    exempt = facts.numbers["exempt_days"][index]
    start = words.START.get(str(found.start_known_by[index]), Text("", "")).fill(**dates)
    if exempt > 0:
        start += words.EXEMPT.fill(exempt=f"{exempt:g}")
    return {
        **dates,
        "field": _unclear(facts, index),
        "full": day(found.full_on[index]) or "—",
        "area": _share(found.area_share[index]),
        "invested": _share(found.invested_share[index]),
        "foundation": _share(facts.numbers["foundation_share"][index]),
        "start_words": start,
        "disposal": _word(facts, "disposal", index) or "—",
    }


def _unclear(facts: Facts, index: int) -> Text:
    names = [name for name in _UNCLEAR if facts.unclear[name][index]]
    return joined([_FIELDS[name] for name in names], "、", ", ") if names else Text("日期", "a date")


_FIELDS = {
    "finished_on": Text("竣工日期", "the day of completion"), "started_on": Text("实际动工日期", "the day of starting"),
    "stopped_on": Text("中止日期", "the day of stopping"), "agreed_start_on": Text("约定动工日期", "the agreed start"),
    "extended_start_on": Text("延期动工日期", "the extended start"), "delivered_on": Text("交地日期", "the day of delivery"),
}  # fmt: skip


def _share(value: float) -> Text:
    words_ = "—" if np.isnan(value) else units.number(float(value) * 100, 2) + "%"
    return Text(words_, words_)


def _remarks(facts: Facts, found: Identified, law: IdleLaw, index: int, status: str, path: str) -> Iterator[Text]:
    """What else whoever deals with it must know."""
    if status not in ("suspected", "determined"):
        return
    if path == "fee":
        yield words.NO_COST
    if status == "determined" and path == "negotiate" and np.isnat(facts.days["filed_on"][index]):
        yield words.NOT_FILED
    if mortgagee := _word(facts, "mortgagee", index):
        yield words.MORTGAGED.fill(mortgagee=mortgagee)
    taken, way = float(facts.numbers["farmland_taken_ha"][index]), law.paths.get("farmland")
    if taken > 0 and found.type[index] == "A" and way is not None:
        yield words.FARMLAND.fill(
            area=units.number(taken), document=way.citation.document, article=way.citation.article
        )
    agreed, extended, delivered = (
        facts.days[name][index] for name in ("agreed_start_on", "extended_start_on", "delivered_on")
    )
    if not np.isnat(delivered) and not np.isnat(agreed) and delivered > agreed and found.type[index] == "A":
        yield words.LATE_DELIVERY.fill(delivered=day(delivered))
    longest = next((one.most_years for one in law.options if one.id == "extend"), None)
    if longest is not None and not np.isnat(agreed) and extended > anniversaries_of(agreed, longest):
        yield words.TOO_LONG


def anniversaries_of(value: np.datetime64, years: int) -> np.datetime64:
    """The day some years after one day."""
    import pandas as pd

    found: np.datetime64 = anniversaries(pd.Series([value.astype(object)]), years)[0]
    return found
