"""The command on the urban development boundary: adjust, with its proposals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geoparks.cli.options import WS, By, Json, Lang_, On, Out, Policy, t
from geoparks.cli.workspaces import asked


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command(
        help=t(
            "城镇开发边界局部优化（U 类）：总量、扩展倍数、占用、情形；--propose 给出调入调出方案",
            "Local adjustment of the boundary (rules U): totals, multiple, overlaps, cases; --propose works out plots",
        )
    )(adjust)


def adjust(
    ws: WS = Path(),
    on: On = None,
    propose: Annotated[
        bool,
        typer.Option(
            "--propose", help=t("给出调入、调出方案，供比较", "propose land to bring in and let go, to compare")
        ),
    ] = False,
    policy: Policy = None,
    lang: Lang_ = None,
    json: Json = False,
    out: Out = None,
    by: By = None,
) -> None:
    raise typer.Exit(asked("adjust", ws, on, None, policy, lang, json, out, by, propose=propose).exit_status)
