"""Write a layer in any format that can be written. A format is one module of this folder with SUFFIXES and write()."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
from pyproj import CRS

from geoparks.errors import GeoparksError, WorkspaceError, os_words
from geoparks.text import Text


@dataclass
class Outgoing:
    """One layer to be written: attributes, geometry with x to the east, and its coordinate system."""

    name: str
    table: pd.DataFrame
    geometry: np.ndarray | None
    crs: CRS | None
    notes: list[Text] = field(default_factory=list)
    """What the format could not hold and was changed; told to the user."""


@cache
def formats() -> dict[str, ModuleType]:
    """Every writer by suffix."""
    found: dict[str, ModuleType] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for suffix in getattr(module, "SUFFIXES", ()):
            if suffix in found:
                raise RuntimeError(f"{suffix} is claimed by {found[suffix].__file__} and {module.__file__}")
            found[suffix] = module
    return found


def write(layer: Outgoing, path: Path) -> list[Path]:
    """Write a layer; the format is that of the suffix. Returns the files, all of them there or none."""
    module = formats().get(path.suffix.lower())
    if module is None:
        known = sorted(formats())
        raise WorkspaceError(
            Text("不是可写出的格式", "not a format that can be written"),
            where=path.name,
            expected=Text("、".join(known), ", ".join(known)),
        )
    return whole(path, lambda target: module.write(layer, target))


def places(path: Path) -> list[Path]:
    """Every file that an output may consist of: a shapefile is several, and a part of an older one must not stay."""
    beside = getattr(formats().get(path.suffix.lower()), "BESIDE", ())
    return [path, *(path.with_name(path.stem + end) for end in beside)]


def whole(path: Path, make: Callable[[Path], object]) -> list[Path]:
    """Let `make` write a file (with its side files) in a temporary folder beside, then put all of it in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".geoparks-", dir=path.parent) as folder:
            make(Path(folder) / path.name)
            placed = []
            made = sorted(Path(folder).iterdir(), key=lambda one: one.name)
            for old in places(path):
                if old.is_file() and old.name not in {one.name for one in made}:
                    old.unlink()
            for one in made:
                target = path.parent / one.name
                if target.is_dir():
                    shutil.rmtree(target)
                one.replace(target)
                placed.append(target)
    except GeoparksError:
        raise
    except OSError as error:
        raise WorkspaceError(
            Text("写不进去", "cannot be written"),
            where=str(path),
            found=os_words(error),
            mend=Text(
                "请关闭正在使用它的程序，并确认有写入权限和磁盘空间。",
                "Close whatever has it open, and check permissions and space.",
            ),
        ) from error
    return placed


def plain_table(table: pd.DataFrame) -> pd.DataFrame:
    """Attributes as every format can hold them: dates as text, nothing as None."""
    result = table.copy()
    for name in result.columns:
        if result[name].dtype == object or pd.api.types.is_datetime64_any_dtype(result[name]):
            result[name] = [_plain(value) for value in result[name]]
    return result


def _plain(value: object) -> object:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    return value.isoformat() if hasattr(value, "isoformat") else value
