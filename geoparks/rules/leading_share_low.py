"""B14: the leading industries make too small a share of a park's output."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.leading import leading_share, output_of_year
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

RULE = Rule(
    id="B14",
    title=Text("主导产业产值占比不足", "Share of the leading industries too small"),
    about=Text(
        "统计年度内，属于所在区块主导产业的企业产值之和，占园区全部企业产值的比例；企业没有区块的，按园区各区块的主导产业。",
        "Output of the enterprises that belong to the leading industries of their block, over the output of all enterprises of"
        " the park, in the year of statistics; an enterprise without a block counts by all blocks of its park.",
    ),
    subjects=("parks",),
    needs=("parks", "enterprises", "enterprise_stats"),
    uses=("blocks", "industry_groups"),
    faults={
        "leading_share_low": Words(
            title=Text("主导产业产值占比不足", "Share of the leading industries too small"),
            message=Text(
                "{name} {year} 年主导产业产值占 {share}（{leading} / {total}，{enterprises} 家企业），要求{expected}。{left_out}",
                "In {year} the leading industries made {share} of {name}'s output ({leading} / {total}, {enterprises}"
                " enterprises); {expected} is asked for. {left_out}",
            ),
            fix=Text(
                "围绕主导产业引进项目，或按程序调整主导产业定位。",
                "Attract projects in these industries, or have the positioning changed.",
            ),
        )
    },
)


def leading_share_low(layers: Dataset) -> Iterator[Measurement]:
    """Leading-industry output over all output of every park in the year of statistics."""
    output = output_of_year(layers)
    for park in parks_of(layers):
        share = leading_share(layers, park, output)
        if share is None:
            reason = Text(
                f"{layers.year or '—'} 年没有该园区企业的产值",
                f"no output of this park's enterprises in {layers.year or '—'}",
            )
            yield Measurement(park.subject, "leading_share_low", reason=reason)
            continue
        left_out = Text("", "")
        if share.without_output:
            left_out = Text(
                f"另有 {share.without_output} 家没有产值数据。",
                f"{share.without_output} more have no output on record.",
            )
        yield Measurement(
            park.subject,
            "leading_share_low",
            value=share.least,
            value_at_most=share.most if share.most > share.least else None,
            reason=Text(
                f"有 {share.unknown} 家企业的产业无法对应主导产业，占比在 {share.least:.1%} 至 {share.most:.1%} 之间",
                f"the industry of {share.unknown} enterprises is unknown; the share is between {share.least:.1%} and {share.most:.1%}",
            ) if share.unknown else None,
            evidence=park.lonlat,
            words={
                "year": layers.year,
                "share": f"{share.least:.1%}",
                "leading": units.quantity_text(share.leading, "wanyuan"),
                "total": units.quantity_text(share.total, "wanyuan"),
                "enterprises": share.enterprises,
                "left_out": left_out,
            },
        )  # fmt: skip
