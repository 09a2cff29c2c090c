"""``accepted.csv``: findings that someone has accepted, with name, reason and date. What has changed since lifts it."""

from __future__ import annotations

import datetime as dt
import difflib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from geoparks.catalog.codes import plain
from geoparks.catalog.layer import Field
from geoparks.config import ACCEPTED
from geoparks.errors import WorkspaceError
from geoparks.normalise.values import convert
from geoparks.read.sheet import read as read_sheet
from geoparks.records import Accepted, Check, Finding, Subject
from geoparks.text import Text, same

FILE = ACCEPTED
_HEADERS = {
    "rule": ("rule", "规则", "规则编号"),
    "subject": ("subject", "对象", "对象编号"),
    "geometry_hash": ("geometry_hash", "图形指纹", "geometryhash", "hash", "图形哈希"),
    "reason": ("reason", "理由", "原因", "接受理由"),
    "name": ("name", "姓名", "by", "接受人"),
    "date": ("date", "日期", "on", "接受日期"),
}
"""For every column its English and its Chinese name, and what else it may be called."""
_FILLED = ("rule", "subject", "reason", "name", "date")
_DAY = Field("date", Text("日期", "date"), "date")


@dataclass(frozen=True)
class Acceptance:
    """One line of the file."""

    rule: str
    subject: str
    geometry_hash: str
    record: Accepted

    def is_about(self, one: Finding | Check) -> bool:
        """Whether rule and subject are those of a finding or of a row, whatever was found."""
        return self.rule == one.rule and self.subject in (one.subject.id, f"{one.subject.layer}/{one.subject.id}")


@dataclass(frozen=True)
class Lapsed:
    """One line of the file that covers no finding, and why."""

    rule: str
    subject: str
    record: Accepted
    reason: Text

    def as_dict(self) -> dict[str, Any]:
        """As the result document writes it."""
        return {
            "rule": self.rule,
            "subject": self.subject,
            "by": self.record.by,
            "on": self.record.on,
            "reason": self.reason.as_dict(),
        }


def read(root: Path, rules: Collection[str]) -> list[Acceptance]:
    """The acceptances of a workspace; none where there is no file. A line without name or reason is an error.

    `rules` are the ids of the rules that there are: an acceptance under any other would never count.
    """
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
        lacking = [_HEADERS[name] for name in _FILLED if not one[name]]
        if lacking:
            raise WorkspaceError(
                Text(
                    "规则、对象、理由、姓名、日期都要填写", "rule, subject, reason, name and date must all be filled in"
                ),
                where=f"{FILE}: {row}",
                found=Text("缺" + "、".join(zh for _, zh, *_ in lacking), "no " + ", ".join(en for en, *_ in lacking)),
            )
        record = Accepted(one["name"], one["reason"], _day(one["date"], f"{FILE}: {row}"))
        rule = _rule(one["rule"], sorted(rules), f"{FILE}: {row}")
        lines.append(Acceptance(rule, one["subject"], one["geometry_hash"], record))
    return lines


def _rule(words: str, known: list[str], where: str) -> str:
    """The id of a rule as the catalogue writes it."""
    if (rule := unicodedata.normalize("NFKC", words).upper()) in known:
        return rule
    near = difflib.get_close_matches(rule, known, n=1, cutoff=0.5)
    raise WorkspaceError(
        Text("没有这条规则", "there is no such rule"),
        where=where,
        found=same(words),
        mend=Text(f"您是否想写 {near[0]}？", f"Did you mean {near[0]}?")
        if near
        else Text(f"可用的有：{'、'.join(known)}", f"Known: {', '.join(known)}"),
    )


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
) -> tuple[list[Finding], list[Check], list[Lapsed]]:
    """Mark accepted findings, turn the rows that failed for nothing else into manual ones, and tell what does not count."""
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
        Lapsed(one.rule, one.subject, one.record, _why_lapsed(one, marked, checks))
        for index, one in enumerate(acceptances)
        if index not in used
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


def _why_lapsed(one: Acceptance, findings: list[Finding], checks: list[Check]) -> Text:
    """Why an acceptance covers no finding of this run."""
    now = list(dict.fromkeys(finding.geometry_hash for finding in findings if one.is_about(finding)))
    if now:
        return Text(
            f"图形或查得的内容与接受时不同，须重新确认（接受的指纹 {one.geometry_hash or '未填'}，现为 {'、'.join(now)}）",
            f"the geometry or what was found is not what was accepted: confirm it again (accepted {one.geometry_hash or 'no hash'},"
            f" now {', '.join(now)})",
        )
    outcomes = {check.outcome for check in checks if one.is_about(check)}
    if not outcomes:
        return Text("本次检查没有该对象，或该规则不适用于它", "no such subject, or the rule does not apply to it")
    if outcomes == {"pass"}:
        return Text("该对象现已符合，无需接受", "the subject passes now: there is nothing to accept")
    return Text("本次没有查出该问题", "no such finding this time")


def _rows(finding: Finding) -> list[tuple[str, Subject]]:
    """The rows that a finding makes fail: its subject's, and of a pair the other one's too."""
    other = finding.other
    both = [finding.subject] + ([other] if other is not None and other.layer == finding.subject.layer else [])
    return [(finding.rule, one) for one in both]
