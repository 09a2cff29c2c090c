"""The command that writes four-to limits from geometry."""

from __future__ import annotations

from pathlib import Path

import typer

from geoparks.cli.options import WS, Json, Lang_, Out, Policy, spoken, t


def add_to(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command(
        help=t(
            "由图形写出各区块的四至表述和拐点坐标表：out/describe.md、.xlsx",
            "Write the four-to sentence and the corner table of each block: out/describe.md, .xlsx",
        )
    )(describe)


def describe(
    ws: WS = Path(), policy: Policy = None, lang: Lang_ = None, json: Json = False, out: Out = None
) -> None:  # fmt: skip
    from geoparks import describe as describing
    from geoparks import words
    from geoparks.catalog import policy as policies
    from geoparks.cli.workspaces import _outputs
    from geoparks.terminal.described import show_described
    from geoparks.terminal.progress import progress_shown
    from geoparks.terminal.tables import print_json
    from geoparks.workspace import Workspace

    workspace = Workspace(ws)
    folder = _outputs(workspace, out)
    config = workspace.config
    language = spoken(lang, config.lang)
    pack = policies.load(policy or config.policy, workspace.own, config.settings)
    with progress_shown(language):
        described = describing.describe(workspace, pack.settings)
        files = describing.save(workspace, described, folder, language)
    if json:
        print_json(describing.document(workspace, described))
    else:
        show_described(described, files, language, words.MADE.to(language) if config.made else "")
