"""Commands on single files: inspect, area, convert."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from geoparks.cli.options import File, Files, Json, Kind, Lang_, spoken, t
from geoparks.text import Lang


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command(
        help=t("查看文件：图层、字段、坐标系、编码、问题", "What a file is: layers, fields, CRS, encoding, faults")
    )(inspect)
    app.command(
        help=t("量算每个面的椭球面积和平面面积（平方米、亩、公顷）", "Ellipsoidal and planar area of every polygon")
    )(area)
    about = t("转换格式：SHP、GPKG、GDB、GeoJSON、KML、GeoParquet、DXF、TXT、XLSX 等", "Convert between formats")
    app.command(help=about)(convert)


def inspect(files: Files, lang: Lang_ = None, json: Json = False) -> None:
    from geoparks.catalog import layer
    from geoparks.files import inspection
    from geoparks.terminal.files import show_inspection

    catalogue = layer.load()
    show_inspection([inspection.inspect(file, catalogue) for file in files], catalogue, spoken(lang), json)


def area(
    files: Files,
    epsg: Annotated[int | None, typer.Option("--epsg", help=t("文件的坐标系", "the file's CRS"))] = None,
    inside: Annotated[
        str | None,
        typer.Option(
            "--inside",
            metavar="SRC",
            help=t(
                "只量落在此图层内的部分；同库的两张 PostGIS 表由服务器计算",
                "only what lies in this layer; two tables of one PostGIS are overlaid there",
            ),
        ),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="COLUMN", help=t("按该图层的此列分列", "by this column of that layer"))
    ] = None,
    sql: Annotated[
        bool, typer.Option("--sql", help=t("只打印服务器计算所用的 SQL", "print the SQL that the server would run"))
    ] = False,
    lang: Lang_ = None,
    json: Json = False,
) -> None:
    from geoparks.catalog import layer
    from geoparks.files.areas import areas
    from geoparks.terminal.files import show_areas

    catalogue = layer.load()
    if inside is not None:
        _inside(files, inside, by, spoken(lang), json=json, sql=sql)
        return
    show_areas([one for file in files for one in areas(file, catalogue, epsg)], spoken(lang), json)


def _inside(files: list[str], other: str, by: str | None, lang: Lang, *, json: bool, sql: bool) -> None:
    from geoparks.catalog import layer
    from geoparks.files.within import within
    from geoparks.measure import inside_sql
    from geoparks.terminal.within import show_within

    if sql:
        for file in files:
            print(inside_sql.sql(file, other, by), end="")
        return
    show_within([within(file, other, layer.load(), by) for file in files], lang, json)


def convert(
    src: File,
    dst: Annotated[
        str,
        typer.Argument(
            help=t(
                "目标文件，格式由后缀决定；或 postgresql://…?table=表",
                "target; the suffix says the format; or postgresql://…?table=TABLE",
            )
        ),
    ],
    layer: Annotated[str | None, typer.Option("--layer", help=t("只转换此图层", "only this layer"))] = None,
    kind: Annotated[
        Kind | None, typer.Option("--kind", help=t("只要面、线或点", "only polygons, lines or points"))
    ] = None,
    from_epsg: Annotated[int | None, typer.Option("--from-epsg", help=t("源文件的坐标系", "CRS of the source"))] = None,
    epsg: Annotated[int | None, typer.Option("--epsg", help=t("转换到此坐标系", "transform to this CRS"))] = None,
    force: Annotated[bool, typer.Option("--force", help=t("覆盖已有的目标文件", "overwrite the target"))] = False,
    lang: Lang_ = None,
) -> None:
    from geoparks.files import conversion

    files, notes = conversion.convert(
        src, dst, layer=layer, kind=kind.value if kind else None, from_epsg=from_epsg, to_epsg=epsg, force=force
    )
    for note in notes:
        print(note.to(spoken(lang)), file=sys.stderr)
    for file in files:
        print(file)
