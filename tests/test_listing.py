"""Very many rows: the document lists what somebody must deal with and counts the rest, which stands in tables, whole."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest
from shapely.geometry import box, mapping

from geoparks import accepted, listing, parcelwise
from geoparks.demo import make
from geoparks.diff import diff, load
from geoparks.pipeline import asked
from geoparks.reports import summary
from geoparks.reports.unlisted import idle_table
from geoparks.result import Result
from geoparks.split import split

DAY = "2024-06-30"
WITHIN = 120


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("listing") / "ws"
    make(folder)
    return folder


@pytest.fixture(scope="module")
def whole(workspace: Path) -> Result:
    """Everything listed one by one."""
    return asked("idle", workspace, on=DAY, within=WITHIN)


@pytest.fixture(scope="module")
def partial(workspace: Path) -> Result:
    """The same with so low a line that nothing of the parcels is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "LISTED", 200)
        patch.setattr(parcelwise, "ROWS", 700)
        return asked("idle", workspace, on=DAY, within=WITHIN)


@pytest.fixture(scope="module")
def tables(partial: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    partial.save(folder)
    return folder


def test_only_very_many_are_not_listed(whole: Result, tmp_path: Path) -> None:
    assert len(whole.content["idle"]) == 3_000
    assert not {"idle_table", "idle_counts", "checks_counts", "low_efficiency_counts"} & set(whole.content)
    whole.save(tmp_path)
    assert not list(tmp_path.glob("tables/*.parquet"))


def test_listed_is_what_somebody_must_deal_with(whole: Result, partial: Result) -> None:
    told, every = partial.content["idle"], whole.content["idle"]
    last = summary.warnings(whole.content)
    wanted = [one for one in every if one["status"] != "not_idle"] + [one for one in every if one in last]
    assert _plain(told) == _plain(wanted) and last
    assert {one["outcome"] for one in partial.content["checks"] if one["subject"]["layer"] == "parcels"} == {"fail"}
    assert [one for one in whole.content["checks"] if one["outcome"] == "fail"] == partial.content["checks"]
    assert partial.content["low_efficiency"] == []
    assert partial.content["findings"] == whole.content["findings"]


def test_counts_say_how_many_the_rest_are(whole: Result, partial: Result) -> None:
    content, every = partial.content, whole.content
    assert content["idle_counts"] == dict(sorted(Counter(one["status"] for one in every["idle"]).items()))
    assert summary.idle_counts(content) == _close(summary.idle_counts(every))
    assert [line["counts"] for line in summary.idle_by_park(content)] == [
        line["counts"] for line in summary.idle_by_park(every)
    ]
    assert summary.outcomes_of_rules(content) == summary.outcomes_of_rules(every)
    assert [line.outcomes for line in summary.by_park(content)] == [line.outcomes for line in summary.by_park(every)]
    now, then = summary.unanswered(content), summary.unanswered(every)
    assert [(one.rule, one.reason, one.count) for one in now] == [(one.rule, one.reason, one.count) for one in then]
    assert len({one["park"] for one in content["low_efficiency_counts"]}) > 3
    assert _low(content["low_efficiency_counts"]) == _low_of(every["low_efficiency"])


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parcels of two parks of which area or price are not known: of some of a group, or of all of it."""
    folder = tmp_path_factory.mktemp("unknown") / "ws"
    (folder / "data").mkdir(parents=True)
    old, cause = {"供地日期": "2019-01-01", "约定动工日期": "2023-03-01"}, "企业原因"
    calm = {"供地日期": "2023-01-01", "约定动工日期": "2024-06-01"}
    rows = [
        ("F1", "P1", {**old, "闲置原因": cause, "成交价款（万元）": 500}, True),
        ("F2", "P1", {**old, "闲置原因": cause}, True),
        ("F3", "P1", {**old, "闲置原因": cause, "成交价款（万元）": 100}, False),
        ("F4", "P2", {**old, "闲置原因": cause}, False),
        ("G1", "P1", {**old, "闲置原因": "政府原因"}, False),
        ("G2", "P2", {**old, "闲置原因": "政府原因"}, True),
        ("N1", "P1", calm, True),
        ("N2", "P1", calm, False),
        ("N3", "P2", calm, False),
    ]
    fields = ("供地日期", "约定动工日期", "闲置原因", "成交价款（万元）")
    features = [
        {
            "type": "Feature",
            "properties": {"宗地编号": id_, "所属园区编号": park, **{name: more.get(name) for name in fields}},
            "geometry": mapping(box(110 + k / 100, 39, 110 + (k + 0.5) / 100, 39.005)) if drawn else None,
        }
        for k, (id_, park, more, drawn) in enumerate(rows)
    ]
    whole = {"type": "FeatureCollection", "features": features}
    (folder / "data" / "宗地.geojson").write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
    return folder


def test_what_is_not_known_is_not_summed_as_nothing(unknown: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """Neither of rows that are listed nor of groups: of which nothing is known is null, and who is missing is counted."""
    every = asked("idle", unknown, on=DAY)
    monkeypatch.setattr(listing, "LISTED", 0)
    counted = asked("idle", unknown, on=DAY)
    groups = {(one["park"], one["status"], one["path"]): one for one in counted.content["idle_groups"]}
    told = {
        key: (one["count"], round(one["area_mu"]) if one["area_mu"] is not None else None, one["area_unknown"], one["fee_wanyuan"], one["fee_unknown"])
        for key, one in groups.items()
    }  # fmt: skip
    assert told == {
        ("P1", "not_idle", None): (2, 361, 1, None, 0),
        ("P1", "suspected", "fee"): (3, 721, 1, 120.0, 1),
        ("P1", "suspected", "negotiate"): (1, None, 1, None, 0),
        ("P2", "not_idle", None): (1, None, 1, None, 0),
        ("P2", "suspected", "fee"): (1, None, 1, None, 1),
        ("P2", "suspected", "negotiate"): (1, 361, 0, None, 0),
    }
    for each in (every.content, counted.content):
        lines = {(one["status"], one["path"]): one for one in summary.idle_counts(each)}
        assert lines["suspected", "fee"]["fee_wanyuan"] == pytest.approx(120)
        assert [lines["suspected", "fee"][key] for key in ("mu_unknown", "fee_unknown")] == [2, 2]
        assert [lines["not_idle", ""][key] for key in ("mu_unknown", "fee_unknown", "fee_wanyuan")] == [2, 0, None]
        parks = {one["name"]: (one["mu"], one["mu_unknown"]) for one in summary.idle_by_park(each)}
        assert parks == {"P1": (pytest.approx(721, abs=0.5), 2), "P2": (pytest.approx(360.5, abs=0.5), 1)}
    assert summary.idle_counts(counted.content) == _close(summary.idle_counts(every.content))
    only = {**every.content, "idle": [one for one in every.content["idle"] if one["parcel_id"] in ("F4", "N3")]}
    assert [(one["mu"], one["fee_wanyuan"]) for one in summary.idle_counts(only)] == [(None, None), (None, None)]
    assert [(one["mu"], one["mu_unknown"]) for one in summary.idle_by_park(only)] == [(None, 1)]
    for result, name in ((every, "every"), (counted, "counted")):
        result.save(tmp_path / name)
        page = (tmp_path / name / "report.html").read_text("utf-8")
        assert "120.00<br><small>另不明 2 宗</small></td>" in page


def test_the_idle_table_is_whole(whole: Result, partial: Result, tables: Path) -> None:
    rows = pq.read_table(tables / partial.content["idle_table"]).to_pylist()
    nested = ("options", "remarks", "steps", "evidence")
    rows = [{key: json.loads(value) if key in nested else value for key, value in row.items()} for row in rows]
    assert [list(one) for one in rows] == [list(one) for one in whole.content["idle"]]
    assert _plain(rows) == _plain(whole.content["idle"])
    assert len(partial.idle) == len(whole.idle) and (partial.idle["reason"] == whole.idle["reason"]).all()


def test_a_table_of_nothing_but_parcels_that_are_not_idle(partial: Result) -> None:
    assert partial.unlisted is not None and partial.unlisted.quiet is not None
    quiet = partial.unlisted.quiet.slice(0, 5)
    quiet = quiet.set_column(0, "index", [[0, 1, 2, 3, 4]])
    table = idle_table({"idle": []}, quiet, np.empty(0, dtype=np.int64), "en")
    assert table["status"].to_pylist() == ["not_idle"] * 5
    assert set(table.column_names) == set(partial.content["idle"][0])
    assert idle_table({"idle": []}, quiet.slice(0, 0), np.empty(0, dtype=np.int64), "en").num_rows == 0


def test_the_other_tables_and_the_document_are_whole_together(whole: Result, partial: Result, tables: Path) -> None:
    rows = pq.read_table(tables / partial.content["checks_table"]).to_pylist()
    told = [{"rule": one["rule"], "subject": {key: one[key] for key in ("layer", "id", "name")}} | {key: one[key] for key in ("outcome", "reason", "park")} for one in rows]  # fmt: skip
    both = sorted([*told, *partial.content["checks"]], key=lambda one: (one["rule"], *one["subject"].values()))
    assert both == whole.content["checks"]
    low = pq.read_table(tables / partial.content["low_efficiency_table"]).to_pylist()
    every = whole.content["low_efficiency"]
    assert [(one["parcel_id"], one["measure"], one["below"]) for one in low] == [
        (one["parcel"]["id"], one["measure"], one["below"]) for one in every
    ]
    for one, other in zip(low, every, strict=True):
        assert [one[key] for key in ("year", "contract", "actual", "short")] == pytest.approx(
            [other[key] for key in ("year", "contract", "actual", "short")], nan_ok=True
        )
        assert one["reason"] == (other["reason"]["zh"] if other["reason"] else None)


def test_written_again_the_tables_are_the_same_bytes(partial: Result, tables: Path, tmp_path: Path) -> None:
    partial.save(tmp_path)
    names = sorted(one.name for one in tables.glob("tables/*.parquet"))
    assert names == ["checks.parquet", "idle.parquet", "low_efficiency.parquet"]
    for name in names:
        assert (tables / "tables" / name).read_bytes() == (tmp_path / "tables" / name).read_bytes()


def test_a_workbook_of_many_is_short_and_says_so(
    partial: Result, tables: Path, monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr("geoparks.reports.xlsx._ROW_CAP_OF_MANY", 20)
    partial.save(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "report.xlsx", read_only=True)
    sheet = [list(row) for row in book["宗地闲置判定（未闲置的不列）"].iter_rows(values_only=True)]
    assert any("tables" in str(row[0]) and f"{len(partial.content['idle']):,}" in str(row[0]) for row in sheet[:3])
    assert len(sheet) <= 23
    low = [list(row) for row in book["低效用地"].iter_rows(values_only=True)]
    assert low[-1][-1] == "tables/low_efficiency.parquet"
    lines = partial.content["low_efficiency_counts"]
    for row, measure in zip(low[-3:], ("far", "investment", "tax"), strict=True):
        some = [one for one in lines if one["measure"] == measure]
        assert row[1:4] == [sum(one[key] for one in some) for key in ("below", "not_below", "not_checked")]


def test_a_part_of_the_document_counts_its_own(partial: Result, whole: Result) -> None:
    assert partial.workspace is not None
    parts = dict(split(partial.content, "park", partial.workspace.dataset))
    every = dict(split(whole.content, "park", partial.workspace.dataset))
    assert parts.keys() == every.keys()
    for name, content in parts.items():
        assert not {"idle_table", "checks_table", "low_efficiency_table"} & set(content)
        assert _low(content["low_efficiency_counts"]) == _low_of(every[name]["low_efficiency"])
        assert {one["park"] for one in every[name]["low_efficiency"]} <= {one["id"] for one in content["parks"]}
        assert content["idle_counts"] == dict(sorted(Counter(one["status"] for one in every[name]["idle"]).items()))


def test_what_is_only_counted_is_not_said_to_be_mended(whole: Result, partial: Result, tables: Path) -> None:
    """The table beside the document tells who was not checked; without it nobody knows whether a fault is mended."""
    by = {outcome: next(one["subject"] for one in whole.content["checks"] if (one["rule"], one["outcome"]) == ("I07", outcome)) for outcome in ("pass", "not_checked")}  # fmt: skip
    one = next(one for one in whole.content["findings"] if one["rule"] == "I07")
    old = {**whole.content, "findings": [{**one, "code": "gone", "subject": subject} for subject in by.values()]}
    alone, beside = diff(old, partial.content), diff(old, load(tables))
    assert not alone.fixed and len(alone.lost) == 2
    assert [each["subject"] for each in beside.fixed] == [by["pass"]]
    assert [each["subject"] for each in beside.lost] == [by["not_checked"]]


def test_who_is_accepted_is_listed(workspace: Path, whole: Result, tmp_path: Path, monkeypatch: Any) -> None:
    """Whose acceptance has nothing to accept any more is told so, though passes are not listed."""
    copy = tmp_path / "ws"
    shutil.copytree(workspace, copy)
    passing = next(one for one in whole.content["checks"] if one["rule"] == "I07" and one["outcome"] == "pass")
    line = ["I07", passing["subject"]["id"], "0" * 12, "查过", "张三", "2024-06-01"]
    (copy / accepted.FILE).write_text(f"rule,subject,geometry_hash,reason,name,date\n{','.join(line)}\n", "utf-8")
    monkeypatch.setattr(listing, "LISTED", 200)
    lapsed = next(one for one in asked("idle", copy, on=DAY).content["lapsed"] if one["by"] == "张三")
    assert lapsed["reason"]["zh"] == "该对象现已符合，无需接受"


def _low(counts: list[dict[str, Any]]) -> dict[Any, Any]:
    return {
        (one["park"], one["measure"]): [one[key] for key in ("below", "not_below", "not_checked")] for one in counts
    }


def _low_of(rows: list[dict[str, Any]]) -> dict[Any, Any]:
    """The counts of rows that are listed."""
    found: dict[Any, Any] = {}
    for one in rows:
        line = found.setdefault((one["park"] or None, one["measure"]), [0, 0, 0])
        line[(True, False, None).index(one["below"])] += 1
    return found


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with amounts to twelve digits: the column of mu is a quotient formed elsewhere."""
    return [json.loads(json.dumps(one), parse_float=lambda words: float(f"{float(words):.12g}")) for one in rows]


def _close(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: pytest.approx(value) if isinstance(value, float) else value for key, value in one.items()} for one in rows
    ]


def test_areas_of_very_many_sum_the_same_each_time() -> None:
    """To the last digit: the document is to be the same bytes, whichever thread comes first."""
    import pyarrow as pa

    random = np.random.default_rng(1)
    parts = [
        pa.table({"park": pa.array(random.choice(["甲", "乙", "丙"], 20_000)).dictionary_encode(), "area_m2": random.random(20_000) * 1e5})
        for _ in range(60)
    ]  # fmt: skip
    quiet = pa.concat_tables(parts)
    assert len({tuple(sorted(listing._quiet_by_park(quiet))) for _ in range(8)}) == 1
