"""Output of enterprises by park and division of industry: what concentration and likeness are computed from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset

_DIVISION_DIGITS = 2


def by_division(layers: Dataset, year: int) -> tuple[pd.DataFrame, pd.Series]:
    """Output in 万元 by park (rows) and division of GB/T 4754 (columns) in a year, and what is not known of it.

    The second is how many enterprises of each park have no industry code or no output on record.
    """
    enterprises, stats = layers["enterprises"], layers["enterprise_stats"]
    code = enterprises.column("industry_code")
    table = pd.DataFrame(
        {
            "enterprise_id": enterprises.ids,
            "park_id": enterprises.column("park_id").to_numpy(dtype=object),
            "division": code.astype(object).where(code.notna(), None).map(_division, na_action="ignore").to_numpy(),
        }
    ).drop_duplicates("enterprise_id")
    returned = stats.frame[(stats.column("year") == year).to_numpy()]
    values = returned.groupby("enterprise_id")["output_wanyuan"] if "output_wanyuan" in returned else None
    output = values.first().where(values.nunique() == 1) if values is not None else pd.Series(dtype=float)
    table["output"] = table["enterprise_id"].map(output).astype(float)
    gone = _gone(layers, year)
    table = table[table["park_id"].notna() & ~table["enterprise_id"].isin(gone)]
    unknown = table["output"].isna() | (table["division"].isna() & ~(table["output"] == 0))
    known = table[~unknown].pivot_table(
        index="park_id", columns="division", values="output", aggfunc="sum", fill_value=0.0
    )
    return known, unknown.groupby(table["park_id"]).sum()


def _division(code: str) -> str | None:
    """The division of a code: its letter, where it is written, left off."""
    digits = code.lstrip("ABCDEFGHIJKLMNOPQRSTabcdefghijklmnopqrst")
    return digits[:_DIVISION_DIGITS] if len(digits) >= _DIVISION_DIGITS else None


def _gone(layers: Dataset, year: int) -> set[str]:
    """Enterprises that had left before a year, or came after it."""
    enterprises = layers["enterprises"]
    left, entered = enterprises.column("left_on"), enterprises.column("entered_on")
    before = np.array([day is not None and day == day and day.year < year for day in left])
    after = np.array([day is not None and day == day and day.year > year for day in entered])
    return set(enterprises.ids[before | after])


def concentration(output: pd.Series) -> float:
    """Herfindahl index: the sum of squared shares.

    >>> concentration(pd.Series([50.0, 50.0])), concentration(pd.Series([7.0]))
    (0.5, 1.0)
    """
    shares = output / output.sum()
    return float((shares**2).sum())


def likeness(table: pd.DataFrame) -> pd.DataFrame:
    """Cosine of every two parks' output by division: 1 is the same structure, 0 nothing in common.

    >>> float(likeness(pd.DataFrame({"26": [1.0, 2.0], "31": [0.0, 0.0]}, index=["a", "b"])).loc["a", "b"])
    1.0
    """
    values = table.to_numpy(dtype=float)
    length = np.linalg.norm(values, axis=1)
    made = length > 0
    unit = np.divide(values, length[:, None], out=np.zeros_like(values), where=made[:, None])
    cosine = unit @ unit.T
    cosine[~made, :] = cosine[:, ~made] = np.nan
    return pd.DataFrame(cosine, index=table.index, columns=table.index)
