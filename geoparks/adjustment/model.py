"""Which cells to bring in and which to let go, as a mixed-integer model for HiGHS (through scipy).

One 0/1 variable a cell, and one between 0 and 1 for two neighbours that together add less line than each alone. Areas are whole square metres, of land coming in rounded up and of land going rounded down, so
that what the model lets pass passes. The same input gives the same answer: no clock, no chance, one fixed order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from geoparks.errors import GeoparksError
from geoparks.text import Text, same

Array = np.ndarray[Any, Any]
NEED = "need"
_NONE: Array = np.empty((0, 1 + 1), dtype=int)


@dataclass(frozen=True)
class Side:
    """The cells of one side, all of which may come in, or all of which may be let go."""

    cost: Array
    """What choosing a cell costs, in square metres of plain new land."""
    parents: tuple[tuple[int, ...], ...]
    """For every cell its neighbours that are nearer to the boundary, all of which must be chosen with it: so a choice is
    filled up from the boundary, without holes and islands. None for a cell that lies at the boundary itself."""
    roots: Array
    """Which cells lie at the boundary itself. A cell that is no root and has no parent is never chosen."""

    pairs: Array = field(default_factory=lambda: _NONE)
    """Two cells that together cost less than each alone, neither of which hangs on the other."""
    saved: Array = field(default_factory=lambda: np.empty(0))
    """How much less, for every pair; never below nothing."""

    def __len__(self) -> int:
        return len(self.cost)

    def cost_of(self, chosen: Array) -> float:
        """What a choice of cells costs on this side."""
        taken = np.zeros(len(self), dtype=bool)
        taken[chosen] = True
        both = taken[self.pairs].all(axis=1)
        return float(self.cost[chosen].sum() - self.saved[both].sum())


@dataclass(frozen=True)
class Limit:
    """Σ of the land coming in by `inward` less Σ of the land going by `outward`, in whole m², is at most `room`."""

    inward: Array
    outward: Array
    room: int

    def excess(self, chosen_in: Array, chosen_out: Array) -> int:
        """By how many square metres a choice breaks it; nothing or less where it holds. Exact, in whole numbers."""
        return int(self.inward[chosen_in].sum()) - int(self.outward[chosen_out].sum()) - self.room


@dataclass(frozen=True)
class Problem:
    """All that a choice is made by."""

    coming: Side
    going: Side
    limits: Mapping[str, Limit]
    """By name; the demand itself is one: what comes in, negated, is at most −need."""
    apart: Array = field(default_factory=lambda: _NONE)
    """Pairs of a cell coming in and one going that must not both be chosen: the one hangs on the other."""
    fixed: Array = field(default_factory=lambda: np.empty(0, dtype=int))
    """Cells that must come in."""


@dataclass(frozen=True)
class Choice:
    """What the solver found."""

    coming: Array
    going: Array
    cost: float
    gap: float
    """How far the cost may be above the least one, as a share of it."""


def solve(problem: Problem, gap: float, nodes: float) -> Choice | None:
    """The cheapest choice that keeps every limit; None where there is none.

    `gap` is the share of the cost at which the search stops, `nodes` after how many branches at the latest: neither
    depends on how quick the machine is.
    """
    optimize, sparse = _scipy()
    limits = dict(problem.limits)
    while True:
        arrays = _arrays(problem, limits, sparse)
        scale = arrays.scale
        found = optimize.milp(
            arrays.cost,
            constraints=optimize.LinearConstraint(arrays.rows, -np.inf, arrays.upper),
            integrality=arrays.whole,
            bounds=optimize.Bounds(arrays.least, arrays.most),
            options={"mip_rel_gap": gap, "node_limit": int(nodes)},
        )
        if found.x is None:
            return None
        n = len(problem.coming)
        taken = np.flatnonzero(np.round(found.x[:n]) == 1)
        left = np.flatnonzero(np.round(found.x[n : n + len(problem.going)]) == 1)
        over = {name: one.excess(taken, left) for name, one in problem.limits.items()}
        if max(over.values(), default=0) <= 0:
            return Choice(taken, left, float(found.fun) * scale, max(float(found.mip_gap or 0), 0.0))
        # The solver counts in floating point: what it let pass by a hair is asked for once more, with that much less room.
        limits = {
            name: Limit(one.inward, one.outward, limits[name].room - max(over[name], 0)) for name, one in limits.items()
        }


class _Arrays(NamedTuple):
    cost: Array
    rows: Any
    upper: Array
    least: Array
    most: Array
    whole: Array
    scale: float


def _arrays(problem: Problem, limits: Mapping[str, Limit], sparse: Any) -> _Arrays:
    """The model as matrices. Areas and costs are put in units of a mean cell, so that their scale plays no part."""
    sides = (problem.coming, problem.going)
    sizes = [len(one) for one in sides]
    starts = [0, sizes[0]]
    cells = sum(sizes)
    columns = cells + sum(len(one.pairs) for one in sides)
    areas = np.concatenate([one.inward for one in limits.values()] or [np.ones(1)])
    scale = float(np.mean(np.abs(areas[areas != 0]))) if np.any(areas != 0) else 1.0
    cost = np.concatenate([*(one.cost for one in sides), *(-one.saved for one in sides)]) / scale
    least, most = np.zeros(columns), np.ones(columns)
    rows: list[Any] = []
    upper: list[Array] = []

    def add(row: Array, column: Array, value: Array, bound: Array) -> None:
        rows.append(sparse.csr_array((value, (row, column)), shape=(len(bound), columns)))
        upper.append(bound)

    for side, start in zip(sides, starts, strict=True):
        child = np.repeat(np.arange(len(side)), [len(one) for one in side.parents])
        parent = np.array([one for some in side.parents for one in some], dtype=int)
        if len(child):
            line = np.arange(len(child))
            value = np.concatenate([np.ones(len(child)), -np.ones(len(child))])
            add(np.concatenate([line, line]), np.concatenate([child, parent]) + start, value, np.zeros(len(child)))
        lonely = [index for index, some in enumerate(side.parents) if not some and not side.roots[index]]
        most[np.array(lonely, dtype=int) + start] = 0
    first = cells
    for side, start in zip(sides, starts, strict=True):
        for member in side.pairs.T:  # what a pair saves is saved only where both are chosen
            line = np.arange(len(member))
            value = np.concatenate([np.ones(len(line)), -np.ones(len(line))])
            add(
                np.concatenate([line, line]), np.concatenate([line + first, member + start]), value, np.zeros(len(line))
            )
        first += len(side.pairs)
    for limit in limits.values():
        column = np.arange(cells)
        value = np.concatenate([limit.inward, -limit.outward]) / scale
        add(np.zeros(len(column), dtype=int), column, value, np.array([limit.room / scale]))
    if len(problem.apart):
        line = np.arange(len(problem.apart))
        column = np.concatenate([problem.apart[:, 0], problem.apart[:, 1] + sizes[0]])
        add(np.concatenate([line, line]), column, np.ones(len(column)), np.ones(len(line)))
    least[problem.fixed] = 1
    whole = (np.arange(columns) < cells).astype(int)
    return _Arrays(cost, sparse.vstack(rows), np.concatenate(upper), least, most, whole, scale)


def _scipy() -> tuple[Any, Any]:
    """The solver, or in one line how to come by it."""
    try:
        from scipy import optimize, sparse
    except ImportError as error:
        raise GeoparksError(
            Text("没有安装求解器", "the solver is not installed"),
            where="--propose",
            found=same("scipy"),
            mend=Text("运行 pip install 'geoparks[adjust]'", "Run pip install 'geoparks[adjust]'"),
        ) from error
    return optimize, sparse
