"""Places from longitude and latitude in the columns of a table; a pair that can be no place in China is none, and told."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geoparks.normalise import zones
from geoparks.normalise.features import Features
from geoparks.records import Fault
from geoparks.text import Text

_IMPOSSIBLE = Text(
    "经纬度不在中国范围内（可能颠倒、缺小数点，或是平面坐标）；该行按没有位置处理",
    "longitude and latitude are not in China (swapped, without a decimal point, or metres?); the row counts as without a place",
)


def take_out_impossible(features: Features) -> None:
    """Blank pairs of coordinates that lie nowhere in China: swapped, in metres, or mistyped."""
    if not {"lon", "lat"} <= set(features.layer.fields) or not features.has("lon", "lat"):
        return
    longitude, latitude = features.column("lon").astype(float), features.column("lat").astype(float)
    wrong = (longitude.notna() & latitude.notna()).to_numpy() & ~zones.in_china(
        longitude.to_numpy(), latitude.to_numpy()
    )
    for position in np.flatnonzero(wrong).tolist():
        found = f"{longitude.iloc[position]:.12g}, {latitude.iloc[position]:.12g}"
        features.faults.append(
            Fault(
                features.layer.name, "impossible_place", _IMPOSSIBLE, row=int(features.rows[position]),
                field_name="lon", value=found, feature=str(features.ids[position]),
            )
        )  # fmt: skip
    features.frame.loc[wrong, ["lon", "lat"]] = np.nan


def points(features: Features) -> None:
    """The place of a row that has coordinates in its columns and no geometry."""
    if features.layer.geometry != "optional-point" or features.has_geometry or not features.has("lon", "lat"):
        return
    longitude, latitude = features.column("lon").astype(float), features.column("lat").astype(float)
    known = (longitude.notna() & latitude.notna()).to_numpy()
    places = np.full(len(features), None, dtype=object)
    places[known] = shapely.points(longitude[known].to_numpy(), latitude[known].to_numpy())
    features.frame = gpd.GeoDataFrame(features.frame, geometry=places, crs="EPSG:4490")
    features.forget()
