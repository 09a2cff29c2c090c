"""The chapter of the page on a boundary adjustment: totals, plots, and the proposals side by side, each with its picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from markupsafe import Markup

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.document import Document
from geoparks.reports.adjustment import CASE, COUNTY, LAND, PLOT, PROPOSAL, STATUS, flat, line
from geoparks.reports.drawing import HEIGHT, WIDTH, bar, canvas, north, path, view_of
from geoparks.reports.sheets import Columns
from geoparks.text import Lang, Text

Table = dict[str, Any]
_ROOM = 1.25
_SHARES = ("gap",)
_OF_THE_PARK = ("id", "name", "county", "title", "status")
_LOOKS = {
    "udb": ("#fbf0d8", "#c79a3a", 1.2), "blocks": ("none", "#2f5d9b", 1.8),
    "in": ("rgba(67,134,190,.6)", "#1f5f96", 1), "out": ("rgba(242,165,95,.7)", "#b0610f", 1),
}  # fmt: skip
"""Fill, outline and width of what a picture shows, as on the map of the adjustment."""


def adjustment_chapter(content: Document, dataset: Dataset | None) -> dict[str, Any] | None:
    """Everything that the chapter shows, ready to be laid out; None where nothing was adjusted or proposed."""
    told, lang = content["adjustment"], content["lang"]
    if not told and not content["proposals"]:
        return None
    parks = _by_park(content)
    return {
        "definition": _definition(told["definition"], lang) if told else [],
        "counties": _across(COUNTY, told["counties"], lang, heads=("county",)) if told else None,
        "tables": list(_tables(told, lang)) if told else [],
        "proposals": [_compared(some, dataset, lang) for some in parks if any(one["title"] for one in some)],
        "none": [_said(some[0], lang) for some in parks if not any(one["title"] for one in some)],
    }


def _definition(told: dict[str, Any], lang: Lang) -> list[str]:
    titles = (
        ("scale", Text("城镇建设用地规模计入", "The scale counts")),
        ("multiple", Text("扩展倍数计入", "The multiple counts")),
    )
    colon = Text("：", ": ").to(lang)
    return [*(f"{title.to(lang)}{colon}{told[key][lang]}" for key, title in titles), told["new"][lang]]


def _tables(told: dict[str, Any], lang: Lang) -> Iterator[Table]:
    land = [{**one, "ha_m2": one["m2"]} for one in told["land_use"]]
    for title, columns, rows in (
        (Text("调整地块", "Plots"), PLOT, told["plots"]), (Text("按情形", "By case"), CASE, told["cases"]),
        (Text("按地类", "By land use"), LAND, land),
    ):  # fmt: skip
        if rows:
            yield {
                "title": title.to(lang),
                **_table(columns, [_spelled(columns, line(one, columns, lang)[1]) for one in rows], lang),
            }


def _table(columns: Columns, lines: list[list[tuple[str, bool]]], lang: Lang) -> Table:
    """Heads, each with whether its column has numbers, and lines; columns that nothing fills are left out."""
    filled = [place for place in range(len(columns)) if any(one[place][0] for one in lines)]
    return {
        "heads": [(columns[place][1].to(lang), any(one[place][1] for one in lines)) for place in filled],
        "lines": [[one[place] for place in filled] for one in lines],
    }


def _across(columns: Columns, rows: list[dict[str, Any]], lang: Lang, heads: tuple[str, ...]) -> Table:
    """A table of few rows and many columns the other way round: a line a figure; figures that no row has are left out."""
    found = [dict(zip([key for key, _, _ in columns], _spelled(columns, line(one, columns, lang)[1]), strict=True)) for one in rows]  # fmt: skip
    return {
        "heads": [" ".join(one[key][0] for key in heads) for one in found],
        "lines": [
            (title.to(lang), [one[key] for one in found])
            for key, title, _ in columns
            if key not in (*heads, *_OF_THE_PARK) and any(one[key][0] for one in found)
        ],
    }


def _spelled(columns: Columns, row: list[Any]) -> list[tuple[str, bool]]:
    """Cells as words, each with whether it is a number."""
    return [_cell(key, value) for (key, _, _), value in zip(columns, row, strict=True)]


def _cell(key: str, value: Any) -> tuple[str, bool]:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return "", False
    if isinstance(value, int | float) and not isinstance(value, bool):
        if key in _SHARES:
            return f"{units.number(value * 100, 2)}%", True
        return (f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"), True
    return str(value), False


def _by_park(content: Document) -> list[list[dict[str, Any]]]:
    """The proposals of each park in each county together, as the document has them."""
    groups: dict[tuple[str | None, str | None], list[dict[str, Any]]] = {}
    for one in content["proposals"]:
        groups.setdefault((one["park_id"], one["county"]), []).append(one)
    return list(groups.values())


def _compared(some: list[dict[str, Any]], dataset: Dataset | None, lang: Lang) -> dict[str, Any]:
    """One park: its proposals as columns of a table, a picture of each, and why there is none."""
    rows = [one for one in some if one["figures"]]
    titles = [f"{one['variant']} {one['title'][lang]}" for one in rows]
    table = _across(PROPOSAL, [flat(one, lang) | {"title": title} for one, title in zip(rows, titles, strict=True)], lang, heads=("title",)) if rows else None  # fmt: skip
    drawn = [_picture(one, dataset) for one in rows]
    return {
        "name": some[0]["name"] or some[0]["park_id"] or "",
        "county": some[0]["county"] or "",
        "table": table,
        "pictures": [(title, one) for title, one in zip(titles, drawn, strict=True) if one],
        "said": [_said(one, lang) for one in some if one["reason"]],
    }


def _said(one: dict[str, Any], lang: Lang) -> dict[str, str]:
    """Why there is no proposal, of a kind and of those that come to the same."""
    titles = [each[lang] for each in (one["title"], *one.get("same_as", [])) if each]
    return {
        "name": one["name"] or one["park_id"] or "—", "county": one["county"] or "", "status": STATUS[one["status"]].to(lang),
        "title": Text("、", ", ").to(lang).join(titles), "reason": one["reason"][lang] if one["reason"] else "",
    }  # fmt: skip


def _picture(one: dict[str, Any], dataset: Dataset | None) -> Markup:
    """What comes in (blue) and goes (orange), with the boundary of today and the park's blocks."""
    ways = {
        way: shapely.union_all([shapely.geometry.shape(plot["geometry"]) for plot in one["changes"] if plot["direction"] == way])
        for way in ("in", "out")
    }  # fmt: skip
    both = shapely.union_all([each for each in ways.values() if not each.is_empty])
    if both.is_empty:
        return Markup("")
    blocks = _of_park(dataset, one["park_id"])
    view = view_of(shapely.union_all([both, *blocks]), _ROOM)
    ground = {"udb": _near(dataset, both), "blocks": blocks} | {way: [shape] for way, shape in ways.items()}
    drawn = "".join(path(view.pixels(shape, WIDTH, HEIGHT), *_LOOKS[name]) for name, shapes in ground.items() for shape in shapes)  # fmt: skip
    return Markup(canvas() + drawn + bar(view) + north() + "</svg>")  # noqa: S704 - numbers only, no user text


def _of_park(dataset: Dataset | None, park: str) -> list[shapely.Geometry]:
    blocks = dataset.get("blocks") if dataset is not None else None
    if blocks is None or not blocks.has_geometry or not blocks.has("park_id"):
        return []
    own = (blocks.column("park_id") == park).to_numpy()
    return [one for one in blocks.geometry[own] if one is not None]


def _near(dataset: Dataset | None, shape: shapely.Geometry) -> list[shapely.Geometry]:
    """The boundary around a piece of land, as wide again on every side."""
    udb = dataset.get("udb") if dataset is not None else None
    if udb is None or not udb.has_geometry:
        return []
    west, south, east, north_ = shape.bounds
    span = max(east - west, north_ - south)
    frame = shapely.box(west - span, south - span, east + span, north_ + span)
    return [one for one in udb.geometry[np.sort(shapely.STRtree(udb.geometry).query(frame))] if one is not None]
