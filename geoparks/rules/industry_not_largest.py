"""B12: industry does not have the largest share of a park's output."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

RULE = Rule(
    id="B12",
    title=Text("工业产值占比是否最大", "Whether industry has the largest share"),
    about=Text(
        "统计年度工业总产值占园区全部产值的比例。过半即为最大；不过半时，凭现有统计无法认定，由人工判断。",
        "Gross industrial output over all output of the year. More than half is the largest share for certain; below that the"
        " figures on record cannot tell, and a person must.",
    ),
    subjects=("parks",),
    needs=("parks", "park_stats"),
    faults={
        "industry_not_largest": Words(
            title=Text("工业产值占比不是最大", "Industry's share is not the largest"),
            message=Text("{name} {year} 年工业产值占 {share}。", "In {year} industry made {share} of {name}'s output."),
            fix=Text("核对园区各业产值。", "Check the output of the park's sectors."),
        )
    },
)


def industry_not_largest(layers: Dataset) -> Iterator[Measurement]:
    """Industrial over total output of every park in the year of statistics."""
    stats = layers["park_stats"]
    of_year = stats.frame[(stats.column("year") == layers.year).to_numpy()]
    if "sub_park_id" in of_year:
        of_year = of_year[of_year["sub_park_id"].isna()]
    for park in parks_of(layers):
        row = of_year[of_year["park_id"] == park.subject.id] if "park_id" in of_year else of_year.head(0)
        industrial = float(row["output_wanyuan"].iloc[0]) if len(row) == 1 and "output_wanyuan" in row else np.nan
        total = (
            float(row["total_output_wanyuan"].iloc[0]) if len(row) == 1 and "total_output_wanyuan" in row else np.nan
        )
        if not (industrial >= 0 and total > 0):
            reason = Text(
                f"{layers.year or '—'} 年工业总产值或全部产值缺失或为零",
                f"industrial or total output of {layers.year or '—'} is missing or zero",
            )
            yield Measurement(park.subject, "industry_not_largest", reason=reason)
            continue
        share = industrial / total
        yield Measurement(
            park.subject,
            "industry_not_largest",
            value=share,
            evidence=park.lonlat,
            reason=Text(
                f"工业产值占 {share:.1%}，不过半，须看其他各业",
                f"industry makes {share:.1%}, not over half; look at the other sectors",
            ),
            words={"year": layers.year, "share": f"{share:.1%}"},
        )
