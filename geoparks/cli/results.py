"""Commands on result documents: diff, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoparks.cli.options import WS, Json, Lang_, spoken, t


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command(help=t("比较两次结果：已解决、新增、仍存在", "Compare two results: fixed, new, still there"))(diff)
    app.command(help=t("重新运行并与已有结果逐字节比较", "Run again and compare with a result byte for byte"))(verify)


def diff(
    old: Annotated[
        Path, typer.Argument(help=t("较早的 result.json 或其文件夹", "the earlier result.json, or its folder"))
    ],
    new: Annotated[
        Path, typer.Argument(help=t("较晚的 result.json 或其文件夹", "the later result.json, or its folder"))
    ],
    lang: Lang_ = None,
    json: Json = False,
) -> None:
    from geoparks import diff as diffs
    from geoparks.terminal.verdict import show_difference

    show_difference(diffs.diff(diffs.load(old), diffs.load(new)), spoken(lang), json)


def verify(
    result: Annotated[Path, typer.Argument(help="result.json")],
    ws: WS = Path(),
    lang: Lang_ = None,
) -> None:
    from geoparks import pipeline
    from geoparks.diff import load
    from geoparks.document import to_json
    from geoparks.terminal.progress import progress_shown
    from geoparks.workspace import Workspace

    content = load(result)
    with progress_shown(spoken(lang)):
        again = pipeline.asked(
            content.get("verb", "check"),
            Workspace(ws),
            on=content["on"],
            year=content["year"],
            policy_pack=content["policy"]["pack"],
            lang=content["lang"],
        )
    same = again.to_json() == to_json(content)
    changed = [key for key in again.content if again.content[key] != content.get(key)]
    if same:
        print(t("一致：重新运行得到相同的结果", "the same: running again gives the same result"))
    else:
        print(t(f"不一致：{'、'.join(changed)} 有变化", f"different: {', '.join(changed)} changed"))
    raise typer.Exit(0 if same else 1)
