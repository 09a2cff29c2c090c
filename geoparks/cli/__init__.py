"""The command line. It asks the clock, shows progress and prints; everything else is done elsewhere.

Exit status: 0 nothing binding failed, 1 something did or could not be judged, 2 the command or a file is wrong.
Each command is a function in one of the modules beside this one; libraries are imported inside it, so that
``geoparks --help`` is instant.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from geoparks.cli import adjusting, catalogues, comparing, describing, files, planning, results, workspaces
from geoparks.cli.mistakes import told
from geoparks.cli.options import Lang_, asked_for_english, t
from geoparks.errors import FILE_TROUBLE, GeoparksError, WorkspaceError, os_words, without_secrets
from geoparks.version import __version__

app = typer.Typer(
    name="geoparks",
    help=t(
        "工业园区土地管理工具：边界检查、面积量算、格式转换。",
        "Look after the land of industrial parks: boundaries, areas, formats.",
    ),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _module in (workspaces, adjusting, describing, comparing, files, results, planning, catalogues):
    _module.add_to(app)


def _show_version(value: bool) -> None:
    if value:
        print(__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=t("版本", "version"))
    ] = False,
    lang: Lang_ = None,
) -> None:
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


def main() -> None:
    """Run the command line; whatever goes wrong is one line on standard error, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        status = app(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except GeoparksError as error:
        _stop(error.line("en" if asked_for_english() else "zh"), error.exit_status)
    except (KeyboardInterrupt, typer.Abort):
        _stop(t("已中断，没有写出结果", "interrupted, nothing was written"), 130)
    except BrokenPipeError:
        os._exit(0)
    except OSError as error:
        if os.environ.get("GEOPARKS_DEBUG"):
            raise
        place = f"{error.filename2 or error.filename}" if error.filename else "geoparks"
        _stop(
            WorkspaceError(FILE_TROUBLE, where=place, found=os_words(error)).line(
                "en" if asked_for_english() else "zh"
            ),
            2,
        )
    except Exception as error:
        # Typer brings its own copy of click in some versions, so its errors are known by what they can do.
        if hasattr(error, "format_message"):
            commands = [one.name or one.callback.__name__ for one in app.registered_commands if one.callback]
            _stop(t(*told(error, commands)), 2)
        if os.environ.get("GEOPARKS_DEBUG"):
            raise
        words = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        _stop(
            t(
                f"程序内部错误：{words}。请把此行和 geoparks doctor 的输出发给维护者。",
                f"internal error: {words}. Please send this line and the output of geoparks doctor to the maintainers.",
            ),
            2,
        )


def _stop(line: str, status: int) -> NoReturn:
    print(without_secrets(line), file=sys.stderr)
    raise SystemExit(status)
