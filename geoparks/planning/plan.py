"""Time, memory and engine of each verb, by lines that were measured (``calibration.toml``) and the counts of a workspace."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from geoparks.normalise import parts
from geoparks.planning.counts import Count, counts
from geoparks.read.address import is_address
from geoparks.text import Text
from geoparks.workspace import Workspace

_PARCELS = "parcels"
_MILLION = 1e6
_MIB_PER_GIB = 1024.0
VERBS = ("check", "audit", "supply", "idle", "run")
"""Those that were measured, each with all that it writes."""


@dataclass(frozen=True)
class Span:
    """A number that is expected, and between which two it lies in most runs."""

    expected: float
    least: float
    most: float


@dataclass(frozen=True)
class Need:
    """What one verb needs."""

    verb: str
    seconds: Span
    """In one process."""
    memory_mib: Span
    shared_share: float
    """The share of the time that workers of a cluster can take over."""
    engine: str
    """``local``, ``dask``, or ``larger`` where this machine has too little memory for it."""
    why: Text


@dataclass(frozen=True)
class Plan:
    """What a run of a workspace needs."""

    counts: tuple[Count, ...]
    rows: int
    vertices: int
    needs: tuple[Need, ...]
    machine: Mapping[str, Any]
    """Where the lines were measured, and for how many rows."""
    memory_mib: float
    """What this machine has."""

    @property
    def beyond(self) -> bool:
        """Whether there are more parcels than were ever measured."""
        return self.rows > self.machine["rows_to"]


@cache
def calibration() -> Mapping[str, Any]:
    """The measured lines."""
    return tomllib.loads((files("geoparks.planning") / "calibration.toml").read_text(encoding="utf-8"))


def plan(workspace: Workspace, memory_mib: float | None = None) -> Plan:
    """What each verb needs for a workspace; `memory_mib` stands for the memory of this machine."""
    found = tuple(counts(workspace.config, workspace.catalogue, workspace.single))
    measured = calibration()
    base = measured["machine"]
    here = memory_mib if memory_mib is not None else _memory_mib()
    work = _work(found, measured)
    needs = tuple(_need(verb, work, measured, here) for verb in VERBS)
    return Plan(found, work.rows, work.vertices, needs, base, here)


@dataclass(frozen=True)
class _Work:
    """What of a workspace decides how long a run takes."""

    rows: int
    vertices: int
    more_vertices: int
    """Those that the other layers have beyond the demonstration's."""
    slower_s: float
    """How much longer the files of the parcels take to read than GeoParquet does."""
    whole_mib: float
    """Memory while the largest file of a format is read of which all rows are held at once."""
    in_parts: bool
    """Whether several processes can read the parcels."""


def _work(found: Sequence[Count], measured: Mapping[str, Any]) -> _Work:
    parcels = [one for one in found if one.layer == _PARCELS]
    shaped = [one for one in parcels if one.vertices]
    suffixes = ["" if is_address(one.path) else Path(one.path).suffix.lower() for one in shaped]
    others = sum(one.vertices or 0 for one in found if one.layer != _PARCELS)
    return _Work(
        rows=sum(one.rows or 0 for one in shaped),
        vertices=sum(one.vertices or 0 for one in parcels),
        more_vertices=max(0, others - measured["machine"]["other_vertices"]),
        slower_s=sum(
            measured["more"].get(suffix, 0.0) * (one.rows or 0) / _MILLION
            for one, suffix in zip(shaped, suffixes, strict=True)
        ),
        whole_mib=max(
            (
                measured["whole"].get(suffix, 0.0) * (one.rows or 0) / _MILLION
                for one, suffix in zip(shaped, suffixes, strict=True)
            ),
            default=0.0,
        ),
        in_parts=sum(suffix in parts.SUFFIXES for suffix in suffixes) > 1,
    )


def _need(verb: str, work: _Work, measured: Mapping[str, Any], here: float) -> Need:
    lines, rows, vertices = measured["verbs"][verb], work.rows, work.vertices
    # What the other layers have beyond those of the demonstration is read at the rate of parcels' vertices.
    read = tuple(one + work.slower_s for one in _on(measured["read"], rows, vertices + work.more_vertices, "s"))
    judge, pieces = _on(lines["judge"], rows, vertices, "s"), _on(lines["pieces"], rows, vertices, "s")
    seconds = Span(*(sum(one) for one in zip(read, judge, pieces, strict=True)))
    memory = Span(
        *(max(one, work.whole_mib) for one in _on(lines["memory"], rows, vertices + work.more_vertices, "mib"))
    )
    shared = ((read[0] if work.in_parts else 0.0) + pieces[0]) / seconds.expected if seconds.expected > 0 else 0.0
    engine, why = _advice(seconds, memory, shared, measured["advice"], here)
    return Need(verb, seconds, memory, shared, engine, why)


def _on(line: Mapping[str, float], rows: int, vertices: int, unit: str) -> tuple[float, float, float]:
    """A line at so many rows and vertices, less and plus the spread of the runs around it."""
    value = (
        line[f"fixed_{unit}"]
        + line[f"per_million_rows_{unit}"] * rows / _MILLION
        + line[f"per_million_vertices_{unit}"] * vertices / _MILLION
    )
    return value, value * (1 - line["spread"]), value * (1 + line["spread"])


def _advice(
    seconds: Span, memory: Span, shared: float, advice: Mapping[str, float], here: float
) -> tuple[str, Text]:  # fmt: skip
    """Which engine to take. A cluster shares the work, not the memory: the process that asks holds all layers."""
    room = here * advice["memory_share"]
    if memory.most > room:
        need = memory.most / advice["memory_share"] / _MIB_PER_GIB
        return "larger", Text(
            f"内存不够：这台机器约 {here / _MIB_PER_GIB:.0f} GiB，需要约 {need:.0f} GiB；集群只分担计算，不分担内存。请换内存更大的机器，或按盟市、旗县分成几个工作区",
            f"too little memory: this machine has about {here / _MIB_PER_GIB:.0f} GiB, {need:.0f} GiB are needed; a cluster shares the"
            " work, not the memory. Take a larger machine, or a workspace for each league or county",
        )
    if seconds.expected > advice["cluster_from_s"] and shared > advice["cluster_share"]:
        return "dask", Text(
            f"本机约需 {duration(seconds.expected).zh}，其中 {shared:.0%} 可由集群分担；有集群时用 --engine dask://主机:端口，没有时本机也能算完",
            f"about {duration(seconds.expected).en} here, of which a cluster can take over {shared:.0%}: --engine dask://host:port where there"
            " is one; this machine can do it, too",
        )
    return "local", Text("本机即可", "this machine will do")


def with_workers(need: Need, workers: int) -> float:
    """Seconds with so many workers, if sending cost nothing: what they can take over is divided, the rest is not."""
    return need.seconds.expected * (1 - need.shared_share + need.shared_share / max(1, workers))


def duration(seconds: float) -> Text:
    """A time as people say it.

    >>> duration(42).zh, duration(600).zh, duration(9000).en
    ('42 秒', '10 分钟', '2.5 h')
    """
    if seconds < 90:
        return Text(f"{seconds:.0f} 秒", f"{seconds:.0f} s")
    if seconds < 5400:
        return Text(f"{seconds / 60:.0f} 分钟", f"{seconds / 60:.0f} min")
    return Text(f"{seconds / 3600:.1f} 小时", f"{seconds / 3600:.1f} h")


def _memory_mib() -> float:
    """What this machine has; where the system does not say, as much as was measured on."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20
    except (AttributeError, ValueError, OSError):
        return float(calibration()["machine"]["memory_gib"]) * _MIB_PER_GIB


def as_dict(made: Plan) -> dict[str, Any]:
    """The plan for programs."""
    return {
        "format": 1,
        "parcels": {"rows": made.rows, "vertices": made.vertices},
        "layers": [
            {
                "layer": one.layer or None, "path": one.path, "rows": one.rows, "rows_exact": one.rows_exact,
                "vertices": one.vertices, "vertices_exact": one.vertices_exact, "bytes": one.bytes,
            }
            for one in made.counts
        ],
        "needs": [
            {
                "verb": one.verb, "seconds": vars(one.seconds), "memory_mib": vars(one.memory_mib), "engine": one.engine,
                "shared_share": one.shared_share, "seconds_with_workers": {str(k): with_workers(one, k) for k in (4, 16)},
                "why": one.why.as_dict(),
            }
            for one in made.needs
        ],
        "machine_memory_mib": made.memory_mib,
        "measured_on": dict(made.machine),
        "beyond_measured": made.beyond,
    }  # fmt: skip
