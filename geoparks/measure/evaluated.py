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
    """Whether the rank was worked out from the scores, equal ones sharing it."""


def results(layers: Dataset, scheme: str) -> dict[tuple[str, int], Result]:
    """Every result of the schemes whose name has a word. Two rows of one park and year that differ give neither rank nor score."""
    features = layers.get("evaluations")
    if features is None or not features.has("park_id", "year", "scheme"):
        return {}
    names = ("park_id", "year", "scheme", "rank", "score", "participants", "rectify_by_on", "innovation_result")
    table = pd.DataFrame({name: features.column(name).to_numpy(dtype=object) for name in names})
    wanted = table["scheme"].map(lambda one: isinstance(one, str) and scheme in one)
    table = table[wanted & table["park_id"].notna() & table["year"].notna()].drop_duplicates()
    table["again"] = table.duplicated(["park_id", "year"], keep=False)
    table.loc[table["again"], ["rank", "score"]] = None
    table = table.drop_duplicates(["park_id", "year"])
    scores = pd.to_numeric(table["score"].where(table["score"].notna(), None), errors="coerce")
    by_score = scores.groupby(table["year"]).rank(ascending=False, method="min")
    # Where the table gives no rank at all for a year, the scores rank: a park without a score then has none.
    ranked = table["rank"].notna().groupby(table["year"]).transform("any")
    evaluated = scores.notna().groupby(table["year"]).transform("sum")
    found = {}
    for row, of_scores, has_ranks, count in zip(table.itertuples(), by_score, ranked, evaluated, strict=True):
        rank = row.rank if has_ranks else of_scores
        participants = row.participants if row.participants == row.participants else None
        found[str(row.park_id), int(row.year)] = Result(
            rank=None if rank is None or rank != rank else int(rank),
            score=None if row.score is None or row.score != row.score else float(row.score),
            participants=int(participants) if participants is not None else None if has_ranks else int(count),
            rectify_by_on=row.rectify_by_on if isinstance(row.rectify_by_on, dt.date) else None,
            innovation=row.innovation_result if isinstance(row.innovation_result, str) else None,
            ranked_by_score=not has_ranks,
        )
    return found
