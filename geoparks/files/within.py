"""How much of each polygon of one source lies in the polygons of another: two files, or two tables where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks import units
from geoparks.catalog.layer import Catalogue
from geoparks.errors import NotJudged, UnreadableFile
from geoparks.files.areas import words_of
from geoparks.kernel.ready import ready
from geoparks.measure.inside import by_value
from geoparks.measure.inside_sql import inside_on_server
from geoparks.measure.pairs import shared_pairs
from geoparks.measure.plane import to_plane
from geoparks.measure.polygons import Polygons
from geoparks.normalise.crs import place
from geoparks.normalise.geometry import shapes
from geoparks.read import open_source
from geoparks.read.address import is_address, parse
from geoparks.read.raw import RawLayer
from geoparks.text import Text, same

Report = dict[str, Any]


def within(source: str, other: str, catalogue: Catalogue, by: str | None = None) -> Report:
    """Square metres of each polygon that lie in another source's polygons, by the values of one of its columns.

    Two tables of one database are overlaid by the server, anything else here; land of one value counts once. Rows count
    from 1, in the order in which the source is read; those without any share are left out.

    Raises UnreadableFile where a source cannot be opened, has no polygons, no such column, or no known system.
    """
    if is_address(source) and is_address(other) and parse(source).server == parse(other).server:
        found, computed = inside_on_server(source, other, by), "server"
        ids = found["id"]
        names = (parse(source).shown(), parse(other).shown())
    else:
        first, second = _one(source), _one(other)
        if by is not None and by not in second.table:
            columns = "、".join(map(str, second.table.columns))
            raise UnreadableFile(
                Text("没有这一列", "no such column"), where=second.where, found=same(by), expected=same(columns)
            )
        left, right = _flat(_polygons(first), _polygons(second))
        values = second.table[by].astype(object).to_numpy() if by is not None else np.zeros(len(right), dtype=object)
        code, different = pd.factorize(values, use_na_sentinel=False)
        parcel, which, m2 = by_value(left, right, shared_pairs(left, right), np.asarray(code, dtype=np.int64))
        found = pd.DataFrame({"parcel": parcel, by or "value": np.asarray(different, dtype=object)[which], "m2": m2})
        computed = "here"
        ids = found["parcel"].map(dict(enumerate(words_of(first, catalogue, "block_id", "parcel_id"))))
        names = (first.origin or first.path.name, second.origin or second.path.name)
    rows = [
        {
            "row": int(parcel) + 1,
            "id": _word(name),
            "value": _word(value) if by else None,
            "area_m2": m2,
            "area_mu": units.to_mu(m2),
        }
        for parcel, name, value, m2 in zip(
            found["parcel"], ids, found[by or "value"], found["m2"].tolist(), strict=True
        )
    ]
    rows.sort(key=lambda one: (one["row"], one["value"] or ""))
    totals: dict[str | None, float] = {}
    for one in rows:
        totals[one["value"]] = totals.get(one["value"], 0.0) + one["area_m2"]
    return {
        "path": names[0], "inside": names[1], "by": by, "computed": computed, "rows": rows,
        "totals": [
            {"value": value, "area_m2": m2, "area_mu": units.to_mu(m2)}
            for value, m2 in sorted(totals.items(), key=lambda item: item[0] or "")
        ],
    }  # fmt: skip


def _one(source: str) -> RawLayer:
    """The one layer of a source that has polygons."""
    raws = [one for one in open_source(source) if one.geometry is not None]
    raws = [one for one in raws if np.isin(shapely.get_type_id(one.geometry), (1, 3, 5, 6, 7)).any()]
    if len(raws) == 1:
        return raws[0]
    where = raws[0].path.name if raws else Path(source).name if not is_address(source) else parse(source).shown()
    if not raws:
        raise UnreadableFile(Text("文件里没有面", "the file holds no polygons"), where=where)
    raise UnreadableFile(
        Text(f"文件里有 {len(raws)} 个图层", f"the file holds {len(raws)} layers"),
        where=where,
        found=same("、".join(one.inner for one in raws)),
        mend=Text("请先用 geoparks convert --layer 取出一个。", "Take one out with geoparks convert --layer first."),
    )


def _polygons(raw: RawLayer) -> Polygons:
    """Its polygons in the equal-area plane as every rule measures them: sound, with a vertex every 70 m where they were drawn."""
    try:
        placement = place(raw, {}, ())
    except NotJudged as error:
        raise UnreadableFile(
            error.what, where=raw.where, found=error.found, expected=error.expected, mend=error.mend
        ) from error
    return Polygons(None, to_plane(shapes(raw, placement, areas=True).lonlat))


def _flat(left: Polygons, right: Polygons) -> tuple[Polygons, Polygons]:
    """Both as flat arrays, where there are so many that kernels pay; both are sound already."""
    if not ready(max(len(left), len(right))):
        return left, right
    from geoparks.kernel.rings import oriented
    from geoparks.read.flat import rings_of_shapes

    first, second = rings_of_shapes(left.shapes), rings_of_shapes(right.shapes)
    if first is None or second is None:
        return left, right
    return Polygons(oriented(first), None), Polygons(oriented(second), None)


def _word(value: Any) -> str | None:
    return None if value is None or value != value else str(value)
