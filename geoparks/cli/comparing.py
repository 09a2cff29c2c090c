"""The command that compares two versions of a boundary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoparks.cli.options import Json, Lang_, Out, spoken, t

_Old = Annotated[
    Path, typer.Argument(help=t("旧版：文件，或工作区文件夹", "the old version: a file, or a workspace folder"))
]
_New = Annotated[
    Path, typer.Argument(help=t("新版：文件，或工作区文件夹", "the new version: a file, or a workspace folder"))
]


def add_to(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command(
        help=t(
            "比较两份边界：对应关系、增减地块、拐点移动；--out 写出表格、图层和卷帘地图",
            "Compare two boundaries: what became of what, land added and removed, corners moved; --out writes workbook, layers, map",
        )
    )(compare)


def compare(
    old: _Old,
    new: _New,
    layer: Annotated[
        str | None,
        typer.Option("--layer", help=t("比对哪个图层（工作区默认 blocks）", "which layer (of a workspace: blocks)")),
    ] = None,
    old_layer: Annotated[
        str | None,
        typer.Option("--old-layer", help=t("旧版的图层，与新版不同时", "the old version's layer, where it is another")),
    ] = None,
    id_from: Annotated[str | None, typer.Option("--id", help=t("哪一列是编号", "which column is the id"))] = None,
    old_epsg: Annotated[
        int | None, typer.Option("--old-epsg", help=t("旧版的坐标系", "CRS of the old version"))
    ] = None,
    new_epsg: Annotated[
        int | None, typer.Option("--new-epsg", help=t("新版的坐标系", "CRS of the new version"))
    ] = None,
    lang: Lang_ = None,
    json: Json = False,
    out: Out = None,
) -> None:
    from geoparks import config
    from geoparks.catalog import layer as layers
    from geoparks.catalog import policy
    from geoparks.compare.document import compared
    from geoparks.compare.opening import open_version, refuse_unknown_layer
    from geoparks.compare.outputs import save
    from geoparks.terminal.compared import show_compared
    from geoparks.terminal.progress import progress_shown
    from geoparks.terminal.tables import print_json

    language, catalogue = spoken(lang), layers.load()
    with progress_shown(language):
        before = open_version(old, catalogue, layer=old_layer or layer, id_from=id_from, epsg=old_epsg)
        after = open_version(new, catalogue, layer=layer, id_from=id_from, epsg=new_epsg)
        if layer is not None:
            refuse_unknown_layer(layer, (before, after))
        content = compared(before, after, policy.load(config.DEFAULT_PACK).settings)
        files = save(content, before, after, out, language) if out is not None else []
    if json:
        print_json(content)
    else:
        show_compared(content, files, language)
