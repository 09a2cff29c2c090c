"""The procedure clock: every deadline the day before, on it and after, late, early, missing and impossible days; and the calendar."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from itertools import permutations
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoparks.catalog import policy
from geoparks.catalog.idle import IdleLaw
from geoparks.catalog.layer import load
from geoparks.idle_land.clock import Procedure, clock, fields, upcoming
from geoparks.records import IdleRow, StepDue, Subject
from geoparks.reports.calendar import calendar, work_list
from geoparks.text import Text, same

LAW = policy.load("neimenggu").idle
DAY = dt.timedelta(days=1)
WHOLE = {
    "suspected_on": dt.date(2023, 5, 8), "investigated_on": dt.date(2023, 5, 20), "notice_served_on": dt.date(2023, 6, 1),
    "replied_on": dt.date(2023, 6, 25), "determined_on": dt.date(2023, 8, 20), "published_on": dt.date(2023, 8, 25),
    "filed_on": dt.date(2023, 8, 28), "hearing_notice_on": dt.date(2023, 9, 10), "decided_on": dt.date(2023, 10, 20),
    "decision_served_on": dt.date(2023, 10, 25),
}  # fmt: skip


def steps(parcel: dict[str, Any], on: dt.date, path: str = "fee", **more: Any) -> dict[str, StepDue]:
    return {one.id: one for one in clock(parcel, path, on, LAW, **more)}


def told(parcel: dict[str, Any], path: str, on: dt.date, law: IdleLaw) -> tuple[Text, ...]:
    """What is odd in a record."""
    return Procedure(law, on).of(parcel, path, again=False)[1]


def ready(parcel: dict[str, Any], on: dt.date, path: str = "fee", **more: Any) -> list[str]:
    return [one.id for one in upcoming(parcel, path, on, LAW, **more)]


@pytest.mark.parametrize(
    ("step", "starts", "done", "path"),
    [
        ("investigate", "suspected_on", "investigated_on", ""),
        ("reply", "notice_served_on", "replied_on", ""),
        ("pay", "decision_served_on", "paid_on", "fee"),
        ("deregister", "decision_served_on", "deregistered_on", "recovery"),
    ],
)
@pytest.mark.parametrize(
    ("start", "due"),
    [
        (dt.date(2023, 3, 1), dt.date(2023, 3, 31)),  # the day after is day 1
        (dt.date(2024, 1, 31), dt.date(2024, 3, 1)),  # through 29 February
        (dt.date(2023, 1, 31), dt.date(2023, 3, 2)),
        (dt.date(2024, 2, 29), dt.date(2024, 3, 30)),
        (dt.date(2023, 12, 10), dt.date(2024, 1, 9)),
        (dt.date(2023, 6, 1), dt.date(2023, 7, 1)),  # a Saturday: it stays
    ],
)
def test_every_legal_deadline_before_on_and_after(
    step: str, starts: str, done: str, path: str, start: dt.date, due: dt.date
) -> None:
    parcel = {starts: start}
    for on, overdue in ((start, False), (due - DAY, False), (due, False), (due + DAY, True), (due + 400 * DAY, True)):
        one = steps(parcel, on, path)[step]
        assert (one.due_on, one.done_on, one.overdue) == (due, None, overdue), on
    before = steps(parcel, start - DAY, path)[step]
    assert (before.due_on, before.overdue) == (None, False), "the day that starts it has not come"
    for late in (0, 1):
        one = steps({**parcel, done: due + late * DAY}, due + 9 * DAY, path)[step]
        assert (one.due_on, one.done_on, one.overdue) == (due, due + late * DAY, False)
        notes = [note.zh for note in told({**parcel, done: due + late * DAY}, path, due + 9 * DAY, LAW)]
        assert any(f"晚 {late} 天" in note for note in notes) == bool(late)
    unseen = steps({**parcel, done: due + 2 * DAY}, due + DAY, path)[step]
    assert (unseen.done_on, unseen.overdue) == (None, True), "what is done later was not done on the day"


def test_the_steps_of_each_path_and_their_law() -> None:
    every = ["investigate", "notify", "reply", "determine", "publish", "file"]
    assert list(steps({}, dt.date(2024, 1, 1), "")) == every
    assert list(steps({}, dt.date(2024, 1, 1), "negotiate")) == [*every, "approve_plan"]
    assert list(steps({}, dt.date(2024, 1, 1), "fee")) == [*every, "hearing", "decide_fee", "serve_fee", "pay"]
    recovery = ["hearing", "decide_recovery", "serve_recovery", "deregister"]
    assert list(steps({}, dt.date(2024, 1, 1), "recovery")) == [*every, *recovery]
    known = load()["parcels"].fields
    for step in LAW.steps:
        assert {*step.after, *step.done} <= set(known) and step.after and step.done, step.id
        assert step.quote and step.article and step.who.zh and step.title.en
        assert (step.days is not None) == any(word in step.quote for word in ("三十日内",)) or step.id == "notify"
    assert {step.id: step.days for step in LAW.steps if step.days} == {
        "investigate": 30, "reply": 30, "pay": 30, "deregister": 30,
    }  # fmt: skip
    assert set(fields(LAW)) <= set(known)
    assert clock(WHOLE, "fee", dt.date(2024, 1, 1), IdleLaw()) == ()


def test_a_step_without_a_period_is_never_due() -> None:
    for name, one in steps(WHOLE, dt.date(2030, 1, 1)).items():
        if name not in ("investigate", "reply", "pay"):
            assert (one.due_on, one.overdue) == (None, False), name
    assert steps({"determined_on": dt.date(2020, 1, 1)}, dt.date(2024, 1, 1))["publish"].overdue is False


@pytest.mark.parametrize(
    ("parcel", "path", "on", "expected"),
    [
        ({}, "fee", dt.date(2024, 6, 30), ["investigate"]),
        ({"suspected_on": dt.date(2024, 6, 1)}, "", dt.date(2024, 6, 30), ["investigate"]),
        ({"suspected_on": dt.date(2024, 5, 1)}, "", dt.date(2024, 6, 30), ["investigate", "notify"]),  # overdue: both press
        ({"investigated_on": dt.date(2024, 5, 1)}, "", dt.date(2024, 6, 30), ["notify"]),
        ({"notice_served_on": dt.date(2024, 6, 1)}, "", dt.date(2024, 7, 1), ["reply"]),  # the holder has time until 1 July
        ({"notice_served_on": dt.date(2024, 6, 1)}, "", dt.date(2024, 7, 2), ["reply", "determine"]),
        ({"notice_served_on": dt.date(2024, 6, 1), "replied_on": dt.date(2024, 6, 5)}, "", dt.date(2024, 6, 6), ["determine"]),
        ({"determined_on": dt.date(2024, 6, 1)}, "", dt.date(2024, 6, 2), ["publish", "file"]),
        ({"determined_on": dt.date(2024, 6, 1)}, "fee", dt.date(2024, 6, 2), ["publish", "file", "hearing"]),
        ({"determined_on": dt.date(2024, 6, 1)}, "negotiate", dt.date(2024, 6, 2), ["publish", "file"]),  # not filed: no article 12
        (
            {"determined_on": dt.date(2024, 6, 1), "filed_on": dt.date(2024, 6, 2)},
            "negotiate",
            dt.date(2024, 6, 2),
            ["publish", "approve_plan"],
        ),
        (WHOLE, "fee", dt.date(2023, 10, 30), ["pay"]),
        ({"decided_on": dt.date(2023, 10, 20)}, "fee", dt.date(2023, 10, 30), ["publish", "file", "serve_fee"]),  # all before passed over
        ({**WHOLE, "disposed_on": dt.date(2023, 12, 1)}, "fee", dt.date(2024, 1, 1), []),
        ({**WHOLE, "disposed_on": dt.date(2023, 12, 1)}, "fee", dt.date(2023, 11, 30), ["pay"]),
    ],
)  # fmt: skip
def test_what_is_next(parcel: dict[str, Any], path: str, on: dt.date, expected: list[str]) -> None:
    assert ready(parcel, on, path) == expected


def test_a_later_step_passes_over_what_has_no_day() -> None:
    parcel = {"notice_served_on": dt.date(2023, 6, 1), "determined_on": dt.date(2023, 8, 20)}
    found = steps(parcel, dt.date(2024, 1, 1))
    assert (found["reply"].due_on, found["reply"].overdue) == (None, False)
    notes = [one.zh for one in told(parcel, "fee", dt.date(2024, 1, 1), LAW)]
    assert len(notes) == 1 and "提供开发利用情况" in notes[0] and "第五条" in notes[0]
    decided = {key: value for key, value in WHOLE.items() if key != "hearing_notice_on"}
    assert any("听证" in one.zh for one in told(decided, "fee", dt.date(2024, 1, 1), LAW))
    unfiled = {"determined_on": dt.date(2023, 8, 20), "plan_approved_on": dt.date(2023, 9, 1)}
    assert any("备案" in one.zh for one in told(unfiled, "negotiate", dt.date(2024, 1, 1), LAW))
    assert told(WHOLE, "fee", dt.date(2023, 10, 30), LAW) == ()
    one_day = dict.fromkeys(WHOLE, dt.date(2023, 5, 8))
    assert told(one_day, "fee", dt.date(2023, 5, 30), LAW) == (), "all on one day is in order"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"replied_on": dt.date(2023, 5, 30)}, "材料”的日期 2023-05-30 早于它的起算日 2023-06-01"),
        ({"decision_served_on": dt.date(2023, 10, 19)}, "早于它的起算日 2023-10-20"),
        (
            {"hearing_notice_on": dt.date(2023, 10, 21)},
            "早于它的起算日 2023-10-21",
        ),  # decided before the hearing was told of
        ({"determined_on": dt.date(2023, 6, 24)}, "认定书》”的日期 2023-06-24 早于它的起算日 2023-06-25"),
        ({"suspected_on": dt.date(1901, 1, 2)}, "早于办法施行之日 2012-07-01，没有采用"),
        ({"determined_on": dt.date(1901, 1, 2)}, "早于办法施行之日 2012-07-01，没有采用"),
    ],
)
def test_days_that_contradict_each_other_are_told(changed: dict[str, dt.date], words: str) -> None:
    notes = [one.zh for one in told({**WHOLE, **changed}, "fee", dt.date(2024, 1, 1), LAW)]
    assert any(words in one for one in notes), notes
    assert all(one.en for one in told({**WHOLE, **changed}, "fee", dt.date(2024, 1, 1), LAW))


@pytest.mark.parametrize(
    "filler", [dt.date(1901, 1, 2), dt.date(1900, 1, 1), dt.date(2012, 6, 30), dt.date(9999, 12, 31)]
)
def test_a_filler_starts_no_clock_and_does_nothing(filler: dt.date) -> None:
    one = steps({"suspected_on": filler}, dt.date(2024, 6, 30))["investigate"]
    assert (one.due_on, one.done_on, one.overdue) == (None, None, False)
    assert steps({"notice_served_on": dt.date(2024, 1, 1), "replied_on": filler}, dt.date(2024, 6, 30))["reply"].overdue
    assert steps({"suspected_on": dt.date(2012, 7, 1)}, dt.date(2024, 6, 30))["investigate"].overdue


@pytest.mark.parametrize("nothing", [None, pd.NaT, float("nan"), "2024-01-01", 45000])
def test_what_is_no_day_is_none(nothing: Any) -> None:
    assert steps({"suspected_on": nothing}, dt.date(2024, 6, 30))["investigate"].due_on is None
    assert steps({"suspected_on": pd.Timestamp("2024-01-01 08:00")}, dt.date(2024, 6, 30))[
        "investigate"
    ].due_on == dt.date(2024, 1, 31)


def test_after_a_disposal_nothing_is_due_until_it_is_idle_anew() -> None:
    parcel = {**WHOLE, "disposed_on": dt.date(2023, 12, 20)}
    assert steps(parcel, dt.date(2023, 12, 19))["pay"].overdue
    assert steps(parcel, dt.date(2024, 1, 1))["pay"].due_on is None
    assert not any(one.overdue for one in clock(parcel, "fee", dt.date(2024, 1, 1), LAW))
    anew = {**parcel, "suspected_on": dt.date(2024, 3, 1), "published_on": dt.date(2023, 12, 20)}
    found = steps(anew, dt.date(2024, 4, 1), again=True)
    assert found["investigate"].overdue and found["investigate"].due_on == dt.date(2024, 3, 31)
    assert {one.id for one in found.values() if one.done_on} == set(), "the first procedure is not the second"


@given(st.dictionaries(st.sampled_from([*WHOLE, "paid_on", "disposed_on"]), st.dates(dt.date(2013, 1, 1), dt.date(2030, 1, 1)), max_size=9),
       st.dates(dt.date(2013, 1, 1), dt.date(2030, 1, 1)), st.sampled_from(["fee", "recovery", "negotiate", ""]))  # fmt: skip
def test_whatever_is_missing_or_contradicts(parcel: dict[str, dt.date], on: dt.date, path: str) -> None:
    found = clock(parcel, path, on, LAW)
    for one in found:
        assert one.overdue == (one.due_on is not None and one.done_on is None and one.due_on < on)
        assert one.done_on is None or one.done_on <= on
    assert {one.id for one in upcoming(parcel, path, on, LAW)} <= {one.id for one in found if one.done_on is None}
    later = clock(parcel, path, on + DAY, LAW)
    assert all(after.done_on == before.done_on for before, after in zip(found, later, strict=True) if before.done_on)


def row(
    parcel: dict[str, Any], on: dt.date, name: str = "甲", path: str = "fee", status: str = "determined"
) -> IdleRow:
    return IdleRow(Subject("parcels", name, ""), "P1", status, steps=clock(parcel, path, on, LAW))  # type: ignore[arg-type]


ON = dt.date(2024, 6, 30)
ROWS = [
    row(WHOLE, ON, "Z1"),
    row({"notice_served_on": dt.date(2024, 6, 20)}, ON, "Z2", "", "suspected"),
    row({"suspected_on": dt.date(2024, 6, 25)}, ON, "Z3", "", "suspected"),
    row({"suspected_on": dt.date(2024, 6, 25)}, ON, "Z4", "", "not_idle"),
    row({}, ON, "Z5", "", "suspected"),
]


def unfolded(content: bytes) -> list[str]:
    return content.decode("utf-8").replace("\r\n ", "").split("\r\n")


def test_the_work_list_is_by_who_then_by_day() -> None:
    found = work_list(ROWS, ON)
    assert [(one.row.parcel.id, one.step.id, one.due_on, one.days_left) for one in found] == [
        ("Z1", "pay", dt.date(2023, 11, 24), -219),
        ("Z2", "reply", dt.date(2024, 7, 20), 20),
        ("Z3", "investigate", dt.date(2024, 7, 25), 25),
    ]
    assert found[0].step.overdue and found[0].step.who.zh == "国有建设用地使用权人"


def test_of_one_who_the_soonest_is_first_whatever_its_name() -> None:
    some = [
        row({"notice_served_on": dt.date(2024, 6, day)}, ON, name, "", "suspected")
        for name, day in (("A", 20), ("B", 10))
    ]
    assert [one.row.parcel.id for one in work_list(some, ON)] == ["B", "A"]


def test_the_calendar_holds_every_open_deadline() -> None:
    lines = unfolded(calendar(ROWS, ON))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"] and lines[-2:] == ["END:VCALENDAR", ""]
    assert [one for one in lines if one.startswith("DTSTART")] == [
        "DTSTART;VALUE=DATE:20231124", "DTSTART;VALUE=DATE:20240720", "DTSTART;VALUE=DATE:20240725",
    ]  # fmt: skip
    assert "SUMMARY:【逾期】缴纳土地闲置费：Z1" in lines
    assert {one for one in lines if one.startswith("DTSTAMP")} == {"DTSTAMP:20240630T000000Z"}
    assert calendar([], ON).startswith(b"BEGIN:VCALENDAR") and b"VEVENT" not in calendar([], ON)
    assert (
        b"VEVENT" in calendar(ROWS, ON, "en")
        and "缴纳" not in calendar(ROWS, ON, "en").decode().split("DESCRIPTION")[0]
    )


def test_the_calendar_is_the_same_for_the_same_rows_and_keeps_its_ids() -> None:
    assert {calendar(some, ON) for some in permutations(ROWS[:3])} == {calendar(ROWS[:3], ON)}
    ids = [one for one in unfolded(calendar(ROWS, ON)) if one.startswith("UID:")]
    assert len(set(ids)) == len(ids) == 3
    later = [row(WHOLE, ON + DAY, "Z1")]
    assert [one for one in unfolded(calendar(later, ON + DAY)) if one.startswith("UID:")] == [ids[0]]


@given(st.text(max_size=120))
def test_no_name_breaks_the_calendar(name: str) -> None:
    hostile = replace(ROWS[0], parcel=Subject("parcels", "Z1", f"{name}\r\nBEGIN:VEVENT\r\n;,\\\x00"))
    content = calendar([hostile], ON)
    raw = content.split(b"\r\n")
    assert all(len(one) <= 75 for one in raw)
    assert not re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f]", content.replace(b"\r\n", b""))
    assert b"\n" not in content.replace(b"\r\n", b"") and b"\r" not in content.replace(b"\r\n", b"")
    for one in raw:
        one.decode("utf-8")  # a character is never cut in two
    lines = unfolded(content)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    assert len([one for one in lines if one.startswith("SUMMARY:")]) == 1


def test_rows_come_back_out_of_the_document_as_they_were() -> None:
    from geoparks.document.idle import idle_row
    from geoparks.records import Run
    from geoparks.reports.idle_rows import idle_rows

    pack = policy.load("neimenggu")
    run = Run(ON, 2023, "zh", "neimenggu", "1", "idle")
    full = replace(
        ROWS[0], type="A", since=dt.date(2021, 7, 20), days=1076, cause="enterprise", cause_item="x", path="fee", fee_wanyuan=1.5,
        area_m2=2000.0, citation=LAW.paths["fee"].citation, reason=same("理由"), remarks=(same("注意"),), options=("extend",),
        evidence=(("land_cover_2023", 0.04),), becomes_on=dt.date(2025, 1, 1),
    )  # fmt: skip
    for one in (full, *ROWS):
        (back,) = idle_rows({"idle": [idle_row(one, run, {})]}, pack)
        assert back == one
        assert calendar([back], ON) == calendar([one], ON)
