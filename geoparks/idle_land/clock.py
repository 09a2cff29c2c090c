"""The procedure clock: when every step of the procedure is due, what is overdue on a day, and what is next.

A period counts calendar days, and the day after the one that starts it is its first: served on 1 March with thirty days,
due on 31 March, overdue from 1 April. A last day that is no working day stays, for the measures say nothing of it. The
steps, their days and their articles are `[[step]]` of a policy document; nothing of them stands here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from geoparks.catalog.idle import IdleLaw, Step
from geoparks.records import StepDue
from geoparks.text import Text

_DISPOSED = "disposed_on"


@dataclass(frozen=True)
class Stage:
    """One step of one parcel as it stands on a day."""

    step: Step
    started_on: dt.date | None
    """The day that starts its period, where it has come."""
    due_on: dt.date | None
    """The last day on which it is in time; None where the law sets no days, or the period has not begun."""
    done_on: dt.date | None
    passed: bool
    """Not done on record, though a later step is that follows it."""
    overdue: bool
    waits: bool
    """Whether a step that comes before it is open, and still has time."""
    unsure: bool = False
    """Whether nobody can tell if it was done: the day is there and cannot be read, or rows state several."""

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_on is None and not self.passed


def clock(
    parcel: Mapping[str, Any], path: str, on: dt.date, law: IdleLaw, again: bool = False
) -> tuple[StepDue, ...]:  # fmt: skip
    """Every step of a parcel's procedure: when it is due, when it was done, whether it is overdue on a day.

    `parcel` has its fields, days as ``date`` or ``Timestamp``, None or NaT where there is none. A day after `on` has not
    come; one before the document came into force is no day of this procedure (a filler such as 1901-01-02). `path` is
    ``fee``, ``recovery``, ``negotiate``, or empty while the cause is not known: then only steps of all paths. `again` says
    that the land was disposed of before and is suspected anew: days up to that disposal are of another procedure.

    A step whose period has not begun, or that has none, is due on no day and never overdue. What was done is not overdue,
    however late. What is open has no deadline any more once the land has been disposed of, or where a later step shows that
    the procedure went on. Without steps in the law the result is empty.
    """
    return due(stages(parcel, path, on, law, again))


def due(found: Iterable[Stage]) -> tuple[StepDue, ...]:
    """Stages as records."""
    return tuple(
        StepDue(one.step.id, one.step.title, one.step.who, one.due_on, one.done_on, one.overdue, one.step.citation)
        for one in found
    )


class Procedure:
    """The procedure of a law on a day, for parcel after parcel: what is the same for all of them is worked out once."""

    def __init__(self, law: IdleLaw, on: dt.date) -> None:
        self.law, self.on, self.fields = law, on, fields(law)
        self._plans: dict[str, Plan] = {}

    def of(
        self, parcel: Mapping[str, Any], path: str, again: bool, unsure: Collection[str] = ()
    ) -> tuple[tuple[StepDue, ...], tuple[Text, ...]]:
        """The steps of a parcel as `clock` gives them, and what is odd in its record: late, out of order, passed over.

        unsure: fields of which nobody can tell the day: what rests on them is due on no day, and not overdue.
        """
        if path not in self._plans:
            self._plans[path] = plan(self.law, path)
        found = _stages(parcel, self._plans[path], self.on, again, unsure)
        return due(found), _odd(found, parcel, path, self.law)


def fields(law: IdleLaw) -> tuple[str, ...]:
    """The fields of a parcel that the clock looks at."""
    return tuple(sorted({name for step in law.steps for name in (*step.after, *step.done)} | {_DISPOSED}))


def upcoming(
    parcel: Mapping[str, Any], path: str, on: dt.date, law: IdleLaw, again: bool = False
) -> tuple[StepDue, ...]:  # fmt: skip
    """What is to be done now: the open steps that wait for no other one, in the order of the procedure.

    One step waits for another until that is done, has been passed over, or has run out of its time.
    """
    ready = {one.step.id for one in stages(parcel, path, on, law, again) if one.open and not one.waits}
    over = not again and _come(_plain(parcel.get(_DISPOSED)), on) is not None
    return () if over else tuple(one for one in clock(parcel, path, on, law, again) if one.id in ready)


def _odd(found_stages: Iterable[Stage], parcel: Mapping[str, Any], path: str, law: IdleLaw) -> tuple[Text, ...]:
    """What is odd in the record of a procedure: done late, done before what starts it, passed over, a day that cannot be."""
    found: list[Text] = []
    for one in found_stages:
        title = one.step.title
        if one.due_on and one.done_on and one.done_on > one.due_on:
            late = (one.done_on - one.due_on).days
            found.append(
                Text(
                    f"“{title.zh}”于 {one.done_on} 完成，比期限 {one.due_on} 晚 {late} 天（{one.step.article}）",
                    f"“{title.en}” was done on {one.done_on}, {late} days after it was due on {one.due_on} ({one.step.article})",
                )
            )
        if one.started_on and one.done_on and one.done_on < one.started_on:
            found.append(
                Text(
                    f"“{title.zh}”的日期 {one.done_on} 早于它的起算日 {one.started_on}，请核对",
                    f"“{title.en}” is dated {one.done_on}, before {one.started_on} that it follows: check the record",
                )
            )
        if one.unsure:
            found.append(
                Text(
                    f"“{title.zh}”的日期填了但读不懂，或者几行不同：是否办理、是否逾期无从判断（{one.step.article}）",
                    f"the day of “{title.en}” cannot be read, or rows state several: nobody can tell whether it was done or"
                    f" is overdue ({one.step.article})",
                )
            )
        if one.passed:
            found.append(
                Text(
                    f"没有“{title.zh}”的日期，而后面的步骤已经办理（{one.step.article}），请补录或核对",
                    f"no day of “{title.en}”, though a later step was done ({one.step.article}): fill in or check",
                )
            )
    return (*found, *_impossible(parcel, path, law))


def stages(
    parcel: Mapping[str, Any], path: str, on: dt.date, law: IdleLaw, again: bool = False
) -> tuple[Stage, ...]:  # fmt: skip
    """The steps of a path in their order, each as it stands on a day."""
    return _stages(parcel, plan(law, path), on, again)


@dataclass(frozen=True)
class Plan:
    """The steps of a path, worked out once."""

    steps: tuple[tuple[Step, tuple[str, ...]], ...]
    """Each with the ids of those that come before it."""
    fields: Mapping[str, dt.date | None]
    """Fields of a parcel that the steps look at, with the day before which no day of theirs counts."""


def plan(law: IdleLaw, path: str) -> Plan:
    """What is the same for every parcel of a path."""
    steps = of_path(law, path)
    force = {name: step.document.in_force_from for step in steps for name in (*step.after, *step.done)}
    return Plan(tuple((step, _before(step, steps)) for step in steps), force)


def _stages(
    parcel: Mapping[str, Any], planned: Plan, on: dt.date, again: bool, unsure: Collection[str] = ()
) -> tuple[Stage, ...]:
    disposed = _come(_plain(parcel.get(_DISPOSED)), on)
    since = disposed if again else None
    over = disposed is not None and not again
    days = {name: _come(_plain(parcel.get(name)), on, force, since) for name, force in planned.fields.items()}
    done = {step.id: _first(days, step.done, unsure) for step, _ in planned.steps}
    passed: set[str] = set()
    for step, before in reversed(planned.steps):
        if done[step.id] or step.id in passed:
            passed.update(name for name in before if not done[name])
    found: dict[str, Stage] = {}
    for step, before in planned.steps:
        start, done_on = _first(days, step.after, unsure), done[step.id]
        open_question = done_on is None and step.id not in passed and any(name in unsure for name in step.done)
        is_open = done_on is None and step.id not in passed
        counts = done_on is not None or (is_open and not over)
        due_on = start + dt.timedelta(days=step.days) if start and step.days is not None and counts else None
        overdue = is_open and not open_question and due_on is not None and on > due_on
        waits = any(found[name].open and not found[name].overdue for name in before)
        found[step.id] = Stage(step, start, due_on, done_on, step.id in passed, overdue, waits, open_question)
    return tuple(found.values())


def _first(days: Mapping[str, dt.date | None], names: tuple[str, ...], unsure: Collection[str] = ()) -> dt.date | None:
    """The first of some days that is there; None where one before it may be there, and nobody can tell."""
    for name in names:
        if name in unsure:
            return None
        if (day := days[name]) is not None:
            return day
    return None


def of_path(law: IdleLaw, path: str) -> tuple[Step, ...]:
    """The steps that a path has; of a path that is not known, those that all have."""
    return tuple(step for step in law.steps if not step.paths or path in step.paths)


def _before(step: Step, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The steps whose day starts this one, of those that stand before it."""
    earlier = steps[: steps.index(step)]
    return tuple(one.id for one in earlier if set(one.done) & set(step.after))


def _impossible(parcel: Mapping[str, Any], path: str, law: IdleLaw) -> list[Text]:
    """Days before the document came into force: no days of its procedure, and not counted."""
    found: dict[str, Text] = {}
    days = {name: _plain(parcel.get(name)) for step in law.steps for name in (*step.done, *step.after)}
    first = min((day for day in days.values() if day is not None), default=None)
    for step in of_path(law, path) if first is not None else ():
        force = step.document.in_force_from
        if first is None or force is None or not first < force:
            continue
        for name in (*step.done, *step.after):
            day = days[name]
            if day and day < force and name not in found:
                what = Text("", "") if name in step.done else Text("的起算日", " starts from a day that")
                found[name] = Text(
                    f"“{step.title.zh}”{what.zh}为 {day}，早于办法施行之日 {force}，没有采用，请核对",
                    f"“{step.title.en}”{what.en} is {day}, before the measures came into force on {force}: not used, check",
                )
    return list(found.values())


def _come(
    day: dt.date | None, on: dt.date, force: dt.date | None = None, since: dt.date | None = None
) -> dt.date | None:  # fmt: skip
    """A day of the record that has come by a day and can be one of the procedure."""
    if day is None or day > on or (since is not None and day <= since) or (force is not None and day < force):
        return None
    return day


def _plain(value: Any) -> dt.date | None:
    if value is None or value != value:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None
