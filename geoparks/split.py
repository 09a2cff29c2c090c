"""``--by park|county``: one result document as several, one for each park or county, for those who answer for them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from geoparks.dataset import Dataset
from geoparks.document import Document
from geoparks.records import Subject
from geoparks.text import Text

By = Literal["park", "county"]
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST = 60  # characters; three bytes each, in the 255 bytes that file systems allow
_COUNTED = ("checks_counts", "idle_groups", "low_efficiency_counts")
_OF_THE_WHOLE = frozenset({"idle_table", "checks_table", "low_efficiency_table"})
"""Keys of tables that stand beside the whole; a part has none of its own."""
_NO_COUNTY = Text("未注明旗县", "no county")


def split(content: Document, by: By, dataset: Dataset) -> Iterator[tuple[str, Document]]:
    """The parts of a document, each with a folder name of its own; what belongs to no park is in none of them."""
    groups = list(_groups(content, by, dataset))
    for folder, (name, parks) in zip(_folders(groups), groups, strict=True):
        yield (
            folder,
            {
                **{key: value for key, value in content.items() if key not in _OF_THE_WHOLE},
                **_counted(content, parks),
                "workspace": f"{content['workspace']} · {name}",
                "parks": [one for one in content["parks"] if one["id"] in parks],
                "checks": [one for one in content["checks"] if one["park"] in parks],
                "findings": [one for one in content["findings"] if _concerns(one, parks, dataset)],
                "idle": [one for one in content["idle"] if one["park"] in parks],
                "low_efficiency": [one for one in content["low_efficiency"] if one["park"] in parks],
                "zoning": [one for one in content["zoning"] if one["park"] in parks],
                "assessments": [one for one in content["assessments"] if one["park"] in parks],
                "indicators": [
                    one for one in content["indicators"] if dataset.park_of(Subject(**one["subject"])) in parks
                ],
            },
        )


def _counted(content: Document, parks: set[str]) -> Document:
    """What is counted and not listed of some parks; nothing where the document lists everything."""
    found: Document = {key: [one for one in content[key] if one["park"] in parks] for key in _COUNTED if key in content}
    if "idle_groups" in found:
        counts: Counter[str] = Counter()
        for one in found["idle_groups"]:
            counts[one["status"]] += one["count"]
        found["idle_counts"] = dict(sorted(counts.items()))
    return found


def _concerns(finding: Document, parks: set[str], dataset: Dataset) -> bool:
    """Whether a finding is about one of some parks; that of a pair is about both."""
    other = finding["other"]
    return finding["park"] in parks or (other is not None and dataset.park_of(Subject(**other)) in parks)


def _groups(content: Document, by: By, dataset: Dataset) -> Iterator[tuple[str, set[str]]]:
    """Name of every part, and the ids of its parks; two parks of one name are two parts."""
    if by == "park":
        yield from ((one["name"] or one["id"], {one["id"]}) for one in content["parks"])
        return
    parks = dataset.get("parks")
    counties: dict[str, set[str]] = {}
    for one in content["parks"]:
        rows = parks.positions(one["id"]) if parks is not None else []
        county = parks.column("county").iloc[rows[0]] if parks is not None and rows else None
        name = county if isinstance(county, str) else _NO_COUNTY.to(content["lang"])
        counties.setdefault(name, set()).add(one["id"])
    yield from counties.items()


def _folders(groups: list[tuple[str, set[str]]]) -> list[str]:
    """A folder name for every part, none the same as another's on a disk that takes no heed of case."""
    names = [_plain(name) for name, _ in groups]
    counts = Counter(name.casefold() for name in names)
    taken: set[str] = set()
    result = []
    for name, (_, parks) in zip(names, groups, strict=True):
        wanted = f"{name}_{_plain(min(parks))}" if counts[name.casefold()] > 1 else name
        new, number = wanted, 1
        while new.casefold() in taken:
            number += 1
            new = f"{wanted}_{number}"
        taken.add(new.casefold())
        result.append(new)
    return result


def _plain(name: str) -> str:
    """A name as every file system takes it."""
    words = _NOT_IN_NAMES.sub("_", unicodedata.normalize("NFC", name))[:_LONGEST].strip(" .") or "_"
    return f"_{words}" if _RESERVED.match(words) else words
