"""Which files of a workspace are data, which are not, and where outputs may not go."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest
from made import X, Y, write_blocks

import geoparks as gp

SQUARE = [("B1", "P1", 0.0, 0.0, 1000.0, 1000.0)]
DAY = "2024-06-30"


def snapshot(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.parametrize("command", ["check", "run", "map", "repair"])
@pytest.mark.parametrize("inside", ["data", "data/结果", "data/a/b", "data/../data"])
def test_outputs_do_not_go_where_data_are_read(geoparks, tmp_path: Path, command: str, inside: str) -> None:
    ws = write_blocks(tmp_path, *SQUARE)
    before = snapshot(ws)
    done = geoparks(command, ws, "--out", ws / inside)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "--out" in done.stderr
    assert snapshot(ws) == before


@pytest.mark.parametrize(
    ("out", "status"), [(".", 2), ("结果", 2), ("out", 0), ("out/x", 0), ("a.out", 0), ("../x", 0)]
)
def test_a_folder_without_data_is_the_data_folder(geoparks, tmp_path: Path, out: str, status: int) -> None:
    ws = write_blocks(tmp_path / "ws", *SQUARE)
    shutil.move(ws / "data" / "blocks.gpkg", ws / "blocks.gpkg")
    (ws / "data").rmdir()
    assert geoparks("check", ws, "--on", DAY, "--out", ws / out).returncode == status
    assert geoparks("check", ws, "--on", DAY).returncode == 0


def test_outputs_may_lie_beside_the_data(geoparks, tmp_path: Path) -> None:
    ws = write_blocks(tmp_path, *SQUARE)
    for out in ("out", "data2", "."):
        assert geoparks("check", ws, "--on", DAY, "--out", ws / out).returncode == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize(
    "name", ["farmland.gpkg", "farmland.txt", "redline.shp", "land_cover_2023.tif", "x", "区块.xlsx"]
)
def test_a_pipe_among_the_data_is_passed_over(geoparks, tmp_path: Path, name: str) -> None:
    """Opening it would wait for ever."""
    ws = write_blocks(tmp_path, *SQUARE)
    (ws / "data" / "more").mkdir()
    os.mkfifo(ws / "data" / "more" / name)
    done = geoparks("check", ws, "--on", DAY)
    assert done.returncode == 0
    assert f"未使用：data/more/{name}（不是普通文件" in done.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("command", ["check", "inspect", "area", "convert"])
def test_a_pipe_as_the_file_is_one_line(geoparks, tmp_path: Path, command: str) -> None:
    os.mkfifo(tmp_path / "a.gpkg")
    done = geoparks(command, tmp_path / "a.gpkg", *([tmp_path / "b.gpkg"] if command == "convert" else []))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "不是普通文件" in done.stderr


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no sockets here")
def test_a_socket_among_the_data_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = write_blocks(tmp_path, *SQUARE)
    monkeypatch.chdir(ws / "data")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("redline.gpkg")
        content = gp.check(ws, on=DAY).to_dict()
    assert [one["path"] for one in content["ignored"]] == ["data/redline.gpkg"]


def block_txt(path: Path, name: str, x: float) -> None:
    corners = [(0, 0), (0, 100), (100, 100), (100, 0), (0, 0)]
    lines = [f"J{index % 4 + 1},1,{Y + north:.3f},{X + x + east:.3f}" for index, (north, east) in enumerate(corners)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([f"5,1,{name},{name},面,,,,@", *lines]), "utf-8")


@pytest.mark.parametrize("folder", ["blocks", "园区区块", "blocks/园区区块"])
def test_a_layer_may_lie_in_folders_of_its_folder(tmp_path: Path, folder: str) -> None:
    """One folder a park, one file a block."""
    block_txt(tmp_path / "data" / folder / "甲园" / "1.txt", "B1", 0)
    block_txt(tmp_path / "data" / folder / "乙园" / "2.txt", "B2", 2000)
    block_txt(tmp_path / "data" / folder / "乙园" / "2024" / "3.txt", "B3", 4000)
    assert set(gp.open(tmp_path).layer("blocks")["block_id"]) == {"B1", "B2", "B3"}
