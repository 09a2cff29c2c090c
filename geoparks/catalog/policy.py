"""Policy packs: which clauses of which documents are in force on a day, with limit, unit, article and quote.

A document of law is one file in ``policies/``; a pack in ``policies/packs/`` is a list of documents, over another
pack. Nothing here judges: it only answers which clauses speak to a fault on a date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from geoparks.catalog import folders
from geoparks.catalog.declared import Declared
from geoparks.errors import DeclarationError
from geoparks.records import SEVERITIES, Citation, Severity
from geoparks.text import Text, same

Operator = Literal["<=", "<", ">=", ">", "==", "between", "within"]
OPERATORS: tuple[Operator, ...] = ("<=", "<", ">=", ">", "==", "between", "within")
Limit = float | tuple[float, float] | Mapping[str, float] | str  # a word is the name of a setting


@dataclass(frozen=True)
class Document:
    """A document of law, or the toolkit's own settings, which are not law and say so."""

    name: str
    number: str
    title: Text
    issued_on: dt.date | None
    in_force_from: dt.date | None
    in_force_to: dt.date | None
    is_law: bool
    source: str
    """File name of the text that the quotes were copied from, where the project's owner keeps it."""
    checked_on: dt.date | None
    note: Text


@dataclass(frozen=True)
class DatedLimit:
    """A limit and the days between which it holds."""

    value: Limit
    from_: dt.date | None = None
    to: dt.date | None = None


@dataclass(frozen=True)
class Setting:
    """A number of the toolkit's own: a tolerance, not law. A workspace may set another."""

    name: str
    value: float
    unit: str
    reason: Text
    by_workspace: bool = False


@dataclass(frozen=True)
class Clause:
    """One sentence of law about one fault, as data: what is compared with what, for whom, since when."""

    rule: str
    fault: str
    document: Document
    article: str
    quote: str
    severity: Severity
    operator: Operator
    limits: tuple[DatedLimit, ...]
    unit: str
    subject: str | None = None
    items: tuple[str, ...] = ()
    """Which items of a measurement the clause is about; empty where a measurement has none."""
    applies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Whom it binds: attribute of the park → values."""
    exempt: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Whom it excepts: fact of the measurement → values."""
    in_force_from: dt.date | None = None
    in_force_to: dt.date | None = None
    due_on: dt.date | None = None
    otherwise: Literal["fail", "manual"] = "fail"
    """What follows where the comparison does not hold: a failure, or a question for a person."""
    responsible: Text = Text("", "")
    note: Text = Text("", "")

    @property
    def citation(self) -> Citation:
        """Where this clause stands."""
        return Citation(self.document.number, self.document.title, self.article, self.quote, self.severity)

    def in_force(self, on: dt.date) -> bool:
        """Whether the clause binds on a day; one with a due date binds from the day after it."""
        start = self.in_force_from or self.document.in_force_from
        end = self.in_force_to or self.document.in_force_to
        return (start is None or start <= on) and (end is None or on <= end) and (not self.due_on or self.due_on < on)

    def limit(self, on: dt.date) -> Limit | None:
        """The limit that holds on a day."""
        for dated in self.limits:
            if (dated.from_ is None or dated.from_ <= on) and (dated.to is None or on <= dated.to):
                return dated.value
        return None


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

    @cached_property
    def rules(self) -> frozenset[str]:
        """Every rule that the pack has a clause for."""
        return frozenset(clause.rule for clause in self.clauses)

    def about(self, rule: str, fault: str, subject: str, on: dt.date) -> Iterator[Clause]:
        """The clauses in force on a day that speak to a fault of a subject's layer."""
        for clause in self.clauses:
            if (
                (clause.rule, clause.fault) == (rule, fault)
                and clause.subject in (None, subject)
                and clause.in_force(on)
            ):
                yield clause


def packs(workspace: Path | None = None) -> dict[str, Path]:
    """Every pack by name."""
    return folders.files("policies", workspace, under="packs")


def load(name: str, workspace: Path | None = None, settings: Mapping[str, float] | None = None) -> Pack:
    """Read a pack with everything it stands on; `settings` are the workspace's own tolerances."""
    known = packs(workspace)
    if name not in known:
        raise DeclarationError(
            Text(f"没有名为 {name} 的政策包", f"no policy pack named {name}"),
            where="policy",
            mend=Text(f"可用的有：{'、'.join(known)}", f"Known: {', '.join(known)}"),
        )
    top = Declared.read(known[name])
    below = load(over, workspace) if (over := top.take("over", str, "")) else None
    files = folders.files("policies", workspace)
    documents: list[Document] = []
    clauses: list[Clause] = []
    found_settings: dict[str, Setting] = {}
    for wanted in top.strings("documents"):
        if wanted not in files:
            raise top.wrong("documents", wanted, Text("policies/ 中的文件名", "a file in policies/"))
        document, some, own = _document(wanted, files[wanted])
        documents.append(document)
        clauses.extend(some)
        found_settings.update(own)
    pack = Pack(
        name=name,
        title=top.text("title"),
        version=top.take("version", str),
        documents=(*documents, *(below.documents if below else ())),
        clauses=(*clauses, *(below.clauses if below else ())),
        settings={**(below.settings if below else {}), **found_settings},
        territory={
            key: tuple(value)
            for key, value in {**(below.territory if below else {}), **top.take("territory", dict, {})}.items()
        },
    )
    top.done()
    _settings_are_known(pack)
    return _with_settings(pack, settings or {})


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
    if not own:
        return pack
    merged = dict(pack.settings)
    for name, value in own.items():
        merged[name] = replace(merged[name], value=float(value), by_workspace=True)
    return replace(pack, settings=merged)


def _document(name: str, path: Path) -> tuple[Document, list[Clause], dict[str, Setting]]:
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
    settings = {
        key: Setting(
            key,
            float(table.take("value", (int, float))),
            table.take("unit", str),
            table.text("reason"),
        )
        for key, table in top.named("settings")
    }
    everybody = dict(_responsible(top))
    clauses = [_clause(table, document, everybody) for table in top.tables("clause")]
    top.done()
    return document, clauses, settings


def _responsible(top: Declared) -> Iterator[tuple[str, Text]]:
    """Who answers for which article, written once for a document: ``[responsible] "三（一）1" = {zh, en}``."""
    table = top.table("responsible")
    for article in list(table.values):
        yield article, table.text(article)


def _clause(table: Declared, document: Document, everybody: Mapping[str, Text]) -> Clause:
    article = table.take("article", str)
    quote = table.take("quote", str)
    if document.is_law and not quote:
        raise table.wrong("quote", quote, Text("条文原文：没有出处的规则不予接受", "the words of the article"))
    clause = Clause(
        rule=table.take("rule", str),
        fault=table.take("fault", str),
        document=document,
        article=article,
        quote=quote,
        severity=table.choice("severity", SEVERITIES),
        operator=table.choice("operator", OPERATORS, "<="),
        limits=tuple(_limits(table)),
        unit=table.take("unit", str, "count"),
        subject=table.take("subject", str, None),
        items=table.strings("items"),
        applies={key: tuple(value) for key, value in table.take("applies", dict, {}).items()},
        exempt={key: tuple(value) for key, value in table.take("exempt", dict, {}).items()},
        in_force_from=table.date("in_force_from"),
        in_force_to=table.date("in_force_to"),
        due_on=table.date("due_on"),
        otherwise=table.choice("otherwise", ("fail", "manual"), "fail"),
        responsible=table.text("responsible", everybody.get(article, Text("", ""))),
        note=table.text("note", Text("", "")),
    )
    table.done()
    return clause


def _limits(table: Declared) -> Iterator[DatedLimit]:
    """One undated ``limit``, or ``[[limits]]`` with the days between which each holds."""
    value = table.take("limit", (int, float, list, dict, str), None)
    if value is not None:
        yield DatedLimit(_limit(table, "limit", value))
    for dated in table.tables("limits"):
        yield DatedLimit(
            _limit(dated, "value", dated.take("value", (int, float, list, dict, str))),
            dated.date("from"),
            dated.date("to"),
        )
        dated.done()


def _limit(table: Declared, key: str, value: object) -> Limit:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, list) and len(value) == len(("least", "most")):
        return float(value[0]), float(value[1])
    if isinstance(value, dict):
        return {str(case): float(limit) for case, limit in value.items()}
    raise table.wrong(key, value, same('3 / [1, 2] / { "1" = 1, "2" = 2 } / "a_setting"'))


def setting_names(workspace: Path | None = None) -> frozenset[str]:
    """Names of all settings of all documents: what ``[settings]`` of a workspace may set."""
    names: set[str] = set()
    for path in folders.files("policies", workspace).values():
        names |= set(Declared.read(path).values.get("settings", {}))
    return frozenset(names)
