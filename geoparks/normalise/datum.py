"""Which coordinate systems lead to CGCS2000, and how: directly, by a null transformation that is said, or not at all."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from geoparks.errors import GeoparksError, NotJudged
from geoparks.text import Text

CGCS2000 = CRS.from_epsg(4490)
_WGS84 = CRS.from_epsg(4326)

# Datums whose offset to CGCS2000 (tens to a hundred metres) nobody may guess, with the words that name them.
_REFUSED = (
    (
        re.compile(r"xi.?an|西安|80.?国家|国家.{0,2}80|1980.{0,2}(国家|坐标)|80坐标|\bc80", re.IGNORECASE),
        Text("1980 西安坐标系", "Xian 1980"),
    ),
    (re.compile(r"beijing|北京|bj.?54|54坐标|\bp54", re.IGNORECASE), Text("1954 北京坐标系", "Beijing 1954")),
)
_CGCS2000_WORDS = re.compile(r"cgcs.?2000|china.*2000|2000国家大地|国家.*2000|d_china_2000", re.IGNORECASE)
_NULL = Text(
    "WGS 84 以零变换视同 CGCS2000（差异小于 1 米）",
    "WGS 84 is taken as CGCS2000 unchanged, a null transformation (they differ by less than 1 m)",
)


@dataclass(frozen=True)
class Path:
    """A way from a coordinate system to EPSG:4490, longitude before latitude."""

    transformer: Transformer | None
    """None where the coordinates are CGCS2000 longitude and latitude already."""
    said: Text | None
    """What must be told: a null transformation, or one with an accuracy of metres."""

    def to_lonlat(self, coordinates: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Transform an (n, 2) array; points that do not transform become NaN."""
        if self.transformer is None:
            return coordinates
        x, y = self.transformer.transform(coordinates[:, 0], coordinates[:, 1])
        return _finite(np.column_stack([x, y]))

    def to_own(self, coordinates: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The way back."""
        if self.transformer is None:
            return coordinates
        x, y = self.transformer.transform(coordinates[:, 0], coordinates[:, 1], direction="INVERSE")
        return _finite(np.column_stack([x, y]))


def _finite(coordinates: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.where(np.isfinite(coordinates), coordinates, np.nan)


def named_datum(words: str) -> Text | None:
    """The refused datum that words name, if they do; CGCS2000 and unknown words give None."""
    if _CGCS2000_WORDS.search(words):
        return None
    return next((title for pattern, title in _REFUSED if pattern.search(words)), None)


def is_cgcs2000(crs: CRS) -> bool:
    """Whether a coordinate system stands on the CGCS2000 datum, by whatever name its maker gave it."""
    geodetic = crs.geodetic_crs
    names = [crs.name, geodetic.name if geodetic else "", geodetic.datum.name if geodetic and geodetic.datum else ""]
    return any(_CGCS2000_WORDS.search(name) for name in names)


def by_code(epsg: int) -> CRS:
    """The coordinate system of an EPSG code, without its height; an unknown code is an error that says so."""
    try:
        return horizontal(CRS.from_epsg(epsg))
    except CRSError:
        raise GeoparksError(
            Text(f"没有 EPSG:{epsg} 这个坐标系", f"there is no coordinate system EPSG:{epsg}"),
            where="epsg",
            expected=Text(
                "例如 4490（经纬度）、4525（3 度带第 37 带，带带号）",
                "4490 (degrees) or 4525 (3° zone 37 with prefix), say",
            ),
        ) from None


def horizontal(crs: CRS) -> CRS:
    """A system without its height, and without a transformation that its maker put beside it."""
    while crs.is_compound or crs.is_bound:
        inner = crs.sub_crs_list[0] if crs.is_compound else crs.source_crs
        if inner is None or (crs.is_bound and not (is_cgcs2000(inner) or named_datum(_datum_words(inner)))):
            break
        crs = inner
    return crs


def refuse(crs: CRS) -> None:
    """Raise NotJudged for Xian 1980 and Beijing 1954, whatever else may be wrong with the layer."""
    refuse_named(_datum_words(crs))


def refuse_named(words: str) -> None:
    """Raise NotJudged where words, a file's head or the name of a system, name a refused datum."""
    refused = named_datum(words)
    if refused is not None:
        raise NotJudged(
            Text(
                f"{refused.zh}与 CGCS2000 之间没有公开的转换参数",
                f"{refused.en} has no public transformation to CGCS2000",
            ),
            mend=Text(
                "请先由测绘部门转换到 CGCS2000，或在 geoparks.toml 的 [crs.图层] 中写明 transform（参数、来源、日期）。",
                "Have it transformed by the survey office, or state transform in [crs.LAYER] of geoparks.toml"
                " (parameters, source, date).",
            ),
        )


def path(crs: CRS) -> Path:
    """The way from `crs` to EPSG:4490.

    Raises NotJudged for Xian 1980 and Beijing 1954, and for any datum without a known transformation.
    """
    refuse(crs)
    try:
        return _path(crs)
    except (ProjError, CRSError) as error:
        words = " ".join(str(error).split())[:120]
        raise NotJudged(
            Text(f"坐标系 {crs.name} 的定义不可用", f"the definition of {crs.name} cannot be used"),
            found=Text(words, words),
        ) from error


def _path(crs: CRS) -> Path:
    if is_cgcs2000(crs):
        return Path(_transformer(crs, _twin(crs)), None)
    accuracy = _accuracy(crs)
    if accuracy is None:
        raise NotJudged(
            Text(f"坐标系 {crs.name} 到 CGCS2000 没有已知转换", f"{crs.name} has no known transformation to CGCS2000"),
            mend=Text(
                "请转换到 CGCS2000 后再用；若它就是 CGCS2000，请在 geoparks.toml 的 [crs.图层] 写明 epsg。",
                "Transform it to CGCS2000 first; if it is CGCS2000, state epsg in [crs.LAYER] of geoparks.toml.",
            ),
        )
    via = crs.geodetic_crs.name if crs.geodetic_crs else crs.name
    first = Text("", "")
    if not via.startswith("WGS 84"):
        first = Text(f"{via} 转到 WGS 84（精度 {accuracy:g} 米），", f"{via} goes to WGS 84 (within {accuracy:g} m); ")
    return Path(_transformer(crs, _WGS84), first + _NULL)


def pipeline(words: str) -> Path:
    """A way given as a PROJ pipeline whose output is longitude and latitude in degrees."""
    try:
        return Path(Transformer.from_pipeline(words), None)
    except ProjError as error:
        raise NotJudged(Text(f"转换参数不可用：{error}", f"the transformation cannot be used: {error}")) from error


def proj4(crs: CRS) -> str:
    """A system in PROJ's old notation, whose loss of names is of no matter here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(crs.to_proj4())


def _transformer(crs: CRS, target: CRS) -> Transformer | None:
    if crs.is_geographic and _is_degrees(crs) and crs.equals(target, ignore_axis_order=True):
        return None
    return Transformer.from_crs(crs, target, always_xy=True)


def _twin(crs: CRS) -> CRS:
    """The geographic system of a CGCS2000 plane as its maker wrote it, so that no transformation is sought."""
    return crs.geodetic_crs if crs.is_projected and crs.geodetic_crs is not None else CGCS2000


def _is_degrees(crs: CRS) -> bool:
    return all(axis.unit_name == "degree" for axis in crs.axis_info)


def _datum_words(crs: CRS) -> str:
    geodetic = crs.geodetic_crs
    return " ".join(
        one
        for one in (
            crs.name,
            geodetic.name if geodetic else "",
            geodetic.datum.name if geodetic and geodetic.datum else "",
        )
        if one
    )


def _accuracy(crs: CRS) -> float | None:
    """Accuracy in metres of the best transformation to WGS 84; None where PROJ knows none and would only guess."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a better one needs a grid; how good the one in use is, is said
        group = TransformerGroup(crs, _WGS84, always_xy=True)
    if not group.transformers:
        return None
    best = group.transformers[0].accuracy
    return best if best is not None and best >= 0 else None
