"""Files of very many rows: each is read and normalised by itself, wherever there is room for it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geoparks.errors import UnreadableFile
from geoparks.normalise.by_itself import How, by_itself, is_placed
from geoparks.normalise.evidence import sight_of
from geoparks.normalise.in_runs import in_runs
from geoparks.normalise.shelf import shelved
from geoparks.read import open_file, whole
from geoparks.read.raw import RawLayer
from geoparks.text import Text

SUFFIXES = (".parquet", ".geoparquet")


def prepare(path: Path, how: How) -> list[RawLayer]:
    """The layers of one of the GeoParquet parts of a layer, without their tables and with what they are normalised to.

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
    raws = open_file(path, in_runs=how.layer.many)
    if len(raws) != 1 or raws[0].begun is not None:
        return [gone_on(raw, how) for raw in raws]
    (raw,) = raws
    if not is_placed(raw, how):
        return raws
    part = by_itself(raw, how)
    if part is None:
        return open_file(path)
    sight_of(raw)  # while its shapes are at hand
    if how.layer.many:
        part.table = shelved(part.table)
    raw.prepared, raw.geometry = part, part.own
    raw.table = pd.DataFrame(index=pd.RangeIndex(len(raw.table)))
    return [raw]


def gone_on(raw: RawLayer, how: How) -> RawLayer:
    """A layer with all its rows: of one that was only begun they are read and normalised run after run, where they can be."""
    return (in_runs(raw, how) if how.layer.many else None) or whole(raw)
