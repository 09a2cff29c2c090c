"""What is measured of many at once is judged as if each had been measured by itself: outcomes, reasons, findings, order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
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
from geoparks.records import OUTCOMES, Many, Measurement
from geoparks.rules import Registered
from geoparks.text import Text
from geoparks.verdicts import merged

PACK = policy.load("neimenggu")
AT = dt.date(2024, 6, 30)
REASON, REMARK = Text("看不到", "not seen"), Text("不涉及", "not concerned")
BOWTIE = [[0, 0], [100, 100], [100, 0], [0, 100], [0, 0]]


def made(count: int, *, parks: int = 3) -> Dataset:
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
    return dataset(Case("many", {"name": "many", "on": AT, "expect": {}, "parcels": rows, "parks": owners}))


def both(layers: Dataset, value: np.ndarray, most: np.ndarray, name: str = "built_not_seen") -> list[Registered]:
    """A rule that measures one by one, and the same rule that measures many at once."""
    parcels, fault = layers["parcels"], name
    positions = parcels.firsts

    def one(index: int) -> Measurement:
        known = not np.isnan(value[index])
        words = {"finished": AT, "source": "栅格", "built": f"{value[index]:.3f}", "before": "", "record": ""}
        return Measurement(
            parcels.subject(int(positions[index])), fault, value=float(value[index]) if known else None,
            value_at_most=float(most[index]) if known else None, reason=None if known else REASON, remark=REMARK,
            row=index, words=words,
        )  # fmt: skip

    def singly(_: Dataset) -> Iterator[Measurement]:
        yield from map(one, range(len(positions)))

    def at_once(_: Dataset) -> Iterator[Many]:
        yield Many("parcels", fault, positions, value, most, one)

    return [replace(RULES[name], measure=measure) for measure in (singly, at_once)]


def compare(layers: Dataset, value: np.ndarray, most: np.ndarray, pack: Pack = PACK) -> list[Any]:
    singly, at_once = both(layers, value, most)
    first, second = runner.run(layers, pack, [singly]), runner.run(layers, pack, [at_once])
    assert not first.columns
    assert first.checks == second.checks
    assert first.findings == second.findings
    assert (first.errors, first.unjudged) == (second.errors, second.unjudged) == ([], False)
    return first.checks


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
    clauses = tuple(
        replace(one, applies={"park_id": ("P1",)}) if one.fault == "built_not_seen" else one for one in PACK.clauses
    )
    checks = compare(layers, np.linspace(0, 0.2, 24), np.linspace(0, 0.2, 24), replace(PACK, clauses=clauses))
    assert {one.park for one in checks} == {"P1"}


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
    columns, rows = Outcomes("I07", "parcels", ids, ids, ids), dict[int, Any]()
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
    halves = [Outcomes("I07", "parcels", ids[some], ids[some], ids[some]) for some in (slice(0, 2), slice(2, 6))]
    for place, outcome, words in steps:
        where = np.arange(place, 6, 2)
        halves[0].add(where[where < 2], outcome, [Text(words, words)])
        halves[1].add(where[where >= 2] - 2, outcome, [Text(words, words)])
    assert list(together(halves).checks()) == list(columns.checks())


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
    assert merged([verdicts, verdicts]).columns[0].outcome.shape == (2 * len(layers["parcels"]),)
