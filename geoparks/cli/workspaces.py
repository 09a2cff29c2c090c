"""Commands on a workspace: check, audit, supply, run, map, catalogue, repair, new, demo."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geoparks.cli.options import WS, By, Engine, Json, Lang_, Language, On, Out, Part, Policy, Year, day, spoken, t

if TYPE_CHECKING:
    from geoparks.result import Result
    from geoparks.workspace import Workspace


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    for verb, about in (
        (
            "check",
            t(
                "检查园区边界（B 类规则），写出报告、工作簿、证据图层和地图",
                "Check park boundaries (rules B); write report, workbook, evidence, map",
            ),
        ),
        (
            "audit",
            t(
                "计算用地效益指标（E 类），写出报告、工作簿和地图",
                "Compute the land-efficiency indicators (rows E); write report, workbook, map",
            ),
        ),
        (
            "supply",
            t(
                "计算供地率、批而未供、供而未用（L 类）",
                "Compute the supply ratio, what is unsupplied and unused (rows L)",
            ),
        ),
        (
            "run",
            t(
                "运行工作区图层所允许的全部内容，绘制全部地图",
                "Run all that the workspace's layers allow, and draw every map",
            ),
        ),
    ):
        app.command(verb, help=about)(_asking(verb))
    app.command(
        help=t(
            "闲置土地（I 类）：逐宗判定、路径、期限，--within 预警",
            "Idle land (rows I): every parcel judged, with path and deadlines; --within warns",
        )
    )(idle)
    app.command("map", help=t("绘制地图：out/maps/名称.html", "Draw maps: out/maps/NAME.html"))(draw)
    app.command(
        help=t(
            "公开目录：园区和区域评估的网页、Excel、GeoJSON",
            "The public catalogue: parks and assessments as page, workbook, GeoJSON",
        )
    )(catalogue)
    app.command(
        help=t(
            "写出修复后的图形：out/repaired.gpkg（不改动输入文件）", "Write the repaired geometry: out/repaired.gpkg"
        )
    )(repair)
    app.command(
        help=t("新建空工作区：geoparks.toml 和中文 Excel 模板", "An empty workspace: geoparks.toml and Excel templates")
    )(new)
    app.command(
        help=t("写出鄂尔多斯演示工作区（虚构数据）并运行", "Write the Ordos demonstration (made data) and run it")
    )(demo)


def _asking(verb: str) -> Callable[..., None]:
    """The command of a verb."""

    def ask(
        ws: WS = Path(),
        on: On = None,
        year: Year = None,
        policy: Policy = None,
        lang: Lang_ = None,
        json: Json = False,
        out: Out = None,
        by: By = None,
        engine: Engine = "local",
    ) -> None:
        raise typer.Exit(asked(verb, ws, on, year, policy, lang, json, out, by, engine=engine).exit_status)

    return ask


def idle(
    ws: WS = Path(),
    on: On = None,
    within: Annotated[
        int | None,
        typer.Option(
            "--within",
            min=0,
            help=t("预警：多少天内将满一年", "warn of parcels whose year is full within so many days"),
        ),
    ] = None,
    policy: Policy = None,
    lang: Lang_ = None,
    json: Json = False,
    out: Out = None,
    by: By = None,
    notices: Annotated[
        bool,
        typer.Option(
            "--notices", help=t("写出文书草稿（Word）：out/notices/", "draft the notices as Word files: out/notices/")
        ),
    ] = False,
    engine: Engine = "local",
) -> None:
    from geoparks.workspace import Workspace

    result = asked("idle", ws, on, None, policy, lang, json, out, by, within, engine=engine)
    if notices:
        for file in result.save_notices(_outputs(Workspace(ws), out) / "notices"):
            print(file, file=sys.stderr if json else sys.stdout)
    raise typer.Exit(result.exit_status)


def asked(
    verb: str,
    ws: Path,
    on: str | None = None,
    year: int | None = None,
    policy: str | None = None,
    lang: Language | None = None,
    json: bool = False,
    out: Path | None = None,
    by: Part | None = None,
    within: int | None = None,
    propose: bool = False,
    engine: str = "local",
) -> Result:
    """Do what a verb asks of a workspace, write every output, show the verdict."""
    from geoparks import pipeline
    from geoparks.document import json_lines
    from geoparks.terminal.progress import progress_shown
    from geoparks.terminal.verdict import show_result
    from geoparks.workspace import Workspace

    workspace = Workspace(ws)
    folder = _outputs(workspace, out)
    language = spoken(lang, workspace.config.lang)
    when = day(on) or workspace.config.on or dt.date.today()
    with progress_shown(language):
        result = pipeline.asked(
            verb,
            workspace,
            on=when,
            year=year,
            policy_pack=policy,
            lang=language,
            within=within,
            propose=propose,
            engine=engine,
        )
        files = result.save(folder)
        if by is not None:
            result.save_by(by.value, folder)
    if json:
        sys.stdout.writelines(json_lines(result.content))
    else:
        show_result(result, files)
    return result


def _outputs(workspace: Workspace, given: Path | None) -> Path:
    """The folder given, else ``out/`` of the workspace; for a single file, a folder beside it that bears its name."""
    from geoparks.discover import refuse_as_output

    if workspace.single is not None:
        return given or workspace.single.with_name(workspace.single.name + ".out")
    refuse_as_output(given or workspace.root / "out", workspace.config)
    return given or workspace.root / "out"


def draw(
    ws: WS = Path(),
    names: Annotated[
        list[str] | None, typer.Argument(help=t("地图名称（默认全部）", "names of maps (default: all)"))
    ] = None,
    on: On = None,
    year: Year = None,
    policy: Policy = None,
    lang: Lang_ = None,
    out: Out = None,
    public: Annotated[
        bool,
        typer.Option(
            "--public",
            help=t("公开版：坐标概化，去掉内部字段和问题", "public edition: coarse coordinates, no private fields"),
        ),
    ] = False,
) -> None:
    from geoparks import pipeline
    from geoparks.catalog import map as maps
    from geoparks.maps import atlas
    from geoparks.terminal.progress import progress_shown
    from geoparks.workspace import Workspace

    workspace = Workspace(ws)
    wanted = names or maps.names(workspace.own)
    for name in wanted:
        maps.load(name, workspace.own)
    folder = _outputs(workspace, out) / ("public" if public else "maps")
    language = spoken(lang, workspace.config.lang)
    when = day(on) or workspace.config.on or dt.date.today()
    with progress_shown(language):
        result = pipeline.asked("run", workspace, on=when, year=year, policy_pack=policy, lang=language)
        files = atlas.save(wanted, workspace, result.content, folder, atlas.edition_of(workspace, public=public))
    for file in files:
        print(file)


def catalogue(ws: WS = Path(), on: On = None, policy: Policy = None, lang: Lang_ = None, out: Out = None) -> None:
    from geoparks import pipeline
    from geoparks.maps import public_catalogue
    from geoparks.terminal.progress import progress_shown
    from geoparks.workspace import Workspace

    workspace = Workspace(ws)
    language = spoken(lang, workspace.config.lang)
    with progress_shown(language):
        result = pipeline.check(
            workspace, on=day(on) or workspace.config.on or dt.date.today(), policy_pack=policy, lang=language
        )
        files = public_catalogue.save(workspace, result.content, _outputs(workspace, out) / "catalogue")
    for file in files:
        print(file)


def repair(ws: WS = Path(), lang: Lang_ = None, json: Json = False, out: Out = None) -> None:
    from geoparks.catalog import policy as policies
    from geoparks.repair import repair as mend
    from geoparks.terminal.progress import progress_shown
    from geoparks.terminal.verdict import show_repairs
    from geoparks.workspace import Workspace

    workspace = Workspace(ws)
    language = spoken(lang, workspace.config.lang)
    pack = policies.load(workspace.config.policy, workspace.own, workspace.config.settings)
    with progress_shown(language):
        file, changed = mend(workspace, dict(pack.settings), _outputs(workspace, out), language)
    show_repairs(file, changed, language, json)


def new(folder: Annotated[Path, typer.Argument(help=t("新文件夹", "new folder"))]) -> None:
    from geoparks import scaffold
    from geoparks.catalog import layer

    for path in scaffold.new(folder, layer.load()):
        print(path)


def demo(
    folder: Annotated[Path, typer.Argument(help=t("文件夹", "folder"))] = Path("geoparks-demo"),
    on: On = None,
    policy: Policy = None,
    lang: Lang_ = None,
    json: Json = False,
) -> None:
    from geoparks.catalog import policy as policies
    from geoparks.config import DEFAULT_PACK
    from geoparks.demo import make
    from geoparks.terminal.progress import progress_shown

    day(on)
    policies.load(policy or DEFAULT_PACK)  # what is typed wrong is told before anything is written
    with progress_shown(spoken(lang)):
        make(folder)
    asked("run", folder, on, policy=policy, lang=lang, json=json)
