"""Why nothing can be proposed: the smallest set of limits that no choice keeps together, and how much could come in at most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geoparks import units
from geoparks.adjustment.model import NEED, Problem, solve
from geoparks.text import Text

BALANCE, SCALE, MULTIPLE, MORE = "balance", "scale", "multiple", "more"


def clashing(problem: Problem, gap: float, nodes: float) -> list[str]:
    """Names of limits that cannot be kept together with the demand, none of which could be left out of the list.

    Each limit is dropped in turn: where the rest still cannot be kept, it has no part in it. The demand alone means that
    there is too little land to bring in.
    """
    kept = dict(problem.limits)
    for name in [one for one in problem.limits if one not in (NEED, MORE)]:
        fewer = {key: one for key, one in kept.items() if key != name}
        if solve(replace(problem, limits=fewer), gap, nodes) is None:
            kept = fewer
    return list(kept)


def most_m2(problem: Problem, gap: float, nodes: float) -> int | None:
    """How many whole square metres could come in at most, with every limit kept; None where they cannot be kept at all."""
    need = problem.limits[NEED]
    limits = {name: one for name, one in problem.limits.items() if name not in (NEED, MORE)}
    free = replace(
        problem, limits=limits, fixed=np.empty(0, dtype=int), coming=replace(problem.coming, cost=need.inward.astype(float)),
        going=replace(problem.going, cost=np.zeros(len(problem.going))),
    )  # fmt: skip
    found = solve(free, gap, nodes)
    return None if found is None else int(-need.inward[found.coming].sum())


def in_words(problem: Problem, names: list[str]) -> list[Text]:
    """Each limit that clashes, with its figures."""
    told = []
    for name in names:
        limit = problem.limits[name]
        if name in (NEED, MORE):
            there = int(-limit.inward[_reachable(problem.coming.roots, problem.coming.parents)].sum())
            words = _ASKED[name]
            told.append(words.fill(asked=units.area_text(-limit.room), there=units.area_text(there)))
        elif name == BALANCE:
            there = int(limit.outward[_reachable(problem.going.roots, problem.going.parents)].sum())
            words = Text(
                "调入不大于调出：可调出的土地最多 {there}",
                "no more may come in than goes: {there} could be let go at most",
            )
            told.append(words.fill(there=units.area_text(there)))
        else:
            words = _ROOM[name] if limit.room >= 0 else _OVER[name]
            told.append(words.fill(room=units.area_text(abs(limit.room))))
    return told


_ASKED = {
    NEED: Text("需要调入区块内 {asked}，可调入的候选土地共 {there}", "{asked} of the blocks must come in; of {there} that could"),
    MORE: Text("连同另需的面积应调入 {asked}，可调入的候选土地共 {there}", "with what is needed besides, {asked} must come in; of {there} that could"),
}  # fmt: skip
_ROOM = {
    SCALE: Text("城镇建设用地规模只余 {room}", "urban construction land has {room} left"),
    MULTIPLE: Text("扩展倍数只容边界再增 {room}", "the expansion multiple leaves {room} for the boundary"),
}
_OVER = {
    SCALE: Text("城镇建设用地规模已超出 {room}", "urban construction land is {room} above its limit already"),
    MULTIPLE: Text("边界已超出扩展倍数 {room}", "the boundary is {room} above the expansion multiple already"),
}


def _reachable(roots: np.ndarray, parents: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """Which cells could be chosen: those that hang on the boundary."""
    return np.array([bool(root) or bool(some) for root, some in zip(roots, parents, strict=True)], dtype=bool)
