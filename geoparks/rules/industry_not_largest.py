"""B12: industry does not have the largest share of a park's output."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geoparks.dataset import Dataset
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

_FAULT = "industry_not_largest"

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
        _FAULT: Words(
            title=Text("工业产值占比不是最大", "Industry's share is not the largest"),
            message=Text("{name} {year} 年工业产值占 {share}。", "In {year} industry made {share} of {name}'s output."),
            fix=Text("核对园区各业产值。", "Check the output of the park's sectors."),
        )
    },
)


def industry_not_largest(layers: Dataset) -> Iterator[Measurement]:
    """Industrial over total output of every park in the year of statistics."""
    figures = _figures(layers)
    year = layers.year or "—"
    for park in parks_of(layers):
        industrial, total = figures.get(park.subject.id, (np.nan, np.nan))
        if not (industrial >= 0 and total > 0 and industrial <= total):
            reason = Text(
                f"{year} 年工业总产值、全部产值缺失、为零或相互矛盾",
                f"industrial or total output of {year} is missing or zero, or the two contradict each other",
            )
            yield Measurement(park.subject, _FAULT, reason=reason)
            continue
        share = industrial / total
        yield Measurement(
            park.subject,
            _FAULT,
            value=share,
            evidence=park.lonlat,
            reason=Text(
                f"工业产值占 {share:.1%}，不过半，须看其他各业",
                f"industry makes {share:.1%}, not over half; look at the other sectors",
            ),
            words={"year": year, "share": f"{share:.1%}"},
        )


def _figures(layers: Dataset) -> dict[str, tuple[float, float]]:
    """Industrial and total output in 万元 of the year by park; a park with two rows of one year has none that is known."""
    stats = layers["park_stats"]
    columns = [stats.column(name).to_numpy() for name in ("park_id", "output_wanyuan", "total_output_wanyuan")]
    of_year = (stats.column("year") == layers.year).to_numpy() & stats.column("sub_park_id").isna().to_numpy()
    found: dict[str, tuple[float, float]] = {}
    for name, industrial, total in zip(*(column[of_year] for column in columns), strict=True):
        row = (float(industrial), float(total))
        found[str(name)] = row if found.get(str(name), row) == row else (np.nan, np.nan)
    return found
