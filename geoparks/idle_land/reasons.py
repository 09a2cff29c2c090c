"""Why a parcel is idle, is not, or cannot be judged, in words: of one parcel, or of all that are not idle at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from string import Formatter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geoparks import units
from geoparks.idle_land import words
from geoparks.idle_land.facts import Facts, day, word
from geoparks.idle_land.identify import Identified
from geoparks.text import Lang, Text, joined

if TYPE_CHECKING:
    import pyarrow as pa

Array = np.ndarray
Column = Callable[[str], "pa.Array"]
_ON_RECORD = ("determined", "disposed")
_UNCLEAR = ("finished_on", "started_on", "stopped_on", "agreed_start_on", "extended_start_on", "delivered_on")
_UNREAD = ("supplied_on", "permit_on", "determined_on", "disposed_on")
_NUMBERS = (
    "exempt_days", "started_area_ha", "should_start_area_ha", "area_ha", "total_investment_wanyuan", "invested_wanyuan",
    "foundation_share",
)  # fmt: skip
_NONE = "—"
_FIELDS = {
    "finished_on": Text("竣工日期", "the day of completion"), "started_on": Text("实际动工日期", "the day of starting"),
    "stopped_on": Text("中止日期", "the day of stopping"), "agreed_start_on": Text("约定动工日期", "the agreed start"),
    "extended_start_on": Text("延期动工日期", "the extended start"), "delivered_on": Text("交地日期", "the day of delivery"),
    "supplied_on": Text("供地日期", "the day of supply"), "permit_on": Text("施工许可日期", "the day of the permit"),
    "determined_on": Text("认定日期", "the day of determination"), "disposed_on": Text("处置完成日期", "the day of disposal"),
    "exempt_days": Text("豁免天数", "the exempt days"), "started_area_ha": Text("已动工面积", "the started area"),
    "should_start_area_ha": Text("应动工面积", "the area to be started"), "area_ha": Text("宗地面积", "the area of the parcel"),
    "total_investment_wanyuan": Text("总投资额", "the total investment"),
    "invested_wanyuan": Text("已投资额", "the investment made"),
    "foundation_share": Text("基础完成比例", "the share of the foundation"),
}  # fmt: skip


def reason(facts: Facts, found: Identified, index: int, status: str) -> list[Text]:
    """Why the status is what it is; what the bureau has on record comes first."""
    told: list[Text] = []

    def tell(text: Text) -> None:
        told.append(text.fill(**{name: _value(facts, found, index, name) for name in _names(text)}))

    if status in words.BY_RECORD:
        tell(words.BY_RECORD[status])
    if found.again[index]:
        tell(words.AGAIN)
    why = str(found.why[index])
    if status not in _ON_RECORD or why in ("type_a", "type_b"):
        tell(words.WHY[why])
    if found.type[index] == "B" and int(found.area_known_by[index]) in words.AREA_KNOWN_BY:
        told.append(words.AREA_KNOWN_BY[int(found.area_known_by[index])])
    return told


@cache
def _names(text: Text) -> frozenset[str]:
    """What a sentence names, in either language."""
    return frozenset(name for words_ in text for _, name, _, _ in Formatter().parse(words_) if name)


def _value(facts: Facts, found: Identified, index: int, name: str) -> Any:
    """What a sentence may name."""
    if name == "field":
        unclear = [one for one in _UNCLEAR if facts.unclear[one][index]]
        return _fields([*unclear, *(one for one in _UNREAD if facts.unread[one][index])])
    if name == "number":
        return _fields([one for one in _NUMBERS if facts.unread[one][index]])
    if name == "full":
        return day(found.full_on[index]) or _NONE
    if name == "area":
        return _share(found.area_share[index])
    if name == "invested":
        return _share(found.invested_share[index])
    if name == "foundation":
        return _share(facts.numbers["foundation_share"][index])
    if name == "disposal":
        return word(facts, "disposal", index) or _NONE
    if name == "start_words":
        text = words.START.get(str(found.start_known_by[index]), Text("", ""))
        start = text.fill(**{one: _value(facts, found, index, one) for one in _names(text)})
        exempt = facts.numbers["exempt_days"][index]
        return start + words.EXEMPT.fill(exempt=f"{exempt:g}") if exempt > 0 else start
    return day(facts.days[_day_named(facts, name)][index]) or _NONE


def _day_named(facts: Facts, name: str) -> str:
    """The field of the day that a sentence calls by a short name: ``agreed`` is ``agreed_start_on``."""
    return f"{name}_on" if f"{name}_on" in facts.days else f"{name}_start_on"


def _fields(names: list[str]) -> Text:
    return joined([_FIELDS[name] for name in names], "、", ", ")


def _share(value: float) -> Text:
    words_ = _NONE if np.isnan(value) else units.number(float(value) * 100, 2) + "%"
    return Text(words_, words_)


def reasons_of_quiet(facts: Facts, found: Identified, index: Array, lang: Lang) -> pa.Array:
    """What `reason` says of parcels that are not idle, at some indexes, in one language; each sentence is put together by columns."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def column(name: str, where: Array) -> pa.Array:
        return _column(facts, found, name, index=index[where], lang=lang)

    whole = np.full(len(index), "", dtype=object)
    why = found.why[index]
    for key in np.unique(why).tolist():
        where = np.flatnonzero(why == key)
        whole[where] = _filled(words.WHY[key].to(lang), partial(column, where=where), len(where)).to_pylist()
    said = pa.array(whole, type=pa.string())
    known_by = np.where(found.type[index] == "B", found.area_known_by[index], -1)
    for key_, text in words.AREA_KNOWN_BY.items():
        more = pc.binary_join_element_wise(said, text.to(lang), Text("；", "; ").to(lang))
        said = pc.if_else(pa.array(known_by == key_), more, said)
    return said


def _column(facts: Facts, found: Identified, name: str, *, index: Array, lang: Lang) -> pa.Array:
    """What a sentence may name, of some parcels, as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name == "full":
        return _days(found.full_on[index])
    if name in ("area", "invested", "foundation"):
        source = {
            "area": found.area_share,
            "invested": found.invested_share,
            "foundation": facts.numbers["foundation_share"],
        }
        return _each(source[name][index], lambda one: _share(one).to(lang))
    if name == "start_words":
        said = np.full(len(index), "", dtype=object)
        known_by = found.start_known_by[index]
        for key in np.unique(known_by).tolist():
            where = np.flatnonzero(known_by == key)
            text = words.START.get(key, Text("", "")).to(lang)
            some = _filled(text, partial(_column, facts, found, index=index[where], lang=lang), len(where))
            said[where] = some.to_pylist()
        exempt = facts.numbers["exempt_days"][index]
        more = _each(exempt, lambda one: words.EXEMPT.fill(exempt=f"{one:g}").to(lang) if one > 0 else "")
        return pc.binary_join_element_wise(pa.array(said, type=pa.string()), more, "")
    return _days(facts.days[_day_named(facts, name)][index])


def _filled(template: str, column: Column, count: int) -> pa.Array:
    """A sentence with ``{names}``, filled for many at once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts: list[Any] = []
    for literal, name, _, _ in Formatter().parse(template):
        parts += [literal] if literal else []
        parts += [column(name)] if name else []
    if not any(isinstance(one, pa.Array) for one in parts):
        return pa.array(["".join(parts)] * count, type=pa.string())
    return pc.binary_join_element_wise(*parts, "")


def _days(values: Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.fill_null(pa.array(values.astype("datetime64[D]")).cast(pa.string()), _NONE)


def _each(values: Array, told: Callable[[float], str]) -> pa.Array:
    """A number in words; each different number is put into words once."""
    import pyarrow as pa

    codes, known = pd.factorize(values, use_na_sentinel=False)
    said = np.array([told(float(one)) for one in known], dtype=object)
    return pa.array(said[codes], type=pa.string())
