"""New industrial projects beside the control values of standard land (标准地) that held for their industry on their day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.codes import is_industrial
from geoparks.measure.industries import beginnings, digits
from geoparks.records import Subject
from geoparks.text import Text

Held = tuple[float | None, float | None, Text | None]
"""Value of the project, control value, and why one of them is missing."""
_FIELDS = {
    "investment_low": ("fixed_investment_wanyuan_mu", "min_investment_wanyuan_mu"),
    "output_low": ("output_wanyuan_mu", "min_output_wanyuan_mu"),
    "tax_low": ("tax_wanyuan_mu", "min_tax_wanyuan_mu"),
    "energy_high": ("energy_tce_wanyuan", "max_energy_tce_wanyuan"),
    "far_low": ("far", "min_far"),
}
_NEW, _MOST = "new", "energy_high"


@dataclass(frozen=True)
class Control:
    """One new industrial project and what it is held against."""

    subject: Subject
    row: int
    day: dt.date | None
    """The day of its approval."""
    industry: str | None
    held: Mapping[str, Held]
    """By fault."""

    @property
    def short(self) -> bool | None:
        """Whether it misses one of the control values; None where that cannot be told."""
        told = [_misses(fault, *one) for fault, one in self.held.items()]
        return True if True in told else None if None in told else False


def controls(layers: Dataset) -> Iterator[Control]:
    """Every new industrial project. Who does not say whether it is new and industrial is no case that can be judged."""
    projects, table = layers["projects"], layers.get("land_controls")
    divisions = layers.catalogue.codes["industrial_divisions"]
    limits = (
        None
        if table is None
        else pd.DataFrame({name: table.column(name).to_numpy(dtype=object) for name in table.layer.fields})
    )
    names = ("industry_code", "change_kind", "approved_on", *(value for value, _ in _FIELDS.values()))
    frame = pd.DataFrame({name: projects.column(name).to_numpy(dtype=object) for name in names})
    for position, row in enumerate(frame.to_dict("records")):
        code, kind, day = (_known(row[name]) for name in ("industry_code", "change_kind", "approved_on"))
        industrial = is_industrial(code, divisions)
        if (kind is not None and kind != _NEW) or industrial is False:
            continue
        why = _why(kind, industrial, day, layers if limits is None else None)
        values = None if why is not None or limits is None else _in_force(limits, str(code), day)
        if why is None and values is None:
            why = Text(
                f"没有行业 {code} 在 {day} 有效的控制值", f"no control values for industry {code} in force on {day}"
            )
        yield Control(
            projects.subject(position), int(projects.rows[position]), day if isinstance(day, dt.date) else None,
            code if isinstance(code, str) else None,
            {fault: _held(row, values, *fields, why) for fault, fields in _FIELDS.items()},
        )  # fmt: skip


def _misses(fault: str, value: float | None, limit: float | None, reason: Text | None) -> bool | None:
    if value is None or limit is None or reason is not None:
        return None
    return value > limit if fault == _MOST else value < limit


def _why(kind: object, industrial: bool | None, day: object, without: Dataset | None) -> Text | None:
    if without is not None:
        return without.why_not("land_controls")
    for value, words in (
        (kind, Text("没有填建设性质", "does not say whether it is new")),
        (industrial, Text("没有行业代码", "no industry code")),
        (day, Text("没有批准日期", "no day of approval")),
    ):
        if value is None:
            return words
    return None


def _in_force(limits: pd.DataFrame, code: str, day: object) -> dict[str, object] | None:
    """The control values of the longest known beginning of the code that are in force on the day, of the latest beginning.

    What rows of one code and day say differently is not known.
    """
    assert isinstance(day, dt.date)
    codes = limits["industry_code"].map(lambda one: digits(one) if isinstance(one, str) else None)
    for one in beginnings(code):
        of_code = limits[(codes == one).to_numpy()]
        begun = of_code["valid_from_on"].map(lambda day_: _known(day_) or dt.date.min)
        over = of_code["valid_to_on"].map(lambda day_: _known(day_) or dt.date.max)
        live = of_code[((begun <= day) & (over >= day)).to_numpy(dtype=bool)]
        if len(live):
            latest = live[(begun[live.index] == begun[live.index].max()).to_numpy(dtype=bool)]
            return {
                name: latest[name].iloc[0]
                if latest[name].dropna().nunique() <= 1 and latest[name].notna().all()
                else None
                for name in latest
            }
    return None


def _held(
    row: Mapping[object, object], values: Mapping[str, object] | None, name: str, limit: str, why: Text | None
) -> Held:
    own, control = _number(row[name]), _number(values[limit]) if values is not None else None
    if why is None and control is None:
        why = Text("控制值没有填写该项，或者几行不一致", "the control values do not say, or rows of them differ")
    if why is None and control == 0:
        why = Text("控制值为零，无从比较", "the control value is zero: nothing can be held against it")
    if why is None and own is None:
        why = Text("项目没有填写该项", "the project does not say")
    return own, control, why


def _known(value: object) -> object:
    return None if value is None or value != value else value


def _number(value: object) -> float | None:
    known = _known(value)
    return float(known) if isinstance(known, int | float) else None
