"""Small files that say next to nothing about a vast sheet cost next to nothing to read, or are refused in one line."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.merge import MergedCellRange

from geoparks import read
from geoparks.read import cells

MEMORY = 2 << 30
SECONDS = 30
_SCRIPT = """
import json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
except ImportError:
    pass
from pathlib import Path
from geoparks.errors import UnreadableFile
from geoparks.read import open_file
try:
    print(json.dumps([[raw.table.to_dict("list"), raw.row_numbers.tolist()] for raw in open_file(Path(sys.argv[1]))]))
except UnreadableFile as error:
    print(json.dumps(error.line("zh")))
"""


def opened(path: Path):
    """What a file gives, read in a process that has little memory and little time; or the line that refuses it."""
    assert path.stat().st_size < 300_000
    started = time.monotonic()
    command = [sys.executable, "-c", _SCRIPT, str(path), str(MEMORY)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=4 * SECONDS, env=None)
    assert done.returncode == 0, done.stderr[-500:]
    assert time.monotonic() - started < SECONDS
    return json.loads(done.stdout)


def book(path: Path, *far: tuple[int, int]) -> Path:
    work = openpyxl.Workbook()
    work.active.append(["park_id", "name"])
    work.active.append(["P1", "甲园"])
    for row, column in far:
        work.active.cell(row, column, "远")
    work.save(path)
    return path


@pytest.mark.parametrize("far", [(3_000, 16_000), (1_048_576, 16_384), (1_048_576, 1), (3, 16_384)])
def test_a_cell_far_from_the_others(tmp_path: Path, far: tuple[int, int]) -> None:
    ((table, rows),) = opened(book(tmp_path / "a.xlsx", far))
    assert table["park_id"][0] == "P1"
    assert rows[0] == 2
    if far[1] == 1:
        assert rows == [2, far[0]]


def test_cells_each_far_from_every_other(tmp_path: Path) -> None:
    line = opened(book(tmp_path / "a.xlsx", *((3 * index, 3 * index) for index in range(1, 5_000))))
    assert "几乎全是空格" in line
    assert line.startswith("a.xlsx")


@pytest.mark.parametrize("ref", ["A3:XFD1048576", "A3:ZZ100000"])
def test_a_vast_merged_range(tmp_path: Path, ref: str) -> None:
    work = openpyxl.Workbook()
    work.active.append(["park_id", "name"])
    work.active.append(["P1", "甲园"])
    work.active.merged_cells.ranges.add(MergedCellRange(work.active, ref))
    work.save(tmp_path / "a.xlsx")
    assert "合并单元格过多" in opened(tmp_path / "a.xlsx")


def html(path: Path, body: str) -> Path:
    path.write_text(f"<html><body><table>{body}</table></body></html>", "utf-8")
    return path


HEAD = "<tr><td>park_id</td><td>name</td></tr><tr><td>P1</td><td>甲园</td></tr>"
SPANS = "<tr>" + '<td rowspan="1000" colspan="1000">甲</td>' * 9 + "</tr>"


def test_spans_of_a_page_reach_no_further_than_its_rows(tmp_path: Path) -> None:
    assert "几乎全是空格" in opened(html(tmp_path / "a.html", SPANS * 5))
    assert "表头" in opened(html(tmp_path / "b.html", HEAD + SPANS))
    tall = '<tr><td rowspan="1000">P2</td><td rowspan="1000">乙园</td></tr>'
    ((table, rows),) = opened(html(tmp_path / "c.html", HEAD + tall))
    assert (table["name"], rows) == (["甲园", "乙园"], [2, 3])


def test_spans_in_every_row(tmp_path: Path) -> None:
    rows = "".join(f'<tr><td rowspan="1000">P{row}</td><td colspan="1000">园</td></tr>' for row in range(900))
    opened(html(tmp_path / "a.html", HEAD + rows))


def test_a_wide_line_over_many_short_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("park_id,name\nP1,甲园\n" + "," * 100_000 + "x\n" + "\n" * 100_000 + "P2,乙园\n", "utf-8")
    ((table, rows),) = opened(path)
    assert table["name"] == ["甲园", None, "乙园"]
    assert rows == [2, 3, 100_004]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".html"])
def test_a_usual_table_is_as_it_was(tmp_path: Path, suffix: str) -> None:
    """Blank rows and columns in between, and rows counted as their owner counts them."""
    lines = [["park_id", "", "name"], ["P1", "", "甲"], ["", "", ""], ["P2", "", ""], ["P3", "", "丙"]]
    path = tmp_path / f"a{suffix}"
    if suffix == ".xlsx":
        work = openpyxl.Workbook()
        for line in lines:
            work.active.append([cell or None for cell in line])
        work.save(path)
    elif suffix == ".csv":
        path.write_text("\n".join(map(",".join, lines)), "utf-8")
    else:
        html(path, "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines))
    (raw,) = read.open_file(path)
    assert raw.table["park_id"].tolist() == ["P1", "P2", "P3"]
    assert raw.table["name"].tolist() == ["甲", None, "丙"]
    assert raw.row_numbers.tolist() == [2, 4, 5]


def test_merges_and_formulas_keep_their_places_when_blanks_are_left_out() -> None:
    rows = {0: {0: "a", 9: "b", 10: "c"}, 5_000: {0: "甲", 9: 1, 10: 2}, 900_000: {9: 3}}
    made = cells.grid(rows, [(5_000, 900_000, 0, 0), (0, 0, 10, 2_000_000), (70, 80, 0, 3)], [(900_000, 10), (7, 7)])
    assert made.rows == [["a", "b", "c"], ["甲", 1, 2], [None, 3, None]]
    assert made.numbers == [0, 5_000, 900_000]
    assert made.merges == [(1, 2, 0, 0), (0, 0, 2, 2)]
    assert made.uncalculated == [(2, 2)]


def test_merged_cells_upon_each_other_are_refused() -> None:
    rows = [["a", "b"]] * 4
    with pytest.raises(cells.TooSparse):
        cells.grid(rows, [(0, 3, 0, 1)] * 2)
