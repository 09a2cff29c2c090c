"""Drafts of the four documents of the idle-land procedure, from the office's own templates or the plain ones that ship.

Drafts only: every page says so, nothing is sent, and what the record does not say stands as （未填）. Placeholders, in
Chinese as offices write them, are the keys of ``facts``; docs/notices.md lists them.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any

from geoparks import units
from geoparks.catalog.idle import IdleLaw
from geoparks.errors import WorkspaceError
from geoparks.idle_land.clock import upcoming
from geoparks.normalise.features import Features
from geoparks.records import Citation, IdleRow
from geoparks.reports.word import DRAFT, fill
from geoparks.text import Text
from geoparks.write import whole

MISSING = "（未填）"
TITLES = {
    "investigation": Text("闲置土地调查通知书", "Notice of investigation"),
    "determination": Text("闲置土地认定书", "Determination"),
    "fee": Text("征缴土地闲置费决定书", "Decision on the idle-land fee"),
    "recovery": Text("收回国有建设用地使用权决定书", "Decision on recovery"),
}
_OF_STEP = {
    "investigate": "investigation",
    "notify": "investigation",
    "determine": "determination",
    "decide_fee": "fee",
    "decide_recovery": "recovery",
}
_SHIPPED = Path(__file__).parent / "templates" / "notices"
_CAUSES = {
    "government": "政府、政府有关部门的行为造成动工开发延迟",
    "force_majeure": "自然灾害等不可抗力",
    "enterprise": "国有建设用地使用权人自身原因",
}
_TYPES = {
    "A": "超过约定、规定的动工开发日期满一年未动工开发",
    "B": "已动工开发但开发建设用地面积占比或者投资额占比不足，中止开发建设满一年",
}
_WORDS = {
    "权利人": "holder", "宗地编号": "parcel_id", "宗地名称": "name", "坐落": "location", "电子监管号": "supervision_no",
    "合同编号": "contract_no", "土地用途": "use_code", "供地方式": "supply_mode", "抵押权人": "mortgagee", "原因情形": "cause_item",
}  # fmt: skip
_DAYS = {
    "供地日期": "supplied_on", "交地日期": "delivered_on", "约定动工日期": "agreed_start_on", "变更动工日期": "extended_start_on",
    "约定竣工日期": "agreed_finish_on", "实际动工日期": "started_on", "中止开发日期": "stopped_on", "疑似发现日期": "suspected_on",
    "调查日期": "investigated_on", "调查通知书送达日期": "notice_served_on", "答复日期": "replied_on", "认定日期": "determined_on",
    "听证告知日期": "hearing_notice_on", "方案批准日期": "plan_approved_on", "决定日期": "decided_on",
}  # fmt: skip
_NUMBERS = {
    "应动工面积公顷": "should_start_area_ha", "已动工面积公顷": "started_area_ha", "总投资额万元": "total_investment_wanyuan",
    "已投资额万元": "invested_wanyuan", "土地价款万元": "price_wanyuan", "豁免天数": "exempt_days",
}  # fmt: skip
_FROM_OFFICE = (
    "机关名称", "文号", "权利人地址", "联系人", "联系电话", "其他事项", "证据", "行政复议机关", "行政复议期限", "管辖法院", "行政诉讼期限",
    "缴款账户",
)  # fmt: skip
"""What no layer holds: the office gives it, or writes it into the draft."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One document that is to be written next for one parcel."""

    kind: str
    """A key of ``TITLES``."""
    row: IdleRow
    parcel: Mapping[str, Any]

    @property
    def file_name(self) -> str:
        """Title and parcel, without what no file name can hold."""
        name = re.sub(r'[\x00-\x1f\x7f\\/:*?"<>|]', "_", self.row.parcel.id).strip(" .")[:80]
        return f"{TITLES[self.kind].zh}_{name or '宗地'}_草稿.docx"


def drafts(rows: Iterable[IdleRow], parcels: Features, law: IdleLaw, on: dt.date) -> tuple[Draft, ...]:
    """Which document is next, of every parcel that is suspected or determined: at most one each.

    None where the next step is not the bureau's document: the holder's reply, a hearing, the payment.
    """
    some = [row for row in rows if row.status in ("suspected", "determined")]
    at = parcels.first_of([row.parcel.id for row in some])
    found, those = [], list(compress(some, at >= 0))
    records = parcels.table.some(at[at >= 0]).frame
    for place, row in enumerate(those):
        parcel = records.iloc[place].to_dict()
        disposed = parcel.get("disposed_on")
        again = isinstance(disposed, dt.date) and disposed == disposed and disposed <= on  # and idle anew since
        next_ones = [_OF_STEP[one.id] for one in upcoming(parcel, row.path, on, law, again) if one.id in _OF_STEP]
        if next_ones:
            found.append(Draft(next_ones[0], row, parcel))
    return tuple(found)


def save(
    some: Iterable[Draft], law: IdleLaw, on: dt.date, folder: Path, workspace: Path | None = None,
    office: Mapping[str, str] | None = None,
) -> list[Path]:  # fmt: skip
    """Write drafts into a folder, one file each; a template in ``templates/`` of the workspace goes before the shipped one."""
    made: list[Path] = []
    taken: set[str] = set()
    for one in some:
        name = one.file_name
        while name.lower() in taken:
            name = name.removesuffix(".docx") + "_2.docx"
        taken.add(name.lower())
        content = draft(one, law, on, workspace, office)
        made += whole(folder / name, lambda target, content=content: target.write_bytes(content))  # type: ignore[misc]
    return made


def draft(
    one: Draft, law: IdleLaw, on: dt.date, workspace: Path | None = None, office: Mapping[str, str] | None = None
) -> bytes:
    """One draft as the bytes of a .docx: the same for the same input."""
    return fill(template_of(one.kind, workspace), facts(one, law, on, office))


def template_of(kind: str, workspace: Path | None = None) -> Path:
    """The template of a document: ``templates/<Chinese title>.docx`` of the workspace, else the shipped one."""
    if workspace is not None:
        for name in (TITLES[kind].zh, kind):
            if (path := workspace / "templates" / f"{name}.docx").is_file():
                return path
    return _SHIPPED / f"{kind}.docx"


def facts(
    one: Draft, law: IdleLaw, on: dt.date, office: Mapping[str, str] | None = None
) -> dict[str, str]:  # fmt: skip
    """Every placeholder with what the record says; （未填） where it says nothing. `office` gives what no layer holds."""
    row, parcel = one.row, one.parcel
    unknown = sorted(set(office or {}) - set(_FROM_OFFICE))
    if unknown:
        raise WorkspaceError(
            Text(f"文书没有这一项：{'、'.join(unknown)}", f"notices have no {', '.join(unknown)}"),
            mend=Text(f"可填：{'、'.join(_FROM_OFFICE)}。", f"Known: {', '.join(_FROM_OFFICE)}."),
        )
    days = {step.id: step.days for step in law.steps}
    ways = {option.id: option.title.zh for option in law.options}
    cited, term = row.citation, law.terms.get("stopped_years" if row.type == "B" else "not_started_years")
    found: dict[str, str | None] = {
        "草稿": DRAFT,
        "基准日": _day(on),
        **{name: _line(parcel.get(field)) for name, field in _WORDS.items()},
        **{name: _day(parcel.get(field)) for name, field in _DAYS.items()},
        **{name: _number(parcel.get(field)) for name, field in _NUMBERS.items()},
        **{name: (office or {}).get(name) for name in _FROM_OFFICE},
        "宗地面积亩": _number(None if row.area_m2 is None else units.to_mu(row.area_m2)),
        "宗地面积公顷": _number(None if row.area_m2 is None else units.to_ha(row.area_m2), digits=4),
        "闲置类型": _TYPES.get(row.type),
        "闲置起算日": _day(row.since),
        "闲置天数": None if row.days is None else str(row.days),
        "事实": row.reason.zh or None,
        "闲置原因": _CAUSES.get(row.cause),
        "依据": _cited(cited),
        "闲置认定依据": _cited(term.citation) if term is not None and row.type else None,
        "处置路径": law.paths[row.path].title.zh if row.path in law.paths else None,
        "可选处置方式": "、".join(ways.get(name, name) for name in row.options) or None,
        "闲置费万元": _number(row.fee_wanyuan, digits=4),
        "闲置费比例": _percent(law),
        "答复期限天数": _count(days.get("reply")),
        "缴费期限天数": _count(days.get("pay")),
        "注销期限天数": _count(days.get("deregister")),
    }
    return {name: value or MISSING for name, value in found.items()}


def _cited(one: Citation | None) -> str | None:
    return None if one is None else f"{one.title.zh}（{one.document}）{one.article}：{one.quote}"


def _line(value: Any) -> str | None:
    """A value of the record on one line."""
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _day(value: Any) -> str | None:
    if not isinstance(value, dt.date) or value != value:
        return None
    return f"{value.year} 年 {value.month} 月 {value.day} 日"


def _number(value: Any, digits: int = 2) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return units.number(value, digits)


def _count(value: int | None) -> str | None:
    return None if value is None else str(value)


def _percent(law: IdleLaw) -> str | None:
    term = law.terms.get("fee_share")
    return None if term is None else units.quantity(term.value, "ratio")
