"""E09: an approved project that has not been started by its agreed day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text, joined

_FAULT = "project_not_started"
_ALLOCATED = (
    ("allocated_land_mu", "mu", Text("用地", "land")),
    ("allocated_energy_tce", "tce", Text("能耗", "energy")),
    ("allocated_water_m3", "m3", Text("用水", "water")),
)

RULE = Rule(
    id="E09",
    title=Text("已批准项目未按期开工", "Approved project not started in time"),
    about=Text(
        "已批准的项目到约定开工日期没有开工的天数，以及已配置的用地、能耗、用水指标。已经开工的（哪怕迟了），不再收回。",
        "How many days after its agreed start an approved project has not been started, and the land, energy and water that were"
        " allocated to it. One that was started, if late, is no case.",
    ),
    subjects=("projects",),
    needs=("projects",),
    faults={
        _FAULT: Words(
            title=Text("已批准项目未按期开工", "Approved project not started in time"),
            message=Text(
                "{name}约定 {agreed} 开工，至今未开工，逾期 {measured}；已配置{allocated}。{recover}",
                "{name} was to start on {agreed} and has not, {measured} late; allocated: {allocated}. {recover}",
            ),
            fix=Text("限期收回已配置的要素指标。", "Take the allocated quotas back by a set day."),
        )
    },
)


def project_not_started(layers: Dataset) -> Iterator[Measurement]:
    """Days since the agreed start of every approved project that has not been started; 0 for the others."""
    projects = layers["projects"]
    names = ("approved_on", "agreed_start_on", "started_on", "recover_by_on", *(name for name, _, _ in _ALLOCATED))
    table = pd.DataFrame({name: projects.column(name).to_numpy(dtype=object) for name in names})
    for position, row in enumerate(table.itertuples()):
        subject, number = projects.subject(position), int(projects.rows[position])
        approved, agreed, started = (_day(one) for one in (row.approved_on, row.agreed_start_on, row.started_on))
        if started is not None and started <= layers.on:
            yield Measurement(subject, _FAULT, value=0.0, row=number)
        elif approved is None or agreed is None:
            lacking = "approved_on" if approved is None else "agreed_start_on"
            title = projects.layer.fields[lacking].title
            yield Measurement(subject, _FAULT, row=number, reason=title + Text("没有填", ": not given"))
        else:
            late = (layers.on - agreed).days if approved <= layers.on else 0
            yield Measurement(
                subject,
                _FAULT,
                value=float(max(late, 0)),
                row=number,
                words={"agreed": agreed, "allocated": _allocated(row), "recover": _recover(_day(row.recover_by_on))},
            )


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) and value == value else None


def _allocated(row: object) -> Text:
    """The quotas that a project holds."""
    told = []
    for name, unit, title in _ALLOCATED:
        value = getattr(row, name)
        if value is not None and value == value:
            told.append(title + Text(" ", " ") + units.quantity_text(float(value), unit))
    return joined(told) if told else Text("指标未填", "not stated")


def _recover(by: dt.date | None) -> Text:
    return Text(f"限 {by} 前收回。", f"To be taken back by {by}.") if by is not None else Text("", "")
