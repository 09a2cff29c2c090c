"""``accepted.csv``: findings that someone has accepted, with name, reason and date. Changed geometry lifts it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from geoparks.catalog.layer import Field, plain
from geoparks.errors import WorkspaceError
from geoparks.normalise.values import convert
from geoparks.read.sheet import read as read_sheet
from geoparks.records import Accepted, Check, Finding, Subject
from geoparks.text import Text, same

FILE = "accepted.csv"
_HEADERS = {
    "rule": ("rule", "规则", "规则编号"),
    "subject": ("subject", "对象", "对象编号"),
    "geometry_hash": ("geometry_hash", "geometryhash", "hash", "图形指纹", "图形哈希"),
    "reason": ("reason", "理由", "原因", "接受理由"),
    "name": ("name", "by", "姓名", "接受人"),
    "date": ("date", "on", "日期", "接受日期"),
}
_FILLED = ("rule", "subject", "reason", "name", "date")
_DAY = Field("date", Text("日期", "date"), "date")


@dataclass(frozen=True)
class Acceptance:
    """One line of the file."""

    rule: str
    subject: str
    geometry_hash: str
    record: Accepted

    def is_about(self, finding: Finding) -> bool:
        """Whether rule and subject are those of a finding, whatever its geometry."""
        names = (finding.subject.id, f"{finding.subject.layer}/{finding.subject.id}")
        return self.rule == finding.rule and self.subject in names


def read(root: Path) -> list[Acceptance]:
    """The acceptances of a workspace; none where there is no file. A line without name or reason is an error."""
    path = root / FILE
    if not path.exists() or not path.read_bytes().strip():
        return []
    raw = read_sheet(path)[0]
    columns = {}
    for wanted, names in _HEADERS.items():
        found = [header for header in raw.table if plain(str(header)) in names]
        if not found:
            raise WorkspaceError(
                Text(f"缺少列“{names[1]}”", f"column “{names[0]}” is missing"),
                where=FILE,
                found=same("、".join(map(str, raw.table.columns))),
                expected=same("rule, subject, geometry_hash, reason, name, date"),
            )
        columns[wanted] = found[0]
    lines = []
    for row, (_, values) in zip(raw.row_numbers, raw.table.iterrows(), strict=True):
        one = {wanted: _words(values[header]) for wanted, header in columns.items()}
        lacking = [_HEADERS[name][1] for name in _FILLED if not one[name]]
        if lacking:
            raise WorkspaceError(
                Text(
                    "规则、对象、理由、姓名、日期都要填写", "rule, subject, reason, name and date must all be filled in"
                ),
                where=f"{FILE}: {row}",
                found=Text(f"缺 {'、'.join(lacking)}", f"no {', '.join(lacking)}"),
            )
        record = Accepted(one["name"], one["reason"], _day(one["date"], f"{FILE}: {row}"))
        lines.append(Acceptance(one["rule"], one["subject"], one["geometry_hash"], record))
    return lines


def _words(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()


def _day(words: str, where: str) -> str:
    """The day of an acceptance, however a spreadsheet wrote it, as 2024-06-30."""
    read, problems = convert(pd.Series([words], dtype=object), _DAY)
    if problems or read.iloc[0] is None:
        raise WorkspaceError(
            Text("日期读不懂", "the date cannot be read"), where=where, found=same(words), expected=same("2024-06-30")
        )
    day: dt.date = read.iloc[0]
    return day.isoformat()


def apply(
    findings: list[Finding], checks: list[Check], acceptances: list[Acceptance]
) -> tuple[list[Finding], list[Check], list[Acceptance]]:
    """Mark accepted findings, turn the rows that failed for nothing else into manual ones, and tell what has lapsed."""
    used: set[int] = set()
    marked = []
    for finding in findings:
        for index, one in enumerate(acceptances):
            if one.is_about(finding) and one.geometry_hash == finding.geometry_hash:
                used.add(index)
                if finding.accepted is None:
                    finding = replace(finding, accepted=one.record)
        marked.append(finding)
    lapsed = [
        one
        for index, one in enumerate(acceptances)
        if index not in used and any(one.is_about(finding) for finding in marked)
    ]
    still_open = {row for one in marked if one.accepted is None for row in _rows(one)}
    records = {row: one.accepted for one in marked if one.accepted is not None for row in _rows(one)}
    rows = []
    for check in checks:
        record = records.get((check.rule, check.subject))
        if check.outcome == "fail" and record is not None and (check.rule, check.subject) not in still_open:
            reason = Text(
                f"{record.by} 于 {record.on} 接受：{record.reason}",
                f"accepted by {record.by} on {record.on}: {record.reason}",
            )
            check = replace(check, outcome="manual", reason=reason)
        rows.append(check)
    return marked, rows, lapsed


def _rows(finding: Finding) -> list[tuple[str, Subject]]:
    """The rows that a finding makes fail: its subject's, and of a pair the other one's too."""
    other = finding.other
    both = [finding.subject] + ([other] if other is not None and other.layer == finding.subject.layer else [])
    return [(finding.rule, one) for one in both]
