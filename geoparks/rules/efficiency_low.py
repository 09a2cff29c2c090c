"""E06: a park falls short in output or investment per mu, and could be merged into another nearby."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from geoparks.dataset import Dataset
from geoparks.measure.neighbours import neighbours, told
from geoparks.measure.series import held
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT, _INTO = "efficiency_low", "E06.merge_into"

RULE = Rule(
    id="E06",
    title=Text("投资强度和产出效益达不到要求", "Investment and output per mu fall short"),
    about=Text(
        "园区建成区亩均产值、亩均工业固定资产投资与单位填写的要求对照；达不到的，列出同旗县、同盟市可就近整合的园区及距离。",
        "Output and investment per mu of built-up area held against what the office asks for; for a park that falls short, the"
        " parks of its county and league that it could be merged into, with their distance.",
    ),
    subjects=("parks",),
    needs=("parks",),
    uses=("park_stats", "blocks", "counties", "parcels", "industry_groups"),
    figures=("E01", "E06"),
    whole_to_pass=(),
    faults={
        _FAULT: Words(
            title=Text("投资强度或产出达不到要求", "Investment or output per mu falls short"),
            message=Text(
                "{name} {year} 年{figure} {measured}，要求{expected}。{candidates}。",
                "{figure} of {name} in {year} is {measured}; {expected} is asked for; {candidates}.",
            ),
            fix=Text("按产业链配套要求研究就近整合。", "Consider merging it by industry chain."),
        )
    },
)


def efficiency_low(layers: Dataset) -> Iterator[Measurement]:
    """Output and investment per mu of every park; the line to the first candidate of E06 is the evidence."""
    near = neighbours(layers)
    titles = {one.id: one.title for one in layers.figures}
    into = {one.subject: one for one in layers.figures if one.id == _INTO}
    shapes = {park.subject: park.lonlat for park in parks_of(layers)}
    for measurement in held(layers, _FAULT, ("E01.output_per_mu", "E01.fixed_investment_per_mu"), RULE.subjects):
        figure = into.get(measurement.subject)
        chosen = figure.value if figure is not None else None
        lines = [one.line for one in near.get(measurement.subject, []) if one.subject.label == chosen]
        line = lines[0] if lines else None
        yield replace(
            measurement,
            evidence=line if line is not None else shapes.get(measurement.subject),
            words={
                "figure": titles[measurement.figure],
                "candidates": figure.source if figure is not None else told([]),
            },
        )
