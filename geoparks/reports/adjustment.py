"""What a report shows of a boundary adjustment: the tables of an application, the proposals side by side, and their layers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geoparks import units
from geoparks.document import Document
from geoparks.reports.sheets import Columns, Row, Sheet
from geoparks.text import Lang, Text
from geoparks.write import Outgoing, gdal

DIRECTION = {"in": Text("调入", "in"), "out": Text("调出", "out")}
STATUS = {
    "proposed": Text("有方案", "proposed"), "infeasible": Text("无解", "none possible"),
    "not_needed": Text("不需要", "not needed"), "not_checked": Text("未计算", "not worked out"),
}  # fmt: skip
COUNTY: Columns = [
    ("county", Text("旗县", "County"), 14), ("boundary_before_ha", Text("调整前边界（公顷）", "Boundary before (ha)"), 16),
    ("in_ha", Text("调入（公顷）", "In (ha)"), 12), ("out_ha", Text("调出（公顷）", "Out (ha)"), 12), ("net_ha", Text("净增（公顷）", "Net (ha)"), 12),
    ("boundary_after_ha", Text("调整后边界（公顷）", "Boundary after (ha)"), 16),
    ("construction_before_ha", Text("调整前建设用地规模（公顷）", "Scale before (ha)"), 18),
    ("construction_after_ha", Text("调整后建设用地规模（公顷）", "Scale after (ha)"), 18),
    ("construction_limit_ha", Text("批准规模（公顷）", "Scale approved (ha)"), 16), ("base_ha", Text("基期建设用地（公顷）", "Base (ha)"), 16),
    ("multiple_before", Text("调整前扩展倍数", "Multiple before"), 14), ("multiple_after", Text("调整后扩展倍数", "Multiple after"), 14),
    ("multiple_approved", Text("批准扩展倍数", "Multiple approved"), 14), ("reason", Text("说明", "Note"), 40),
]  # fmt: skip
PLOT: Columns = [
    ("change_id", Text("调整编号", "Change"), 20), ("direction", Text("方向", "Direction"), 8), ("case", Text("情形", "Case"), 36),
    ("county", Text("旗县", "County"), 14), ("park_id", Text("园区编号", "Park"), 10), ("changed_on", Text("调整日期", "Date"), 12),
    ("evidence_no", Text("佐证文号", "Evidence"), 24), ("area_ha", Text("图形面积（公顷）", "Drawn (ha)"), 14),
    ("moved_ha", Text("实际调整面积（公顷）", "Moved (ha)"), 16), ("farmland_ha", Text("永久基本农田（公顷）", "Basic farmland (ha)"), 16),
    ("redline_ha", Text("生态保护红线（公顷）", "Red line (ha)"), 16), ("cultivated_ha", Text("耕地（公顷）", "Cultivated (ha)"), 12),
    ("undevelopable_ha", Text("不可建设（公顷）", "Unbuildable (ha)"), 14), ("remark", Text("说明", "Note"), 30),
]  # fmt: skip
CASE: Columns = [
    ("case", Text("情形", "Case"), 40), ("direction", Text("方向", "Direction"), 8), ("plots", Text("地块数", "Plots"), 8),
    ("moved_ha", Text("实际调整面积（公顷）", "Moved (ha)"), 16),
]  # fmt: skip
LAND: Columns = [
    ("direction", Text("方向", "Direction"), 8), ("use_scheme", Text("分类标准", "Classification"), 16),
    ("use_code", Text("地类编码", "Code"), 10), ("use_name", Text("地类", "Class"), 16), ("ha", Text("面积（公顷）", "Area (ha)"), 12),
]  # fmt: skip
PROPOSAL: Columns = [
    ("id", Text("方案编号", "Proposal"), 26), ("name", Text("园区", "Park"), 22), ("county", Text("旗县", "County"), 12),
    ("title", Text("方案", "Stress"), 18), ("status", Text("结果", "Result"), 10), ("wanted_ha", Text("区块在边界外可调入（公顷）", "Wanted (ha)"), 18),
    ("in_ha", Text("调入（公顷）", "In (ha)"), 12), ("in_block_ha", Text("其中区块内（公顷）", "In blocks (ha)"), 14),
    ("cultivated_in_ha", Text("调入耕地（公顷）", "Cultivated in (ha)"), 14), ("out_ha", Text("调出（公顷）", "Out (ha)"), 12),
    ("cultivated_out_ha", Text("调出耕地（公顷）", "Cultivated out (ha)"), 14), ("net_ha", Text("净增（公顷）", "Net (ha)"), 12),
    ("parcels_left_ha", Text("仍在边界外的已供已建宗地（公顷）", "Parcels left out (ha)"), 20),
    ("construction_after_ha", Text("调整后规模（公顷）", "Scale after (ha)"), 16), ("construction_limit_ha", Text("批准规模（公顷）", "Scale approved (ha)"), 16),
    ("multiple_before", Text("调整前扩展倍数", "Multiple before"), 14), ("multiple_after", Text("调整后扩展倍数", "Multiple after"), 14),
    ("multiple_approved", Text("批准扩展倍数", "Multiple approved"), 14), ("plots_in", Text("调入地块数", "Plots in"), 10),
    ("plots_out", Text("调出地块数", "Plots out"), 10), ("line_change_m", Text("边界线增减（米）", "Boundary line (m)"), 14),
    ("gap", Text("与最优解之差", "Gap"), 12), ("reason", Text("说明", "Note"), 60),
]  # fmt: skip
_GIVEN = ("change_id", "direction", "case", "county", "park_id")


def adjustment_sheets(content: Document, lang: Lang) -> Iterator[Sheet]:
    """Counties, plots, cases and land use of the adjustment; then the proposals to compare. Nothing where there is neither."""
    told = content["adjustment"]
    if told:
        yield Text("边界调整总量", "Boundary totals"), COUNTY, [line(one, COUNTY, lang) for one in told["counties"]]
        yield Text("调整地块", "Plots"), PLOT, [line(one, PLOT, lang) for one in told["plots"]]
        yield Text("调整情形", "Cases"), CASE, [line(one, CASE, lang) for one in told["cases"]]
        if told["land_use"]:
            yield (
                Text("调整地块地类", "Land use"),
                LAND,
                [line({**one, "ha_m2": one["m2"]}, LAND, lang) for one in told["land_use"]],
            )
    if content["proposals"]:
        rows = [line(flat(one, lang), PROPOSAL, lang) for one in content["proposals"]]
        yield Text("调整方案比较", "Proposals"), PROPOSAL, rows


def flat(one: dict[str, Any], lang: Lang) -> dict[str, Any]:
    """A proposal with its figures, as one row."""
    figures = one["figures"] or {}
    ways = [plot["direction"] for plot in one["changes"]]
    same = [each[lang] for each in one.get("same_as", [])]
    alike = Text("与“{}”相同", "the same as {}").to(lang).format("、".join(same)) if same else None
    return {
        **figures, **{key: one[key] for key in ("id", "name", "county", "gap")},
        "title": one["title"][lang] if one["title"] else None, "status": STATUS[one["status"]].to(lang),
        "reason": one["reason"] or alike, "plots_in": ways.count("in") if figures else None,
        "plots_out": ways.count("out") if figures else None,
        "line_change_m": figures["line_after_m"] - figures["line_before_m"] if figures else None,
    }  # fmt: skip


def line(one: dict[str, Any], columns: Columns, lang: Lang) -> tuple[str, Row]:
    """A row of the document as a row of a sheet."""
    return "", [_cell(one, key, lang) for key, _, _ in columns]


def _cell(one: dict[str, Any], key: str, lang: Lang) -> Any:
    """A value of a row; hectares of square metres, texts in one language."""
    if key not in one and (key.endswith("_ha") or key == "ha"):
        m2 = one.get(key.removesuffix("ha") + "m2" if key != "ha" else "ha_m2")
        return None if m2 is None else units.to_ha(m2)
    value = one.get(key)
    if key == "direction":
        return DIRECTION[value].to(lang) if value in DIRECTION else None
    return value[lang] if isinstance(value, dict) else value


def write_adjustment(content: Document, path: Path) -> bool:
    """``adjustment.gpkg`` in EPSG:4490: the boundary afterwards with the national field names, and the plots; False for none."""
    told = content["adjustment"]
    if not told:
        return False
    _layer("CZKFBJ", told["polygons"], path, append=False)
    drawn = [one for one in told["plots"] if one["geometry"]]
    kept = (*_GIVEN, "changed_on", "evidence_no", "area_m2", "moved_m2", "farmland_m2", "redline_m2", "cultivated_m2")
    if drawn:
        _layer(
            "udb_changes",
            [{**{key: one[key] for key in kept}, "geometry": one["geometry"]} for one in drawn],
            path,
            append=True,
        )
    return True


def write_proposals(content: Document, path: Path) -> bool:
    """``proposals.gpkg`` in EPSG:4490: a layer of every proposal, each as the layer ``udb_changes`` is read; False for none."""
    some = [one for one in content["proposals"] if one["changes"]]
    for number, one in enumerate(some):
        rows = [
            {**{key: plot[key] for key in (*_GIVEN, "area_m2")}, "geometry": plot["geometry"]}
            for plot in one["changes"]
        ]
        _layer(one["id"], rows, path, append=number > 0)
    return bool(some)


def _layer(name: str, rows: list[dict[str, Any]], path: Path, *, append: bool) -> None:
    shapes = np.array([shapely.geometry.shape(one["geometry"]) for one in rows], dtype=object)
    whole = np.array(
        [shapely.MultiPolygon([one]) if one.geom_type == "Polygon" else one for one in shapes], dtype=object
    )
    table = pd.DataFrame([{key: value for key, value in one.items() if key != "geometry"} for one in rows])
    gdal.write(Outgoing(name, table, whole, CRS.from_epsg(4490)), path, append=append)
