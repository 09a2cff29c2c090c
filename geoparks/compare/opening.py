"""Open what is to be compared: a file of polygons in any format that is read, one layer of it, or a layer of a workspace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks import read, recognise
from geoparks.catalog.layer import Catalogue
from geoparks.errors import NotJudged, UnreadableFile, WorkspaceError
from geoparks.normalise.arrangement import understand
from geoparks.normalise.assemble import normalise
from geoparks.normalise.features import Features
from geoparks.read.raw import RawLayer
from geoparks.text import Text, same
from geoparks.workspace import Workspace

_LAYER = "blocks"
_OWN_IDS = 0.5  # a column by which fewer of the rows are told apart than this is no id


@dataclass(frozen=True)
class Version:
    """One version as it was opened."""

    path: str
    sha256: str | None
    features: Features
    id_from: str | None
    """The column that ids were taken from."""
    name_from: str | None
    made: bool = False
    """Whether the data are made up; every output says so."""
    called: tuple[str, ...] = ()
    """The names that the layer may be asked for by."""


def open_version(
    path: Path, catalogue: Catalogue, *, layer: str | None = None, id_from: str | None = None, epsg: int | None = None
) -> Version:
    """Read one version. Raises UnreadableFile or WorkspaceError where it holds no polygons, several layers, or no known CRS."""
    if path.is_dir() and path.suffix.lower() != ".gdb":
        return _of_workspace(path, layer)
    raw = _chosen(read.open_file(path), path, layer)
    headers = [str(one) for one in raw.table.columns]
    if id_from is not None and id_from not in headers:
        raise UnreadableFile(
            Text("没有这一列", "no such column"), where=f"{raw.where}: --id", found=same("、".join(headers)), expected=same(id_from)
        )  # fmt: skip
    ids, called = _columns(raw, catalogue)
    ids = id_from or ids
    table = pd.DataFrame(index=raw.table.index)
    if ids is not None:
        table["block_id"] = raw.table[ids]
    if called is not None and called != ids:
        table["name"] = raw.table[called]
    plain_one = replace(
        raw, table=table, repairs=list(raw.repairs), faults=list(raw.faults), header_units={}, stated_units={}
    )
    try:
        features = normalise(catalogue[_LAYER], [plain_one], catalogue, declared_crs={"epsg": epsg} if epsg else {})
    except NotJudged as error:
        raise UnreadableFile(
            Text("不能比对：", "cannot be compared: ") + error.what, where=raw.where, found=error.found, expected=error.expected,
            mend=error.mend or Text("若已知文件的坐标系，可用 --old-epsg、--new-epsg 指定。", "If you know its CRS, give it with --old-epsg or --new-epsg."),
        ) from error  # fmt: skip
    names = tuple(one for one in dict.fromkeys((raw.inner, *raw.called)) if one)
    return Version(path.name, read.digest(path), features, ids, called, called=names)


def refuse_unknown_layer(layer: str, both: tuple[Version, Version]) -> None:
    """A layer that is named must be one of either file: in a file of one layer its name need not be the same."""
    if not any(layer in one.called for one in both):
        raise UnreadableFile(
            Text(f"两份文件里都没有名为 {layer} 的图层", f"neither file has a layer {layer}"), where="--layer",
            found=same("、".join(dict.fromkeys(name for one in both for name in one.called))),
        )  # fmt: skip


def _of_workspace(path: Path, layer: str | None) -> Version:
    """A layer of a workspace; its blocks unless another is named."""
    workspace, name = Workspace(path), layer or _LAYER
    if name not in workspace.catalogue.layers:
        raise WorkspaceError(
            Text(f"没有名为 {name} 的图层", f"no layer is named {name}"), where=f"{path.name}: --layer",
            mend=Text("geoparks layers 列出全部图层名。", "geoparks layers lists the names."),
        )  # fmt: skip
    features = workspace.dataset.get(name)
    if features is None:
        raise WorkspaceError(workspace.dataset.why_not(name), where=str(path))
    if not _areas(features.geometry).any():
        raise UnreadableFile(Text("图层里没有面", "the layer holds no polygons"), where=f"{path.name}: {name}")
    names = "name" if features.holds("name") else None
    return Version(
        f"{path.resolve().name} › {name}",
        None,
        features,
        (*features.layer.key, None)[0],
        names,
        workspace.config.made,
        (name,),
    )


def _chosen(raws: list[RawLayer], path: Path, layer: str | None) -> RawLayer:
    """The layer that is named, or the only one that has polygons."""
    with_areas = [one for one in raws if one.geometry is not None and _areas(one.geometry).any()]
    if layer is not None:
        with_areas = [one for one in with_areas if layer in (one.inner, *one.called)] or _none_of(raws, path, layer)
    if not with_areas:
        raise UnreadableFile(Text("文件里没有面", "the file holds no polygons"), where=path.name)
    if len(with_areas) > 1:
        raise UnreadableFile(
            Text(f"文件里有 {len(with_areas)} 个有面的图层，不知道比对哪一个", f"{len(with_areas)} of its layers hold polygons"), where=path.name,
            found=same("、".join(one.inner for one in with_areas)),
            mend=Text("请用 --layer 指定一个；两份文件图层名不同的，先用 geoparks convert 各导出一个。", "Choose one with --layer; where the names differ, export each with geoparks convert."),
        )  # fmt: skip
    return with_areas[0]


def _none_of(raws: list[RawLayer], path: Path, layer: str) -> list[RawLayer]:
    """In a file of one layer its name does not matter: the other file may be the one that needs it."""
    if len(raws) == 1:
        return raws
    raise UnreadableFile(
        Text(f"没有名为 {layer} 的面图层", f"no layer {layer} with polygons"), where=path.name, found=same("、".join(one.inner for one in raws))
    )  # fmt: skip


def _areas(geometry: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Which geometries are areas, or closed lines and collections that may be made areas."""
    kinds = shapely.get_type_id(geometry)
    return np.asarray(np.isin(kinds, (3, 6, 7)) | (np.isin(kinds, (1, 5)) & shapely.is_closed(geometry)))


def _columns(raw: RawLayer, catalogue: Catalogue) -> tuple[str | None, str | None]:
    """The columns of ids and names: by the layer that the file looks like, else by any layer of polygons.

    A column is an id only where it tells the rows apart.
    """
    looks_like = recognise.layer_of(replace(raw, repairs=[], faults=[]), catalogue)
    layers = [
        one
        for one in (looks_like, catalogue[_LAYER], catalogue["parcels"], *catalogue.layers.values())
        if one is not None and one.polygonal
    ]
    ids: str | None = None
    called: str | None = None
    for layer in {one.name: one for one in layers}.values():
        match = understand(replace(raw, repairs=[], faults=[]), layer)
        for column in match.columns:
            values = raw.table[column.header].dropna()
            if column.field.name == "name" and called is None and len(values):
                called = column.header
            if (
                column.field.name in layer.key[:1]
                and ids is None
                and values.nunique() >= max(1, _OWN_IDS * len(raw.table))
            ):
                ids = column.header
    return ids, called
