"""The national tables of idle, un-supplied and low-efficiency plots (自然资源“一张图”, 开发利用): written, and what of theirs is not read.

Names, types and lengths are of that structure. Areas are in hectares with four decimals; sums of money, whose unit the
structure does not state, are in 万元, and that is said. Its code tables were not seen: codes stand as words, none is made up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from pyproj import CRS

from geoparks import units
from geoparks.normalise.features import Features
from geoparks.records import IdleRow
from geoparks.text import Text
from geoparks.write import Outgoing

T = TypeVar("T")
Kind = Literal["text", "number", "integer", "date"]


@dataclass(frozen=True)
class Column:
    """One column of a national table: its name, title, type and length, and the field of ours that fills it."""

    name: str
    title: str
    type: Kind
    length: int = 0
    field: str = ""
    """A field of the layer, or a name that ``idle_plots`` and its like compute; empty where nothing of ours says it."""


_AREA_DIGITS = 4
_MONEY = frozenset({"ZTZE", "SJYTZE", "ZJXZFJE", "HTTZQD", "HTMJSS", "XZTZQD", "XZMJSS"})
IDLE = "JYJY_XZTDDK"
UNSUPPLIED = "JYJY_PEWGDK"
LOW = "JYJY_DXYDDK"
TABLES: dict[str, tuple[Column, ...]] = {
    IDLE: (
        Column("YSDM", "要素代码", "text", 10), Column("DKBH", "地块编号", "text", 50, "parcel_id"),
        Column("DKMC", "地块名称", "text", 100, "name"), Column("XZQDM", "行政区代码", "text", 30),
        Column("XZQMC", "行政区名称", "text", 300), Column("DKWZ", "地块位置", "text", 500, "location"),
        Column("DKMJ", "地块面积", "number", 0, "area"), Column("TDYT", "土地用途", "text", 200, "use_code"),
        Column("GDRQ", "供地日期", "date", 0, "supplied_on"), Column("QLRMC", "权利人名称", "text", 200, "holder"),
        Column("HTBH", "合同编号", "text", 200, "contract_no"), Column("YDKGRQ", "约定开工日期", "date", 0, "agreed_start_on"),
        Column("YDJGRQ", "约定竣工日期", "date", 0, "agreed_finish_on"),
        Column("ZTZE", "总投资额", "number", 0, "total_investment_wanyuan"), Column("XMMC", "项目名称", "text", 200),
        Column("AJBH", "案卷编号", "text", 20), Column("SJYTZE", "实际已投资额", "number", 0, "invested_wanyuan"),
        Column("XZYYLX", "闲置原因类型", "text", 50, "cause"), Column("SFZFYY", "是否政府原因", "text", 25, "by_government"),
        Column("HMTS", "豁免天数", "integer", 0, "exempt_days"), Column("RDRQ", "认定日期", "date", 0, "determined_on"),
        Column("RDLX", "认定类型", "text", 50, "type"), Column("CZFS", "处置方式", "text", 50, "disposal"),
        Column("CZJD", "处置阶段", "text", 50, "stage"), Column("CZQX", "处置期限", "text", 20),
        Column("CZQDRQ", "处置启动日期", "date"), Column("CZWCRQ", "处置完成日期", "date", 0, "disposed_on"),
        Column("ZJXZFJE", "征缴闲置费金额", "number", 0, "fee"), Column("XCHCRQ", "现场核查日期", "date"),
        Column("HCJL", "核查结论", "text", 10), Column("XHRQ", "销号日期", "date"),
        Column("RKRQ", "入库日期", "date"), Column("GXRQ", "更新日期", "date"),
    ),
    UNSUPPLIED: (
        Column("YSDM", "要素代码", "text", 10), Column("DKBH", "地块编号", "text", 50, "approval_id"),
        Column("DKMC", "地块名称", "text", 100), Column("XZQDM", "行政区代码", "text", 30),
        Column("XZQMC", "行政区名称", "text", 300, "county"), Column("DKWZ", "地块位置", "text", 500),
        Column("DKMJ", "地块面积", "number"), Column("DKGHYT", "地块规划用途", "text", 200),
        Column("BPXMMC", "报批_项目名称", "text", 200), Column("BPLX", "报批_类型", "text", 200, "approval_kind"),
        Column("BPPFWH", "报批_批复文号", "text", 200, "approval_no"), Column("BPPFRQ", "报批_批复日期", "date", 0, "approved_on"),
        Column("BPSQDW", "报批_申请单位", "text", 200), Column("BPPFDW", "报批_批复单位", "text", 200),
        Column("BPPZMJ", "报批_批准面积", "number", 0, "approved_area_ha"),
        Column("ZDWCMJ", "征地完成面积", "number", 0, "requisitioned_area_ha"),
        Column("DKYGMJ", "地块已供面积", "number", 0, "supplied"), Column("DKWGMJ", "地块未供面积", "number", 0, "left"),
        Column("PEWGYY", "批而未供原因", "text", 200, "reason"), Column("CZLX", "处置类型", "text", 200),
        Column("JHWCRQ", "计划完成日期", "date"), Column("CZWCRQ", "处置完成日期", "date"),
        Column("CZWCDW", "处置完成单位", "text"), Column("XHRQ", "销号日期", "date"),
        Column("RKRQ", "入库日期", "date"), Column("GXRQ", "更新日期", "date"),
    ),
    LOW: (
        Column("YSDM", "要素代码", "text", 10), Column("DKBH", "地块编号", "text", 50, "parcel_id"),
        Column("DKMC", "地块名称", "text", 100, "name"), Column("DKMJ", "地块面积", "number", 0, "area"),
        Column("AJBH", "案卷编号", "text", 10), Column("YWMC", "业务名称", "text", 50),
        Column("ZDBH", "合同_宗地编号", "text", 20), Column("TDZL", "合同_土地坐落", "text", 200, "location"),
        Column("XZQDM", "行政区代码", "text", 30), Column("XZQMC", "行政区名称", "text", 300),
        Column("QLRMC", "权利人名称", "text", 300, "holder"), Column("GDFS", "合同_供地方式", "text", 10, "supply_mode"),
        Column("ZDMJ", "合同_宗地面积", "number"), Column("HTTDYT", "合同_土地用途", "text", 0, "use_code"),
        Column("HTRJL", "合同_容积率", "number", 0, "contract_far"),
        Column("HTTZQD", "合同_投资强度", "number", 0, "contract_investment_wanyuan_mu"),
        Column("HTMJSS", "合同_亩均税收", "number", 0, "contract_tax_wanyuan_mu"),
        Column("XZRJL", "现状_容积率", "number", 0, "far"), Column("XZTZQD", "现状_投资强度", "number", 0, "investment"),
        Column("XZMJSS", "现状_亩均税收", "number", 0, "tax"), Column("DXLX", "低效类型", "text", 50),
        Column("RDRQ", "认定日期", "date"), Column("RDDW", "认定单位", "text", 200),
        Column("CZPFFS", "处置批复方式", "text", 200), Column("CZPFWH", "处置批复文号", "text", 50),
        Column("CZPFRQ", "处置批复日期", "date"), Column("CZDW", "处置批复单位", "text", 200),
        Column("CZZT", "处置状态", "text"), Column("CZRQ", "处置完成日期", "date"),
        Column("RKRQ", "入库日期", "date"), Column("GXRQ", "更新日期", "date"),
    ),
}  # fmt: skip
"""The columns of each table, in its order; DKMJ is in hectares."""


def idle_plots(
    rows: Iterable[IdleRow], parcels: Features, statuses: frozenset[str] = frozenset({"determined", "disposed"})
) -> Outgoing:
    """JYJY_XZTDDK of the rows: those determined to be idle, and those disposed of; a suspected one is no idle land.

    SFZFYY is 是 or 否 by the cause, and empty where the cause is not known. Of a parcel in several rows each is written.
    """
    by_id = {one.parcel.id: one for one in rows if one.status in statuses}
    those, kept = _on_record(parcels, by_id)
    area = parcels.column("area_ha", those).astype(float).to_numpy()
    measured = [np.nan if one.area_m2 is None else units.to_ha(one.area_m2) for one in kept]
    computed: dict[str, list[Any]] = {
        "area": np.where(np.isnan(area), measured, area).tolist(),
        "cause": [_CAUSES.get(one.cause, one.cause or None) for one in kept],
        "by_government": [_YES_NO[one.cause == "government"] if one.cause in _CAUSES else None for one in kept],
        "type": [_TYPES.get(one.type) for one in kept],
        "stage": [_STAGES.get(one.status) for one in kept],
        "fee": [one.fee_wanyuan for one in kept],
    }
    return _outgoing(IDLE, parcels, those, computed)


def unsupplied_plots(approvals: Features, rows: pd.DataFrame) -> Outgoing:
    """JYJY_PEWGDK of approvals as they stood on a day (``measure.supplied.as_of``): those with land that is not supplied.

    What is left of an approval whose supplies or area are not known is empty, and it is written all the same.
    """
    some = rows[~(rows["left_m2"] <= 0)]
    ordered = some.sort_index()
    those = ordered.index.to_numpy(dtype=int)
    computed = {
        "supplied": (ordered["supplied_m2"] / units.M2_PER_HA).tolist(),
        "left": (ordered["left_m2"] / units.M2_PER_HA).tolist(),
        "county": ordered["county"].tolist(),
    }
    return _outgoing(UNSUPPLIED, approvals, those, computed)


def low_efficiency_plots(actual: Mapping[str, Mapping[str, float | None]], parcels: Features) -> Outgoing:
    """JYJY_DXYDDK of parcels, by id: what there is of ``far``, ``investment`` and ``tax`` beside what the contract says."""
    those, kept = _on_record(parcels, actual)
    computed: dict[str, list[Any]] = {
        name: [one.get(name) for one in kept] for name in ("far", "investment", "tax")
    }  # fmt: skip
    computed["area"] = parcels.column("area_ha", those).astype(float).tolist()
    return _outgoing(LOW, parcels, those, computed)


def _on_record(parcels: Features, told: Mapping[str, T]) -> tuple[np.ndarray, list[T]]:
    """The rows of the parcels of which something is told, by position, and what is told of each."""
    rows: list[int] = []
    for some in parcels.pieces():
        rows += [row for row, name in zip(some.tolist(), parcels.ids[some], strict=True) if name in told]
    those = np.array(rows, dtype=int)
    return those, [told[name] for name in parcels.ids[those]]


def not_taken(features: Features) -> tuple[Text, ...]:
    """The columns of a national table that a layer was read from and that no field of ours holds: told, and left in the file."""
    titles = {one.name: one.title for columns in TABLES.values() for one in columns}
    found = []
    for where, match in features.matches:
        names = [f"{one}（{titles[one.upper()]}）" for one in match.extra if one.upper() in titles]
        names += [f"{one}（{titles[one.upper()]}）" for one in match.passed_over if one.upper() in titles]
        if names:
            found.append(
                Text(
                    f"{where}：{len(names)} 个国家库字段没有采用：{'、'.join(names)}",
                    f"{where}: {len(names)} fields of the national table were not used: {', '.join(names)}",
                )
            )
    return tuple(found)


_CAUSES = {"government": "政府原因", "force_majeure": "不可抗力", "enterprise": "企业原因"}
_YES_NO = {True: "是", False: "否"}
_TYPES = {"A": "未动工开发满一年", "B": "中止开发建设满一年"}
_STAGES = {"determined": "未处置完毕", "disposed": "已处置完毕", "suspected": "疑似闲置"}


def _outgoing(name: str, features: Features, those: np.ndarray, computed: Mapping[str, list[Any]]) -> Outgoing:
    """A table with the national columns, of some features of a layer, with what was computed and what the layer has."""
    table: dict[str, list[Any]] = {}
    notes: list[Text] = []
    for column in TABLES[name]:
        if column.field in computed:
            values = list(computed[column.field])
        elif column.field:
            values = features.column(column.field, those).tolist()
        else:
            values = [None] * len(those)
        table[column.name] = [_value(column, _words(features, column.field, one)) for one in values]
        if cut := [one for one in table[column.name] if isinstance(one, str) and 0 < column.length < len(one)]:
            table[column.name] = [one[: column.length] if one in cut else one for one in table[column.name]]
            notes.append(
                Text(
                    f"{column.name}（{column.title}）有 {len(cut)} 个值超过 {column.length} 个字符，已截断",
                    f"{len(cut)} values of {column.name} were longer than {column.length} characters and were cut",
                )
            )
    if money := [one.name for one in TABLES[name] if one.name in _MONEY]:
        notes.append(
            Text(
                f"{'、'.join(money)} 按万元（每亩的按万元/亩）写出；国家库结构没有写明单位",
                f"{', '.join(money)} are in 万元 (per mu where per mu); the national structure states no unit",
            )
        )
    frame = pd.DataFrame(
        {one.name: pd.Series(table[one.name], dtype=_DTYPES[one.type]) for one in TABLES[name]}
    )  # fmt: skip
    geometry = features.geometry[those] if features.has_geometry else None
    return Outgoing(name, frame, geometry, CRS.from_epsg(4490) if geometry is not None else None, notes)


_DTYPES: dict[Kind, Any] = {"text": object, "date": object, "number": "float64", "integer": "Int64"}


def _words(features: Features, field: str, value: Any) -> Any:
    """A value of a code list as Chinese offices write it."""
    return _DISPOSALS.get(value, value) if field == "disposal" else value


_DISPOSALS = {
    "fee": "征缴土地闲置费", "recovery": "无偿收回", "extend": "延长动工开发期限", "change_use": "调整土地用途、规划条件",
    "temporary_use": "政府安排临时使用", "compensated_recovery": "协议有偿收回", "swap": "置换土地", "other_agreed": "其他处置方式",
    "bond_purchase": "专项债券收购", "started": "动工建设",
}  # fmt: skip


def _value(column: Column, value: Any) -> Any:
    """A value in the type of its column; None where there is none."""
    if value is None or value != value:
        return None
    if column.type == "number":
        return round(float(value), _AREA_DIGITS)
    if column.type == "integer":
        return int(value)
    if column.type == "date":
        return value.date() if isinstance(value, dt.datetime) else value
    return str(value)
