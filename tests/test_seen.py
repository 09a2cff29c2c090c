"""What rasters show of parcels is asked of all at once or of one: both say the same, whichever raster is believed first."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from casebook import Case, dataset

from geoparks.measure.seen import Seen, seen

CELL, COUNT = 50, 60
YEARS = (2019, 2020, 2021, 2023)


def ground(seed: int) -> Seen:
    """Parcels in, across and outside rasters of several years; of two years there is land cover and imagery."""
    random = np.random.default_rng(seed)
    rasters = []
    for kind, years in (("cells", (2019, 2021, 2023)), ("ndvi", (2020, 2021, 2023))):
        for year in years:
            size = random.integers(4, 12, 2)
            some = random.choice([0, 7, 30, 50], size) if kind == "cells" else random.uniform(0, 0.6, size).round(2)
            corner = [int(one) for one in random.integers(-2, 4, 2) * CELL + [0, 400]]
            rasters.append({"year": year, "at": corner, "cell": CELL, kind: some.tolist()})
    corners = random.integers(-100, 500, (COUNT, 2))
    boxes = np.hstack([corners, corners + random.integers(5, 200, (COUNT, 2))]).tolist()
    parcels = [{"parcel_id": f"G{one}", "box": box} for one, box in enumerate(boxes)]
    given = {
        "name": "seen", "on": dt.date(2024, 6, 30), "parcels": [*parcels, {"parcel_id": "G0", "wkt": "POLYGON EMPTY"}],
        "rasters": rasters, "land_cover": {"legend": "WorldCover", "built": [50]},
        "imagery": {"bands": ["blue", "green", "red", "nir"]},
    }  # fmt: skip
    return seen(dataset(Case("seen", given)))


@pytest.mark.parametrize("seed", range(6))
def test_between_says_of_all_what_of_says_of_one(seed: int) -> None:
    made = ground(seed)
    assert tuple(made.years) == YEARS and len(made) == COUNT
    kinds = set()
    for year in YEARS:
        least, most = made.between(year)
        for index in range(COUNT):
            sight = made.of(index, year)
            told = (np.nan, np.nan) if sight.least is None else (sight.least, sight.most)
            assert np.array_equal(told, (least[index], most[index]), equal_nan=True), (year, index)
            assert sight.certain or sight.why is not None
            kinds.add((sight.name.partition("_")[0], sight.certain))
    assert kinds >= {("land", True), ("land", False), ("imagery", False), ("", False)}


@pytest.mark.parametrize("seed", range(6))
def test_chosen_is_the_year_that_best_takes(seed: int) -> None:
    made = ground(seed)
    asked = np.random.default_rng(seed).random((COUNT, len(YEARS))) < 0.6
    chosen = made.chosen(asked)
    for index in range(COUNT):
        best = made.best(index, [year for place, year in enumerate(YEARS) if asked[index, place]])
        assert (None if best is None else best.year) == (None if chosen[index] < 0 else YEARS[chosen[index]])
    assert set(chosen.tolist()) >= set(range(len(YEARS)))


@pytest.mark.parametrize("seed", range(6))
def test_certain_tells_the_shares_that_are_one_number(seed: int) -> None:
    made = ground(seed)
    told = dict(made.certain())
    for year in YEARS:
        for index in range(COUNT):
            sight = made.of(index, year)
            known = {name: share[index] for name, share in told.items() if name.endswith(str(year))}
            known = {name: share for name, share in known.items() if not np.isnan(share)}
            assert known == ({sight.name: sight.least} if sight.certain else {})


@pytest.mark.parametrize("seed", range(6))
def test_parcels_of_one_reason_have_one_reason(seed: int) -> None:
    made = ground(seed)
    for year in YEARS:
        silent = np.flatnonzero(np.isnan(made.between(year)[0])).tolist()
        said = {}
        for index in silent:
            assert said.setdefault(made.why(index, year), made.of(index, year).why) == made.of(index, year).why
