"""Write every output of a run: all files are made first, then put in place together."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from geoparks import memory, progress
from geoparks.catalog import layer as layers
from geoparks.catalog import map as maps
from geoparks.catalog import policy
from geoparks.document import json_lines
from geoparks.errors import WorkspaceError, os_words
from geoparks.text import Text
from geoparks.verbs import VERBS

if TYPE_CHECKING:
    from geoparks.result import Result


def save(result: Result, folder: Path, *, with_map: bool = True) -> list[Path]:
    """Write every output of a run into a folder: all of them, or, where one cannot be written, none."""
    from geoparks.maps import atlas
    from geoparks.reports import adjustment, geopackage, html, idle_files, parcel_table, unlisted, xlsx

    content, workspace = result.content, result.workspace
    root = workspace.own if workspace is not None else None
    catalogue = workspace.catalogue if workspace is not None else layers.load()
    settings = workspace.config.settings if workspace is not None else {}
    pack = policy.load(content["policy"]["pack"], root, settings)
    dataset = workspace.dataset if workspace is not None else None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with memory.calm(), tempfile.TemporaryDirectory(prefix=".geoparks-", dir=folder) as staging:
            stage = Path(staging)
            progress.say(Text("写出结果文档", "writing the result document"))
            with (stage / "result.json").open("w", encoding="utf-8", newline="\n") as stream:
                stream.writelines(json_lines(content))
            progress.say(Text("写出网页报告", "writing the page"))
            (stage / "report.html").write_text(html.page(content, catalogue, pack, dataset), "utf-8", newline="\n")
            progress.say(Text("写出工作簿", "writing the workbook"))
            xlsx.write(content, catalogue, stage / "report.xlsx")
            progress.say(Text("写出证据图层", "writing the evidence"))
            geopackage.write(content, stage / "evidence.gpkg")
            adjustment.write_adjustment(content, stage / "adjustment.gpkg")
            adjustment.write_proposals(content, stage / "proposals.gpkg")
            if dataset is not None and content["assessments"] and with_map:
                parcel_table.write(dataset, stage / "tables", content["lang"])
            unlisted.write(content, result.unlisted, stage)
            if dataset is not None and (content["idle"] or "idle_table" in content) and with_map:
                progress.say(Text("写出闲置土地期限和清单", "writing deadlines and lists of idle land"))
                idle_files.write(content, pack, dataset, stage / "idle")
            if workspace is not None and with_map:
                progress.say(Text("绘制地图", "drawing the map"))
                names = list(VERBS[content["verb"]].maps) or maps.names(root)
                atlas.save(names, workspace, content, stage / "maps", atlas.edition_of(workspace))
            return put(stage, folder)
    except OSError as error:
        raise WorkspaceError(
            Text("结果写不进去", "the outputs cannot be written"),
            where=str(error.filename2 or error.filename or folder),
            found=os_words(error),
            mend=Text(
                "请关闭正在打开的报告，或用 --out 换一个文件夹。",
                "Close the report if it is open, or choose another folder with --out.",
            ),
        ) from error


def put(stage: Path, folder: Path) -> list[Path]:
    """Move every staged file to its place, after making sure that each place can be written."""
    files = sorted(one.relative_to(stage) for one in stage.rglob("*") if one.is_file())
    for one in files:
        target = folder / one
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            with target.open("r+b"):
                pass
    for one in files:
        (stage / one).replace(folder / one)
    return [folder / one for one in files]
