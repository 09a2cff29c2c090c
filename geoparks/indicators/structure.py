"""E16: concentration of industry in a park, its likeness to others, employment, and how complete its statistics are."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.structure import by_division, concentration, likeness
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import returns_of
from geoparks.records import Indicator
from geoparks.text import Text

_CONCENTRATION, _LARGEST, _LIKENESS = "E16.concentration", "E16.largest_share", "E16.similarity"
_EMPLOYEES, _COMPLETE = "E16.employees", "E16.completeness"
INDICATORS = (_CONCENTRATION, _LARGEST, _LIKENESS, _EMPLOYEES, _COMPLETE)
_SOURCE = Text("企业、企业年报", "enterprises, enterprise_stats")
_RETURN = Text("园区年报", "park_stats")
_KEYS = ("park_id", "sub_park_id", "year")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Every figure of every park for every year."""
    returns, parks = returns_of(layers), parks_of(layers)
    missing = next((one for one in ("enterprises", "enterprise_stats") if one not in layers), None)
    for year in years:
        if missing is None:
            yield from _structure(layers, parks, year)
        else:
            for park in parks:
                for name in (_CONCENTRATION, _LARGEST, _LIKENESS):
                    yield Indicator(name, park.subject, year, None, "", source=_SOURCE, reason=layers.why_not(missing))
        for park in parks:
            figure = returns.of(park.subject, year, "employees")
            yield Indicator(
                _EMPLOYEES, park.subject, year, figure.value, "", source=figure.source, reason=figure.reason
            )
            yield _completeness(layers, park, year)


def _structure(layers: Dataset, parks: list[Park], year: int) -> Iterator[Indicator]:
    table, unknown = by_division(layers, year)
    alike = likeness(table)
    names = {park.subject.id: park.subject.label for park in parks}
    for park in parks:
        name = park.subject.id
        silent = int(unknown.get(name, 0))
        output = table.loc[name] if name in table.index else pd.Series(dtype=float)
        reason = None
        if silent:
            reason = Text(
                f"{silent} 家企业没有行业代码或产值", f"{silent} enterprises have no industry code or no output"
            )
        elif not output.sum() > 0:
            reason = Text(f"{year} 年没有企业产值", f"no output of enterprises in {year}")
        if reason is not None:
            for one in (_CONCENTRATION, _LARGEST, _LIKENESS):
                yield Indicator(one, park.subject, year, None, "", source=_SOURCE, reason=reason)
            continue
        total, most = float(output.sum()), float(output.max())
        yield Indicator(
            _CONCENTRATION,
            park.subject,
            year,
            concentration(output),
            "",
            denominator=total,
            source=_SOURCE + _made(output),
        )
        division = Text(f"；行业大类 {output.idxmax()}", f"; division {output.idxmax()}")
        yield Indicator(
            _LARGEST, park.subject, year, most / total, "", numerator=most, denominator=total, source=_SOURCE + division
        )
        others = alike.loc[name].drop(name).dropna()
        doubtful = sorted(names.get(str(one), str(one)) for one in unknown.index if unknown[one] and one != name)
        others = others[[one for one in others.index if not unknown.get(one, 0)]]
        if others.empty:
            yield Indicator(
                _LIKENESS,
                park.subject,
                year,
                None,
                "",
                source=_SOURCE,
                reason=Text("没有可比的园区", "no park to compare with") + _without(doubtful),
            )
        else:
            nearest = names.get(str(others.idxmax()), str(others.idxmax()))
            yield Indicator(
                _LIKENESS,
                park.subject,
                year,
                float(others.max()),
                "",
                source=_SOURCE + Text(f"；最相近：{nearest}", f"; most like {nearest}") + _without(doubtful),
            )


def _made(output: pd.Series) -> Text:
    """Output by division, the largest first; of equal ones the smaller code."""
    ordered = output[output > 0].sort_index().sort_values(ascending=False, kind="stable")
    words = [f"{name} {value:.2f}" for name, value in ordered.items()]
    return Text(f"；各行业大类产值（万元）：{'、'.join(words)}", f"; output by division (万元): {', '.join(words)}")


def _without(names: list[str]) -> Text:
    """Parks that were not compared, as their structure is not known."""
    if not names:
        return Text("", "")
    return Text(f"；数据不全未比较：{'、'.join(names)}", f"; not compared, data missing: {', '.join(names)}")


def _completeness(layers: Dataset, park: Park, year: int) -> Indicator:
    """The share of the return's fields that are filled in, and which are not."""
    features = layers.get("park_stats")
    if features is None:
        return Indicator(_COMPLETE, park.subject, year, None, "", source=_RETURN, reason=layers.why_not("park_stats"))
    rows = features.frame[
        (
            (features.column("park_id") == park.subject.id)
            & (features.column("year") == year)
            & features.column("sub_park_id").isna()
        ).to_numpy()
    ]
    fields = [one for name, one in features.layer.fields.items() if name not in _KEYS]
    if rows.empty:
        return Indicator(
            _COMPLETE,
            park.subject,
            year,
            0.0,
            "",
            numerator=0,
            denominator=len(fields),
            source=_RETURN + Text("：当年没有填报", ": no return"),
        )
    blank = [one for one in fields if one.name not in rows or rows[one.name].isna().all()]
    words = (
        Text(
            "；缺：" + "、".join(one.title.zh for one in blank),
            "; missing: " + ", ".join(one.title.en for one in blank),
        )
        if blank
        else Text("", "")
    )
    return Indicator(
        _COMPLETE, park.subject, year, (len(fields) - len(blank)) / len(fields), "", numerator=len(fields) - len(blank), denominator=len(fields),
        source=_RETURN + words,
    )  # fmt: skip
