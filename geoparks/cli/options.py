"""What commands have in common: the language of help, and the arguments and options with their meaning."""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from geoparks.errors import GeoparksError
from geoparks.text import Lang, Text, same


def asked_for_english() -> bool:
    """Help is made before options are read, so the language is looked for in the words as they were typed."""
    words = sys.argv[1:]
    return "--lang=en" in words or ("--lang", "en") in pairwise(words)


def t(zh: str, en: str) -> str:
    """One of two sentences, by the language asked for."""
    return en if asked_for_english() else zh


class Language(StrEnum):
    """Languages of output."""

    zh = "zh"
    en = "en"


class Kind(StrEnum):
    """Kinds of geometry."""

    polygon = "polygon"
    line = "line"
    point = "point"


class Part(StrEnum):
    """What outputs may be split by."""

    park = "park"
    county = "county"


_HERE = t("当前文件夹", "here")
WS = Annotated[
    Path, typer.Argument(help=t("工作区文件夹，或单个文件", "workspace folder, or one file"), show_default=_HERE)
]
File = Annotated[
    str, typer.Argument(help=t("文件，或 postgresql://…?table=表", "a file, or postgresql://…?table=TABLE"))
]
Files = Annotated[
    list[str],
    typer.Argument(help=t("一个或多个文件，或 postgresql://…?table=表", "files, or postgresql://…?table=TABLE")),
]
On = Annotated[
    str | None,
    typer.Option("--on", metavar="YYYY-MM-DD", help=t("检查基准日（默认今天）", "day to judge by (default today)")),
]
Year = Annotated[int | None, typer.Option("--year", help=t("统计年度", "year of statistics"))]
Policy = Annotated[
    str | None,
    typer.Option("--policy", metavar="PACK", help=t("政策包：neimenggu、ordos", "policy pack: neimenggu, ordos")),
]
Lang_ = Annotated[Language | None, typer.Option("--lang", help=t("输出语言", "language of output"))]
Json = Annotated[bool, typer.Option("--json", help=t("在标准输出打印一个 JSON 文档", "print one JSON document"))]
By = Annotated[
    Part | None, typer.Option("--by", help=t("按园区或旗县另存一份", "split the outputs by park or county, too"))
]
Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="ENGINE",
        help=t(
            "计算引擎：local，或已有的 Dask 集群 dask://主机:端口",
            "local, or an existing Dask cluster: dask://host:port",
        ),
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help=t("输出文件夹（默认 工作区/out）", "output folder (default WS/out)")),
]


def day(words: str | None) -> dt.date | None:
    """The day that ``--on`` names."""
    if words is None:
        return None
    try:
        return dt.date.fromisoformat(words)
    except ValueError:
        raise GeoparksError(
            Text("日期写法不对", "not a date"), where="--on", found=same(words), expected=same("2024-06-30")
        ) from None


def spoken(lang: Language | None, default: Lang = "zh") -> Lang:
    """The language of output: the option's, else the workspace's."""
    return lang.value if lang else default
