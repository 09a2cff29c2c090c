"""E10: a product that takes more energy per tonne than its limit allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from geoparks.dataset import Dataset
from geoparks.records import Measurement, Rule, Subject, Words
from geoparks.text import Text

_FAULT = "energy_over_limit"

RULE = Rule(
    id="E10",
    title=Text("产品单耗超过限额", "Product over its energy limit"),
    about=Text(
        "产品单位能耗与其国家能耗限额之比；限额由产品能耗表给出。",
        "Energy per tonne of a product over its limit, which the table of products states.",
    ),
    subjects=("products",),
    needs=("products",),
    uses=("enterprises",),
    whole_to_pass=(),
    faults={
        _FAULT: Words(
            title=Text("产品单耗超过限额", "Product over its energy limit"),
            message=Text(
                "{firm}的{product}单位能耗 {used} 千克标准煤/吨，限额 {limit}，为限额的 {measured}。{rectify}",
                "{product} of {firm} takes {used} kgce/t; its limit is {limit}: {measured} of it. {rectify}",
            ),
            fix=Text(
                "限期整改；整改后仍不达标的按落后产能淘汰。",
                "To be put right by a set day; else it is outdated capacity.",
            ),
        )
    },
)


def energy_over_limit(layers: Dataset) -> Iterator[Measurement]:
    """Energy per tonne over the limit, of every product in the year of statistics."""
    products, enterprises = layers["products"], layers.get("enterprises")
    names = (
        {str(one): enterprises.subject(position).label for position, one in enumerate(enterprises.ids)}
        if enterprises is not None
        else {}
    )
    days = (
        dict(zip(enterprises.ids, enterprises.column("rectify_by_on"), strict=True)) if enterprises is not None else {}
    )
    used = products.column("unit_energy_kgce_t").astype(float).to_numpy()
    limit = products.column("energy_limit_kgce_t").astype(float).to_numpy()
    firms, kinds = products.column("enterprise_id"), products.column("product")
    for position in np.flatnonzero((products.column("year") == layers.year).to_numpy()).tolist():
        firm, kind = firms.iloc[position], kinds.iloc[position]
        subject = Subject("products", f"{firm}/{kind}", f"{names.get(str(firm), firm)} {kind}")
        known = limit[position] > 0 and not np.isnan(used[position])
        yield Measurement(
            subject,
            _FAULT,
            value=float(used[position] / limit[position]) if known else None,
            row=int(products.rows[position]),
            reason=None if known else Text("单位能耗或限额没有填", "its energy or its limit is not stated"),
            words={
                "firm": names.get(str(firm), str(firm)),
                "product": kind,
                "used": f"{used[position]:g}",
                "limit": f"{limit[position]:g}",
                "rectify": _rectify(days.get(str(firm)), layers.on),
            },
        )


def _rectify(by: object, on: dt.date) -> Text:
    """What its day to rectify says, where the register has one."""
    if not isinstance(by, dt.date) or by != by:
        return Text("", "")
    if by < on:
        return Text(f"整改期限 {by} 已过，仍不达标。", f"It was to be put right by {by}, and was not.")
    return Text(f"限 {by} 前整改。", f"It is to be put right by {by}.")
