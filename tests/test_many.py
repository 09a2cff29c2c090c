"""What is measured of many at once is judged as if each had been measured by itself: outcomes, reasons, findings, order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from casebook import RULES, Case, dataset
from hypothesis import given, settings
from hypothesis import strategies as st

from geoparks import runner
from geoparks.catalog import policy
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.judge import judge, surely_passes
from geoparks.outcomes import Outcomes, together
from geoparks.records import OUTCOMES, Many, Measurement, RunError
from geoparks.rules import Registered
from geoparks.text import Text
from geoparks.verdicts import Verdicts, merged, put_together
from geoparks.who import Who

PACK = policy.load("neimenggu")
AT = dt.date(2024, 6, 30)
REASON, REMARK = Text("看不到", "not seen"), Text("不涉及", "not concerned")
WORDS = {"finished": AT, "source": "栅格", "built": "", "before": "", "record": ""}
BOWTIE = [[0, 0], [100, 100], [100, 0], [0, 100], [0, 0]]


def made(count: int, *, parks: int = 3, **layers: Any) -> Dataset:
    """Parcels in several parks: every fifth in two rows of one id, every seventh with a polygon that crosses itself."""
    rows: list[dict[str, Any]] = []
    for k in range(count):
        one: dict[str, Any] = {
            "parcel_id": f"Z{k:03}",
            "name": f"宗地{k}",
            "park_id": f"P{k % parks}" if k % 4 else None,
        }
        shift = 200.0 * k
        if k % 7 == 3:
            one["polygon"] = [[x + shift, y] for x, y in BOWTIE]
        else:
            one["box"] = [shift, 0, shift + 100, 100]
        rows.append(one)
        if k % 5 == 2:
            rows.append({**one, "box": [shift, 200, shift + 100, 300]} if "box" in one else {**one})
    owners = [{"park_id": f"P{k}", "name": f"园区{k}"} for k in range(parks)]
    return dataset(Case("many", {"name": "many", "on": AT, "expect": {}, "parcels": rows, "parks": owners, **layers}))


More = Callable[[int], dict[str, Any]]


def both(
    layers: Dataset, value: np.ndarray, most: np.ndarray, name: str = "built_not_seen", more: More | None = None
) -> list[Registered]:
    """A rule that measures one by one, and the same rule that measures many at once; `more` is what else each measurement has."""
    parcels, fault = layers["parcels"], name
    positions = parcels.firsts

    def one(index: int) -> Measurement:
        known = not np.isnan(value[index])
        words = {**WORDS, "built": f"{value[index]:.3f}"}
        return Measurement(
            parcels.subject(int(positions[index])), fault, value=float(value[index]) if known else None,
            value_at_most=float(most[index]) if known else None, reason=None if known else REASON, remark=REMARK,
            row=index, words=words, **(more(index) if more is not None else {}),
        )  # fmt: skip

    def singly(_: Dataset) -> Iterator[Measurement]:
        yield from map(one, range(len(positions)))

    def at_once(_: Dataset) -> Iterator[Many]:
        yield Many("parcels", fault, positions, value, most, one)

    return [replace(RULES[name], measure=measure) for measure in (singly, at_once)]


def compare(
    layers: Dataset, value: np.ndarray, most: np.ndarray, pack: Pack = PACK, more: More | None = None, **rule: Any
) -> list[Any]:
    some = both(layers, value, most, more=more)
    return alike(layers, *([replace(one, rule=replace(one.rule, **rule))] for one in some), pack)


def alike(layers: Dataset, singly: list[Registered], at_once: list[Registered], pack: Pack = PACK) -> list[Any]:
    """The rows of rules that measure one by one, which are those of rules that measure many at once."""
    first, second = runner.run(layers, pack, singly), runner.run(layers, pack, at_once)
    assert not first.columns
    assert first.checks == second.checks
    assert first.findings == second.findings
    assert first.indicators == second.indicators
    assert (first.errors, first.unjudged) == (second.errors, second.unjudged)
    return first.checks


def with_clause(**changes: Any) -> Pack:
    """The pack with the clause about what was built and not seen changed."""
    clauses = (replace(one, **changes) if one.fault == "built_not_seen" else one for one in PACK.clauses)
    return replace(PACK, clauses=tuple(clauses))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([None, 0.0, 0.099, 0.1, 0.101, 1.0]), st.sampled_from([0.0, 0.05, 1.0])), min_size=1, max_size=30))  # fmt: skip
def test_many_at_once_are_judged_as_each_by_itself(numbers: list[tuple[float | None, float]]) -> None:
    """Below, at and above the limit of one tenth, not known, and between two shares on both sides of it."""
    layers = made(len(numbers))
    value = np.array([np.nan if one is None else one for one, _ in numbers])
    compare(layers, value, value + np.array([more for _, more in numbers]))


def test_a_pass_of_unsound_geometry_is_doubted_in_any_of_its_rows() -> None:
    layers = made(20)
    checks = compare(layers, np.ones(20), np.ones(20))
    told = {one.subject.id: one.outcome for one in checks}
    assert {k for k, one in told.items() if one == "not_checked"} == {"Z003", "Z010", "Z017"}
    assert {one.park for one in checks} == {"", "P0", "P1", "P2"}


def test_every_park_by_its_own_clauses() -> None:
    """A clause that binds one park only leaves the parcels of the others without a row."""
    layers = made(24)
    checks = compare(
        layers, np.linspace(0, 0.2, 24), np.linspace(0, 0.2, 24), with_clause(applies={"park_id": ("P1",)})
    )
    assert {one.park for one in checks} == {"P1"}


def kinds(index: int) -> dict[str, Any]:
    return {"facts": {"kind": "甲" if index % 5 < 2 else "乙"}}


def days(index: int) -> dict[str, Any]:
    return {"acted_on": dt.date(2020, 1, 1) if index % 5 < 2 else dt.date(2023, 1, 1)}


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"only": {"kind": ("甲",)}}, kinds),
        ({"only": {"kind": ("乙",)}}, kinds),
        ({"exempt": {"kind": ("甲",)}}, kinds),
        ({"exempt": {"kind": ("乙",)}}, kinds),
        ({"named": ("宗地1", "宗地2")}, None),
        ({"named": ("宗地0", "宗地3")}, None),
        ({"but": ("宗地1", "宗地2")}, None),
        ({"but": ("宗地0", "宗地3")}, None),
        ({"target": "seen_2030", "due_on": dt.date(2030, 12, 31), "title": Text("目标", "goal")}, None),
        ({"in_force_from": dt.date(2022, 1, 1)}, days),
    ],
)
def test_what_a_clause_asks_besides_the_value_is_asked_of_each(changes: dict[str, Any], more: More | None) -> None:
    """Whether it speaks of a case, excepts it, names it, shows a goal beside it, was law on the day of its act."""
    layers, value = made(48), np.resize([1, 0, np.nan, 1, np.nan, 0.05, 1], 48)
    pack = with_clause(**changes)
    runs = [runner.run(layers, some, [both(layers, value, value, more=more)[0]]) for some in (PACK, pack)]
    assert runs[0].checks != runs[1].checks or runs[1].indicators, "the clause makes no difference"
    compare(layers, value, value, pack, more)


def test_of_a_pair_both_have_a_row() -> None:
    """The other ones of the pairs are not among the many; of those alone nothing would be said."""
    layers = made(12)
    parcels = layers["parcels"]
    positions, value = parcels.firsts[:6], np.array([1.0, np.nan, 0.0, 1.0, 1.0, np.nan])
    singly, at_once = both(layers, value, value, more=lambda k: {"other": parcels.subject(int(parcels.firsts[k + 6]))})

    def some(_: Dataset) -> Iterator[Measurement]:
        for many in at_once.measure(layers):
            yield from map(many.one, range(6))

    def together_(_: Dataset) -> Iterator[Many]:
        for many in at_once.measure(layers):
            yield replace(many, positions=positions)

    checks = alike(layers, [replace(singly, measure=some)], [replace(at_once, measure=together_)])
    assert len(checks) == 12


@pytest.mark.parametrize("lost", [True, False])
def test_a_pass_is_doubted_for_what_another_layer_lost_or_has_unsound(lost: bool) -> None:
    """A block that crosses itself reaches some of the parcels; a block that was lost could reach any."""
    blocks = [
        {"block_id": "B0", "park_id": "P0", "polygon": [[x * 7, y] for x, y in BOWTIE]},
        {"block_id": "B1", "park_id": "P0", "box": [900, 0, 1000, 100]},
    ]
    if lost:
        blocks.append({"block_id": "B2", "park_id": "P0"})
    layers = made(12, blocks=blocks)
    checks = compare(layers, np.ones(12), np.ones(12), needs=("parcels", "blocks"))
    doubted = {one.subject.id for one in checks if one.outcome == "not_checked"}
    own = {"Z003", "Z010"}
    assert doubted == ({one.subject.id for one in checks} if lost else own | {"Z000", "Z001", "Z002"})


def test_a_crash_of_a_sister_leaves_no_pass_of_many() -> None:
    """A rule of the same id about another layer: its own row says nothing of these parcels, its crash does."""
    layers = made(8)
    singly, at_once = both(layers, np.ones(8), np.ones(8))

    def broken(_: Dataset) -> Iterator[Measurement]:
        raise RuntimeError("boom")
        yield

    sister = replace(at_once, name="sister", rule=replace(at_once.rule, subjects=("blocks",)), measure=broken)
    for order in (1, -1):
        checks = alike(layers, [singly, sister][::order], [at_once, sister][::order])
        assert {one.outcome for one in checks} == {"not_checked"}


def test_crashes_are_told_in_one_order() -> None:
    """Whatever the order in which rules are asked, or sets of rules put together."""
    some = [Verdicts(errors=[RunError(*one)]) for one in (("I07", "b: x"), ("B01", "c: x"), ("I07", "a: x"))]
    told = [RunError("B01", "c: x"), RunError("I07", "a: x"), RunError("I07", "b: x")]
    assert merged(some).errors == merged(some[::-1]).errors == told


@pytest.mark.parametrize("value", [0.0, 1.0, None])
def test_what_was_said_before_of_one_stays_when_many_follow(value: float | None) -> None:
    """Of one id in two rows, of one alone; a failure, a pass, a reason why nothing is known."""
    layers = made(8)
    parcels = layers["parcels"]
    singly, at_once = both(layers, np.ones(8), np.ones(8))
    why = Text("先前的理由", "said before")

    def first(some: Registered) -> Registered:
        def measure(_: Dataset) -> Iterator[Measurement | Many]:
            for index in (1, 2):
                subject = parcels.subject(int(parcels.firsts[index]))
                reason = why if value is None else None
                yield Measurement(subject, "built_not_seen", value=value, reason=reason, words=WORDS)
            yield from some.measure(layers)

        return replace(some, measure=measure)

    told = {one.subject.id: one.outcome for one in alike(layers, [first(singly)], [first(at_once)])}
    assert told["Z001"] == told["Z002"] == {0.0: "fail", 1.0: "pass", None: "not_checked"}[value]
    assert {told[name] for name in ("Z000", "Z004", "Z005")} == {"pass"}


@pytest.mark.parametrize("operator", ["<=", "<", ">=", ">", "==", "within"])
@pytest.mark.parametrize("limit", [0.1, "built_least"])
def test_surely_passes_says_no_more_than_the_judge(operator: Any, limit: Any) -> None:
    (clause,) = PACK.about("I07", "built_not_seen", "parcels", "", AT)
    one = replace(clause, operator=operator, limits=tuple(replace(dated, value=limit) for dated in clause.limits))
    value, most = (side.ravel() for side in np.meshgrid([0.0, 0.05, 0.1, 0.15, 1.0], [0.05, 0.1, 0.15, 1.0]))
    most = np.maximum(value, most)
    subject = made(1)["parcels"].subject(0)
    for k, sure in enumerate(surely_passes(value, most, one, PACK, AT)):
        measured = Measurement(subject, "built_not_seen", value=value[k], value_at_most=most[k], reference=0.1)
        outcome = judge(measured, one, PACK, AT).outcome
        assert not sure or outcome == "pass"
        assert sure == (outcome == "pass") or operator in ("==", "within")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(OUTCOMES), st.sampled_from("甲乙丙")), max_size=30))
def test_rows_in_columns_are_the_rows_one_by_one(steps: list[tuple[int, Any, str]]) -> None:
    from geoparks.verdicts import _Row

    ids = np.array([f"Z{k}" for k in range(6)], dtype=object)
    who = Who(ids, ids, ids)
    columns, rows = Outcomes("I07", "parcels", 6, who), dict[int, Any]()
    for place, outcome, words in steps:
        where = np.arange(place, 6, 2)
        columns.add(where, outcome, [Text(words, words)])
        for each in where.tolist():
            rows.setdefault(each, _Row()).add(outcome, [Text(words, words)])
    found = {check.subject.id: (check.outcome, check.reason) for check in columns.checks()}
    assert found == {
        f"Z{k}": (row.outcome, Text("；".join(r.zh for r in row.reasons), "; ".join(r.en for r in row.reasons)))
        for k, row in rows.items()
    }
    assert len(columns) == len(rows)
    halves = [Outcomes("I07", "parcels", count) for count in (2, 4)]
    for place, outcome, words in steps:
        where = np.arange(place, 6, 2)
        halves[0].add(where[where < 2], outcome, [Text(words, words)])
        halves[1].add(where[where >= 2] - 2, outcome, [Text(words, words)])
    whole = together([(halves[1], np.arange(2, 6)), (halves[0], np.arange(2))], 6)
    whole.who = who
    assert list(whole.checks()) == list(columns.checks())
    assert list(whole.counts()) == list(columns.counts())
    assert columns.named(["Z1", "Z5", "Z9"]).tolist() == [one for one in (1, 5) if f"Z{one}" in found]


def test_a_crash_after_many_leaves_no_pass() -> None:
    layers = made(8)
    value = np.ones(8)
    _, at_once = both(layers, value, value)

    def broken(some: Dataset) -> Iterator[Measurement | Many]:
        yield from at_once.measure(some)
        raise RuntimeError("boom")

    verdicts = runner.run(layers, PACK, [replace(at_once, measure=broken)])
    assert {one.outcome for one in verdicts.checks} == {"not_checked"} and len(verdicts.checks) == 8
    assert all(
        "运行出错" in one.reason.zh for one in verdicts.checks if one.reason is not None and one.subject.id != "Z003"
    )
    count = len(layers["parcels"])
    twice = put_together([verdicts, verdicts], [np.arange(count), np.arange(count) + count])
    assert twice.columns[0].outcome.tolist() == 2 * verdicts.columns[0].outcome.tolist()
