"""B14: the leading industries make too small a share of a park's output."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks import units
from geoparks.dataset import Dataset
from geoparks.measure.leading import LeadingShare, output
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Indicator, Measurement, Rule, Subject, Words
from geoparks.text import Text, joined

_FAULT = "leading_share_low"

RULE = Rule(
    id="B14",
    title=Text("主导产业产值占比不足", "Share of the leading industries too small"),
    about=Text(
        "统计年度内，属于所在区块主导产业的企业产值之和，占园区全部企业产值的比例；企业没有区块的，按园区各区块的主导产业。"
        "当年在园而没有产值数据的企业使占比无法认定，不按零计。",
        "Output of the enterprises that belong to the leading industries of their block, over the output of all enterprises of"
        " the park, in the year of statistics; an enterprise without a block counts by all blocks of its park. An"
        " enterprise of the year without output on record leaves the share open; it does not count as zero.",
    ),
    subjects=("parks",),
    needs=("parks", "enterprises", "enterprise_stats"),
    uses=("blocks", "industry_groups"),
    faults={
        _FAULT: Words(
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
    made = output(layers)
    for park in parks_of(layers):
        share = made.share("park_id", park.subject.id)
        if share is None:
            yield Measurement(park.subject, _FAULT, reason=_no_output(layers.year))
            continue
        yield Measurement(
            park.subject,
            _FAULT,
            value=share.least,
            value_at_most=share.most,
            reason=None if share.is_certain else _why_unsure(share),
            remark=_left_out(share) if share.without_output else None,
            evidence=park.lonlat,
            words={
                "year": layers.year,
                "share": _said(share),
                "leading": units.quantity_text(share.leading, "wanyuan"),
                "total": units.quantity_text(share.total, "wanyuan"),
                "enterprises": share.enterprises,
                "left_out": _left_out(share) if share.without_output else Text("", ""),
            },
        )


def indicators(layers: Dataset) -> Iterator[Indicator]:
    """The share of every park and every block in every year up to that of the run, with what counted."""
    blocks = layers.get("blocks")
    of_blocks = dict.fromkeys(blocks.subject(position) for position in range(len(blocks))) if blocks is not None else {}
    subjects = [park.subject for park in parks_of(layers)] + list(of_blocks)
    stats = layers["enterprise_stats"].column("year").dropna()
    found = {int(one) for one in stats if layers.year is None or one <= layers.year}
    years: list[int | None] = [*sorted(found | ({layers.year} if layers.year is not None else set()))]
    for year in years or [None]:
        made = output(layers, year)
        for subject in subjects:
            yield _indicator(
                subject, year, made.share("block_id" if subject.layer == "blocks" else "park_id", subject.id)
            )


def _indicator(subject: Subject, year: int | None, share: LeadingShare | None) -> Indicator:
    return Indicator(
        id="B14.leading_share",
        title=Text("主导产业产值占比", "Share of leading industries"),
        subject=subject,
        year=year,
        value=share.least if share is not None and share.is_certain else None,
        unit="ratio",
        numerator=share.leading if share is not None else None,
        denominator=share.total if share is not None else None,
        formula=Text("主导产业企业产值 ÷ 全部企业产值（万元）", "output of leading industries ÷ output of all enterprises (万元)"),
        source=Text("enterprises、enterprise_stats、blocks、industry_groups", "enterprises, enterprise_stats, blocks, industry_groups"),
        reason=_no_output(year) if share is None else None if share.is_certain else _why_unsure(share),
    )  # fmt: skip


def _no_output(year: int | None) -> Text:
    return Text(f"{year or '—'} 年没有企业产值", f"no output of enterprises in {year or '—'}")


def _said(share: LeadingShare) -> str:
    """The share, or the two ends between which it lies."""
    least, most = f"{share.least:.1%}", f"{share.most:.1%}"
    return least if least == most else f"{least}–{most}"


def _why_unsure(share: LeadingShare) -> Text:
    reasons = []
    if share.unknown:
        reasons.append(
            Text(
                f"有 {share.unknown} 家企业的产业无法对应主导产业",
                f"the industry of {share.unknown} enterprises cannot be matched",
            )
        )
    if share.without_output:
        reasons.append(
            Text(
                f"有 {share.without_output} 家企业没有产值数据（确无产值的请填 0）",
                f"{share.without_output} enterprises have no output on record (enter 0 where they made nothing)",
            )
        )
    between = Text(
        f"，占比在 {share.least:.1%} 至 {share.most:.1%} 之间",
        f"; the share is between {share.least:.1%} and {share.most:.1%}",
    )
    return joined(reasons) + between


def _left_out(share: LeadingShare) -> Text:
    return Text(
        f"另有 {share.without_output} 家没有产值数据。", f"{share.without_output} more have no output on record."
    )
