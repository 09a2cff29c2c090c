"""The command line. It asks the clock, shows progress, prints; everything else is done elsewhere.

Exit status: 0 nothing binding failed, 1 something did or could not be judged, 2 the command or a file is wrong.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from geoparks.errors import GeoparksError
from geoparks.text import Lang, Text

if TYPE_CHECKING:
    from geoparks.result import Result
    from geoparks.workspace import Workspace


def _asked_for_english() -> bool:
    """Help is made before options are read, so the language is looked for in the words as they were typed."""
    words = sys.argv[1:]
    return "--lang=en" in words or ("--lang", "en") in pairwise(words)


def _t(zh: str, en: str) -> str:
    return en if _asked_for_english() else zh


class Language(StrEnum):
    """Languages of output."""

    zh = "zh"
    en = "en"


class Kind(StrEnum):
    """Kinds of geometry."""

    polygon = "polygon"
    line = "line"
    point = "point"


app = typer.Typer(
    name="geoparks",
    help=_t(
        "工业园区土地管理工具：边界检查、面积量算、格式转换。",
        "Look after the land of industrial parks: boundaries, areas, formats.",
    ),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

WS = Annotated[
    Path,
    typer.Argument(
        help=_t("工作区文件夹，或单个文件", "workspace folder, or one file"), show_default=_t("当前文件夹", "here")
    ),
]
File = Annotated[Path, typer.Argument(help=_t("文件", "file"))]
Files = Annotated[list[Path], typer.Argument(help=_t("一个或多个文件", "one or more files"))]
On = Annotated[
    str | None,
    typer.Option("--on", metavar="YYYY-MM-DD", help=_t("检查基准日（默认今天）", "day to judge by (default today)")),
]
Year = Annotated[int | None, typer.Option("--year", help=_t("统计年度", "year of statistics"))]
Policy = Annotated[
    str | None,
    typer.Option("--policy", metavar="PACK", help=_t("政策包：neimenggu、ordos", "policy pack: neimenggu, ordos")),
]
Lang_ = Annotated[Language | None, typer.Option("--lang", help=_t("输出语言", "language of output"))]
Json = Annotated[bool, typer.Option("--json", help=_t("在标准输出打印一个 JSON 文档", "print one JSON document"))]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help=_t("输出文件夹（默认 工作区/out）", "output folder (default WS/out)")),
]


def main() -> None:
    """Run the command line; whatever goes wrong is one line on standard error, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        status = app(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except GeoparksError as error:
        _stop(error.line(_lang()), error.exit_status)
    except (KeyboardInterrupt, typer.Abort):
        _stop(_t("已中断，没有写出结果", "interrupted, nothing was written"), 130)
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:
        # Typer brings its own copy of click in some versions, so its errors are known by what they can do.
        if hasattr(error, "format_message"):
            _stop(_t("命令有误：", "wrong command: ") + error.format_message().replace("\n", " "), 2)
        if os.environ.get("GEOPARKS_DEBUG"):
            raise
        words = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        _stop(_t(f"程序内部错误：{words}。请把此行和 geoparks doctor 的输出发给维护者。",
                 f"internal error: {words}. Please send this line and the output of geoparks doctor to the maintainers."), 2)  # fmt: skip


def _stop(line: str, status: int) -> NoReturn:
    print(line, file=sys.stderr)
    raise SystemExit(status)


def _lang() -> Lang:
    return "en" if _asked_for_english() else "zh"


def _date(words: str | None) -> dt.date | None:
    if words is None:
        return None
    try:
        return dt.date.fromisoformat(words)
    except ValueError:
        raise GeoparksError(
            Text("日期写法不对", "not a date"),
            where="--on",
            found=Text(words, words),
            expected=Text("2024-06-30", "2024-06-30"),
        ) from None


@app.command(
    help=_t(
        "检查园区边界（B 类规则），写出报告、工作簿、证据图层和地图",
        "Check park boundaries (rules B); write report, workbook, evidence and map",
    )
)
def check(
    ws: WS = Path(),
    on: On = None,
    year: Year = None,
    policy: Policy = None,
    lang: Lang_ = None,
    json: Json = False,
    out: Out = None,
) -> None:
    raise typer.Exit(_run(ws, on, year, policy, lang, json, out).exit_status)


@app.command(help=_t("运行工作区图层所允许的全部检查", "Run all that the workspace's layers allow"))
def run(
    ws: WS = Path(),
    on: On = None,
    year: Year = None,
    policy: Policy = None,
    lang: Lang_ = None,
    json: Json = False,
    out: Out = None,
) -> None:
    raise typer.Exit(_run(ws, on, year, policy, lang, json, out).exit_status)


def _run(
    ws: Path, on: str | None, year: int | None, policy: str | None, lang: Language | None, json: bool, out: Path | None
) -> Result:
    from geoparks import pipeline
    from geoparks.terminal import progress_shown, show_result
    from geoparks.workspace import Workspace

    workspace = Workspace(ws)
    day = _date(on) or workspace.config.on or dt.date.today()
    spoken: Lang = lang.value if lang else workspace.config.lang
    with progress_shown(spoken):
        result = pipeline.check(workspace, on=day, year=year, policy_pack=policy, lang=spoken)
        files = result.save(out or _out(workspace))
    if json:
        print(result.to_json(), end="")
    else:
        show_result(result, files)
    return result


def _out(workspace: Workspace) -> Path:
    """``out/`` of the workspace; for a single file, a folder beside it that bears its name."""
    if workspace.single is not None:
        return workspace.single.with_name(workspace.single.name + ".out")
    return workspace.root / "out"


@app.command(name="map", help=_t("绘制地图：out/maps/名称.html", "Draw maps: out/maps/NAME.html"))
def map_(
    ws: WS = Path(),
    names: Annotated[list[str] | None, typer.Argument(help=_t("地图名称（默认全部）", "names of maps (default: all)"))] = None,
    on: On = None, policy: Policy = None, lang: Lang_ = None, out: Out = None,
) -> None:  # fmt: skip
    from geoparks import pipeline
    from geoparks.catalog import map as maps
    from geoparks.maps.page import draw
    from geoparks.terminal import progress_shown
    from geoparks.workspace import Workspace

    workspace = Workspace(ws)
    root = workspace.root if workspace.single is None else None
    day = _date(on) or workspace.config.on or dt.date.today()
    spoken: Lang = lang.value if lang else workspace.config.lang
    wanted = names or maps.names(root)
    for name in wanted:
        maps.load(name, root)
    with progress_shown(spoken):
        result = pipeline.check(workspace, on=day, policy_pack=policy, lang=spoken)
        folder = (out or _out(workspace)) / "maps"
        folder.mkdir(parents=True, exist_ok=True)
        files = [draw(name, workspace, result.content).save(folder / f"{name}.html") for name in wanted]
    for file in files:
        print(file)


@app.command(
    help=_t(
        "写出修复后的图形：out/repaired.gpkg（不改动输入文件）",
        "Write the repaired geometry: out/repaired.gpkg (inputs stay as they are)",
    )
)
def repair(ws: WS = Path(), lang: Lang_ = None, json: Json = False, out: Out = None) -> None:
    from geoparks.catalog import policy as policies
    from geoparks.repair import repair as run_repair
    from geoparks.terminal import progress_shown, show_repairs
    from geoparks.workspace import Workspace

    workspace = Workspace(ws)
    spoken: Lang = lang.value if lang else workspace.config.lang
    pack = policies.load(
        workspace.config.policy, workspace.root if workspace.single is None else None, workspace.config.settings
    )
    with progress_shown(spoken):
        file, changed = run_repair(workspace, dict(pack.settings), out or _out(workspace), spoken)
    show_repairs(file, changed, spoken, json)


@app.command(help=_t("比较两次结果：已解决、新增、仍存在", "Compare two results: fixed, new, still there"))
def diff(
    old: Annotated[Path, typer.Argument(help=_t("较早的 result.json 或其文件夹", "the earlier result.json, or its folder"))],
    new: Annotated[Path, typer.Argument(help=_t("较晚的 result.json 或其文件夹", "the later result.json, or its folder"))],
    lang: Lang_ = None, json: Json = False,
) -> None:  # fmt: skip
    from geoparks import diff as diffs
    from geoparks.terminal import show_difference

    difference = diffs.diff(diffs.load(old), diffs.load(new))
    show_difference(difference, lang.value if lang else "zh", json)


@app.command(help=_t("重新运行并与已有结果逐字节比较", "Run again and compare with a result byte for byte"))
def verify(
    result: Annotated[Path, typer.Argument(help=_t("result.json", "result.json"))],
    ws: WS = Path(),
    lang: Lang_ = None,
) -> None:
    from geoparks import pipeline
    from geoparks.diff import load
    from geoparks.document import to_json
    from geoparks.terminal import progress_shown
    from geoparks.workspace import Workspace

    content = load(result)
    with progress_shown(_lang()):
        again = pipeline.check(
            Workspace(ws),
            on=content["on"],
            year=content["year"],
            policy_pack=content["policy"]["pack"],
            lang=content["lang"],
        )
    same = again.to_json() == to_json(content)
    changed = [key for key in again.content if again.content[key] != content.get(key)]
    print(_t("一致：重新运行得到相同的结果", "the same: running again gives the same result") if same
          else _t(f"不一致：{'、'.join(changed)} 有变化", f"different: {', '.join(changed)} changed"))  # fmt: skip
    raise typer.Exit(0 if same else 1)


@app.command(
    help=_t("查看文件：图层、字段、坐标系、编码、问题", "What a file is: layers, fields, CRS, encoding, faults")
)
def inspect(files: Files, lang: Lang_ = None, json: Json = False) -> None:
    from geoparks.catalog import layer as layers
    from geoparks.files.inspection import inspect as look
    from geoparks.terminal import show_inspection

    catalogue = layers.load()
    show_inspection([look(file, catalogue) for file in files], catalogue, lang.value if lang else "zh", json)


@app.command(
    help=_t(
        "量算每个面的椭球面积和平面面积（平方米、亩、公顷）",
        "Ellipsoidal and planar area of every polygon (m², mu, ha)",
    )
)
def area(
    files: Files, epsg: Annotated[int | None, typer.Option("--epsg", help=_t("文件的坐标系", "the file's CRS"))] = None,
    lang: Lang_ = None, json: Json = False,
) -> None:  # fmt: skip
    from geoparks.catalog import layer as layers
    from geoparks.files.areas import areas
    from geoparks.terminal import show_areas

    catalogue = layers.load()
    show_areas([one for file in files for one in areas(file, catalogue, epsg)], lang.value if lang else "zh", json)


@app.command(
    help=_t("转换格式：SHP、GPKG、GDB、GeoJSON、KML、GeoParquet、DXF、TXT、XLSX 等", "Convert between formats")
)
def convert(
    src: File,
    dst: Annotated[Path, typer.Argument(help=_t("目标文件，格式由后缀决定", "target; the suffix says the format"))],
    layer: Annotated[str | None, typer.Option("--layer", help=_t("只转换此图层", "only this layer"))] = None,
    kind: Annotated[
        Kind | None, typer.Option("--kind", help=_t("只要面、线或点", "only polygons, lines or points"))
    ] = None,
    from_epsg: Annotated[
        int | None, typer.Option("--from-epsg", help=_t("源文件的坐标系", "CRS of the source"))
    ] = None,
    epsg: Annotated[int | None, typer.Option("--epsg", help=_t("转换到此坐标系", "transform to this CRS"))] = None,
    force: Annotated[bool, typer.Option("--force", help=_t("覆盖已有的目标文件", "overwrite the target"))] = False,
    lang: Lang_ = None,
) -> None:
    from geoparks.files.conversion import convert as run_convert

    files, notes = run_convert(
        src, dst, layer=layer, kind=kind.value if kind else None, from_epsg=from_epsg, to_epsg=epsg, force=force
    )
    for note in notes:
        print(note.to(lang.value if lang else "zh"), file=sys.stderr)
    for file in files:
        print(file)


@app.command(
    help=_t("规则目录，或一条规则的条文、限值和出处", "The rules, or one with its clauses, limits and sources")
)
def rules(
    rule: Annotated[str | None, typer.Argument(help=_t("规则编号，例如 B07", "rule id, such as B07"))] = None,
    on: On = None, policy: Policy = None, lang: Lang_ = None, json: Json = False,
) -> None:  # fmt: skip
    from geoparks.catalog import policy as policies
    from geoparks.rulebook import rulebook
    from geoparks.terminal import show_rules

    pack = policies.load(policy or "neimenggu")
    show_rules(
        rulebook(pack, rule, _date(on) or dt.date.today()),
        one=rule is not None,
        lang=lang.value if lang else "zh",
        json=json,
    )


@app.command(help=_t("图层目录，或一个图层的字段和别名", "The layers, or one with its fields and aliases"))
def layers(
    name: Annotated[str | None, typer.Argument(help=_t("图层名、中文名或数据库名", "name, Chinese name or database name"))] = None,
    lang: Lang_ = None, json: Json = False,
) -> None:  # fmt: skip
    from geoparks.catalog import layer as catalog
    from geoparks.terminal import show_layer, show_layers

    catalogue = catalog.load()
    if name is None:
        show_layers(catalogue, lang.value if lang else "zh", json)
        return
    found = catalogue.named(name)
    if found is None:
        import difflib

        near = difflib.get_close_matches(
            name, [one for layer in catalogue.layers.values() for one in (layer.name, layer.title.zh)], 3, 0.4
        )
        raise GeoparksError(
            Text(f"没有名为 {name} 的图层", f"no layer is named {name}"), where="layers",
            mend=Text(f"您是否想找：{'、'.join(near)}？", f"Did you mean {', '.join(near)}?") if near else None,
        )  # fmt: skip
    show_layer(found, catalogue, lang.value if lang else "zh", json)


@app.command(
    help=_t("新建空工作区：geoparks.toml 和中文 Excel 模板", "An empty workspace: geoparks.toml and Excel templates")
)
def new(folder: Annotated[Path, typer.Argument(help=_t("新文件夹", "new folder"))]) -> None:
    from geoparks.catalog import layer as catalog
    from geoparks.scaffold import new as make

    for path in make(folder, catalog.load()):
        print(path)


@app.command(
    help=_t("写出鄂尔多斯演示工作区（虚构数据）并运行", "Write the Ordos demonstration (made data) and run it")
)
def demo(
    folder: Annotated[Path, typer.Argument(help=_t("文件夹", "folder"))] = Path("geoparks-demo"),
    lang: Lang_ = None,
    json: Json = False,
) -> None:
    from geoparks.demo import make
    from geoparks.terminal import progress_shown

    with progress_shown(lang.value if lang else "zh"):
        make(folder)
    _run(folder, None, None, None, lang, json, None)


@app.command(help=_t("检查本机环境", "What this machine has and lacks"))
def doctor(lang: Lang_ = None) -> None:
    from geoparks.doctor import examine
    from geoparks.terminal import show_doctor

    raise typer.Exit(show_doctor(list(examine()), lang.value if lang else "zh"))


def _version(value: bool) -> None:
    if value:
        from geoparks import __version__

        print(__version__)
        raise typer.Exit()


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_t("版本", "version"))
    ] = False,
    lang: Lang_ = None,
) -> None:
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())
