"""Output of the leading industries of a park: which enterprises belong to them, and what they make."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import Park


@dataclass(frozen=True)
class LeadingShare:
    """The share of one park, in 万元, with what counted."""

    leading: float
    total: float
    least: float
    most: float
    """The share if every enterprise of unknown industry belonged to a leading one."""
    enterprises: int
    unknown: int
    without_output: int


def output_of_year(layers: Dataset) -> pd.Series:
    """Output in 万元 of every enterprise in the year of statistics, by enterprise id; missing output is NaN."""
    stats = layers["enterprise_stats"]
    if not stats.has("enterprise_id", "year", "output_wanyuan"):
        return pd.Series(dtype=float)
    of_year = stats.frame[(stats.column("year") == layers.year).to_numpy()]
    return of_year.groupby("enterprise_id")["output_wanyuan"].sum(min_count=1)


def leading_share(layers: Dataset, park: Park, output: pd.Series) -> LeadingShare | None:
    """The share of a park; None where no enterprise of it has output, or its output is zero."""
    enterprises = layers["enterprises"]
    if not enterprises.has("park_id", "enterprise_id"):
        return None
    of_park = enterprises.frame[(enterprises.column("park_id") == park.subject.id).to_numpy()]
    made = of_park["enterprise_id"].map(output)
    with_output = of_park[made.notna().to_numpy()]
    made = made.dropna()
    total = float(made.sum())
    if not total > 0:
        return None
    belongs = [_belongs(layers, park, row) for _, row in with_output.iterrows()]
    leading = float(sum(value for value, known in zip(made, belongs, strict=True) if known))
    unknown = float(sum(value for value, known in zip(made, belongs, strict=True) if known is None))
    return LeadingShare(
        leading=leading,
        total=total,
        least=leading / total,
        most=(leading + unknown) / total,
        enterprises=len(made),
        unknown=sum(known is None for known in belongs),
        without_output=len(of_park) - len(made),
    )


def _belongs(layers: Dataset, park: Park, enterprise: pd.Series) -> bool | None:
    """Whether an enterprise is of a leading industry of its block; None where its or the block's industry is unknown."""
    wanted = _industries(layers, park, enterprise.get("block_id"))
    groups = _groups(layers, enterprise.get("industry_code"))
    own = enterprise.get("industry")
    names = {one for one in (own if isinstance(own, str) else None, *groups) if one}
    if not wanted or not names:
        return None
    return any(name == one or one in name or name in one for name in names for one in wanted)


def _industries(layers: Dataset, park: Park, block_id: object) -> set[str]:
    """The leading industries that count: of the block, else of the park's blocks together, else of the park."""
    blocks, parks = layers.get("blocks"), layers["parks"]
    found: set[str] = set()
    if blocks is not None and "leading_industries" in blocks.frame:
        rows = [
            row for row in park.blocks if block_id is None or block_id != block_id or str(blocks.ids[row]) == block_id
        ]
        for row in rows or park.blocks:
            words = blocks.frame["leading_industries"].iloc[row]
            found |= set(words.split("、")) if isinstance(words, str) else set()
    if not found and park.row is not None:
        words = parks.column("leading_industries").iloc[park.row]
        found = set(words.split("、")) if isinstance(words, str) else set()
    return found


def _groups(layers: Dataset, code: object) -> set[str]:
    """The leading industries that the office's list assigns to an industry code, by its longest known beginning."""
    groups = layers.get("industry_groups")
    if groups is None or not isinstance(code, str) or not groups.has("industry_code", "leading_industry"):
        return set()
    codes = groups.column("industry_code")
    for length in range(len(code), 0, -1):
        found = groups.frame.loc[(codes == code[:length]).to_numpy(), "leading_industry"].dropna()
        if len(found):
            return {one for words in found for one in str(words).split("、")}
    return set()
