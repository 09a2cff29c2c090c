"""E10: a large user of energy that is not on the monitoring platform."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.days import reached
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "energy_unmonitored"

RULE = Rule(
    id="E10",
    title=Text("重点用能企业未接入能耗监测平台", "Large user of energy not monitored"),
    about=Text(
        "没有接入能耗在线监测平台的企业当年的综合能耗；已接入的按零计，是否接入没有填写的在零与其能耗之间。已退出的企业不计。",
        "Energy in the year of an enterprise that is not on the platform; one that is counts as zero, and one that does not say"
        " lies between zero and its energy. Enterprises that left are not counted.",
    ),
    subjects=("enterprises",),
    needs=("enterprises", "enterprise_stats"),
    faults={
        _FAULT: Words(
            title=Text("未接入能耗在线监测平台", "Not on the energy monitoring platform"),
            message=Text(
                "{name} {year} 年综合能耗 {measured}，没有接入能耗在线监测平台。",
                "{name} used {measured} in {year} and is not on the energy monitoring platform.",
            ),
            fix=Text("接入能耗在线监测平台。", "Connect it to the platform."),
        )
    },
)


def energy_unmonitored(layers: Dataset) -> Iterator[Measurement]:
    """Energy of every enterprise that is not monitored, in tce."""
    enterprises, stats = layers["enterprises"], layers["enterprise_stats"]
    returned = stats.frame[(stats.column("year") == layers.year).to_numpy()]
    by_id = returned.groupby("enterprise_id")["energy_tce"] if "energy_tce" in returned else None
    single = by_id.first().where(by_id.nunique() <= 1) if by_id is not None else pd.Series(dtype=float)
    energy = pd.Series(enterprises.ids).map(single).to_numpy(dtype=float)
    monitored = enterprises.column("energy_monitored").to_numpy(dtype=object)
    gone = reached(enterprises.column("left_on"), layers.on)
    for position in np.flatnonzero(~gone).tolist():
        subject, row = enterprises.subject(position), int(enterprises.rows[position])
        used, on_it = float(energy[position]), monitored[position]
        if on_it is True or on_it == 1:
            yield Measurement(subject, _FAULT, value=0.0, row=row)
        elif np.isnan(used):
            yield Measurement(
                subject, _FAULT, row=row, reason=Text(f"{layers.year} 年没有综合能耗", f"no energy for {layers.year}")
            )
        else:
            says = on_it is False or on_it == 0
            yield Measurement(
                subject,
                _FAULT,
                value=used if says else 0.0,
                value_at_most=used,
                row=row,
                reason=None
                if says
                else Text("没有填是否接入能耗监测平台", "does not say whether it is on the platform"),
            )
