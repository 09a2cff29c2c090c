"""Commands on what geoparks knows: rules, layers, doctor."""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path
from typing import Annotated

import typer

from geoparks.cli.options import Json, Lang_, On, Policy, day, spoken, t
from geoparks.errors import GeoparksError
from geoparks.text import Text


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command(
        help=t("规则目录，或一条规则的条文、限值和出处", "The rules, or one with its clauses, limits and sources")
    )(rules)
    app.command(help=t("图层目录，或一个图层的字段和别名", "The layers, or one with its fields and aliases"))(layers)
    app.command(help=t("检查本机环境", "What this machine has and lacks"))(doctor)


def _here() -> Path | None:
    """The workspace that the command is typed in, whose own declarations count, if it is one."""
    return Path() if Path("geoparks.toml").exists() else None


def rules(
    rule: Annotated[str | None, typer.Argument(help=t("规则编号，例如 B07", "rule id, such as B07"))] = None,
    on: On = None,
    policy: Policy = None,
    lang: Lang_ = None,
    json: Json = False,
) -> None:
    from geoparks.catalog import policy as policies
    from geoparks.config import DEFAULT_PACK
    from geoparks.rulebook import rulebook
    from geoparks.terminal.catalogues import show_rules

    pack = policies.load(policy or DEFAULT_PACK, _here())
    pages = rulebook(pack, rule, day(on) or dt.date.today())
    show_rules(pages, one=rule is not None, lang=spoken(lang), json=json)


def layers(
    name: Annotated[
        str | None, typer.Argument(help=t("图层名、中文名或数据库名", "name, Chinese name or database name"))
    ] = None,
    lang: Lang_ = None,
    json: Json = False,
) -> None:
    from geoparks.catalog import layer
    from geoparks.terminal.catalogues import show_layer, show_layers

    catalogue = layer.load(_here())
    if name is None:
        show_layers(catalogue, spoken(lang), json)
        return
    found = catalogue.named(name)
    if found is None:
        known = [word for one in catalogue.layers.values() for word in (one.name, one.title.zh)]
        near = difflib.get_close_matches(name, known, 3, 0.4)
        raise GeoparksError(
            Text(f"没有名为 {name} 的图层", f"no layer is named {name}"),
            where="layers",
            mend=Text(f"您是否想找：{'、'.join(near)}？", f"Did you mean {', '.join(near)}?") if near else None,
        )
    show_layer(found, spoken(lang), json)


def doctor(lang: Lang_ = None) -> None:
    from geoparks.doctor import examine
    from geoparks.terminal.catalogues import show_doctor

    raise typer.Exit(show_doctor(list(examine()), spoken(lang)))
