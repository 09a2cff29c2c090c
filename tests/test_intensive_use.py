"""Intensive use of land and standard land: by hand, on their days, in pieces, and open where something is not known."""

from __future__ import annotations

from typing import Any

import pytest
from audited import Rows, audit, parks
from hypothesis import given, settings
from hypothesis import strategies as st
from test_indicators import ORDOS

HA = 10_000.0
PARCELS: Rows = [
    {"parcel_id": "Z1", "park_id": "P1", "area_ha": 10, "use_code": "0601", "use_scheme": "三调", "supplied_on": "2015-01-01", "finished_on": "2018-01-01",
     "floor_area_m2": 80_000, "footprint_m2": 40_000, "box": [3000, 0, 3400, 250]},
    {"parcel_id": "Z2", "park_id": "P1", "area_ha": 5, "use_code": "0809", "use_scheme": "三调", "supplied_on": "2016-01-01", "finished_on": "2019-01-01",
     "floor_area_m2": 20_000, "footprint_m2": 10_000, "box": [3400, 0, 3600, 250]},
    {"parcel_id": "Z3", "park_id": "P1", "area_ha": 15, "use_code": "1001", "use_scheme": "用地用海", "supplied_on": "2020-01-01", "determined_on": "2021-06-01",
     "box": [3000, 250, 3600, 500]},
]  # fmt: skip
READY: Rows = [{"id": "J1", "park_id": "P1", "ready_on": "2014-01-01", "box": [3000, 0, 4000, 500]}]
UNDEVELOPABLE: Rows = [{"id": "B1", "kind": "河道", "box": [3000, 900, 4000, 1000]}]
RETURN = {
    "park_id": "P1",
    "year": 2022,
    "cumulative_investment_wanyuan": 45_000,
    "tax_wanyuan": 1_500,
    "population": 3_000,
}


def use(parcels: Rows | None = None, count: int = 1, **layers: Any) -> dict[str, Any]:
    given_ = {"supply_ready": READY, "undevelopable": UNDEVELOPABLE, "park_stats": [RETURN], **layers}
    on = given_.pop("on", "2024-06-30")
    some = {name: rows for name, rows in given_.items() if rows is not None}
    found = audit("E13", parks=parks(count), parcels=PARCELS if parcels is None else parcels, on=on, **some)
    return {name.removeprefix("E13."): one for (name, subject, _), one in found.items() if subject == "P1"}


def changed(parcel: str, **values: Any) -> Rows:
    return [{**one, **(values if one["parcel_id"] == parcel else {})} for one in PARCELS]


def test_by_hand() -> None:
    found = use()
    expected = {
        "development_rate": 50 / 90, "completion_rate": 15 / 30, "industrial_share": 10 / 15, "far": 100_000 / (15 * HA),
        "building_density": 50_000 / (15 * HA), "building_coefficient": 40_000 / (10 * HA), "investment_intensity": 45_000 / 150,
        "tax_intensity": 10, "idle_rate_of_supplied": 15 / 30, "idle_rate_of_built": 1, "land_per_capita_m2": 50,
    }  # fmt: skip
    assert {name: found[name].value for name in expected} == pytest.approx(expected, rel=1e-5)
    assert found["supply_rate"].value == pytest.approx(
        30 * HA / 499_800, rel=1e-3
    )  # the ground is a little smaller than the plane
    assert found["supply_rate"].denominator == pytest.approx(500_000, rel=1e-3)
    assert all("截至 2022-12-31" in one.source.zh for one in found.values())


def test_the_two_rates_of_idleness_are_named_apart_and_the_supply_rate_is_not_that_of_approvals() -> None:
    found = use()
    assert found["idle_rate_of_supplied"].title != found["idle_rate_of_built"].title
    assert (found["supply_rate"].title.zh, "L01" in found["supply_rate"].formula.zh) == ("土地供应率", True)


@pytest.mark.parametrize(
    ("parcels", "open_"),
    [
        (changed("Z3", supplied_on=None), {"supply_rate", "completion_rate", "idle_rate_of_supplied"}),
        (changed("Z1", use_code=None), {"industrial_share", "building_coefficient", "investment_intensity", "tax_intensity"}),
        (changed("Z1", use_scheme=None), {"industrial_share", "building_coefficient", "investment_intensity", "tax_intensity"}),
        (changed("Z2", floor_area_m2=None), {"far"}),
        (changed("Z2", footprint_m2=None), {"building_density"}),
        ([{key: value for key, value in one.items() if key != "determined_on"} for one in PARCELS], {"idle_rate_of_supplied", "idle_rate_of_built"}),
        ([{key: value for key, value in one.items() if key != "supplied_on"} for one in PARCELS], {"supply_rate", "completion_rate", "idle_rate_of_supplied"}),
    ],
)  # fmt: skip
def test_what_is_not_known_leaves_open_what_depends_on_it(parcels: Rows, open_: set[str]) -> None:
    found = use(parcels)
    assert {name for name, one in found.items() if one.value is None} == open_
    assert all(found[name].reason.zh for name in open_)


@pytest.mark.parametrize(
    ("layers", "open_"),
    [
        ({"supply_ready": None}, {"development_rate", "supply_rate"}),
        ({"undevelopable": None}, {"development_rate"}),
        ({"park_stats": None}, {"investment_intensity", "tax_intensity", "land_per_capita_m2"}),
        ({"park_stats": [{**RETURN, "population": 0}]}, {"land_per_capita_m2"}),
        (
            {"supply_ready": [{**READY[0], "ready_on": "2023-01-01"}]},
            {"supply_rate"},
        ),  # nothing was ready yet: a zero denominator
    ],
)
def test_without_a_layer_or_with_nothing_under_the_line(layers: dict[str, Any], open_: set[str]) -> None:
    assert {name for name, one in use(**layers).items() if one.value is None} == open_


def test_a_park_of_which_no_parcel_is_on_record_has_no_rates_of_nought() -> None:
    found = audit(
        "E13", parks=parks(2), parcels=PARCELS, supply_ready=READY, undevelopable=UNDEVELOPABLE, park_stats=[RETURN]
    )
    one = found["E13.completion_rate", "P2", 2022]
    assert one.value is None
    assert "没有该园区的宗地" in one.reason.zh
    assert found["E13.completion_rate", "", 2022].value is None


def test_a_park_without_a_polygon() -> None:
    park = {**parks(1)[0], "box": [0, 0, 1, 1]}
    del park["box"]
    found = audit(
        "E13", parks=[park], parcels=PARCELS, supply_ready=READY, undevelopable=UNDEVELOPABLE, park_stats=[RETURN]
    )
    assert "没有图形" in found["E13.development_rate", "P1", 2022].reason.zh
    assert found["E13.completion_rate", "P1", 2022].value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("on", "value"),
    [("2021-05-31", 0), ("2021-06-01", 0.5), ("2024-06-30", 0.5)],
)
def test_idle_from_the_day_of_determination(on: str, value: float) -> None:
    found = audit("E13", parks=parks(1), parcels=PARCELS, on=on, years=(2021,), year=2021)
    assert found["E13.idle_rate_of_supplied", "P1", 2021].value == pytest.approx(value)


@pytest.mark.parametrize(("disposed", "value"), [("2022-12-31", 0), ("2023-01-01", 0.5)])
def test_no_longer_idle_from_the_day_of_disposal(disposed: str, value: float) -> None:
    found = use(changed("Z3", disposed_on=disposed, disposal="use_change"))
    assert found["idle_rate_of_supplied"].value == pytest.approx(value)


def test_what_went_back_to_the_government_is_supplied_no_longer() -> None:
    found = use(changed("Z3", disposed_on="2022-12-31", disposal="recovery"))
    assert found["completion_rate"].value == pytest.approx(1)


def test_a_parcel_that_names_no_park_is_of_the_one_it_lies_in() -> None:
    assert use(changed("Z3", park_id=None))["completion_rate"].value == pytest.approx(0.5)


def test_a_parcel_that_is_there_twice_counts_once() -> None:
    assert {name: one.value for name, one in use(PARCELS + PARCELS).items()} == pytest.approx(
        {name: one.value for name, one in use().items()}
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 5), st.sampled_from([0, 1, 2]), st.booleans())
def test_parcels_in_pieces_change_nothing(pieces: int, which: int, new_ids: bool) -> None:
    """Rows of one id side by side, or parcels of their own."""
    cut = PARCELS[which]
    left, bottom, right, top = cut["box"]
    step = (right - left) / pieces
    shared = {"area_ha", *(["floor_area_m2", "footprint_m2"] if new_ids else [])}
    parts = [
        {
            **{key: value / pieces if key in shared else value for key, value in cut.items()},
            "parcel_id": f"{cut['parcel_id']}{i if new_ids else ''}",
            "box": [left + i * step, bottom, left + (i + 1) * step, top],
        }
        for i in range(pieces)
    ]
    others = [one for one in PARCELS if one is not cut]
    whole, found = use(), use([*parts, *others])
    assert {name: one.value for name, one in found.items()} == pytest.approx(
        {name: one.value for name, one in whole.items()}
    )


def standard(*rows: tuple[float | None, str | None, bool | None, str | None]) -> Any:
    parcels = [
        {"parcel_id": f"Z{i}", "park_id": "P1", "area_ha": area, "use_code": code, "use_scheme": "三调", "standard_land": flag, "supplied_on": day}
        for i, (area, code, flag, day) in enumerate(rows)
    ]  # fmt: skip
    return audit("E07", parks=parks(1), parcels=parcels, pack=ORDOS)["E07.standard_land_share", "P1", 2022]


def test_share_of_standard_land() -> None:
    one = standard(
        (3, "0601", True, "2022-01-01"),
        (1, "0601", False, "2022-12-31"),
        (9, "0701", None, "2022-05-01"),
        (9, "0601", True, "2023-01-01"),
    )
    assert (one.value, one.numerator, one.denominator) == (0.75, pytest.approx(45), pytest.approx(60))
    assert standard((3, "0601", None, "2022-01-01"), (1, "0601", False, "2022-12-31")).value is None
    assert standard((3, None, True, "2022-01-01")).value is None
    assert "没有供应工业用地" in standard((3, "0601", True, "2021-12-31")).reason.zh
    assert standard((3, "0601", False, "2022-12-31")).value == 0
