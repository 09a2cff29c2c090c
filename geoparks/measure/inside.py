"""How much of each of many polygons lies in the polygons of another layer, by feature or by a column such as a zone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks.errors import GeoparksError
from geoparks.kernel.ready import ready
from geoparks.measure.pairs import overlapping, shared_pairs
from geoparks.measure.pairs_uncompiled import Found
from geoparks.measure.polygons import Polygons, opened, polygons_of
from geoparks.text import Text, same

Array = np.ndarray[Any, Any]


def inside(parcels: Any, other: Any, by: str | None = None) -> pd.DataFrame:
    """Square metres on the CGCS2000 ellipsoid that each polygon of a layer shares with the polygons of another one.

    parcels, other: GeoDataFrame, GeoSeries, or path of a GeoParquet or GeoPackage, in any system with a known way to
    CGCS2000; or what `geoparks.measure.polygons.polygons_of` made of one, to be read once for several layers. Without `by` a row for every pair that shares area: parcel, other, m2. With `by`, a column of `other`, a row
    for every parcel and value: what two features of one value share counts once. Positions count from 0; rows are in
    their order. Only areas are computed, no geometry: `geopandas.overlay` makes that.

    Raises UnreadableFile for what is not a valid polygon, GeoparksError for a column that is not there.

    >>> import geopandas as gpd
    >>> from shapely.geometry import box
    >>> square = gpd.GeoSeries([box(37_413_000, 4_384_000, 37_414_000, 4_385_000)], crs=4525)
    >>> zones = gpd.GeoDataFrame(
    ...     {"zone": ["A", "B"]},
    ...     geometry=[box(37_412_000, 4_384_000, 37_413_400, 4_385_000), box(37_413_400, 4_384_000, 37_414_500, 4_385_000)],
    ...     crs=4525,
    ... )
    >>> inside(square, zones, by="zone").round(1)
       parcel zone        m2
    0       0    A  399925.8
    1       0    B  599890.0
    """
    left, right = _alike(parcels, other)
    found = shared_pairs(left, right)
    if by is None:
        return pd.DataFrame(dict(zip(("parcel", "other", "m2"), found, strict=True)))
    values, code = _values(other, by)
    first, second, m2 = by_value(left, right, found, code)
    return pd.DataFrame({"parcel": first, by: values[second], "m2": m2})


def _alike(parcels: Any, other: Any) -> tuple[Polygons, Polygons]:
    """Both layers, as flat arrays if that pays for one of them, else as objects."""
    known = [one.flat is not None for one in (parcels, other) if isinstance(one, Polygons)]
    sources = [one if isinstance(one, Polygons) else opened(one) for one in (parcels, other)]
    many = all(known) if known else ready(max(len(one) for one in sources))
    left, right = (one if isinstance(one, Polygons) else polygons_of(one, many=many) for one in sources)
    if (left.flat is None) != (right.flat is None):
        return Polygons(None, left.shapes), Polygons(None, right.shapes)
    return left, right


def overlaps(parcels: Any) -> pd.DataFrame:
    """Every two polygons of a layer that share area, contained and identical ones included: first, second, m2.

    Positions count from 0; first < second. Takes and raises what `inside` does.
    """
    return pd.DataFrame(
        dict(
            zip(
                ("first", "second", "m2"),
                overlapping(parcels if isinstance(parcels, Polygons) else polygons_of(parcels)),
                strict=True,
            )
        )
    )


def by_value(left: Polygons, right: Polygons, found: Found, code: Array) -> Found:
    """Pairs of a polygon and a feature as pairs of a polygon and the feature's code; land of one code counts once."""
    first, second, m2 = found
    codes = int(code.max()) + 1 if len(code) else 1
    key = first * np.int64(codes) + code[second]
    order = np.argsort(key, kind="stable")
    key, second, m2 = key[order], second[order], m2[order]
    whole, begin, count = np.unique(key, return_index=True, return_counts=True)
    total = np.add.reduceat(m2, begin) if len(m2) else m2
    several = np.flatnonzero(count > 1)
    if len(several):
        clash = _overlapping_each_other(right, np.unique(np.concatenate([second[begin[one] : begin[one] + count[one]] for one in several.tolist()])))  # fmt: skip
        for one in several.tolist():
            features = second[begin[one] : begin[one] + count[one]]
            if any((a, b) in clash for a in features.tolist() for b in features.tolist()):
                shape = left.some(np.array([whole[one] // codes]))[0]
                total[one] = shapely.area(shapely.intersection(shape, shapely.union_all(right.some(features))))
    return whole // codes, whole % codes, total


def _overlapping_each_other(right: Polygons, among: Array) -> set[tuple[int, int]]:
    """Pairs of features that may share area: small ones by their area, large ones by their extents."""
    from geoparks.measure.pairs import LARGE, vertices

    size = vertices(right)[among]
    boxes = right.extents[0][among]
    some = Polygons(None if right.flat is None else right.flat.some(among), None if right.flat is not None else right.some(among))  # fmt: skip
    if not (size > LARGE).any():
        i, j, _ = overlapping(some)
    else:
        i, j = shapely.STRtree(shapely.box(*boxes.T)).query(shapely.box(*boxes.T))
        kept = i < j
        i, j = i[kept], j[kept]
    return set(zip(among[i].tolist(), among[j].tolist(), strict=True))


def _values(source: Any, by: str) -> tuple[Array, Array]:
    """The values of a column, and for every feature which of them it has; features without one have a value of their own."""
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if path.suffix.lower() in (".parquet", ".geoparquet"):
            import pyarrow.parquet as pq

            names = pq.read_schema(path).names
            column = pq.read_table(path, columns=[by])[by].to_pandas() if by in names else None
        else:
            import pyogrio

            names = list(pyogrio.read_info(path)["fields"])
            column = pyogrio.read_dataframe(path, columns=[by], read_geometry=False)[by] if by in names else None
        where = path.name
    else:
        names = list(getattr(source, "columns", ()))
        column, where = source[by] if by in names else None, "other"
    if column is None:
        raise GeoparksError(
            Text("没有这一列", "no such column"), where=where, found=same(by), expected=same("、".join(map(str, names)))
        )
    code, values = pd.factorize(column, use_na_sentinel=False)
    return np.asarray(values, dtype=object), np.asarray(code, dtype=np.int64)
