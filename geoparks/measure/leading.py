"""Output of the leading industries of a park or a block: which enterprises belong to them, and what they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.industries import beginnings, digits
from geoparks.measure.members import members, single_values
from geoparks.measure.whereabouts import Park, parks_of
from geoparks.measure.yearly import quotient
from geoparks.normalise.features import Features

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class LeadingShare:
    """The share of one park or block, in 万元, with what counted."""

    leading: float
    total: float
    least: float
    """The share if everything that is not known spoke against it."""
    most: float
    """The share if every enterprise of unknown industry belonged to a leading one."""
    enterprises: int
    unknown: int
    without_output: int
    """Enterprises of the year whose output nobody knows: it could be anything, and the share with it."""

    @property
    def is_certain(self) -> bool:
        """Whether nothing is missing that the share depends on."""
        return not self.unknown and not self.without_output


@dataclass(frozen=True)
class Output:
    """Every enterprise that was there in the year, with what it made and whether that counts."""

    table: pd.DataFrame
    """park_id, block_id, output in 万元 (NaN where unknown), belongs (1, 0, NaN where unknown), silent (stopped before the
    year: no output of it is missing), in_park and in_block (False where its rows name several)."""

    def share(self, column: str, name: str) -> LeadingShare | None:
        """The share of a park or block; None where no enterprise of it has output, or the output is zero."""
        of_it = self.table[(self.table[column] == name).to_numpy()].drop_duplicates("enterprise_id")
        sure = of_it["in_park" if column == "park_id" else "in_block"]
        of_it = of_it.assign(
            output=of_it["output"].where(sure)
        )  # it may be in another of them: what it made here is not known
        made = of_it[of_it["output"].notna()]
        total = float(made["output"].sum())
        if not total > 0:
            return None
        leading = float(made.loc[made["belongs"] == 1, "output"].sum())
        unknown = float(made.loc[made["belongs"].isna(), "output"].sum())
        blank = of_it.loc[of_it["output"].isna() & ~of_it["silent"], "belongs"]
        return LeadingShare(
            leading=leading,
            total=total,
            least=quotient(leading, total) if (blank == 1).all() else 0.0,
            most=quotient(leading + unknown, total) if (blank == 0).all() else 1.0,
            enterprises=len(made),
            unknown=int(made["belongs"].isna().sum()),
            without_output=len(blank),
        )


def output(layers: Dataset, year: int | None = None) -> Output:
    """Output of a year, else of the year of statistics, enterprise by enterprise, and whether it is of a leading industry.

    What an enterprise does is read once for every different pair of industries, not once for every enterprise.
    """
    enterprises, year = layers["enterprises"], layers.year if year is None else year
    frame = members(layers, year) if year is not None else members(layers, layers.on.year)
    frame = frame.reset_index(drop=True)
    at = frame["position"].to_numpy(dtype=int)
    frame["industry"] = enterprises.column("industry").to_numpy(dtype=object)[at]
    frame["code"] = enterprises.column("industry_code").to_numpy(dtype=object)[at]
    values = single_values(layers, "output_wanyuan", year) if year is not None else pd.Series(dtype=float)
    frame["output"] = frame["enterprise_id"].map(values).astype(float)
    wanted = leading_industries(layers)
    frame["wanted"] = [
        wanted.get((park, block)) or wanted.get((park, None)) or frozenset()
        for park, block in zip(frame["park_id"], frame["block_id"].where(frame["block_id"].notna(), None), strict=True)
    ]
    groups = {code: _groups(layers, code) for code in frame["code"].dropna().unique()}
    judged: dict[tuple[object, object, frozenset[str]], float] = {}
    belongs = np.full(len(frame), np.nan)
    for position, (industry, code, some) in enumerate(
        zip(frame["industry"], frame["code"], frame["wanted"], strict=True)
    ):
        key = (industry, code, some)
        if key not in judged:
            judged[key] = _belongs(industry, groups.get(code, frozenset()), some)
        belongs[position] = judged[key]
    frame["belongs"] = belongs
    kinds = frame.groupby("enterprise_id")["belongs"].transform(lambda some: some.nunique(dropna=False))
    frame["belongs"] = frame["belongs"].where(kinds <= 1)  # what its rows say differently is not known
    return Output(frame)


def leading_industries(layers: Dataset) -> dict[tuple[str, str | None], frozenset[str]]:
    """The leading industries by park and block; under the block None those of the park's blocks together, else the park's."""
    blocks, parks = layers.get("blocks"), layers["parks"]
    found: dict[tuple[str, str | None], frozenset[str]] = {}
    for park in parks_of(layers):
        together: frozenset[str] = frozenset()
        for row in park.blocks if blocks is not None and blocks.holds("leading_industries") else ():
            assert blocks is not None
            key = (park.subject.id, str(blocks.ids[row]))
            found[key] = found.get(key, frozenset()) | _words(blocks.column("leading_industries").iloc[row])
            together |= found[key]
        found[park.subject.id, None] = together or _of_register(parks, park)
    return found


def _of_register(parks: Features, park: Park) -> frozenset[str]:
    return frozenset() if park.row is None else _words(parks.column("leading_industries").iloc[park.row])


def _words(listed: object) -> frozenset[str]:
    return frozenset(listed.split("、")) if isinstance(listed, str) else frozenset()


def fits(layers: Dataset, industry: object, code: object, wanted: frozenset[str]) -> bool | None:
    """Whether an industry is one of some leading industries; None where that cannot be told."""
    told = _belongs(industry, _groups(layers, code), wanted)
    return None if np.isnan(told) else bool(told)


def listed_as(layers: Dataset, code: object) -> str | None:
    """What the office's lists say of an industry code, by its longest known beginning: priority, negative, or nothing ("").

    None where there are no lists, or no code.
    """
    groups = layers.get("industry_groups")
    if groups is None or not isinstance(code, str) or not code or not groups.has("industry_code", "listed"):
        return None
    codes = _codes(groups)
    for one in beginnings(code):
        rows = (codes == one).to_numpy()
        if rows.any():
            found = [word for word in groups.column("listed")[rows] if isinstance(word, str)]
            return "negative" if "negative" in found else found[0] if found else ""
    return ""


def _belongs(industry: object, groups: frozenset[str], wanted: frozenset[str]) -> float:
    """1 where an enterprise is of a leading industry, 0 where it is of another one, NaN where that cannot be told.

    The office's list of industries says it, or the words do: 煤化工（甲醇） is 煤化工, but whether 化工 is 煤化工 nobody knows;
    nor whether the 煤化工 of the office's list is the 现代煤化工 of the register.
    """
    called = [*groups, industry] if isinstance(industry, str) and industry else [*groups]
    if not wanted or not called:
        return np.nan
    if any(one in name for one in wanted for name in called):
        return 1.0
    return np.nan if any(name in one for one in wanted for name in called) else 0.0


def cluster_of(layers: Dataset, enterprises: Features) -> list[str | None]:
    """The cluster of every enterprise by its industry code; a code that the office's list knows and puts in none is of ""."""
    groups = layers.get("industry_groups")
    if groups is None or not groups.has("industry_code", "cluster"):
        return [None] * len(enterprises)
    codes = groups.column("industry_code").to_numpy(dtype=object)
    clusters = groups.column("cluster").to_numpy(dtype=object)
    known: dict[str, set[str]] = {}
    for code, one in zip(codes, clusters, strict=True):
        if isinstance(code, str):
            known.setdefault(digits(code), set()).add(one if isinstance(one, str) else "")
    found: dict[object, str | None] = {}
    for code in enterprises.column("industry_code").unique():
        if isinstance(code, str):
            # A list that names the codes of every cluster says of another code that it is of none.
            some = next((known[one] for one in beginnings(code) if one in known), {""})
            found[code] = next(iter(some)) if len(some) == 1 else None
    return [found.get(code) for code in enterprises.column("industry_code")]


def _groups(layers: Dataset, code: object) -> frozenset[str]:
    """The leading industries that the office's list assigns to an industry code, by its longest known beginning."""
    groups = layers.get("industry_groups")
    if groups is None or not isinstance(code, str) or not groups.has("industry_code", "leading_industry"):
        return frozenset()
    codes = _codes(groups)
    for one in beginnings(code):
        found = groups.frame.loc[(codes == one).to_numpy(), "leading_industry"].dropna()
        if len(found):
            return frozenset(word for words in found for word in _words(str(words)))
    return frozenset()


def _codes(groups: Features) -> pd.Series:
    return groups.column("industry_code").map(lambda one: digits(one) if isinstance(one, str) else None)
