"""The files of a comparison: document, workbook, layers and map, put in place together or not at all."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry import shape

from geoparks import units
from geoparks.compare.document import RELATIONS, Document
from geoparks.compare.opening import Version
from geoparks.compare.page import page_of
from geoparks.compare.telling import KINDS, called, told, what
from geoparks.errors import WorkspaceError, os_words
from geoparks.maps.offline import refuse_links
from geoparks.measure.versions import Relation
from geoparks.outputs import put
from geoparks.text import Lang, Text
from geoparks.write import Outgoing, gdal
from geoparks.write.sheet import workbook

FILES = ("compare.json", "compare.xlsx", "compare.gpkg", "compare.html")
_LONLAT = CRS.from_epsg(4490)


def save(content: Document, old: Version, new: Version, folder: Path, lang: Lang) -> list[Path]:
    """Write all files of a comparison into a folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".geoparks-", dir=folder) as staging:
            stage = Path(staging)
            words = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
            (stage / FILES[0]).write_text(words + "\n", "utf-8", newline="\n")
            workbook(stage / FILES[1], list(_sheets(content, lang)))
            _write_layers(content, new, stage / FILES[2], lang)
            (stage / FILES[3]).write_text(refuse_links(page_of(content, old, new, lang)), "utf-8", newline="\n")
            return put(stage, folder)
    except OSError as error:
        raise WorkspaceError(
            Text("结果写不进去", "the outputs cannot be written"), where=str(error.filename2 or error.filename or folder), found=os_words(error),
            mend=Text("请关闭正在打开的文件，或用 --out 换一个文件夹。", "Close the files if they are open, or choose another folder with --out."),
        ) from error  # fmt: skip


def _sheets(content: Document, lang: Lang) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    """总表, 对应关系, 增减地块, 拐点移动."""
    rows: list[list[Any]] = [
        [words.to(lang), value.to(lang) if isinstance(value, Text) else _rounded(value)]
        for words, value in told(content)
    ]
    yield Text("总表", "Summary").to(lang), _headers(lang, ("项目", "Item"), ("数值", "Value")), rows
    yield (
        Text("对应关系", "Correspondence").to(lang),
        _headers(
            lang, ("序号", "No."), ("变化", "Change"), ("旧编号", "Old id"), ("旧名称", "Old name"), ("新编号", "New id"), ("新名称", "New name"),
            ("旧面积（亩）", "Old area (mu)"), ("新面积（亩）", "New area (mu)"), ("增加（亩）", "Added (mu)"), ("减少（亩）", "Removed (mu)"),
            ("移动（米）", "Moved (m)"), ("方向", "Direction"), ("略去的碎片（平方米）", "Slivers left out (m²)"), ("说明", "Remark"),
        ),
        [_row(one, lang) for one in content["changes"]],
    )  # fmt: skip
    pieces = [(sign, one) for one in content["changes"] for sign in ("added", "removed") if one[sign]]
    yield (
        Text("增减地块", "Added and removed").to(lang),
        _headers(lang, ("序号", "No."), ("增减", "Sign"), ("变化", "Change"), ("编号", "Id"), ("名称", "Name"), ("亩", "mu"), ("平方米", "m²"), ("处数", "Places"), ("经度", "Longitude"), ("纬度", "Latitude")),
        [_piece(sign, one, lang) for sign, one in pieces],
    )  # fmt: skip
    changes = {one["number"]: one for one in content["changes"]}
    yield (
        Text("拐点移动", "Corners").to(lang),
        _headers(lang, ("序号", "No."), ("图形", "Feature"), ("拐点", "Corner"), ("移动（米）", "Moved (m)"), ("旧经度", "Old longitude"), ("旧纬度", "Old latitude"), ("新经度", "New longitude"), ("新纬度", "New latitude")),
        [
            [one["change"], called(changes[one["change"]]), KINDS[one["kind"]].to(lang), _rounded(one["metres"]), *(one["old"] or [None, None]), *(one["new"] or [None, None])]
            for one in content["corners"]
        ],
    )  # fmt: skip


def _headers(lang: Lang, *names: tuple[str, str]) -> list[str]:
    return [Text(*one).to(lang) for one in names]


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value


def _row(one: Document, lang: Lang) -> list[Any]:
    sides = [[("、".join(dict.fromkeys(each[key] for each in one[side] if each[key])) or None) for key in ("id", "name")] for side in ("old", "new")]  # fmt: skip
    move = one["move"]
    return [
        one["number"], RELATIONS[Relation(one["relation"])].to(lang), *sides[0], *sides[1],
        *(round(units.to_mu(one[key]), 4) if one[side] else None for key, side in (("old_m2", "old"), ("new_m2", "new"))),
        round(one["added_mu"], 4), round(one["removed_mu"], 4), _rounded(move["metres"]) if move else None,
        move["direction"][lang] if move else None, round(one["ignored_m2"], 4), what(one).to(lang) or None,
    ]  # fmt: skip


def _piece(sign: str, one: Document, lang: Lang) -> list[Any]:
    side = one["new" if sign == "added" else "old"][0]
    land = shape(one[sign])
    point = land.representative_point()
    return [
        one["number"], KINDS[sign].to(lang), RELATIONS[Relation(one["relation"])].to(lang), side["id"], side["name"], round(one[f"{sign}_mu"], 4),
        round(one[f"{sign}_m2"], 3), shapely.get_num_geometries(land), round(point.x, 6), round(point.y, 6),
    ]  # fmt: skip


def _write_layers(content: Document, new: Version, path: Path, lang: Lang) -> None:
    """added, removed, unchanged, corners, corner_moves, as far as they hold anything; in EPSG:4490."""
    names = _headers(lang, ("序号", "number"), ("变化", "change"), ("图形", "feature"), ("面积_亩", "area_mu"))
    layers: list[tuple[str, list[str], list[list[Any]], list[Any]]] = []
    for sign in ("added", "removed"):
        some = [one for one in content["changes"] if one[sign]]
        rows = [
            [one["number"], RELATIONS[Relation(one["relation"])].to(lang), called(one), one[f"{sign}_mu"]]
            for one in some
        ]
        layers.append((sign, names, rows, [_multi(shape(one[sign])) for one in some]))
    same = [one for one in content["changes"] if one["relation"] in ("unchanged", "renamed")]
    positions = {
        (str(name), int(row)): at
        for at, (name, row) in enumerate(zip(new.features.ids, new.features.rows, strict=True))
    }
    whole = [new.features.geometry[[positions[each["id"], each["row"]] for each in one["new"]]] for one in same]
    rows = [
        [one["number"], RELATIONS[Relation(one["relation"])].to(lang), called(one), units.to_mu(one["new_m2"])]
        for one in same
    ]
    layers.append(
        ("unchanged", names, rows, [_multi(some[0] if len(some) == 1 else shapely.union_all(some)) for some in whole])
    )
    corners = content["corners"]
    heads = _headers(lang, ("序号", "number"), ("拐点", "corner"), ("移动_米", "moved_m"))
    rows = [[one["change"], KINDS[one["kind"]].to(lang), one["metres"]] for one in corners]
    layers.append(("corners", heads, rows, [shapely.Point(one["new"] or one["old"]) for one in corners]))
    moved = [(row, one) for row, one in zip(rows, corners, strict=True) if one["kind"] == "moved"]
    layers.append(
        (
            "corner_moves",
            heads,
            [row for row, _ in moved],
            [shapely.LineString([one["old"], one["new"]]) for _, one in moved],
        )
    )
    written = 0
    for name, heads, rows, shapes in layers:
        if rows:
            geometry = np.array(shapes, dtype=object)
            gdal.write(Outgoing(name, pd.DataFrame(rows, columns=heads), geometry, _LONLAT), path, append=written > 0)
            written += 1
    if not written:
        gdal.write(Outgoing("unchanged", pd.DataFrame(columns=names), None, None), path)


def _multi(one: Any) -> Any:
    return shapely.MultiPolygon([one]) if one.geom_type == "Polygon" else one
