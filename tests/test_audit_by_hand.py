"""The demonstration's audit against a sheet that was worked by hand from the demonstration's own files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import geoparks as gp

SHEET = tomllib.loads((Path(__file__).parent / "data" / "audit-by-hand.toml").read_text("utf-8"))["figure"]
_RELATIVE = 1e-9  # of sums and quotients of doubles; areas of another formula say how near they come


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, int], dict[str, Any]]:
    """Every figure of the audit by id, subject and year."""
    from geoparks.demo import make

    folder = tmp_path_factory.mktemp("by-hand") / "demo"
    make(folder)
    content = gp.audit(folder, year=2023, on="2024-06-30").to_dict()
    assert content["errors"] == []
    return {
        (one["id"], f"{one['subject']['layer']}/{one['subject']['id']}", one["year"]): one
        for one in content["indicators"]
    }


@pytest.mark.parametrize("line", SHEET, ids=lambda one: f"{one['id']} {one['subject']} {one['year']}")
def test_figure(line: dict[str, Any], audited: dict[tuple[str, str, int], dict[str, Any]]) -> None:
    one = audited[line["id"], line["subject"], line["year"]]
    near = line.get("tolerance", _RELATIVE)
    if "value" not in line:
        assert one["value"] is None
        assert one["reason"]["zh"] and one["reason"]["en"]
    elif isinstance(line["value"], str):
        assert one["value"] == line["value"]
    else:
        assert one["value"] == pytest.approx(line["value"], rel=near, abs=1e-12)
    for name in ("at_least", "numerator", "denominator"):
        if name in line:
            assert one[name] == pytest.approx(line[name], rel=near)
    if "follows" in line:
        assert len(one["follows"]) == line["follows"]
    if "gap" in line:
        assert one["goal"]["gap"] == pytest.approx(line["gap"], abs=1e-6)
    if "reached" in line:
        assert one["goal"]["reached"] == {"unknown": None}.get(line["reached"], line["reached"])


def test_the_sheet_reaches_every_kind_of_subject() -> None:
    kinds = {one["subject"].split("/")[0] for one in SHEET}
    assert kinds >= {"parks", "sub_parks", "blocks", "counties", "leagues", "region", "enterprises"}
    assert len({one["id"] for one in SHEET}) >= 40


def test_parts_sum_to_wholes(audited: dict[tuple[str, str, int], dict[str, Any]]) -> None:
    """The region's and the league's known output is that of the parks that are evaluated, counted once."""
    parks = [
        one for key, one in audited.items() if key[0] == "E01.output" and key[1].startswith("parks/") and key[2] == 2023
    ]
    known = sum(one["value"] for one in parks if one["value"] is not None)
    for whole in ("leagues/鄂尔多斯市", "region/"):
        assert audited["E01.output", whole, 2023]["at_least"] == pytest.approx(known)
