"""What a day says of every parcel: the columns of the determination put into words, with the path, the article and the fee."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.catalog.idle import IdleLaw
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.idle_land import words
from geoparks.idle_land.clock import Procedure
from geoparks.idle_land.facts import Facts, day, facts_of, word
from geoparks.idle_land.identify import Identified, identify
from geoparks.idle_land.land import IdleLand
from geoparks.idle_land.quiet import quiet
from geoparks.idle_land.reasons import reason
from geoparks.measure.days import anniversaries
from geoparks.measure.rows_of_one import differ, known, unread_in_any
from geoparks.measure.seen import seen
from geoparks.records import Citation, IdleRow, StepDue, Subject
from geoparks.text import Text, joined

_GOVERNMENT = ("government", "force_majeure")
_PLANNING = ("（二）", "(二)", "第二项", "规划")
_OPEN = ("suspected", "determined")


def idle_rows(layers: Dataset, pack: Pack) -> IdleLand:
    """What the dataset's day says of every parcel; of none where there are no parcels."""
    if "parcels" not in layers or not pack.idle.terms:
        return IdleLand([], np.empty(0, dtype=np.int64), None)
    facts = facts_of(layers)
    found = identify(facts, pack.idle, layers.on)
    evidence = dict(seen(layers).certain())
    is_quiet = found.status == "not_idle"
    told = np.flatnonzero(~is_quiet)
    rows = list(_rows(layers, facts, found, pack.idle, told.tolist(), evidence))
    return IdleLand(rows, told, quiet(layers, facts, found, np.flatnonzero(is_quiet), evidence))


def _rows(
    layers: Dataset, facts: Facts, found: Identified, law: IdleLaw, told: list[int], evidence: Mapping[str, np.ndarray]
) -> Iterator[IdleRow]:
    parcels = layers["parcels"]
    parks = layers.parks_along("parcels")
    ids, names = parcels.ids, parcels.names
    procedure = Procedure(law, layers.on)
    dates = [name for name in procedure.fields if name in parcels.layer.fields]
    dated = {name: parcels.column(name).to_numpy(dtype=object) for name in dates}
    several = differ(parcels, dated, blank_differs=False)
    unsure = {name: unread_in_any(parcels, name) | several[name] for name in dates}
    dated = {name: known(parcels, column) for name, column in dated.items()}
    on = np.datetime64(layers.on, "D")
    late = _too_long(facts, law)
    for index in told:
        position = int(facts.positions[index])
        status, kind = str(found.status[index]), str(found.type[index])
        since = day(found.since[index]) if kind else None
        idle = status in _OPEN and kind in ("A", "B")
        path, citation, why = _path(facts, found, law, index, layers.on) if idle else ("", None, [])
        fee, fee_why = _fee(facts, law, index) if path == "fee" else (None, [])
        steps: tuple[StepDue, ...] = ()
        odd: tuple[Text, ...] = ()
        if status in _OPEN:
            record = {name: column[position] for name, column in dated.items()}
            doubtful = [name for name in dates if unsure[name][position]]
            steps, odd = procedure.of(record, path, bool(found.again[index]), doubtful)
        yield IdleRow(
            parcel=Subject("parcels", str(ids[position]), names[position]),
            park=parks[position],
            status=status,  # type: ignore[arg-type]
            type=_letter(kind),
            since=since,
            days=int((on - found.since[index]).astype(int)) if since is not None and since <= layers.on else None,
            cause=word(facts, "cause", index),
            cause_item=word(facts, "cause_item", index),
            path=path,  # type: ignore[arg-type]
            options=_options(facts, law, index, layers.on) if path == "negotiate" else (),
            citation=citation,
            fee_wanyuan=fee,
            area_m2=None if np.isnan(facts.area_m2[index]) else float(facts.area_m2[index]),
            reason=joined([*reason(facts, found, index, status), *why, *fee_why]),
            steps=steps,
            evidence=tuple(
                (name, float(share[index])) for name, share in evidence.items() if not np.isnan(share[index])
            ),
            remarks=(
                *_remarks(facts, found, law, index, status, path),
                *([words.TOO_LONG] if late[index] and status in _OPEN else []),
                *odd,
            ),
        )


def _letter(kind: str) -> Literal["A", "B", ""]:
    return "A" if kind == "A" else "B" if kind == "B" else ""


def _path(
    facts: Facts, found: Identified, law: IdleLaw, index: int, on: dt.date
) -> tuple[str, Citation | None, list[Text]]:
    """What follows: every parcel of type B and what is not the enterprise's doing is negotiated, the rest pays or is recovered."""
    if found.type[index] == "B":
        return "negotiate", _cited(law, "negotiate_b"), []
    recorded = word(facts, "disposal", index)
    if found.status[index] == "determined" and recorded in ("fee", "recovery"):  # what was decided stands
        return recorded, _cited(law, recorded), []
    if facts.unread["preparatory_work"][index]:
        return "", None, [words.EXCEPTED_UNREAD]
    if facts.preparatory[index] == 1:
        return "", _cited(law, "exempt"), [words.EXCEPTED]
    cause = word(facts, "cause", index)
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
    if facts.unread["price_wanyuan"][index]:
        return None, [words.PRICE_UNREAD]
    price = float(facts.numbers["price_wanyuan"][index])
    return (None, [words.NO_PRICE]) if np.isnan(price) or price < 0 else (price * law.terms["fee_share"].value, [])


def _options(facts: Facts, law: IdleLaw, index: int, on: dt.date) -> tuple[str, ...]:
    """The options that are open; a swap only where the plan's change was, or may have been, the cause."""
    supplied, item = day(facts.days["supplied_on"][index]), word(facts, "cause_item", index)
    planning = not item or any(word in item for word in _PLANNING)
    return tuple(one.id for one in law.options if one.open_to(supplied, on) and (one.id != "swap" or planning))


def _remarks(facts: Facts, found: Identified, law: IdleLaw, index: int, status: str, path: str) -> Iterator[Text]:
    """What else whoever deals with it must know."""
    if status not in _OPEN:
        return
    if path == "fee":
        yield words.NO_COST
    if status == "determined" and path == "negotiate" and np.isnat(facts.days["filed_on"][index]):
        yield words.FILING_UNREAD if facts.unread["filed_on"][index] else words.NOT_FILED
    if mortgagee := word(facts, "mortgagee", index):
        yield words.MORTGAGED.fill(mortgagee=mortgagee)
    taken, way = float(facts.numbers["farmland_taken_ha"][index]), law.paths.get("farmland")
    if taken > 0 and found.type[index] == "A" and way is not None:
        yield words.FARMLAND.fill(
            area=units.number(taken), document=way.citation.document, article=way.citation.article
        )
    agreed, delivered = facts.days["agreed_start_on"][index], facts.days["delivered_on"][index]
    if not np.isnat(delivered) and not np.isnat(agreed) and delivered > agreed and found.type[index] == "A":
        yield words.LATE_DELIVERY.fill(delivered=day(delivered))


def _too_long(facts: Facts, law: IdleLaw) -> np.ndarray:
    """Whether a supplementary agreement put the start off for longer than it may."""
    longest = next((one.most_years for one in law.options if one.id == "extend"), None)
    if longest is None:
        return np.zeros(len(facts), dtype=bool)
    late: np.ndarray = facts.days["extended_start_on"] > anniversaries(
        pd.Series(facts.days["agreed_start_on"]), longest
    )
    return late
