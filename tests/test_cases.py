"""Every case of ``tests/cases``, as it stands, in another zone, and with rows and rings the other way round."""

from __future__ import annotations

from typing import Any

import pytest
from casebook import ELSEWHERE, HERE, RULES, Came, Case, cases, dataset, run

CASES = [pytest.param(case, id=f"{case.rule}: {case.name}") for case in cases()]
_EXPECTS = {"outcome", "reasons", "findings", "indicators", "unjudged"}
_AREA_M2 = 0.02
"""How well an area in the file's plane must be met, in square metres; a Gauss plane and the ellipsoid differ by 0.1 %."""


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    """The rule says of every subject what the case expects, and finds just the faults that it names."""
    assert case.rule in RULES, "a case file is called as its rule's file"
    assert set(case.expect) <= _EXPECTS
    came = run(case, dataset(case))
    assert came.errors == []
    assert came.outcome == case.expect["outcome"], came.reasons
    assert came.unjudged == case.expect.get("unjudged", False)
    for subject, words in case.expect.get("reasons", {}).items():
        assert words in came.reasons[subject]
    _found(came, case.expect.get("findings", []))
    for wanted in case.expect.get("indicators", []):
        found = [
            one
            for one in came.indicators
            if all(one[key] == wanted[key] for key in ("id", "subject", "year") if key in wanted)
        ]
        assert len(found) == 1, f"{wanted}: {found}"
        _agrees(wanted, found[0])


@pytest.mark.parametrize("case", CASES)
def test_same_elsewhere_and_turned(case: Case) -> None:
    """Zone, zone number, order of rows and direction of rings play no part in a verdict."""
    here = run(case, dataset(case))
    for other in (run(case, dataset(case, ELSEWHERE)), run(case, dataset(case, HERE, turned=True))):
        assert other.outcome == here.outcome
        assert _summary(other) == _summary(here)


def _found(came: Came, wanted: list[dict[str, Any]]) -> None:
    """Every finding is wanted and every wanted one found, in the order of the document."""
    told = [(one["code"], one["subject"], one["other"], one["measured"]) for one in came.findings]
    assert len(came.findings) == len(wanted), told
    for want in wanted:
        fits = [one for one in came.findings if one["subject"] == want["subject"] and _one_of(one, want)]
        assert len(fits) == 1, f"{want}: {told}"
        _agrees(want, fits[0])


def _one_of(one: dict[str, Any], want: dict[str, Any]) -> bool:
    named = all(one[key] == want[key] for key in ("code", "other", "row") if key in want)
    return named and want.get("says", "") in one["says"]


def _agrees(want: dict[str, Any], one: dict[str, Any]) -> None:
    for key, value in want.items():
        if value == "null":
            assert one[key] is None, key
        elif key == "says":
            assert value in one["says"]
        elif key == "reason":
            assert value in one["reason"]["zh"]
        elif key in ("reached", "gap", "target"):
            assert one["goal"][key] == (value if isinstance(value, bool) else pytest.approx(value)), key
        elif key == "area_planar_m2":
            assert one[key] == pytest.approx(value, abs=_AREA_M2, rel=1e-6)
            assert one["area_m2"] == pytest.approx(value, rel=1e-3)
            assert one["area_mu"] == pytest.approx(one["area_m2"] / 2000 * 3)
        elif isinstance(value, float | int) and not isinstance(value, bool):
            assert one[key] == pytest.approx(value, rel=1e-9), key
        else:
            assert one[key] == value, key


def _summary(came: Came) -> list[tuple[Any, ...]]:
    """What of a finding must not depend on where and in which order the data stand."""
    return sorted(
        (one["code"], one["severity"], one["subject"], one["other"] or "", one["expected"], one["unit"], one["places"])
        for one in came.findings
    )
