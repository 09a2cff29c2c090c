"""geoparks: look after the land of industrial parks. Verbs first: ``gp.open``, ``gp.check``, ``gp.area``.

Importing the package is quick; what a verb needs is imported when it is used.
"""

from __future__ import annotations

import os as _os
from typing import TYPE_CHECKING, Any

from geoparks.version import __version__

if TYPE_CHECKING:
    from geoparks.measure.area import area
    from geoparks.measure.inside import inside, overlaps
    from geoparks.pipeline import adjust, audit, check, idle, map, supply
    from geoparks.result import Result
    from geoparks.units import to_ha, to_mu
    from geoparks.workspace import Workspace, open

# Other programs (QGIS, ArcGIS, PostGIS) leave paths to their own PROJ and GDAL data, with which the libraries here
# read wrong or nothing. They are dropped for this process before the first import.
if not _os.environ.get("GEOPARKS_KEEP_PROJ"):
    for _name in ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH"):
        _os.environ.pop(_name, None)

_HOME = {
    "open": "geoparks.workspace",
    "Workspace": "geoparks.workspace",
    "adjust": "geoparks.pipeline",
    "audit": "geoparks.pipeline",
    "check": "geoparks.pipeline",
    "idle": "geoparks.pipeline",
    "map": "geoparks.pipeline",
    "supply": "geoparks.pipeline",
    "Result": "geoparks.result",
    "area": "geoparks.measure.area",
    "inside": "geoparks.measure.inside",
    "overlaps": "geoparks.measure.inside",
    "to_mu": "geoparks.units",
    "to_ha": "geoparks.units",
}
__all__ = [
    "Result",
    "Workspace",
    "__version__",
    "adjust",
    "area",
    "audit",
    "check",
    "idle",
    "inside",
    "map",
    "open",
    "overlaps",
    "supply",
    "to_ha",
    "to_mu",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'geoparks' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
