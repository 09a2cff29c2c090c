"""Policy packs: which clauses of which documents are in force on a day, with limit, unit, article and quote.

A document of law is one file in ``policies/``; a pack in ``policies/packs/`` is a list of documents, over another
pack. Nothing here judges: it only answers which clauses speak to a fault on a date.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from geoparks import units
from geoparks.catalog import folders
from geoparks.catalog.clause import Clause, Document, Setting, clauses
from geoparks.catalog.declared import Declared
from geoparks.catalog.idle import IdleLaw, idle_law
from geoparks.catalog.indicator import IndicatorSpec, specs
from geoparks.catalog.score import Score, scores
from geoparks.errors import DeclarationError
from geoparks.text import Text, same


@dataclass(frozen=True)
class Pack:
    """The law that one office works by, the more local document first."""

    name: str
    title: Text
    version: str
    documents: tuple[Document, ...]
    clauses: tuple[Clause, ...]
    settings: Mapping[str, Setting]
    territory: Mapping[str, tuple[str, ...]]
    """What may be taken for granted of a park that does not say it, because this pack was chosen: its league."""
    indicators: Mapping[str, IndicatorSpec] = field(default_factory=dict)
    """Every indicator by id, the more local document first."""
    scores: Mapping[tuple[str, str], Score] = field(default_factory=dict)
    """How the subjects of a layer are scored, by id and layer."""
    idle: IdleLaw = field(default_factory=IdleLaw)
    """What is said of idle land."""

    def about(self, rule: str, fault: str, subject: str, figure: str, on: dt.date) -> Iterator[Clause]:
        """The clauses of a day that speak to a fault of a subject's layer, and goals that are not due yet."""
        for clause in self.clauses:
            if (
                (clause.rule, clause.fault, clause.figure) == (rule, fault, figure)
                and clause.subject in (None, subject)
                and (clause.in_force(on) or (clause.target and clause.is_law_on(on)))
            ):
                yield clause


def packs(workspace: Path | None = None) -> dict[str, Path]:
    """Every pack by name."""
    return folders.files("policies", workspace, under="packs")


def load(name: str, workspace: Path | None = None, settings: Mapping[str, float] | None = None) -> Pack:
    """Read a pack with everything it stands on; `settings` are the workspace's own tolerances."""
    pack = _pack(name, workspace, ())
    _settings_are_known(pack)
    return _with_settings(pack, settings or {})


def _pack(name: str, workspace: Path | None, above: tuple[str, ...]) -> Pack:
    known = packs(workspace)
    if name not in known:
        raise DeclarationError(
            Text(f"没有名为 {name} 的政策包", f"no policy pack named {name}"),
            where="policy",
            mend=Text(f"可用的有：{'、'.join(known)}", f"Known: {', '.join(known)}"),
        )
    top = Declared.read(known[name])
    over = top.take("over", str, "")
    if over and over in (*above, name):
        raise top.wrong("over", over, Text("不以自身为底的政策包", "a pack that does not stand on itself"))
    below = _pack(over, workspace, (*above, name)) if over else None
    files = folders.files("policies", workspace)
    documents: list[Document] = []
    found_clauses: list[Clause] = []
    found_settings: dict[str, Setting] = {}
    indicators: dict[str, IndicatorSpec] = {}
    scored: dict[tuple[str, str], Score] = {}
    idle = IdleLaw()
    for wanted in top.strings("documents"):
        if wanted not in files:
            raise top.wrong("documents", wanted, Text("policies/ 中的文件名", "a file in policies/"))
        content = _document(wanted, files[wanted])
        documents.append(content.document)
        indicators.update({one.id: one for one in content.indicators})
        scored.update({(one.id, one.layer): one for one in content.scores})
        idle = content.idle.over(idle)
        found_clauses.extend(content.clauses)
        found_settings.update(content.settings)
    territory = top.lists("territory")
    pack = Pack(
        name=name,
        title=top.text("title"),
        version=top.take("version", str),
        documents=(*documents, *(below.documents if below else ())),
        clauses=(*found_clauses, *(below.clauses if below else ())),
        settings={**(below.settings if below else {}), **found_settings},
        territory={**(below.territory if below else {}), **territory},
        indicators={**(below.indicators if below else {}), **indicators},
        scores={**(below.scores if below else {}), **scored},
        idle=idle.over(below.idle) if below else idle,
    )
    top.done()
    return pack


def _settings_are_known(pack: Pack) -> None:
    """A limit that names a setting must name one that the pack has."""
    for clause in pack.clauses:
        for dated in clause.limits:
            if isinstance(dated.value, str) and dated.value not in pack.settings:
                raise DeclarationError(
                    Text(f"没有名为 {dated.value} 的设定", f"no setting named {dated.value}"),
                    where=f"{clause.document.name}.toml: {clause.rule} {clause.fault}",
                    mend=Text(f"可用的有：{'、'.join(pack.settings)}", f"Known: {', '.join(pack.settings)}"),
                )


def _with_settings(pack: Pack, own: Mapping[str, float]) -> Pack:
    """The pack with the workspace's tolerances in the place of the shipped ones, each marked as such."""
    merged = dict(pack.settings)
    for name, value in own.items():
        if name not in merged:
            raise DeclarationError(
                Text(f"政策包 {pack.name} 没有设定 {name}", f"the pack {pack.name} has no setting {name}"),
                where=f"geoparks.toml: settings.{name}",
                mend=Text(f"可用的有：{'、'.join(merged)}", f"Known: {', '.join(merged)}"),
            )
        if not 0 <= value <= merged[name].most:
            raise DeclarationError(
                Text("设定超出可用范围", "the setting is out of range"),
                where=f"geoparks.toml: settings.{name}",
                found=same(f"{value:g}"),
                expected=same("≥ 0" if math.isinf(merged[name].most) else f"0 … {merged[name].most:g}"),
            )
        merged[name] = replace(merged[name], value=float(value), by_workspace=True)
    return replace(pack, settings=merged)


class _Content(NamedTuple):
    """All that one document of a pack says."""

    document: Document
    clauses: list[Clause]
    settings: dict[str, Setting]
    indicators: list[IndicatorSpec]
    scores: list[Score]
    idle: IdleLaw


def _document(name: str, path: Path) -> _Content:
    top = Declared.read(path)
    head = top.table("document")
    document = Document(
        name=name,
        number=head.take("number", str),
        title=head.text("title"),
        issued_on=head.date("issued_on"),
        in_force_from=head.date("in_force_from"),
        in_force_to=head.date("in_force_to"),
        is_law=head.take("is_law", bool, True),
        source=head.take("source", str, ""),
        checked_on=head.date("checked_on"),
        note=head.text("note", Text("", "")),
    )
    head.done()
    settings = {key: _setting(key, table) for key, table in top.named("settings")}
    everybody = dict(_responsible(top))
    content = _Content(
        document,
        list(clauses(top, document, everybody)),
        settings,
        list(specs(top, document, everybody)),
        list(scores(top, document)),
        idle_law(top, document),
    )
    top.done()
    return content


def _setting(name: str, table: Declared) -> Setting:
    setting = Setting(
        name,
        None if table.take("office", bool, False) else float(table.take("value", (int, float))),
        table.choice("unit", units.UNITS),
        table.text("reason"),
        float(table.take("most", (int, float), math.inf)),
    )
    table.done()
    return setting


def _responsible(top: Declared) -> Iterator[tuple[str, Text]]:
    """Who answers for which article, written once for a document: ``[responsible] "三（一）1" = {zh, en}``."""
    table = top.table("responsible")
    for article in list(table.values):
        yield article, table.text(article)


def setting_names(workspace: Path | None = None) -> frozenset[str]:
    """Names of all settings of all documents: what ``[settings]`` of a workspace may set."""
    names: set[str] = set()
    for path in folders.files("policies", workspace).values():
        names |= set(Declared.read(path).values.get("settings", {}))
    return frozenset(names)
