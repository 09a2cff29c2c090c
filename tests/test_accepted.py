"""Findings that somebody accepted: by rule, subject and geometry, with name, reason and date; a changed geometry lifts it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from made import X, Y, write_blocks
from shapely.geometry import MultiPolygon, Polygon, box

import geoparks as gp
from geoparks.errors import WorkspaceError

DAY = "2024-06-30"
HEADER = "rule,subject,geometry_hash,reason,name,date\n"
CHINESE = "规则,对象,图形指纹,理由,姓名,日期\n"
OVERLAP = [("B1", "P1", 0, 0, 1000, 1000), ("B2", "P1", 990, 0, 500, 500)]
Blocks = list[tuple[str, str, float, float, float, float]]


def line(finding: dict[str, Any], **other: str) -> str:
    """The line of the file that accepts a finding."""
    values = {
        "rule": finding["rule"], "subject": finding["subject"]["id"], "hash": finding["geometry_hash"],
        "reason": "已有处置方案", "name": "王工", "date": "2024-05-01",
    }  # fmt: skip
    return ",".join({**values, **other}.values()) + "\n"


def accept(ws: Path, words: str, encoding: str = "utf-8") -> Path:
    (ws / "accepted.csv").write_bytes(words.encode(encoding))
    return ws


def judged(ws: Path) -> dict[str, Any]:
    return gp.check(ws, on=DAY).to_dict()


def overlap(ws: Path) -> dict[str, Any]:
    (finding,) = [one for one in judged(ws)["findings"] if one["rule"] == "B10"]
    return finding


def outcomes(content: dict[str, Any], rule: str = "B10") -> dict[str, str]:
    return {one["subject"]["id"]: one["outcome"] for one in content["checks"] if one["rule"] == rule}


def lapsed(content: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(one["rule"], one["subject"], one["by"], one["on"]) for one in content["lapsed"]]


def write_parks(ws: Path, **values: str) -> Path:
    (ws / "data" / "parks.csv").write_text(
        ",".join(["park_id", "name", *values]) + "\n" + ",".join(["P1", "甲园区", *values.values()]) + "\n", "utf-8"
    )
    return ws


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("header", [HEADER, CHINESE])
def test_an_accepted_finding_stays_listed_and_no_longer_counts(tmp_path: Path, header: str, encoding: str) -> None:
    """Excel writes GBK, UTF-8 with a mark or UTF-16; each is read as it is meant."""
    ws = write_blocks(tmp_path, *OVERLAP)
    assert gp.check(ws, on=DAY).exit_status == 1
    accept(ws, header + line(overlap(ws)), encoding)
    result = gp.check(ws, on=DAY)
    finding = overlap(ws)
    assert finding["accepted"] == {"by": "王工", "reason": "已有处置方案", "on": "2024-05-01"}
    assert result.exit_status == 0
    assert outcomes(result.to_dict()) == {"B1": "manual", "B2": "manual"}
    reasons = {one["reason"] for one in result.to_dict()["checks"] if one["rule"] == "B10"}
    assert reasons == {"王工 于 2024-05-01 接受：已有处置方案"}
    assert result.to_dict()["lapsed"] == []


@pytest.mark.parametrize(
    ("blocks", "still"),
    [
        (OVERLAP, True),
        (OVERLAP[::-1], True),  # the order of rows is no change
        ([OVERLAP[0], ("B2", "P1", 980, 0, 510, 500)], False),  # more of it overlaps
        ([OVERLAP[0], ("B2", "P1", 990, 0, 500, 501)], False),
        ([("B1", "P1", -1, 0, 1001, 1000), OVERLAP[1]], False),  # the evidence is the same, the block is not
        ([*OVERLAP, ("B3", "P1", 3000, 0, 10, 10)], True),  # another block has nothing to do with it
    ],
)
def test_an_acceptance_lapses_when_its_geometry_changes(tmp_path: Path, blocks: Blocks, still: bool) -> None:
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, HEADER + line(overlap(ws)))
    write_blocks(ws, *blocks)
    result = gp.check(ws, on=DAY)
    content = result.to_dict()
    assert (overlap(ws)["accepted"] is not None) == still
    assert result.exit_status == (0 if still else 1)
    assert lapsed(content) == ([] if still else [("B10", "B1", "王工", "2024-05-01")])
    assert all("与接受时不同" in one["reason"]["zh"] for one in content["lapsed"])
    assert outcomes(content)["B1"] == ("manual" if still else "fail")


def test_a_mended_fault_leaves_nothing_to_accept(tmp_path: Path) -> None:
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, HEADER + line(overlap(ws)))
    write_blocks(ws, OVERLAP[0], ("B2", "P1", 1000, 0, 500, 500))
    content = judged(ws)
    assert content["findings"] == []
    assert outcomes(content) == {"B1": "pass", "B2": "pass"}


@pytest.mark.parametrize(
    ("other", "accepted"),
    [
        ({}, True),
        ({"subject": "blocks/B1"}, True),
        ({"rule": "B09"}, False),
        ({"subject": "B2"}, False),
        ({"subject": "parks/B1"}, False),
        ({"hash": "0123456789abcdef"}, False),
        ({"hash": ""}, False),
    ],
)
def test_rule_subject_and_geometry_must_all_be_the_same(tmp_path: Path, other: dict[str, str], accepted: bool) -> None:
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, HEADER + line(overlap(ws), **other))
    result = gp.check(ws, on=DAY)
    assert (result.exit_status == 0) == accepted
    assert (overlap(ws)["accepted"] is not None) == accepted


def test_one_accepted_pair_does_not_cover_another(tmp_path: Path) -> None:
    """B1 overlaps two blocks; one of the two findings is accepted, and the rows that both make fail stay failed."""
    ws = write_blocks(tmp_path, *OVERLAP, ("B3", "P1", 0, 990, 100, 100))
    first, second = [one for one in judged(ws)["findings"] if one["rule"] == "B10"]
    assert (first["other"]["id"], second["other"]["id"]) == ("B2", "B3")
    accept(ws, HEADER + line(first))
    result = gp.check(ws, on=DAY)
    assert result.exit_status == 1
    assert outcomes(result.to_dict()) == {"B1": "fail", "B2": "manual", "B3": "fail"}
    accept(ws, HEADER + line(first) + line(second))
    assert gp.check(ws, on=DAY).exit_status == 0


@pytest.mark.parametrize("word", ["reverse", "start", "gpkg in another zone's twin"])
def test_the_same_geometry_written_otherwise_is_no_change(tmp_path: Path, word: str) -> None:
    """Direction and start of rings, and the zone number before the easting, are not the land."""
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, HEADER + line(overlap(ws)))
    file = ws / "data" / "blocks.gpkg"
    frame = gpd.read_file(file)
    if word == "reverse":
        frame.geometry = frame.geometry.reverse()
    elif word == "start":
        frame.geometry = frame.geometry.map(
            lambda one: type(one)([*one.exterior.coords[2:-1], *one.exterior.coords[:3]])
        )
    else:
        frame = frame.set_geometry(frame.translate(-37_000_000)).set_crs(4546, allow_override=True)
    file.unlink()
    frame.to_file(file)
    assert gp.check(ws, on=DAY).exit_status == 0


@pytest.mark.parametrize(
    ("date", "day"),
    [("2024-05-01", "2024-05-01"), ("2024/5/1", "2024-05-01"), ("2024年5月1日", "2024-05-01"), ("20240501", "2024-05-01"), ("45413", "2024-05-01")],
)  # fmt: skip
def test_dates_as_spreadsheets_write_them(tmp_path: Path, date: str, day: str) -> None:
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, HEADER + line(overlap(ws), date=date))
    assert overlap(ws)["accepted"]["on"] == day


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param("rule,subject,reason,name,date\nB10,B1,已处置,王工,2024-05-01\n", "缺少列“图形指纹”"),
        pytest.param("规则,对象,图形指纹,理由,日期\nB10,B1,0,已处置,2024-05-01\n", "缺少列“姓名”"),
        pytest.param(HEADER + "B10,B1,0123456789abcdef,已处置,,2024-05-01\n", "缺姓名"),
        pytest.param(HEADER + "B10,B1,0123456789abcdef,已处置,王工,\n", "缺日期"),
        (HEADER + "B10,B1,0123456789abcdef,,王工,2024-05-01\n", "缺理由"),
        (HEADER + ",B1,0123456789abcdef,已处置,王工,2024-05-01\n", "缺规则"),
        (HEADER + "B10,,0123456789abcdef,已处置,王工,2024-05-01\n", "缺对象"),
        (HEADER + "B10,B1,0123456789abcdef,已处置,王工,去年\n", "日期读不懂"),
        (HEADER + "B10,B1,0123456789abcdef,已处置,王工,2024-02-30\n", "日期读不懂"),
        ("规则,对象,图形指纹,理由,日期,date\nB10,B1,0,已处置,2024-05-01,\n", "缺少列"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_wrong_line_stops_the_run_in_one_line(tmp_path: Path, words: str, told: str, encoding: str) -> None:
    ws = accept(write_blocks(tmp_path, *OVERLAP), words, encoding)
    with pytest.raises(WorkspaceError) as error:
        gp.check(ws, on=DAY)
    assert told in error.value.line("zh")
    assert error.value.line("zh").startswith("accepted.csv")
    assert "\n" not in error.value.line("zh")
    if words.startswith(HEADER):
        assert error.value.where.endswith(": 2")
    assert error.value.exit_status == 2


def test_the_line_that_is_wrong_is_named(tmp_path: Path) -> None:
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, HEADER + line(overlap(ws)) * 2 + line(overlap(ws), name=""))
    with pytest.raises(WorkspaceError, match=r"accepted\.csv: 4"):
        gp.check(ws, on=DAY)


@pytest.mark.parametrize("words", ["", " \n", HEADER])
def test_an_empty_file_accepts_nothing(tmp_path: Path, words: str) -> None:
    ws = accept(write_blocks(tmp_path, *OVERLAP), words)
    assert gp.check(ws, on=DAY).exit_status == 1


def test_the_command_and_its_outputs(geoparks: Callable[..., Any], tmp_path: Path) -> None:
    """Exit status 0, no file but the outputs written; with a wrong line 2, nothing written and one line said."""
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, CHINESE + line(overlap(ws)), "gbk")
    before = (ws / "accepted.csv").read_bytes()
    done = geoparks("check", ws, "--on", DAY, "--json")
    assert done.returncode == 0, done.stderr
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding["accepted"]["by"] == "王工"
    assert (ws / "accepted.csv").read_bytes() == before
    page = (ws / "out" / "report.html").read_text("utf-8")
    assert "王工" in page
    assert "已有处置方案" in page
    book = openpyxl.load_workbook(ws / "out" / "report.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("王工" in cell for cell in cells)
    accept(ws, CHINESE + line(finding, name=""), "gbk")
    done = geoparks("check", ws, "--on", DAY, "--out", tmp_path / "other")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert not (tmp_path / "other").exists()


def test_accepting_land_that_is_occupied_does_not_accept_more_of_it(tmp_path: Path) -> None:
    """Three hectares more of farmland are another finding, though the block is the same."""
    ws = write_blocks(tmp_path, ("B1", "P1", 0, 0, 1000, 1000))
    for west, accepted in ((990, True), (960, False)):
        plot = gpd.GeoDataFrame({"id": ["F1"]}, geometry=[box(X + west, Y, X + 2000, Y + 1000)], crs=4525)
        plot.to_file(ws / "data" / "farmland.gpkg")
        (finding,) = [one for one in judged(ws)["findings"] if one["rule"] == "B07"]
        if accepted:
            accept(ws, HEADER + line(finding))
        (finding,) = [one for one in judged(ws)["findings"] if one["rule"] == "B07"]
        assert (finding["accepted"] is not None) == accepted


def test_accepting_one_fault_does_not_accept_another_of_the_same_block(tmp_path: Path) -> None:
    """A bow tie that also has a spike: two faults of B11, each accepted for itself."""
    (tmp_path / "data").mkdir()
    bow = Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])
    spike = Polygon([(0, 2000), (500, 2000), (500, 2500), (500.5, 3500), (499.5, 2500), (0, 2500)])
    shape = shapely.transform(MultiPolygon([bow, spike]), lambda xy: xy + np.array([X, Y]))
    table = {"block_id": ["B1"], "park_id": ["P1"]}
    gpd.GeoDataFrame(table, geometry=[shape], crs=4525).to_file(tmp_path / "data" / "blocks.gpkg")
    first, *rest = [one for one in judged(tmp_path)["findings"] if one["rule"] == "B11"]
    assert rest
    assert first["code"] not in {one["code"] for one in rest}
    accept(tmp_path, HEADER + line(first))
    for one in judged(tmp_path)["findings"]:
        assert (one["accepted"] is not None) == (one["code"] == first["code"])
    assert gp.check(tmp_path, on=DAY).exit_status == 1


def test_accepting_what_an_entry_lacks_does_not_accept_what_it_lacks_later(tmp_path: Path) -> None:
    """B12 has one finding a park; the list of what is missing is what was accepted."""
    ws = write_blocks(tmp_path, ("B1", "P1", 0, 0, 1000, 1000))
    write_parks(ws, approval_no="12", approved_by="国务院")
    (finding,) = [one for one in judged(ws)["findings"] if one["rule"] == "B12"]
    accept(ws, HEADER + line(finding))
    (finding,) = [one for one in judged(ws)["findings"] if one["rule"] == "B12"]
    assert finding["accepted"]
    write_parks(ws, approval_no="", approved_by="国务院")
    content = judged(ws)
    (finding,) = [one for one in content["findings"] if one["rule"] == "B12"]
    assert finding["accepted"] is None
    assert lapsed(content) == [("B12", "P1", "王工", "2024-05-01")]
    write_parks(ws, approval_no="12", level="")  # as many are missing, but not the same ones
    (finding,) = [one for one in judged(ws)["findings"] if one["rule"] == "B12"]
    assert finding["accepted"] is None


def test_accepting_an_area_does_not_accept_another_approved_area(tmp_path: Path) -> None:
    """B04: the block stays as it is, the approved area that it is held against does not."""
    ws = write_blocks(tmp_path, ("B1", "P1", 0, 0, 1000, 1000))
    for approved, accepted in (("90", True), ("50", False)):
        write_parks(ws, approved_area_ha=approved)
        (finding,) = [one for one in judged(ws)["findings"] if one["rule"] == "B04"]
        if accepted:
            accept(ws, HEADER + line(finding))
            (finding,) = [one for one in judged(ws)["findings"] if one["rule"] == "B04"]
        assert (finding["accepted"] is not None) == accepted


def test_every_finding_has_a_fingerprint_of_its_own(tmp_path: Path) -> None:
    ws = write_blocks(tmp_path, *OVERLAP, ("B3", "P1", 0, 990, 100, 100))
    write_parks(ws, approved_area_ha="abc", approved_on="去年", kind="不明")
    findings = judged(ws)["findings"]
    assert all(one["geometry_hash"] for one in findings)
    assert len({(one["rule"], one["subject"]["id"], one["geometry_hash"]) for one in findings}) == len(findings)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"hash": ""}, "与接受时不同"),
        ({"rule": "B09"}, "符合"),
        ({"rule": "B07"}, "没有查出"),  # not checked: there is no farmland
        ({"subject": "B9"}, "没有该对象"),
    ],
)
def test_an_acceptance_that_covers_nothing_is_told(tmp_path: Path, other: dict[str, str], reason: str) -> None:
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, HEADER + line(overlap(ws), **other))
    (one,) = judged(ws)["lapsed"]
    assert reason in one["reason"]["zh"]
    assert one["reason"]["en"]


def test_an_acceptance_that_covers_nothing_is_told_on_the_terminal_and_in_the_report(
    geoparks: Callable[..., Any], tmp_path: Path
) -> None:
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, HEADER + line(overlap(ws), subject="B9"))
    done = geoparks("check", ws, "--on", DAY)
    assert "接受未生效：B10 B9 王工 2024-05-01" in done.stdout
    assert "没有该对象" in (ws / "out" / "report.html").read_text("utf-8")


@pytest.mark.parametrize(("rule", "near"), [("B010", "B10"), ("b99", "B19"), ("农田", "B01、B02")])
def test_an_unknown_rule_is_an_error_that_names_the_nearest(tmp_path: Path, rule: str, near: str) -> None:
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, HEADER + line(overlap(ws), rule=rule))
    with pytest.raises(WorkspaceError) as error:
        gp.check(ws, on=DAY)
    assert error.value.line("zh").startswith(f"accepted.csv: 2：没有这条规则；现为 {rule}")
    assert near in error.value.line("zh")


@pytest.mark.parametrize("rule", ["b10", "Ｂ１０"])
def test_a_rule_may_be_typed_in_small_or_wide_letters(tmp_path: Path, rule: str) -> None:
    ws = write_blocks(tmp_path, *OVERLAP)
    accept(ws, HEADER + line(overlap(ws), rule=rule))
    assert gp.check(ws, on=DAY).exit_status == 0
