"""The command that says what a run will need."""

from __future__ import annotations

from pathlib import Path

import typer

from geoparks.cli.options import WS, Json, Lang_, spoken, t


def add_to(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command(
        help=t(
            "预估一次运行需要的时间、内存和计算引擎（不读取图形）",
            "What a run will need: time, memory, and which engine to take (no geometry is read)",
        )
    )(plan)


def plan(ws: WS = Path(), lang: Lang_ = None, json: Json = False) -> None:
    from geoparks.planning.plan import plan as planned
    from geoparks.terminal.plan import show_plan
    from geoparks.workspace import Workspace

    workspace = Workspace(ws)
    show_plan(planned(workspace), spoken(lang, workspace.config.lang), json)
