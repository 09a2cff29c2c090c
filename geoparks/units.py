"""Units: the only place where a conversion factor is written, and where numbers become words.

Inside geoparks a quantity has one unit, which its name ends with (``area_ha``, ``output_wanyuan``). Units are
converted when a table is read and named when a number is shown; nowhere between.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from geoparks.text import Lang, Text

M2_PER_MU = 2000 / 3
M2_PER_HA = 10_000.0
_LARGE_WANYUAN = 100_000  # from a billion yuan on, people read sums in 亿元
_WANYUAN_OF_A_BILLION = 100_000

Kind = Literal[
    "area", "money", "dollars", "energy", "electricity", "volume", "mass", "angle", "ratio", "time", "count",
    "persons", "length", "money_per_area", "energy_per_money", "energy_per_mass", "volume_per_money", "text",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: how large it is in the base unit of its kind, and the words that headers use for it."""

    id: str
    kind: Kind
    factor: float
    title: Text
    spellings: tuple[str, ...] = ()


_UNITS = (
    Unit("m2", "area", 1.0, Text("平方米", "m²"), ("平方米", "m2", "m²", "㎡", "平米", "sqm")),
    Unit("mu", "area", M2_PER_MU, Text("亩", "mu"), ("亩", "mu")),
    Unit("ha", "area", M2_PER_HA, Text("公顷", "ha"), ("公顷", "ha", "hm2", "hm²", "hectare", "hectares")),
    Unit("km2", "area", 1_000_000.0, Text("平方公里", "km²"), ("平方公里", "平方千米", "km2", "km²")),
    Unit("wan_mu", "area", 10_000 * M2_PER_MU, Text("万亩", "10 000 mu"), ("万亩",)),
    Unit("wan_m2", "area", 10_000.0, Text("万平方米", "10 000 m²"), ("万平方米", "万m2", "万㎡", "万平米")),
    Unit("yuan", "money", 1e-4, Text("元", "yuan"), ("元", "yuan")),
    Unit("qianyuan", "money", 0.1, Text("千元", "1000 yuan"), ("千元",)),
    Unit("baiwanyuan", "money", 100.0, Text("百万元", "million yuan"), ("百万元",)),
    Unit("wanyuan", "money", 1.0, Text("万元", "10 000 yuan"), ("万元", "wanyuan")),
    Unit("yiyuan", "money", 10_000.0, Text("亿元", "100 million yuan"), ("亿元", "yiyuan")),
    Unit("wanusd", "dollars", 1.0, Text("万美元", "10 000 US$"), ("万美元", "wanusd")),
    Unit("usd", "dollars", 1e-4, Text("美元", "US$"), ("美元", "usd")),
    Unit("tce", "energy", 1.0, Text("吨标准煤", "tce"), ("吨标准煤", "吨标煤", "吨标准煤当量", "tce")),
    Unit("wan_tce", "energy", 10_000.0, Text("万吨标准煤", "10 000 tce"), ("万吨标准煤", "万吨标煤", "万tce")),
    Unit("kgce", "energy", 1e-3, Text("千克标准煤", "kgce"), ("千克标准煤", "公斤标准煤", "千克标煤", "公斤标煤", "kgce")),
    Unit("kwh", "electricity", 1.0, Text("千瓦时", "kWh"), ("千瓦时", "度", "kwh")),
    Unit("wan_kwh", "electricity", 10_000.0, Text("万千瓦时", "10 000 kWh"), ("万千瓦时", "万度")),
    Unit("yi_kwh", "electricity", 1e8, Text("亿千瓦时", "100 GWh"), ("亿千瓦时", "亿度")),
    Unit("m3", "volume", 1.0, Text("立方米", "m³"), ("立方米", "m3", "m³", "方")),
    Unit("wan_m3", "volume", 10_000.0, Text("万立方米", "10 000 m³"), ("万立方米", "万方", "万m3")),
    Unit("t", "mass", 1.0, Text("吨", "t"), ("吨", "t")),
    Unit("kg", "mass", 1e-3, Text("千克", "kg"), ("千克", "公斤", "kg")),
    Unit("wan_t", "mass", 10_000.0, Text("万吨", "10 000 t"), ("万吨",)),
    Unit("kgce_t", "energy_per_mass", 1.0, Text("千克标准煤/吨", "kgce/t"), ("千克标准煤/吨", "kgce/t", "公斤标准煤/吨")),
    Unit("deg", "angle", 1.0, Text("度", "°"), ("度", "°", "deg", "degree", "degrees")),
    Unit("ratio", "ratio", 1.0, Text("", ""), ("比值", "ratio")),
    Unit("percent", "ratio", 0.01, Text("%", "%"), ("%", "％", "百分比", "percent")),
    Unit("day", "time", 1.0, Text("天", "days"), ("天", "日", "day", "days")),
    Unit("count", "count", 1.0, Text("个", ""), ("个", "家", "件", "项", "count")),
    Unit("place", "count", 1.0, Text("名", "")),
    Unit("year", "time", 365.2425, Text("年", "years")),
    Unit("index", "count", 1.0, Text("", "")),
    Unit("score", "count", 1.0, Text("分", "points")),
    Unit("person", "persons", 1.0, Text("人", "persons"), ("人", "person", "persons")),
    Unit("wan_person", "persons", 10_000.0, Text("万人", "10 000 persons"), ("万人",)),
    Unit("m", "length", 1.0, Text("米", "m"), ("米", "m")),
    Unit("wanyuan_per_mu", "money_per_area", 1.0, Text("万元/亩", "10 000 yuan/mu"), ("万元/亩", "万元每亩")),
    Unit("wanyuan_per_ha", "money_per_area", M2_PER_MU / M2_PER_HA, Text("万元/公顷", "10 000 yuan/ha"),
         ("万元/公顷", "万元每公顷")),
    Unit("m3_per_wanyuan", "volume_per_money", 1.0, Text("立方米/万元", "m³/10 000 yuan"), ("立方米/万元", "m3/万元")),
    Unit("tce_per_wanyuan", "energy_per_money", 1.0, Text("吨标准煤/万元", "tce/10 000 yuan"),
         ("吨标准煤/万元", "吨标煤/万元", "tce/万元")),
)  # fmt: skip
UNITS = {unit.id: unit for unit in _UNITS}
_SPELLINGS = {
    unicodedata.normalize("NFKC", spelling).lower(): unit for unit in _UNITS for spelling in (*unit.spellings, unit.id)
}

# Headers that go without a unit by common usage; every other quantity must name its unit.
KINDS_WITHOUT_UNIT_IN_HEADER: frozenset[Kind] = frozenset({"count", "persons", "angle", "time"})


def find(words: str, kind: Kind | None = None) -> Unit | None:
    """The unit that `words` spell (公顷, m2, 万元…), if any; with `kind`, only a unit of that kind.

    >>> find("公顷").id, find("㎡").id, find("度", "angle").id, find("公顷", "money")
    ('ha', 'm2', 'deg', None)
    """
    spelling = re.sub(r"\s+", "", unicodedata.normalize("NFKC", words)).lower()
    if kind is not None:
        for unit in _UNITS:
            names = {unicodedata.normalize("NFKC", name).lower() for name in (*unit.spellings, unit.id)}
            if unit.kind == kind and spelling in names:
                return unit
        return None
    return _SPELLINGS.get(spelling)


def factor(source: str, target: str) -> float:
    """What a number in `source` is multiplied by to be in `target`; units of two kinds raise ValueError.

    >>> round(factor("mu", "m2"), 4), factor("yiyuan", "wanyuan"), factor("percent", "ratio")
    (666.6667, 10000.0, 0.01)
    """
    one, other = UNITS[source], UNITS[target]
    if one.kind != other.kind:
        raise ValueError(f"{source} is {one.kind}, {target} is {other.kind}")
    return one.factor / other.factor


def to_mu(m2: float) -> float:
    """Square metres as mu (亩): 1 mu = 2000/3 m².

    >>> round(to_mu(10_000), 6)
    15.0
    """
    return m2 / M2_PER_MU


def to_ha(m2: float) -> float:
    """Square metres as hectares (公顷).

    >>> to_ha(25_000)
    2.5
    """
    return m2 / M2_PER_HA


def number(value: float, digits: int = 2) -> str:
    """A number for paper: grouped by thousands, rounded, without useless zeros.

    >>> number(1234567.891), number(3.0), number(0.00042, 4)
    ('1,234,567.89', '3', '0.0004')
    """
    words = f"{value:,.{digits}f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def area(m2: float, lang: Lang = "zh") -> str:
    """An area for paper, in mu and in square metres.

    >>> area(2000)
    '3 亩（2,000 平方米）'
    """
    mu = to_mu(m2)
    digits = 2 if mu >= 1 else 4
    if lang == "en":
        return f"{number(mu, digits)} mu ({number(m2)} m²)"
    return f"{number(mu, digits)} 亩（{number(m2)} 平方米）"


def quantity(value: float | str | None, unit: str, lang: Lang = "zh", digits: int = 4) -> str:
    """A measured value with its unit, for paper; ratios become per cent, areas are shown in mu too, large sums in 亿元.

    >>> quantity(0.6, "ratio"), quantity(4, "count"), quantity(12.5, "ha"), quantity(1_234_500, "wanyuan")
    ('60%', '4 个', '12.5 公顷', '123.45 亿元')
    """
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    if unit == "m2":
        return area(value, lang)
    if unit == "ratio":
        return number(value * 100, digits) + "%"
    if unit == "wanyuan" and abs(value) >= _LARGE_WANYUAN:
        if lang == "en":
            return f"{number(value / _WANYUAN_OF_A_BILLION, digits + 1)} billion yuan"
        return f"{number(value * factor('wanyuan', 'yiyuan'), digits)} 亿元"
    title = UNITS[unit].title.to(lang) if unit in UNITS else unit
    return f"{number(value, digits)} {title}".strip()


def area_text(m2: float) -> Text:
    """An area for paper in both languages."""
    return Text(area(m2, "zh"), area(m2, "en"))


def quantity_text(value: float | str | None, unit: str) -> Text:
    """A measured value with its unit in both languages."""
    return Text(quantity(value, unit, "zh"), quantity(value, unit, "en"))
