"""B18: the parcels on which a project in principle needs no assessment of its own, of any of the kinds that the article names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geoparks import units
from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.measure.assessed_parcels import Held, parcels_covered
from geoparks.measure.whereabouts import parks_of
from geoparks.records import Indicator
from geoparks.text import Text

_COUNT, _MU = "B18.parcels_free", "B18.parcels_free_mu"
INDICATORS = (_COUNT, _MU)
_SOURCE = Text("宗地、区域评估", "parcels, assessments")


def compute(layers: Dataset, pack: Pack, years: tuple[int, ...]) -> Iterator[Indicator]:
    """Parcels of every park that assessments in force of all kinds cover whole: how many, and their mu.

    Nothing where there is no layer of assessments or of parcels; open where one of the kinds may be in force or not.
    """
    spec = pack.indicators.get(_COUNT)
    if spec is None or "assessments" not in layers or "parcels" not in layers:
        return
    parcels, year = parcels_covered(layers), layers.year or layers.on.year
    wanted = [parcels.kinds.index(kind) for kind in spec.parameters["kinds"] if kind in parcels.kinds]
    held, m2 = parcels.held[:, wanted], parcels.table.array("m2")
    free = (held == Held.COVERED).all(axis=1)
    maybe = (held >= Held.OPEN).all(axis=1) & ~free
    told = (held != Held.NOWHERE).all(axis=1)
    for park in parks_of(layers):
        own = parcels.of_park(park.subject)
        reason = None
        if not len(own):
            reason = Text("宗地图层中没有该园区的宗地", "the layer of parcels has none of the park")
        elif maybe[own].any():
            count = int(maybe[own].sum())
            reason = Text(
                f"{count} 宗所在的评估是否有效不明", f"{count} parcels lie in one that may or may not be in force"
            )
        elif np.isnan(m2[own][free[own]]).any():
            reason = Text("有宗地面积不明", "the area of a parcel is not known")
        counts = (int(free[own].sum()), int(told[own].sum()))
        mu = tuple(units.to_mu(float(np.nansum(m2[own][one[own]]))) for one in (free, told))
        for name, (part, whole) in ((_COUNT, counts), (_MU, mu)):
            yield Indicator(
                name, park.subject, year, None if reason else part, "", numerator=part, denominator=whole, source=_SOURCE,
                reason=reason, at_least=part if reason and len(own) else None,
            )  # fmt: skip
