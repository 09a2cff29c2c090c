"""Output of enterprises by park and division of industry: what concentration and likeness are computed from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoparks.dataset import Dataset
from geoparks.measure.industries import division
from geoparks.measure.members import members_of, single_values


def by_division(layers: Dataset, year: int) -> tuple[pd.DataFrame, pd.Series]:
    """Output in 万元 by park (rows) and division of GB/T 4754 (columns) in a year, and what is not known of it.

    The second is how many enterprises of each park have no industry code, no output on record, or rows that differ. Who left
    before the year or came after it counts nowhere; who had stopped before it owes no output.
    """
    enterprises = layers["enterprises"]
    known = layers.catalogue.codes["industrial_divisions"].values
    divisions = enterprises.column("industry_code").map(lambda one: division(one, known)).to_numpy(dtype=object)
    table = members_of(layers, year, "park_id", divisions).rename(columns={"trait": "division"})
    made = table["enterprise_id"].map(single_values(layers, "output_wanyuan", year)).astype(float)
    table["output"] = made.where(table["sure"])
    table = table[table["output"].notna() | ~table["silent"]]
    unknown = table["output"].isna() | (table["division"].isna() & ~(table["output"] == 0))
    summed = table[~unknown].pivot_table(
        index="park_id", columns="division", values="output", aggfunc="sum", fill_value=0.0
    )
    return summed, unknown.groupby(table["park_id"]).sum()


def concentration(output: pd.Series) -> float:
    """Herfindahl index: the sum of squared shares.

    >>> concentration(pd.Series([50.0, 50.0])), concentration(pd.Series([7.0]))
    (0.5, 1.0)
    """
    shares = output / output.sum()
    return min(float((shares**2).sum()), 1.0)


def likeness(table: pd.DataFrame) -> pd.DataFrame:
    """Cosine of every two parks' output by division: 1 is the same structure, 0 nothing in common.

    >>> float(likeness(pd.DataFrame({"26": [1.0, 2.0], "31": [0.0, 0.0]}, index=["a", "b"])).loc["a", "b"])
    1.0
    """
    values = table.to_numpy(dtype=float)
    length = np.linalg.norm(values, axis=1)
    made = length > 0
    unit = np.divide(values, length[:, None], out=np.zeros_like(values), where=made[:, None])
    cosine = np.clip(unit @ unit.T, -1, 1)
    np.fill_diagonal(cosine, 1)
    cosine[~made, :] = cosine[:, ~made] = np.nan
    return pd.DataFrame(cosine, index=table.index, columns=table.index)
