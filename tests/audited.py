"""What the tests of the audit share: datasets out of rows, and the figures of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from test_indicators import PACK, dataset

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.indicators import figures
from geoparks.records import Indicator

Rows = list[dict[str, Any]]
YI = 10_000.0  # 亿元 in 万元


def audit(
    rows: str, *, years: tuple[int, ...] = (2022,), year: int | None = None, on: str = "2024-06-30", pack: Pack = PACK, **layers: Rows
) -> dict[tuple[str, str, int | None], Indicator]:  # fmt: skip
    """The figures of some rows (E04 E14) of a dataset, by id, subject and year."""
    return computed(rows, dataset(**layers), years=years, year=year, on=on, pack=pack)


def computed(
    rows: str, made: Dataset, *, years: tuple[int, ...] = (2022,), year: int | None = None, on: str = "2024-06-30", pack: Pack = PACK
) -> dict[tuple[str, str, int | None], Indicator]:  # fmt: skip
    """The same of a dataset that is made already."""
    made.on, made.year = dt.date.fromisoformat(on), year if year is not None else max(years)
    found, errors = figures(made, pack, years, rows.split())
    assert errors == []
    keys = [(one.id, one.subject.id, one.year) for one in found]
    assert len(keys) == len(set(keys)), "a figure stands there twice"
    for one in found:
        assert one.value is not None or one.reason is not None, f"{one.id}: no value and no reason"
        assert one.value is None or one.at_least is None
        assert one.year is not None
    return dict(zip(keys, found, strict=True))


def parks(count: int, **more: Any) -> Rows:
    """Parks P1, P2 …, 2 km apart, 1 km² each."""
    return [
        {
            "park_id": f"P{i}",
            "name": f"园区{i}",
            "kind": "工业园区",
            "box": [i * 3000, 0, i * 3000 + 1000, 1000],
            **more,
        }
        for i in range(1, count + 1)
    ]


def firms(*places: str, **more: Any) -> Rows:
    """Enterprises Q0, Q1 … in the parks of those ids."""
    return [{"enterprise_id": f"Q{i}", "name": f"企业{i}", "park_id": park, **more} for i, park in enumerate(places)]


def returns(*values: float | None, year: int = 2022, field: str = "output_wanyuan") -> Rows:
    """What Q0, Q1 … returned."""
    return [{"enterprise_id": f"Q{i}", "year": year, field: one} for i, one in enumerate(values)]
