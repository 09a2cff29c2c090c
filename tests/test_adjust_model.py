"""The solver's choice against every choice there is, on small problems; and what clashes where there is none."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoparks.adjustment import clash, model
from geoparks.adjustment.model import NEED, Limit, Problem, Side, solve
from geoparks.errors import GeoparksError

GAP, NODES = 0.0, 100_000


def subsets(count: int):
    return chain.from_iterable(combinations(range(count), size) for size in range(count + 1))


def allowed(side: Side, chosen: tuple[int, ...]) -> bool:
    return all((side.roots[i] or side.parents[i]) and set(side.parents[i]) <= set(chosen) for i in chosen)


def brute(problem: Problem) -> float | None:
    """The least cost of all choices, by trying each."""
    best = None
    apart = {(int(a), int(b)) for a, b in problem.apart}
    goings = [(one, np.array(one, dtype=int)) for one in subsets(len(problem.going)) if allowed(problem.going, one)]
    for coming in subsets(len(problem.coming)):
        if not allowed(problem.coming, coming) or not set(problem.fixed.tolist()) <= set(coming):
            continue
        first = np.array(coming, dtype=int)
        for going, second in goings:
            if any((a, b) in apart for a in coming for b in going):
                continue
            if all(one.excess(first, second) <= 0 for one in problem.limits.values()):
                cost = problem.coming.cost_of(first) + problem.going.cost_of(second)
                best = cost if best is None else min(best, cost)
    return best


def related(i: int, j: int, parents: tuple[tuple[int, ...], ...]) -> bool:
    return i in parents[j] or j in parents[i]


@st.composite
def problems(draw) -> Problem:
    def side(count: int, least: int) -> tuple[Side, np.ndarray]:
        m2 = np.array([draw(st.integers(100, 10_000)) for _ in range(count)])
        cost = np.array([float(draw(st.integers(least, 30_000))) for _ in range(count)])
        parents = tuple(
            () if draw(st.booleans()) or not i else (draw(st.integers(0, i - 1)),) for i in range(count)
        )  # fmt: skip
        roots = np.array([not some and draw(st.integers(0, 5)) > 0 for some in parents])
        pairs = [pair for pair in combinations(range(count), 2) if draw(st.booleans()) and not related(*pair, parents)]
        saved = np.array([float(draw(st.integers(0, 20_000))) for _ in pairs])
        return Side(cost, parents, roots, np.array(pairs, dtype=int).reshape(-1, 2), saved), m2

    coming, gains = side(draw(st.integers(1, 6)), -3_000)
    going, gives = side(draw(st.integers(0, 5)), 1)
    core = np.array([draw(st.integers(0, int(one))) for one in gives], dtype=int)
    limits = {
        NEED: Limit(-gains, np.zeros(len(going), dtype=int), -draw(st.integers(0, 25_000))),
        clash.SCALE: Limit(gains, core, draw(st.integers(-2_000, 30_000))),
        clash.MULTIPLE: Limit(gains, gives, draw(st.integers(-2_000, 30_000))),
    }
    if draw(st.booleans()):
        limits[clash.BALANCE] = Limit(gains, gives, 0)
    apart = [(draw(st.integers(0, len(coming) - 1)), draw(st.integers(0, len(going) - 1)))] if len(going) and draw(st.booleans()) else []  # fmt: skip
    return Problem(coming, going, limits, np.array(apart, dtype=int).reshape(-1, 2))


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_choice_is_the_cheapest_there_is(problem: Problem) -> None:
    choice, least = solve(problem, GAP, NODES), brute(problem)
    assert (choice is None) == (least is None)
    if choice is not None and least is not None:
        cost = problem.coming.cost_of(choice.coming) + problem.going.cost_of(choice.going)
        assert cost == pytest.approx(least, rel=1e-6, abs=1e-3)
        assert choice.cost == pytest.approx(cost, rel=1e-6, abs=1e-3)
        assert all(one.excess(choice.coming, choice.going) <= 0 for one in problem.limits.values())
        assert allowed(problem.coming, tuple(choice.coming.tolist())) and allowed(
            problem.going, tuple(choice.going.tolist())
        )


@settings(max_examples=40, deadline=None)
@given(problems())
def test_what_clashes_is_the_smallest_list_that_does(problem: Problem) -> None:
    if solve(problem, GAP, NODES) is not None:
        return
    names = clash.clashing(problem, GAP, NODES)
    only = replace(problem, limits={name: problem.limits[name] for name in names})
    assert brute(only) is None
    for name in names:
        if name != NEED:
            fewer = {key: one for key, one in only.limits.items() if key != name}
            assert brute(replace(problem, limits=fewer)) is not None, name
    assert len(clash.in_words(problem, names)) == len(names)


@settings(max_examples=40, deadline=None)
@given(problems(), st.sampled_from((4, 25)))
def test_scale_plays_no_part(problem: Problem, factor: int) -> None:
    larger = Problem(
        *(replace(one, cost=one.cost * factor, saved=one.saved * factor) for one in (problem.coming, problem.going)),
        {name: Limit(one.inward * factor, one.outward * factor, one.room * factor) for name, one in problem.limits.items()},
        problem.apart,
    )  # fmt: skip
    one, other = solve(problem, GAP, NODES), solve(larger, GAP, NODES)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert other.cost == pytest.approx(one.cost * factor, rel=1e-6, abs=1e-3)


def row(*m2: int) -> Side:
    """Cells in a line from the boundary outward, each hanging on the one before."""
    return Side(
        np.array(m2, dtype=float), tuple(() if not i else (i - 1,) for i in range(len(m2))), np.arange(len(m2)) == 0
    )


def line(need: int, room: int) -> Problem:
    coming, going = row(1000, 1000, 1000), row(1000, 1000)
    m2, less = np.full(3, 1000), np.full(2, 1000)
    return Problem(coming, going, {NEED: Limit(-m2, 0 * less, -need), clash.MULTIPLE: Limit(m2, less, room), clash.BALANCE: Limit(m2, less, 0)})  # fmt: skip


@pytest.mark.parametrize(("need", "cells"), [(0, 0), (1, 1), (1000, 1), (1001, 2), (2000, 2)])
def test_what_is_needed_below_at_and_above_a_cell(need: int, cells: int) -> None:
    choice = solve(line(need, 9_999), GAP, NODES)
    assert choice is not None
    assert (len(choice.coming), len(choice.going)) == (cells, cells)


def test_a_limit_at_and_above() -> None:
    problem = line(1000, 9_999)
    without = {name: one for name, one in problem.limits.items() if name != clash.BALANCE}
    at = replace(problem, limits={**without, clash.MULTIPLE: Limit(np.full(3, 1000), np.full(2, 1000), 1000)})
    choice = solve(at, GAP, NODES)
    assert choice is not None and not len(choice.going)
    above = replace(at, limits={**without, clash.MULTIPLE: Limit(np.full(3, 1000), np.full(2, 1000), 999)})
    choice = solve(above, GAP, NODES)
    assert choice is not None and len(choice.going) == 1


def test_the_clash_is_told_with_its_figures() -> None:
    problem = line(2001, 9_999)
    assert solve(problem, GAP, NODES) is None
    assert clash.clashing(problem, GAP, NODES) == [NEED, clash.BALANCE]
    told = " ".join(one.zh for one in clash.in_words(problem, [NEED, clash.BALANCE]))
    assert "2,001 平方米" in told and "最多 3 亩（2,000 平方米）" in told
    assert clash.most_m2(problem, GAP, NODES) == 2000
    assert clash.clashing(line(3001, 9_999), GAP, NODES) == [NEED]


def test_without_the_solver_it_says_how_to_come_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def none(name, *rest, **more):
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", none)
    with pytest.raises(GeoparksError) as error:
        model.solve(line(1, 1), GAP, NODES)
    assert "geoparks[adjust]" in error.value.line("zh") and "\n" not in error.value.line("zh")
