"""The public catalogue (审核公告目录): every park with name, kind, blocks, leading industries, four-to limits and area.

One page with map and table, and the same rows as workbook and GeoJSON; the results of regional assessments likewise.
Source: 内政办发〔2021〕76号 第九条, 第二十六条.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from geoparks import units, words, write
from geoparks.catalog import map as maps
from geoparks.dataset import Dataset
from geoparks.document import Document
from geoparks.maps import offline
from geoparks.maps.atlas import edition_of
from geoparks.maps.drawn import Drawn, drawn
from geoparks.maps.page import page
from geoparks.maps.scene import scene
from geoparks.maps.theme import spelled
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.normalise.features import Features
from geoparks.text import Lang, Text
from geoparks.workspace import Workspace
from geoparks.write import Outgoing
from geoparks.write.sheet import workbook

MAP = "catalogue"
_SIDES = (("east", Text("东", "E")), ("south", Text("南", "S")), ("west", Text("西", "W")), ("north", Text("北", "N")))
_PARKS = Text("园区目录", "Parks")
_ASSESSMENTS = Text("区域评估成果", "Regional assessments")
_PARK_COLUMNS = {
    "park_id": Text("园区编号", "Park id"), "name": Text("名称", "Name"), "kind": Text("类别", "Kind"), "level": Text("级别", "Level"),
    "county": Text("旗县", "County"), "blocks": Text("区块", "Blocks"), "leading_industries": Text("主导产业", "Leading industries"),
    "four_to": Text("四至范围", "Four-to limits"), "area_ha": Text("面积（公顷）", "Area (ha)"), "area_source": Text("面积来源", "Area from"),
}  # fmt: skip
_ASSESSMENT_COLUMNS = {
    "park_id": Text("园区编号", "Park id"), "park": Text("园区", "Park"), "kind": Text("评估类型", "Kind"), "approved_on": Text("批准日期", "Approved on"),
    "valid_until_on": Text("有效期至", "Valid until"), "published_on": Text("公开日期", "Published on"),
}  # fmt: skip
_APPROVED = Text("批准面积", "approved")
_OF_BLOCKS = Text("各区块批准面积合计", "sum of its blocks' approved areas")
_NOT_STATED = Text("未填", "not stated")


def save(workspace: Workspace, content: Document, folder: Path) -> list[Path]:
    """Write ``catalogue.html``, ``catalogue.xlsx``, ``parks.geojson`` and ``assessments.geojson`` (where there are any)."""
    lang: Lang = content["lang"]
    folder.mkdir(parents=True, exist_ok=True)
    edition = edition_of(workspace, public=True)
    parks, assessments = park_rows(workspace.dataset, lang), assessment_rows(workspace.dataset, lang)
    data, blocks = scene(maps.load(MAP, workspace.own), workspace, content, edition)
    found = {name: drawn(name, workspace.dataset) for name in ("parks", "assessments")}
    shown = {name: edition.of(one) if one is not None else None for name, one in found.items()}
    data["tables"] = [
        _table(_PARKS, "parks", _PARK_COLUMNS, parks, shown["parks"], lang),
        _table(_ASSESSMENTS, "assessments", _ASSESSMENT_COLUMNS, assessments, shown["assessments"], lang),
    ]
    files = [offline.write(page(data, blocks), folder / "catalogue.html")]
    notes = [[edition.notice.to(lang)], [words.MADE.to(lang)]] if content["made"] else [[edition.notice.to(lang)]]
    sheets = [_sheet(_PARKS, _PARK_COLUMNS, parks, lang), _sheet(_ASSESSMENTS, _ASSESSMENT_COLUMNS, assessments, lang)]
    sheets.append((Text("说明", "Notes").to(lang), [workspace.config.name], notes))
    files += write.whole(folder / "catalogue.xlsx", lambda path: workbook(path, sheets))
    for name, columns, rows in (("parks", _PARK_COLUMNS, parks), ("assessments", _ASSESSMENT_COLUMNS, assessments)):
        if (placed := shown[name]) is not None and len(placed.ids):
            files += _geojson(folder / f"{name}.geojson", placed, columns, rows, lang)
    return files


def park_rows(dataset: Dataset, lang: Lang) -> list[dict[str, Any]]:
    """A row for every park; what nobody stated is empty, never filled in."""
    return [_park_row(park, dataset, lang) for park in parks_of(dataset)]


def _park_row(park: Park, dataset: Dataset, lang: Lang) -> dict[str, Any]:
    register, blocks = dataset.get("parks"), dataset.get("blocks")
    own = {
        name: _stated(register, park.row, name, dataset, lang)
        for name in ("kind", "level", "county", "leading_industries", "approved_area_ha")
    }
    named, limits = [], []
    for position in park.blocks:
        assert blocks is not None
        label = blocks.subject(position).label
        if label not in named:
            named.append(label)
            sides = [
                f"{side.to(lang)}：{words}"
                for field, side in _SIDES
                if (words := _stated(blocks, position, field, dataset, lang))
            ]
            limits += [f"{label}（{'，'.join(sides)}）"] if sides else []
    area, source = own.pop("approved_area_ha"), _APPROVED
    if area is None:
        area, source = _sum_of_blocks(park, blocks), _OF_BLOCKS
    return {
        "park_id": park.subject.id, "name": park.subject.name or None, **own, "blocks": f"{len(named)}：{'、'.join(named)}" if named else None,
        "four_to": "；".join(limits) or None, "area_ha": area, "area_source": (source if area is not None else _NOT_STATED).to(lang),
    }  # fmt: skip


def _sum_of_blocks(park: Park, blocks: Features | None) -> float | None:
    """The approved hectares of a park's blocks together; None where one of them states none."""
    if blocks is None or not park.blocks:
        return None
    stated = blocks.column("approved_area_ha").astype(float).to_numpy()[list(park.blocks)]
    return None if np.isnan(stated).any() else float(stated.sum())


def assessment_rows(dataset: Dataset, lang: Lang) -> list[dict[str, Any]]:
    """A row for every regional assessment, in the order of the layer."""
    features, parks = dataset.get("assessments"), dataset.get("parks")
    if features is None:
        return []
    rows = []
    for position in range(len(features)):
        row = {
            name: _stated(features, position, name, dataset, lang)
            for name in ("park_id", "kind", "approved_on", "valid_until_on", "published_on")
        }
        known = parks.positions(str(row["park_id"])) if parks is not None and row["park_id"] else []
        rows.append(
            {
                **row,
                "park": parks.subject(known[0]).label if parks is not None and known else None,
                "id": str(features.ids[position]),
            }
        )
    return rows


def _stated(features: Features | None, position: int | None, name: str, dataset: Dataset, lang: Lang) -> Any:
    """What a layer says of one of its features; None where it says nothing."""
    if features is None or position is None or not features.holds(name):
        return None
    value = features.column(name).iloc[position]
    if isinstance(value, list | tuple):
        return "、".join(map(str, value)) or None
    if value is None or value != value or value == "":
        return None
    codes = dataset.catalogue.codes.get(features.layer.fields[name].codes or "")
    return (
        spelled(value, codes, lang)
        if isinstance(value, str)
        else float(value)
        if isinstance(value, float)
        else str(value)
    )


def _table(
    title: Text, layer: str, columns: dict[str, Text], rows: list[dict[str, Any]], found: Drawn | None, lang: Lang
) -> dict[str, Any]:
    """A table of the page; a row leads to its feature where it has one on the map."""
    place = {} if found is None else {str(name): index for index, name in enumerate(found.ids)}
    key = "park_id" if layer == "parks" else "id"
    return {
        "title": title.to(lang),
        "layer": layer,
        "columns": [text.to(lang) for text in columns.values()],
        "rows": [[_shown(row[name]) for name in columns] for row in rows],
        "places": [place.get(str(row[key])) for row in rows],
    }


def _shown(value: Any) -> str:
    return "" if value is None else units.number(value, 4) if isinstance(value, float) else str(value)


def _sheet(
    title: Text, columns: dict[str, Text], rows: list[dict[str, Any]], lang: Lang
) -> tuple[str, list[str], list[list[Any]]]:
    return (
        title.to(lang),
        [text.to(lang) for text in columns.values()],
        [[row[name] for name in columns] for row in rows],
    )


def _geojson(
    path: Path, found: Drawn, columns: dict[str, Text], rows: list[dict[str, Any]], lang: Lang
) -> Iterator[Path]:
    """The rows that have a place, with coordinates as coarse as the page's."""
    key = "park_id" if "four_to" in columns else "id"
    by_id = {str(row[key]): row for row in rows}
    table = pd.DataFrame(
        [{text.to(lang): by_id[str(name)][one] for one, text in columns.items()} for name in found.ids]
    )
    yield from write.write(Outgoing(path.stem, table, found.geometry, CRS.from_epsg(4490)), path)
