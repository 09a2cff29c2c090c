"""What imagery of four bands can say of a parcel: what is green is not built. It cannot tell a roof from bare soil.

The built-up indices that need no short-wave infrared, such as VrNIR-BI = (red − NIR) ÷ (red + NIR) of Estoque and Murayama
(Ecological Indicators 56, 2015), are NDVI the other way round: they part built-up land from plants and confuse it with bare
soil, most of all in dry country. So built-up land is given as a range: from nothing to all that is not green. Water is
not taken out, because blue steel roofs look like it (NDWI is high on both; Xu, Int. J. Remote Sensing 27, 2006).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from geoparks.config import ImageryConfig
from geoparks.errors import NotJudged
from geoparks.measure.raster import opened
from geoparks.measure.tally import BLANK, tally
from geoparks.measure.zonal import ALIEN, Shares, told, unsaid
from geoparks.text import Text

Array = np.ndarray[Any, Any]
GREEN = "green"


def green_shares(path: Path, shapes_lonlat: Array, imagery: ImageryConfig) -> Shares:
    """The share of each polygon that is green: NDVI = (NIR − red) ÷ (NIR + red) at or above a threshold.

    path: a raster with the bands of `imagery`, as numbers or reflectance; a scale and an offset that it declares are applied.
    shapes_lonlat: polygons in EPSG:4490; None and empty ones give NaN.
    Cells without data are unseen, and so are those where red and NIR are both 0 or both at the end of their type: filling.
    Haze makes NDVI smaller, as winter does: then less is green, and less is said.
    """
    try:
        with opened(path) as (raster, lie):
            flags = _Ndvi(raster, imagery, path)
            counted = tally(raster, lie, shapes_lonlat, flags.bands, flags.flags)
    except NotJudged as error:
        return unsaid((GREEN,), len(shapes_lonlat), error.as_text())
    return told((GREEN,), counted, flags.filling)


class _Ndvi:
    """Which cells are green."""

    def __init__(self, raster: Any, imagery: ImageryConfig, path: Path) -> None:
        if raster.count < len(imagery.bands):
            raise NotJudged(
                Text(
                    f"影像只有 {raster.count} 个波段，[imagery] bands 写了 {len(imagery.bands)} 个",
                    f"the imagery has {raster.count} bands, [imagery] names {len(imagery.bands)}",
                ),
                where=path.name,
            )
        self.bands = [imagery.bands.index(name) + 1 for name in ("red", "nir")]
        self.green_from = imagery.green_from
        self.nodata = [raster.nodatavals[band - 1] for band in self.bands]
        self.scales = [(raster.scales[band - 1], raster.offsets[band - 1]) for band in self.bands]
        dtype = np.dtype(raster.dtypes[0])
        self.filling = (0.0, float(np.iinfo(dtype).max)) if dtype.kind in "iu" else (0.0,)

    def flags(self, values: Array) -> Array:
        """1 for green, and the bits of zonal.py for what is no picture of the ground."""
        red, nir = (
            one.astype(float) * scale + offset for one, (scale, offset) in zip(values, self.scales, strict=True)
        )
        total = nir + red
        with np.errstate(invalid="ignore", divide="ignore"):
            ndvi = (nir - red) / total
        bits = (ndvi >= self.green_from).astype(np.uint8)
        bits[~np.isfinite(ndvi) | (total <= 0)] = BLANK
        for value in self.filling:
            bits[(values[0] == value) & (values[1] == value)] = ALIEN
        for one, nodata in zip(values, self.nodata, strict=True):
            if nodata is not None:
                bits[one == nodata] = BLANK
        return bits
