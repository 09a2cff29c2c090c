"""The numbers that reports open with: by park, by rule, and what was not checked and why."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from geoparks import words
from geoparks.document import Document
from geoparks.records import BINDING, SEVERITIES
from geoparks.words import failed


@dataclass
class ParkLine:
    """One park in the summary."""

    id: str
    name: str
    counts: Counter[str] = field(default_factory=Counter)
    """Open findings by severity."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """Rows by outcome."""

    @property
    def verdict(self) -> str:
        """What must be said of the park first: fail, target (only soft clauses), open, pass."""
        if any(self.counts[one] for one in BINDING):
            return "fail"
        if any(self.counts[one] for one in SEVERITIES):
            return "soft"
        return "open" if self.outcomes["not_checked"] or self.outcomes["manual"] else "pass"


def by_park(content: Document) -> list[ParkLine]:
    """Every park of the document, those without a park last."""
    lines = {one["id"]: ParkLine(one["id"], one["name"]) for one in content["parks"]}
    rest = ParkLine("", "")
    for finding in failed(content):
        lines.get(finding["park"] or "", rest).counts[finding["severity"]] += 1
    for check in content["checks"]:
        lines.get(check["park"] or "", rest).outcomes[check["outcome"]] += 1
    for some in content.get("checks_counts", ()):
        lines.get(some["park"] or "", rest).outcomes[some["outcome"]] += some["count"]
    return [*lines.values(), *([rest] if rest.counts or rest.outcomes else [])]


def by_rule(content: Document) -> dict[str, list[dict[str, Any]]]:
    """Findings by rule id, in order."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for finding in content["findings"]:
        groups.setdefault(finding["rule"], []).append(finding)
    return groups


def severities(content: Document) -> Counter[str]:
    """Open findings by severity."""
    return Counter(one["severity"] for one in failed(content))


def outcomes_of_rules(content: Document) -> dict[str, Counter[str]]:
    """Rows by outcome, for every rule."""
    table: dict[str, Counter[str]] = {}
    for check in content["checks"]:
        table.setdefault(check["rule"], Counter())[check["outcome"]] += 1
    for some in content.get("checks_counts", ()):
        table.setdefault(some["rule"], Counter())[some["outcome"]] += some["count"]
    return table


def outcomes(content: Document) -> Counter[str]:
    """Rows by outcome."""
    return sum(outcomes_of_rules(content).values(), Counter())


@dataclass
class Unanswered:
    """Rows of one rule that were not checked, or are a person's to judge, for one reason."""

    rule: str
    outcome: str
    reason: str
    subjects: list[dict[str, str]] = field(default_factory=list)
    unlisted: int = 0
    """How many more there are that the document does not list."""

    @property
    def count(self) -> int:
        """How many subjects there are."""
        return len(self.subjects) + self.unlisted


def unanswered(content: Document) -> list[Unanswered]:
    """What was not checked and what is manual, by rule and reason."""
    groups: dict[tuple[str, str, str], Unanswered] = {}
    for check in content["checks"]:
        if check["outcome"] in ("not_checked", "manual"):
            key = (check["rule"], check["outcome"], check["reason"] or "")
            groups.setdefault(key, Unanswered(*key)).subjects.append(check["subject"])
    for some in content.get("checks_counts", ()):
        if some["outcome"] == "not_checked":
            key = (some["rule"], some["outcome"], some["reason"] or "")
            groups.setdefault(key, Unanswered(*key)).unlisted += some["count"]
    return [groups[key] for key in sorted(groups)]


def warnings(content: Document) -> list[dict[str, Any]]:
    """Parcels that are not idle and whose year is full within the days asked for, the soonest first."""
    if content["within"] is None:
        return []
    last = (dt.date.fromisoformat(content["on"]) + dt.timedelta(days=content["within"])).isoformat()
    some = [one for one in content["idle"] if one["becomes_on"] is not None and one["becomes_on"] <= last]
    return sorted(some, key=lambda one: (one["becomes_on"], one["parcel_id"]))


def idle_open(content: Document) -> list[dict[str, Any]]:
    """Parcels that are suspected or determined: what is overdue first, then by path and since when."""
    order = ("recovery", "fee", "negotiate", None)
    some = [one for one in content["idle"] if one["status"] in ("suspected", "determined")]
    return sorted(
        some,
        key=lambda one: (
            not any(step["overdue"] for step in one["steps"]),
            order.index(one["path"]),
            one["since"] or "",
            one["parcel_id"],
        ),
    )


def idle_counts(content: Document) -> list[dict[str, Any]]:
    """Count, mu and fee of every status, type and path that occurs, and of how many parcels these are not known."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for one in _grouped(content):
        groups.setdefault((one["status"], one["type"] or "", one["path"] or ""), []).append(one)
    found = []
    for (status, kind, path), some in groups.items():
        mu, mu_unknown = _sum(some, "area_mu", "area_unknown")
        fee, fee_unknown = _sum(some, "fee_wanyuan", "fee_unknown") if path == "fee" else (None, 0)
        found.append(
            {
                "status": status, "type": kind, "path": path, "count": sum(one.get("count", 1) for one in some),
                "mu": mu, "mu_unknown": mu_unknown, "fee_wanyuan": fee, "fee_unknown": fee_unknown,
            }
        )  # fmt: skip
    return sorted(found, key=lambda one: (list(words.IDLE_STATUS).index(one["status"]), one["type"], one["path"]))


def idle_by_park(content: Document) -> list[dict[str, Any]]:
    """Parcels of every park by status, with the mu of those suspected and determined, and of how many it is not known."""
    names = {one["id"]: one["name"] or one["id"] for one in content["parks"]}
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in _grouped(content):
        groups.setdefault(one["park"] or "", []).append(one)
    found = {}
    for park, some in groups.items():
        counts: Counter[str] = Counter()
        for one in some:
            counts[one["status"]] += one.get("count", 1)
        idle = [one for one in some if one["status"] in ("suspected", "determined")]
        mu, unknown = _sum(idle, "area_mu", "area_unknown") if idle else (0.0, 0)
        found[park] = {"name": names.get(park, park), "counts": counts, "mu": mu, "mu_unknown": unknown}
    return [found[park] for park in [*names, *sorted(set(found) - set(names))] if park in found]


def _sum(some: list[dict[str, Any]], key: str, unknown: str) -> tuple[float | None, int]:
    """The sum of what is known of rows or groups, None where nothing is, and of how many parcels it is not known."""
    known = [one[key] for one in some if one[key] is not None]
    return sum(known) if known else None, sum(one.get(unknown, int(one[key] is None)) for one in some)


def _grouped(content: Document) -> list[dict[str, Any]]:
    """Idle rows; where the document does not list all, groups of them with their `count`."""
    rows: list[dict[str, Any]] = content["idle_groups"] if "idle_groups" in content else content["idle"]
    return rows
