"""The report as one self-contained page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from geoparks import units, words
from geoparks.catalog.layer import Catalogue
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.document import Document
from geoparks.records import BINDING
from geoparks.reports import figures, summary
from geoparks.reports.adjustment_chapter import adjustment_chapter
from geoparks.reports.chapters import chapters, goals
from geoparks.reports.picture import Pictures
from geoparks.reports.zoning import matrix, use_heads, zone_tables
from geoparks.rules import registry
from geoparks.text import Lang
from geoparks.verbs import VERBS

CAP = 40
REPAIR_CAP = 200
_TEMPLATES = Path(__file__).parent / "templates"


def page(content: Document, catalogue: Catalogue, pack: Pack, dataset: Dataset | None) -> str:
    """The page as text: summary by park, findings by rule with pictures, what was not checked, repairs, inputs."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    lang: Lang = content["lang"]
    severities = summary.severities(content)
    outcomes = summary.outcomes(content)
    groups = summary.by_rule(content)
    css = (_TEMPLATES / "report.css").read_text("utf-8")
    return environment.get_template("report.html").render(
        doc=content,
        lang=lang,
        css=Markup(css),  # noqa: S704 - the package's own file
        words=words,
        quantity=units.quantity,
        titles=words.titles(catalogue.layers, lang),
        rule_titles=rule_titles(lang),
        pack_title=pack.title.to(lang),
        settings=list(pack.settings.values()),
        severities={name: severities[name] for name in words.SEVERITY},
        binding=sum(severities[name] for name in BINDING),
        soft=sum(count for name, count in severities.items() if name not in BINDING),
        not_checked=outcomes["not_checked"],
        manual=outcomes["manual"],
        accepted=sum(one["accepted"] is not None for one in content["findings"]),
        parks=summary.by_park(content),
        rules=summary.outcomes_of_rules(content),
        groups=groups,
        citations={rule: _citations(found) for rule, found in groups.items()},
        unanswered=summary.unanswered(content),
        pictures=Pictures(dataset),
        ignored_m2=sum(one["ignored_m2"] or 0 for one in content["findings"]),
        report_title=VERBS[content["verb"]].title.to(lang),
        chapters=chapters(content, pack),
        goals=goals(content),
        consequences=figures.consequences(content),
        adjusted=adjustment_chapter(content, dataset),
        zone_tables=zone_tables(content),
        use_heads=use_heads(content),
        matrix=matrix(content),
        idle_open=summary.idle_open(content),
        idle_counts=summary.idle_counts(content),
        warnings=summary.warnings(content),
        idle_by_park=summary.idle_by_park(content),
        idle_options={one.id: one.title.to(lang) for one in pack.idle.options},
        cap=CAP,
        repair_cap=REPAIR_CAP,
    )


def rule_titles(lang: Lang) -> dict[str, str]:
    """Title of every row id; where several faults share one, their titles together."""
    titles: dict[str, list[str]] = {}
    for one in registry():
        titles.setdefault(one.rule.id, []).append(one.rule.title.to(lang))
    return {rule: ("、" if lang == "zh" else "; ").join(dict.fromkeys(some)) for rule, some in titles.items()}


def _citations(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every clause that the findings of a rule cite, once."""
    seen: dict[tuple[str, str, str], dict[str, Any]] = {}
    for finding in found:
        for citation in (finding["citation"], *finding["also"]):
            seen.setdefault((citation["document"], citation["article"], citation["quote"]), citation)
    return list(seen.values())
