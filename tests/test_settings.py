"""What a workspace may set: tolerances within their reason, never so wide that a rule is switched off."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from made import X, Y, write_blocks
from shapely.geometry import box

import geoparks as gp
from geoparks.catalog import policy
from geoparks.errors import DeclarationError

DAY = "2024-06-30"
OFF = "1e12"


def workspace(folder: Path, settings: str) -> Path:
    ws = write_blocks(folder, ("B1", "P1", 0, 0, 1000, 1000))
    plot = gpd.GeoDataFrame({"id": ["F1"]}, geometry=[box(X + 500, Y, X + 2000, Y + 1000)], crs=4525)
    plot.to_file(ws / "data" / "farmland.gpkg")
    (ws / "geoparks.toml").write_text(f"[settings]\n{settings}\n", "utf-8")
    return ws


@pytest.mark.parametrize("pack", sorted(policy.packs()))
def test_every_setting_has_an_end(pack: str) -> None:
    for setting in policy.load(pack).settings.values():
        assert (setting.value or 0) <= setting.most < float("inf"), setting.name


@pytest.mark.parametrize("name", sorted(policy.setting_names()))
@pytest.mark.parametrize("value", [OFF, "inf", "-inf", "nan", "-nan", "-1", "-0.001"])
def test_a_setting_out_of_range_is_one_line(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(DeclarationError) as error:
        gp.check(workspace(tmp_path, f"{name} = {value}"), on=DAY)
    assert error.value.where == f"geoparks.toml: settings.{name}"
    assert "\n" not in error.value.line("zh")


def test_slivers_do_not_switch_farmland_off(geoparks, tmp_path: Path) -> None:
    ws = workspace(tmp_path, f"sliver_area_m2 = {OFF}")
    done = geoparks("check", ws, "--on", DAY)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    most = workspace(tmp_path, "sliver_area_m2 = 5\nsliver_width_m = 0.05\nsliver_total_m2 = 100")
    assert gp.check(most, on=DAY).exit_status == 1


@pytest.mark.parametrize(
    "covers",
    ['[["a"]]', "[1]", "{blocks = 3}", "{blocks = [3]}", "[{layer = 3}]", '[{frame = "blocks"}]', '[["blocks", "udb", "c"]]',
     "[[]]", '[[["blocks"], "udb"]]', '{udb = ["blocks", 1]}', '[{layer = "udb", fame = "blocks"}]', "3", '"nothing"', '{udb = {}}'],
)  # fmt: skip
def test_what_must_cover_what_is_named_by_layers(tmp_path: Path, covers: str) -> None:
    with pytest.raises(DeclarationError) as error:
        gp.check(workspace(tmp_path, f"covers = {covers}"), on=DAY)
    assert error.value.where == "geoparks.toml: settings.covers"
    assert "\n" not in error.value.line("zh")


@pytest.mark.parametrize(
    ("covers", "pairs"),
    [
        ('{ udb = "blocks" }', [("udb", "blocks")]),
        ('{ udb = ["blocks", "counties"] }', [("udb", "blocks"), ("udb", "counties")]),
        ('[["udb", "blocks"], "counties"]', [("udb", "blocks"), ("counties", "")]),
        ('[{ layer = "udb", frame = "blocks" }, { layer = "counties" }]', [("udb", "blocks"), ("counties", "")]),
        ('"udb"', [("udb", "")]),
        ("[]", []),
    ],
)
def test_every_way_to_say_what_must_cover_what(tmp_path: Path, covers: str, pairs: list[tuple[str, str]]) -> None:
    assert gp.open(workspace(tmp_path, f"covers = {covers}")).config.covers == tuple(pairs)


@pytest.mark.parametrize("year", [0, -1, 23, 1989, 2101, 20240])
def test_a_year_that_cannot_be_is_refused(geoparks, tmp_path: Path, year: int) -> None:
    ws = workspace(tmp_path, "")
    before = set(ws.rglob("*"))
    for command in ("check", "run", "map"):
        done = geoparks(command, ws, "--year", year)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
        assert "1990 … 2100" in done.stderr
    (ws / "geoparks.toml").write_text(f"year = {year}\n", "utf-8")
    with pytest.raises(DeclarationError, match="1990"):
        gp.check(ws, on=DAY)
    assert set(ws.rglob("*")) == before


@pytest.mark.parametrize("year", [1990, 2023, 2100])
def test_the_year_that_is_asked_for_is_the_year(tmp_path: Path, year: int) -> None:
    ws = workspace(tmp_path, "")
    assert gp.check(ws, on=DAY, year=year).to_dict()["year"] == year
    (ws / "geoparks.toml").write_text("year = 2020\n", "utf-8")
    assert gp.check(ws, on=DAY, year=year).to_dict()["year"] == year
    assert gp.check(ws, on=DAY).to_dict()["year"] == 2020


@pytest.mark.parametrize("words", [["--on", "yesterday"], ["--policy", "nowhere"]])
def test_a_demonstration_asked_for_wrongly_is_not_written(geoparks, tmp_path: Path, words: list[str]) -> None:
    done = geoparks("demo", tmp_path / "demo", *words)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert not (tmp_path / "demo").exists()


def test_run_checks_all_that_check_does(geoparks, tmp_path: Path) -> None:
    ws = workspace(tmp_path, "")
    both = [geoparks(command, ws, "--on", DAY, "--json") for command in ("check", "run")]
    one, other = (json.loads(done.stdout) for done in both)
    assert one["checks"] == [row for row in other["checks"] if row["rule"][0] in "BD"]
