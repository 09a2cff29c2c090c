"""A workspace as its users hold it: a folder with a configuration, data, and its layers in EPSG:4490."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from geoparks import config, discover, read, recognise
from geoparks.catalog import layer as layers
from geoparks.catalog import policy
from geoparks.catalog.layer import Catalogue
from geoparks.config import ACCEPTED, FILE, Config
from geoparks.dataset import Dataset, build
from geoparks.discover import Found
from geoparks.engine import Engine, Local
from geoparks.errors import UnreadableFile, WorkspaceError
from geoparks.normalise import parts
from geoparks.normalise.by_itself import How
from geoparks.normalise.features import Source
from geoparks.read.address import is_address
from geoparks.records import Input
from geoparks.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


class Workspace:
    """A folder of files, or a single file, whose layers are read when they are asked for."""

    def __init__(self, root: str | Path, engine: Engine | None = None) -> None:
        self.engine: Engine = engine or Local()
        given = Path(root)
        self.root = given if given.is_dir() and given.suffix.lower() != ".gdb" else given.parent
        self.single = None if self.root is given else given
        if is_address(str(given)):
            raise WorkspaceError(
                Text("数据库不是工作区", "a database is no workspace"),
                where="postgresql://…",
                mend=Text(
                    '请在工作区的 geoparks.toml 的 [data] 写明，例如 parcels = "postgresql://…?table=zd"。',
                    'Name it in [data] of the geoparks.toml of a workspace: parcels = "postgresql://…?table=zd".',
                ),
            )
        if not given.exists():
            raise WorkspaceError(
                Text("没有这个文件夹或文件", "no such folder or file"),
                where=str(given),
                mend=Text(
                    "可用 geoparks new 建立工作区，或 geoparks demo 生成示例。",
                    "Make one with geoparks new, or geoparks demo.",
                ),
            )

    @property
    def own(self) -> Path | None:
        """The folder whose own layers, policies and maps count; None for a single file."""
        return None if self.single is not None else self.root

    @cached_property
    def catalogue(self) -> Catalogue:
        """Layers and code lists: the shipped ones and the workspace's own."""
        return layers.load(self.own)

    @cached_property
    def config(self) -> Config:
        """What ``geoparks.toml`` says."""
        if self.single is not None:
            return Config(self.root, self.single.name)
        known = policy.setting_names(self.root)
        return config.load(self.root, frozenset(self.catalogue.layers), known)

    @cached_property
    def found(self) -> Found:
        """Which file is which layer."""
        if self.single is None:
            return discover.discover(self.config, self.catalogue, self.engine)
        found = Found()
        for raw in read.open_file(self.single, in_runs=True):
            layer = recognise.layer_of(raw, self.catalogue) or self._taken_for_blocks(raw.geometry is not None)
            if layer is not None:
                whole = parts.gone_on(raw, How(layer, self.catalogue, {}, {}))
                found.layers.setdefault(layer.name, []).append(whole)
        return found

    def _taken_for_blocks(self, has_geometry: bool) -> layers.Layer | None:
        """A single file of polygons that says nothing else is taken for a park's blocks: checking them is the main job."""
        return self.catalogue["blocks"] if has_geometry else None

    @cached_property
    def dataset(self) -> Dataset:
        """Every layer, normalised."""
        dataset = build(self.found, self.config, self.catalogue)
        raws = [raw for some in self.found.layers.values() for raw in some]
        if not any(len(raw.table) for raw in raws) and not self.found.rasters:
            empty = "、".join(f"{raw.where}（0 个要素）" for raw in raws)
            empty_en = ", ".join(f"{raw.where} (no features)" for raw in raws)
            ignored = "；".join(f"{path.name}（{reason.zh}）" for path, reason in self.found.ignored[:5])
            ignored_en = "; ".join(f"{path.name} ({reason.en})" for path, reason in self.found.ignored[:5])
            raise UnreadableFile(
                Text("没有可用的图层", "no usable layer"),
                where=str(self.single or self.config.data_folder),
                found=Text(empty or ignored, empty_en or ignored_en) if empty or ignored else self._no_data_files(),
                mend=Text(
                    "请把文件放入 data/，并按图层命名，例如 区块.shp、园区名录.xlsx；geoparks layers 列出全部图层名。",
                    "Put files into data/ and name them for their layer, such as blocks.shp; geoparks layers lists the names.",
                ),
            )
        return dataset

    def _no_data_files(self) -> Text:
        """What a data folder holds in which no file was so much as looked at."""
        names = [path.name for path in sorted(self.config.data_folder.rglob("*")) if path.is_file()]
        names = [name for name in names if name not in (FILE, ACCEPTED) and not name.startswith(".")]
        if not names:
            return Text("空文件夹", "an empty folder")
        shown = "、".join(names[:5]) + ("…" if len(names) > 5 else "")
        return Text(f"只有不含数据的文件：{shown}", f"only files that hold no data: {shown}")

    def layer(self, name: str) -> gpd.GeoDataFrame | pd.DataFrame:
        """A layer as a GeoDataFrame in EPSG:4490, fields under their English names; a table as a DataFrame.

        Raises WorkspaceError where the layer is missing or must not be judged, with the reason.
        """
        if name not in self.catalogue.layers:
            raise WorkspaceError(Text(f"没有名为 {name} 的图层", f"no layer is named {name}"), where="geoparks layers")
        features = self.dataset.get(name)
        if features is None:
            raise WorkspaceError(self.dataset.why_not(name), where=str(self.root))
        return features.frame.copy()

    def latest_year(self, on: dt.date) -> int | None:
        """The latest year of statistics that is not after a day; None where there are none."""
        years: set[int] = set()
        for features in self.dataset.layers.values():
            if features.layer.statistics and features.holds("year"):
                years |= {int(year) for year in features.column("year").dropna() if year <= on.year}
        return max(years, default=None)

    def inputs(self) -> list[Input]:
        """Every file that a verdict may hang on: layers, trusted boundaries, then the workspace's own declarations."""
        result = []
        digests: dict[Path | str, str] = {}
        for name in sorted(self.found.layers):
            features = self.dataset.get(name)
            sources: dict[str, Source] = {one.where: one for one in features.sources} if features is not None else {}
            for raw in self.found.layers[name]:
                place: Path | str = raw.origin or raw.path
                if place not in digests:
                    digests[place] = raw.sha256 or read.digest(raw.path)
                source = sources.get(raw.where)
                placement = source.placement if source is not None else None
                result.append(
                    Input(
                        layer=name,
                        path=raw.origin or self._relative(raw.path) + (f"#{raw.inner}" if raw.siblings > 1 else ""),
                        sha256=digests[place],
                        crs=placement.name if placement is not None else None,
                        rows=len(raw.table),
                        crs_how=placement.how if placement is not None else None,
                        encoding=raw.encoding,
                        refused=self.dataset.refused.get(name),
                        gcj02=self._about_gcj02(name) if placement is not None else None,
                    )
                )
        for name, path in sorted(self.found.rasters.items()):
            result.append(Input(name, self._relative(path), read.digest(path), None, 0))
        return [*result, *self._trusted(), *self._declarations()]

    def _trusted(self) -> Iterator[Input]:
        """The files of ``[reference]``."""
        for name, features in sorted(self.dataset.references.items()):
            source = features.sources[0]
            placement, path = source.placement, self.root / self.config.reference[name]
            crs, how = (placement.name, placement.how) if placement is not None else (None, None)
            place, sha256 = (
                (source.origin, source.sha256) if source.origin else (self._relative(path), read.digest(path))
            )
            yield Input(f"reference.{name}", place, sha256, crs, len(features), how)

    def _declarations(self) -> Iterator[Input]:
        """The workspace's own settings, layers, policies and acceptances."""
        if self.own is None:
            return
        files = [self.own / FILE, self.own / ACCEPTED]
        files += [one for kind in ("layers", "policies") for one in sorted((self.own / kind).rglob("*.toml"))]
        for path in files:
            if path.is_file():
                yield Input("", self._relative(path), read.digest(path), None, 0)

    def _about_gcj02(self, name: str) -> Text:
        """Whether a layer was held against a trusted boundary: who has none cannot know."""
        if not self.dataset.references:
            return Text(
                "未核对是否为 GCJ-02：没有可信界线（[reference]）",
                "not checked for GCJ-02: there is no trusted boundary ([reference])",
            )
        if name not in self.dataset.compared:
            return Text(
                "未核对是否为 GCJ-02：与可信界线没有同名的面",
                "not checked for GCJ-02: no polygon has the name of one of the trusted boundary",
            )
        return Text("已与可信界线核对，不是 GCJ-02", "held against the trusted boundary: not GCJ-02")

    def ignored(self) -> list[tuple[str, Text]]:
        """Files that were not used, and why."""
        return [(self._relative(path), reason) for path, reason in self.found.ignored]

    def _relative(self, path: Path) -> str:
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name


def open(path: str | Path = ".") -> Workspace:
    """Open a workspace: a folder as ``geoparks new`` makes it, any folder of files, or one file."""
    return Workspace(path)
