"""Proposals as layers of the map: a layer a kind, every park in each, nothing in a public edition."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from geoparks.catalog import layer as layers
from geoparks.catalog import map as maps
from geoparks.errors import DeclarationError
from geoparks.maps.proposed import proposed


def one(park: str, variant: str, title: str, same_as: tuple[str, ...] = (), plots: int = 1) -> dict[str, Any]:
    box = shapely.geometry.mapping(shapely.box(110, 40, 110.01, 40.01))
    changes = [
        {"change_id": f"{park}-{variant}-{i}", "direction": "in", "case": None, "county": "甲旗", "park_id": park, "area_m2": 2000.0, "geometry": box}
        for i in range(plots)
    ]  # fmt: skip
    return {
        "variant": variant, "title": {"zh": title, "en": title}, "same_as": [{"zh": each, "en": each} for each in same_as], "changes": changes,
    }  # fmt: skip


def drawn(*proposals: dict[str, Any]) -> dict[str, list[str]]:
    content = {"lang": "zh", "proposals": list(proposals)}
    found = list(proposed(maps.load("adjustment"), layers.load()["udb_changes"], content))
    assert [each.look.visible for each in found] == [True] + [False] * (len(found) - 1) if found else True
    assert all(each.look.style.dash for each in found)
    assert all(
        series.tolist() == ["3"] * len(ids)
        for each in found
        for ids in [each.drawn.ids]
        for _, series in each.told(ids)
    )
    return {each.title: each.drawn.ids.tolist() for each in found}


def test_a_layer_a_kind_with_every_park() -> None:
    told = drawn(one("P1", "A", "甲"), one("P1", "B", "乙"), one("P2", "A", "甲", same_as=("乙", "丙"), plots=2))
    assert told == {"方案 A 甲": ["P1-A-0", "P2-A-0", "P2-A-1"], "方案 B 乙": ["P1-B-0", "P2-A-0", "P2-A-1"]}


def test_nothing_is_drawn_where_nothing_is_proposed() -> None:
    assert drawn() == {}
    assert drawn(one("P1", "A", "甲", plots=0)) == {}


def test_a_look_that_is_no_layer_is_refused(tmp_path) -> None:
    (tmp_path / "maps").mkdir()
    words = 'title = { zh = "图", en = "map" }\nproposals = "udb"\n[[layer]]\nname = "blocks"\nfill = "none"\nstroke = "#000"\n'
    (tmp_path / "maps" / "own.toml").write_text(words, "utf-8")
    with pytest.raises(DeclarationError):
        maps.load("own", tmp_path)
