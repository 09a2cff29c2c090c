"""A layer in many GeoParquet parts: each is read and normalised by itself, wherever there is room for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geoparks.catalog.layer import Catalogue, Layer
from geoparks.errors import NotJudged, UnreadableFile
from geoparks.normalise.assemble import part_of
from geoparks.normalise.evidence import sight_of
from geoparks.normalise.shelf import shelved
from geoparks.read import open_file
from geoparks.read.raw import RawLayer
from geoparks.text import Text

SUFFIXES = (".parquet", ".geoparquet")


@dataclass(frozen=True)
class How:
    """What a part is read as, and what the workspace says of its layer."""

    layer: Layer
    catalogue: Catalogue
    crs: Mapping[str, Any]
    units: Mapping[str, str]
    elsewhere: bool = False
    """Whether it is read by another process than the one that found the file."""


def prepare(path: Path, how: How) -> list[RawLayer]:
    """The layers of a part, without their tables and with what they are normalised to.

    Where a part's place can only be known by what lies around it, or it cannot be judged, it comes as it is: then whoever
    has all layers decides.
    """
    if how.elsewhere and not path.exists():
        raise UnreadableFile(
            Text("集群的工作进程看不到此文件", "a worker of the cluster does not see this file"),
            where=path.name,
            mend=Text(
                "工作区须放在各工作进程以同一路径可见的共享存储上。",
                "The workspace must lie on storage that every worker sees under the same path.",
            ),
        )
    raws = open_file(path)
    if len(raws) != 1 or raws[0].geometry is None or how.layer.geometry == "none":
        return raws
    (raw,) = raws
    if raw.crs is None and not how.crs:
        return raws
    try:
        part = part_of(how.layer, raw, how.catalogue, how.crs, how.units, ())
    except NotJudged:
        return open_file(path)
    placement = part.sources[0].placement
    known = [raw.crs_from] if not how.crs else None
    if placement is None or (known is not None and placement.how not in known):
        return open_file(path)
    sight_of(raw)  # while its shapes are at hand
    if how.layer.many:
        part.table = shelved(part.table)
    raw.prepared, raw.geometry = part, part.own
    raw.table = pd.DataFrame(index=pd.RangeIndex(len(raw.table)))
    return [raw]
