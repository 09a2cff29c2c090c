"""Results of evaluations as published: rank, score and what a park was told, by park and year, of one scheme."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from geoparks.dataset import Dataset
from geoparks.text import Text

SOURCE = Text("考核结果", "evaluations")


@dataclass(frozen=True)
class Result:
    """What one evaluation said of one park."""

    rank: int | None
    score: float | None
    participants: int | None
    rectify_by_on: dt.date | None
    innovation: str | None
    ranked_by_score: bool = False
    """Whether the rank was worked out from the scores, equal ones sharing the better one."""
    reason: Text | None = None
    """Why there is no rank."""


_DIFFER = Text("同一年度有几行结果不同", "rows of the year differ")
_NO_RANK = Text("没有名次，也没有得分", "neither a rank nor a score")
_PARTIAL = Text(
    "没有名次；按得分排名须有全部参评园区的得分（参评数与有得分的园区数不一致）",
    "no rank is given, and the scores rank nobody: there is not one for each of those that took part",
)
_UNNUMBERED = Text(
    "没有名次；没有填参评数，不知道得分是否齐全，不能按得分排名",
    "no rank is given, nor how many took part: whether the scores are all of them is not known",
)


def results(layers: Dataset, scheme: str, without: str = "") -> dict[tuple[str, int], Result]:
    """Every result of the schemes whose name has a word, and has not another. Rows of one park and year that differ say nothing where they do.

    Where the table gives no rank at all for a year, the scores rank, if there is one for each of those that took part: of
    some scores alone nobody knows who lies between.
    """
    features = layers.get("evaluations")
    if features is None or not features.has("park_id", "year", "scheme"):
        return {}
    names = ("park_id", "year", "scheme", *_SAID)
    table = pd.DataFrame({name: features.column(name).to_numpy(dtype=object) for name in names})
    wanted = table["scheme"].map(
        lambda one: isinstance(one, str) and scheme in one and not (without and without in one)
    )
    table = table[wanted & table["park_id"].notna() & table["year"].notna()]
    if table.empty:
        return {}
    by_park = table.groupby(["park_id", "year"], sort=True)
    first, different = by_park[list(_SAID)].first(), by_park[list(_SAID)].nunique() > 1
    first = first.astype(object).where(first.notna() & ~different, None)
    found: dict[tuple[str, int], Result] = {}
    for year, rows in first.groupby(level="year"):
        of_scores, why = _by_score(rows, different.loc[rows.index])
        for (park, _), row in rows.iterrows():
            key = (str(park), int(year))
            differs = bool(different.loc[(park, year), "rank"] or different.loc[(park, year), "score"])
            rank = row["rank"] if of_scores is None else of_scores.get(str(park))
            found[key] = Result(
                rank=None if rank is None or differs else int(rank),
                score=None if row["score"] is None else float(row["score"]),
                participants=None if row["participants"] is None else int(row["participants"]),
                rectify_by_on=row["rectify_by_on"] if isinstance(row["rectify_by_on"], dt.date) else None,
                innovation=row["innovation_result"] if isinstance(row["innovation_result"], str) else None,
                ranked_by_score=of_scores is not None,
                reason=_DIFFER if differs else None if rank is not None else why,
            )
    return found


_SAID = ("rank", "score", "participants", "rectify_by_on", "innovation_result")


def _by_score(rows: pd.DataFrame, different: pd.DataFrame) -> tuple[dict[str, int] | None, Text]:
    """The ranks by score of one year, by park; None where the table ranks itself. And why a park may have none."""
    if rows["rank"].notna().any() or different["rank"].any():
        return None, _NO_RANK
    scores = pd.to_numeric(rows["score"], errors="coerce")
    numbers = set(rows["participants"].dropna())
    if not scores.notna().any():
        return {}, _NO_RANK
    if not numbers:
        return {}, _UNNUMBERED
    if numbers != {int(scores.notna().sum())}:
        return {}, _PARTIAL
    ranks = scores.rank(ascending=False, method="min").dropna()
    return {str(park): int(rank) for (park, _), rank in ranks.items()}, _NO_RANK
