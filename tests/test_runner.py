"""What the runner owes whatever a rule does: a row for every subject, no pass beside a crash, nothing found and dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from casebook import RULES, Case, dataset

from geoparks import runner
from geoparks.catalog import policy
from geoparks.dataset import Dataset
from geoparks.errors import DeclarationError
from geoparks.records import Indicator, Measurement
from geoparks.rules import Registered
from geoparks.text import Text
from geoparks.verdicts import Verdicts

AT = dt.date(2024, 6, 30)
BLOCKS = [
    {"block_id": "B1", "park_id": "P1", "box": [0, 0, 1000, 1000]},
    {"block_id": "B2", "park_id": "P2", "box": [3000, 0, 4000, 1000]},
]
AREAS = [{"id": "M1", "category": "禁止", "box": [3000, 0, 3500, 1000]}]


def made(**layers: Any) -> Dataset:
    return dataset(Case("any", {"name": "any", "on": AT, "expect": {}, **layers}))


def told(verdicts: Verdicts, rule: str) -> dict[str, str]:
    return {one.subject.id: one.outcome for one in verdicts.checks if one.rule == rule}


def crash(layers: Dataset) -> Iterator[Measurement]:
    raise RuntimeError("boom")
    yield


def crash_after(name: str) -> Registered:
    def measure(layers: Dataset) -> Iterator[Measurement]:
        yield from RULES[name].measure(layers)
        raise RuntimeError("boom")

    return replace(RULES[name], measure=measure)


def test_a_crash_leaves_no_pass_of_a_sister() -> None:
    """Two rules answer for B03; where one crashes, the pass of the other says too much, whichever of them ran first."""
    broken = replace(RULES["in_restricted_area"], measure=crash)
    for order in ([RULES["in_prohibited_area"], broken], [broken, RULES["in_prohibited_area"]]):
        verdicts = runner.run(made(blocks=BLOCKS, main_function=AREAS), policy.load("neimenggu"), order)
        assert told(verdicts, "B03") == {"P1": "not_checked", "P2": "fail"}
        assert [one.rule for one in verdicts.errors] == ["B03"]
        reason = next(one.reason for one in verdicts.checks if one.subject.id == "P1")
        assert reason is not None and "运行出错" in reason.zh


def test_a_crash_gives_rows_to_parks_that_only_blocks_name() -> None:
    broken = [replace(RULES[name], measure=crash) for name in ("in_prohibited_area", "in_restricted_area")]
    verdicts = runner.run(made(blocks=BLOCKS, main_function=AREAS), policy.load("neimenggu"), broken)
    assert told(verdicts, "B03") == {"P1": "not_checked", "P2": "not_checked"}


def test_what_was_found_before_a_crash_is_kept() -> None:
    """A row that says fail without a finding behind it could be neither mended nor accepted."""
    verdicts = runner.run(
        made(blocks=BLOCKS, main_function=AREAS), policy.load("neimenggu"), [crash_after("in_prohibited_area")]
    )
    assert told(verdicts, "B03") == {"P1": "not_checked", "P2": "fail"}
    assert [(one.rule, one.subject.id) for one in verdicts.findings] == [("B03", "P2")]
    assert len(verdicts.errors) == 1


def test_a_crash_of_the_indicators_is_an_error_too() -> None:
    def indicators(layers: Dataset) -> Iterator[Indicator]:
        raise RuntimeError("boom")
        yield

    rule = replace(RULES["in_prohibited_area"], indicators=indicators)
    verdicts = runner.run(made(blocks=BLOCKS, main_function=AREAS), policy.load("neimenggu"), [rule])
    assert told(verdicts, "B03") == {"P1": "not_checked", "P2": "fail"}
    assert len(verdicts.errors) == 1


def test_a_crash_where_the_parks_are_looked_for_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(layers: Dataset) -> Any:
        raise RuntimeError("boom")

    monkeypatch.setattr(runner, "parks_of", none)
    broken = replace(RULES["too_many_blocks"], measure=crash)
    register = [{"park_id": "P1"}, {"park_id": "P2"}]
    verdicts = runner.run(made(blocks=BLOCKS, parks=register), policy.load("neimenggu"), [broken])
    assert told(verdicts, "B01") == {"P1": "not_checked", "P2": "not_checked"}


@pytest.mark.parametrize(
    ("rule", "layers", "reason"),
    [
        ("too_many_blocks", {"blocks": [{"block_id": "B1", "box": [0, 0, 10, 10]}]}, "所属园区"),
        ("in_prohibited_area", {"blocks": [{"block_id": "B1", "box": [0, 0, 10, 10]}], "main_function": AREAS}, "园区"),
        ("industry_outside_park", {"blocks": BLOCKS, "projects": []}, "没有可判定的对象"),
        (
            "catalogue_incomplete",
            {"blocks": [{"block_id": "B1", "box": [0, 0, 1, 1]}], "parks": []},
            "没有可判定的对象",
        ),
        ("gap_left", {"blocks": BLOCKS, "parks": [{"park_id": "P1"}], "covers": [["blocks", "parks"]]}, "没有图形"),
        ("gap_left", {"blocks": BLOCKS, "parks": [{"park_id": "P1"}], "covers": [["parks", ""]]}, "没有图形"),
    ],
)
def test_a_rule_that_measures_nothing_says_so(rule: str, layers: dict[str, Any], reason: str) -> None:
    verdicts = runner.run(made(**layers), policy.load("neimenggu"), [RULES[rule]])
    assert verdicts.checks and {one.outcome for one in verdicts.checks} == {"not_checked"}
    assert all(one.reason is not None and reason in one.reason.zh for one in verdicts.checks)


def test_a_clause_that_binds_nobody_gives_no_row() -> None:
    """The must on chemical projects is the city's: in the region's pack nothing is asked, so nothing is answered."""
    layers = made(blocks=BLOCKS, projects=[{"project_id": "X1", "chemical": True, "change_kind": "new"}])
    verdicts = runner.run(layers, policy.load("neimenggu"), [RULES["chemical_outside_park"]])
    assert verdicts.checks == []


@pytest.mark.parametrize(("rule", "unjudged"), [("chemical_outside_park", True), ("industry_outside_park", False)])
def test_a_refused_layer_that_a_rule_uses_counts(rule: str, unjudged: bool) -> None:
    """A project stands on its parcel: where the parcels cannot be read, a must rule has not been answered."""
    layers = made(blocks=BLOCKS, projects=[{"project_id": "X1", "chemical": True, "change_kind": "new"}])
    layers.refused["parcels"] = Text("坐标系未知", "the coordinate system is unknown")
    assert runner.run(layers, policy.load("ordos"), [RULES[rule]]).unjudged is unjudged


def binding(applies: dict[str, tuple[Any, ...]], **park: Any) -> bool:
    """Whether a clause with these conditions binds a park under the pack of Ordos."""
    pack = policy.load("ordos")
    clauses = tuple(replace(one, applies=applies) for one in pack.clauses if one.rule == "B01")
    verdicts = runner.run(
        made(blocks=BLOCKS[:1], parks=[{"park_id": "P1", **park}]),
        replace(pack, clauses=clauses),
        [RULES["too_many_blocks"]],
    )
    return bool(verdicts.checks)


def test_a_clause_may_bind_those_approved_since_a_day() -> None:
    since = {"approved_on": (dt.date(2021, 11, 26),)}
    assert not binding(since, approved_on=dt.date(2021, 11, 25))
    assert binding(since, approved_on=dt.date(2021, 11, 26))
    assert binding(since, approved_on="2023年")
    assert not binding(since)


@pytest.mark.parametrize(
    ("applies", "says"), [({"approved_on": ("2021-11-26",)}, "approved_on"), ({"level": ("市级",)}, "level")]
)
def test_a_condition_that_can_never_hold_stops_the_run(applies: dict[str, tuple[Any, ...]], says: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        binding(applies)
    assert says in raised.value.line("zh")
