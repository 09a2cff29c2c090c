"""What users are told: in their language, of what is there, once."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from made import X, Y, write_blocks

import geoparks as gp
from geoparks.errors import GeoparksError, UnreadableFile
from geoparks.read import closed, open_file
from geoparks.text import Text

SQUARE = [("B1", "P1", 0.0, 0.0, 1000.0, 1000.0)]
DAY = "2024-06-30"


def refused(geoparks, *words: object) -> str:
    """The one line of a command that is refused."""
    done = geoparks(*words)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    return str(done.stderr)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["check", "--lang", "fr"], "--lang 的取值不对；现为 fr；应为 zh、en"),
        (["check", "--by", "区"], "--by 的取值不对；现为 区；应为 park、county"),
        (["check", "--year", "abc"], "--year 应为整数"),
        (["check", "--nope"], "没有选项 --nope"),
        (["check", "--policy"], "--policy 后面要写取值"),
        (["check", "--json=3"], "--json 后面不写取值"),
        (["check", "a", "b", "c"], "多出了参数 b c"),
        (["chek"], "没有命令 chek，您是否想用 check？"),
        (["area"], "缺少 FILES"),
        (["convert", "a"], "缺少 DST"),
    ],
)
def test_a_command_that_is_typed_wrong(geoparks, words: list[str], told: str) -> None:
    assert told in refused(geoparks, *words)
    english = refused(geoparks, *words, "--lang", "en") if words[-1] not in ("--policy", "fr") else ""
    assert not re.search("[一-龥]", english.replace("区", ""))
    assert "Value error" not in english


def test_an_unknown_suffix_names_only_what_is_read(geoparks, tmp_path: Path) -> None:
    (tmp_path / "a.xyz").write_text("a")
    line = refused(geoparks, "area", tmp_path / "a.xyz")
    assert ".shp" in line
    assert not any(re.search(rf"{re.escape(suffix)}\b", line) for suffix in closed.SUFFIXES)


def test_a_readme_alone_is_no_empty_folder(geoparks, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert "空文件夹" in refused(geoparks, "check", tmp_path)
    (tmp_path / "data" / "readme.md").write_text("a")
    line = refused(geoparks, "check", tmp_path)
    assert "只有不含数据的文件：readme.md" in line
    assert "空文件夹" not in line


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["约100", "约100"], "列有值读不懂（如“约100”），见 D01"),
        (["", ""], "列全为空"),
        (["", "100"], "列此处未填"),
        (None, "没有“批准面积”列"),
    ],
)
def test_why_there_is_no_approved_area(tmp_path: Path, values: list[str] | None, told: str) -> None:
    """A column that is there and cannot be read is not missing."""
    (tmp_path / "data").mkdir()
    shapes = [shapely.box(X, Y, X + 1000, Y + 1000), shapely.box(X + 2000, Y, X + 3000, Y + 1000)]
    table = {"block_id": ["B1", "B2"], "park_id": ["P1", "P1"]}
    if values is not None:
        table["批准面积（公顷）"] = values
    gpd.GeoDataFrame(table, geometry=shapes, crs=4525).to_file(tmp_path / "data" / "blocks.gpkg")
    checks = gp.check(tmp_path, on=DAY).to_dict()["checks"]
    reasons = [one["reason"] for one in checks if one["rule"] == "B04" and one["subject"]["id"] == "B1"]
    assert told in reasons[0]
    assert (values is None) == ("没有“" in reasons[0])


def test_no_full_stop_twice_and_no_workspace_where_there_is_none(geoparks, tmp_path: Path) -> None:
    table = gpd.GeoDataFrame({"id": ["1"]}, geometry=[shapely.box(X, Y, X + 9, Y + 9)], crs=2361)
    table.to_file(tmp_path / "a.gpkg")
    line = refused(geoparks, "area", tmp_path / "a.gpkg")
    assert "。。" not in line
    assert "geoparks.toml" not in line
    assert "--epsg" in line
    assert GeoparksError(Text("甲。", "a."), mend=Text("乙。", "b.")).line("zh") == "甲。乙。"


def test_an_archive_with_a_password(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "1")
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableFile) as error:
        open_file(path)
    assert "有密码" in error.value.line("zh")
    assert "ZipInfo" not in error.value.line("zh")


def test_a_folder_that_cannot_be_made(geoparks, tmp_path: Path) -> None:
    """The operating system's words, in Chinese."""
    (tmp_path / "file").write_text("a")
    for words in (["new", tmp_path / "file"], ["check", write_blocks(tmp_path, *SQUARE), "--out", tmp_path / "file"]):
        line = refused(geoparks, *words)
        assert not re.search(r"File exists|Not a directory|Errno|Error", line)


TOML = {
    "with a mark": ('\ufeffname = "甲"\n'.encode(), None),
    "with a mark and Windows line ends": ('\ufeffname = "甲"\r\non = 2024-06-30\r\n'.encode(), None),
    "GBK": ('lang = "zh"\nname = "甲园区"\n'.encode("gbk"), "第 2 行不是 UTF-8 文字"),
    "no quotes": ('lang = "zh"\nname = 甲\n'.encode(), "第 2 行第 8 列写法不对"),
    "cut off": (b'name = "a', "写法不对"),
    "text for a year": (b'year = "2023"\n', "应为 整数"),
    "number for a name": (b"name = 3\n", "应为 文字（加引号）"),
    "list for a number": (b"[settings]\nsliver_width_m = [1]\n", "应为 整数 / 小数"),
    "table": (b"data = 3\n", "应为 表 { … }"),
}


@pytest.mark.parametrize("name", TOML)
def test_geoparks_toml(geoparks, tmp_path: Path, name: str) -> None:
    ws = write_blocks(tmp_path, *SQUARE)
    content, told = TOML[name]
    (ws / "geoparks.toml").write_bytes(content)
    if told is None:
        assert gp.check(ws, on=DAY).to_dict()["workspace"] == "甲"
        return
    line = refused(geoparks, "check", ws)
    assert line.startswith("geoparks.toml")
    assert told in line
    assert not re.search(r"codec|expected|Invalid|\b(int|float|str|dict|list)\b", line.replace("list [", ""))
