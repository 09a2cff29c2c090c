"""The result document as text: one record a line, written piece by piece, read back as it was."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from geoparks.document import json_lines, to_json

CONTENT = {
    "format": 1,
    "name": "甲“园”\n\u2028",
    "year": None,
    "empty": [],
    "nothing": {},
    "one": [{"a": 1.5}],
    "many": [{"rule": "B07", "reason": "没有农田图层"}, {"rule": "B08", "reason": None}],
}


def test_it_is_read_back_as_it_was() -> None:
    text = to_json(CONTENT)
    assert json.loads(text) == CONTENT
    assert text.count("\n") == len(CONTENT) + 2 + 2 + 3
    assert '{"rule": "B07", "reason": "没有农田图层"},\n' in text
    assert json.loads(to_json({})) == {}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_stops_it(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json({"findings": [{"measured": value}]})


def test_a_million_checks_are_never_one_text() -> None:
    row = {"rule": "B07", "reason": "没有“永久基本农田”图层" * 6}
    content = {"checks": [row] * 200_000}
    tracemalloc.start()
    size = sum(map(len, json_lines(content)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 10_000_000
    assert peak < 1_000_000
