"""``--by park|county``: one result document as several, one for each park or county, for those who answer for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from geoparks.dataset import Dataset
from geoparks.document import Document
from geoparks.records import Subject

By = Literal["park", "county"]
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def split(content: Document, by: By, dataset: Dataset) -> Iterator[tuple[str, Document]]:
    """The parts of a document, each with a name that a folder can bear; what belongs to no park is in none of them."""
    for name, parks in _groups(content, by, dataset).items():
        yield (
            _NOT_IN_NAMES.sub("_", name).strip(" .") or "_",
            {
                **content,
                "workspace": f"{content['workspace']} · {name}",
                "parks": [one for one in content["parks"] if one["id"] in parks],
                "checks": [one for one in content["checks"] if one["park"] in parks],
                "findings": [one for one in content["findings"] if one["park"] in parks],
                "indicators": [
                    one for one in content["indicators"] if dataset.park_of(Subject(**one["subject"])) in parks
                ],
            },
        )


def _groups(content: Document, by: By, dataset: Dataset) -> dict[str, set[str]]:
    """Name of every part, and the ids of its parks."""
    parks = dataset.get("parks")
    groups: dict[str, set[str]] = {}
    for one in content["parks"]:
        name = one["name"] or one["id"]
        if by == "county":
            rows = parks.positions(one["id"]) if parks is not None else []
            county = parks.column("county").iloc[rows[0]] if parks is not None and rows else None
            name = county if isinstance(county, str) else "未注明旗县"
        groups.setdefault(name, set()).add(one["id"])
    return groups
