"""All layers of a workspace, normalised: what rules measure. A layer that is missing or refused says why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoparks import memory, progress
from geoparks.catalog.clause import Setting
from geoparks.catalog.layer import Catalogue
from geoparks.config import Config, ImageryConfig
from geoparks.discover import Found
from geoparks.errors import NotJudged
from geoparks.normalise import gcj02, ids
from geoparks.normalise.agreement import agree
from geoparks.normalise.assemble import normalise
from geoparks.normalise.crs import place
from geoparks.normalise.evidence import Bounds, extent, sight_of
from geoparks.normalise.features import Features, Source
from geoparks.read import open_source
from geoparks.read.raw import RawLayer
from geoparks.records import Indicator, Repair, Subject
from geoparks.text import Text

_MANY = 100_000  # rows of a layer, from which on what was derived of it weighs more than it costs to make


@dataclass
class Dataset:
    """The layers of a workspace. ``dataset["blocks"]`` is a layer that can be judged."""

    catalogue: Catalogue
    layers: dict[str, Features]
    refused: dict[str, Text] = field(default_factory=dict)
    """Layers whose file is there but must not be judged, with the reason."""
    references: Mapping[str, Features] = field(default_factory=dict)
    """The trusted boundaries of ``[reference]``."""
    compared: set[str] = field(default_factory=set)
    """Layers that were held against a trusted boundary for GCJ-02."""
    covers: tuple[tuple[str, str], ...] | None = None
    on: dt.date = dt.date.min
    """The day that a run judges by."""
    year: int | None = None
    """The year of statistics that a run judges by."""
    rasters: Mapping[int, Path] = field(default_factory=dict)
    """Land cover by year."""
    built_classes: tuple[int, ...] = ()
    """Which classes of the land cover are built up."""
    legend: str = ""
    """Which legend the land cover has; empty where nobody says."""
    pictures: Mapping[int, Path] = field(default_factory=dict)
    """Imagery by year."""
    imagery: ImageryConfig = field(default_factory=ImageryConfig)
    """What the bands of the imagery are."""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    """The run's numbers that a measure is defined by, as the pack and the workspace have them; limits are not among its uses."""
    derived: dict[str, Any] = field(default_factory=dict)
    """What is computed once of several layers, by name."""
    figures: list[Indicator] = field(default_factory=list)
    """The figures of the run, which rules may hold against clauses."""

    def __getitem__(self, name: str) -> Features:
        return self.layers[name]

    def __contains__(self, name: str) -> bool:
        return name in self.layers

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def get(self, name: str) -> Features | None:
        """A layer, or None where it is missing or refused."""
        return self.layers.get(name)

    def why_not(self, name: str) -> Text:
        """Why a layer cannot be used: refused, or not there."""
        title = self.catalogue[name].title
        if name in self.refused:
            return Text(f"{title.zh}：", f"{name}: ") + self.refused[name]
        return Text(f"没有“{title.zh}”图层（{name}）", f"there is no layer {name}")

    def park_of(self, subject: Subject) -> str:
        """Id of the park that a subject is or belongs to; empty where nothing says it."""
        if subject.layer == "parks":
            return subject.id
        features = self.layers.get(subject.layer)
        if features is None or not features.holds("park_id"):
            return ""
        rows = features.positions(subject.id)
        return str(features.said("park_id")[rows[0]]) if rows else ""

    def parks_along(self, name: str) -> np.ndarray:
        """Of every feature of a layer the id of its park, as `park_of` tells it; empty where nothing says it."""
        features = self.layers[name]
        return features.ids if name == "parks" else features.said("park_id")

    def let_go(self) -> None:
        """Let go of what figures and rules computed row by row; whoever asks for it again computes it again."""
        self.derived.pop("land", None)
        for features in self.layers.values():
            if len(features) > _MANY:
                features.derived.clear()
            features.derived.pop("ledger", None)
        memory.give_back()

    @property
    def repairs(self) -> list[Repair]:
        """Every repair of every layer, in the order of layers and rows."""
        return [one for name in sorted(self.layers) for one in self.layers[name].repairs]


def build(found: Found, config: Config, catalogue: Catalogue) -> Dataset:
    """Normalise every layer that was found; what cannot be judged is refused, with the reason, and the rest goes on."""
    references = _references(config, catalogue)
    region = _region(found.layers, references, config)
    dataset = Dataset(
        catalogue, {}, references=references, covers=config.covers, rasters=_by_year(found, "land_cover"),
        built_classes=config.built_classes, legend=config.legend, pictures=_by_year(found, "imagery"), imagery=config.imagery,
    )  # fmt: skip
    for name in sorted(found.layers):
        progress.say(Text(f"整理{catalogue[name].title.zh}", f"preparing {name}"))
        try:
            features = normalise(
                catalogue[name],
                found.layers[name],
                catalogue,
                declared_crs=config.crs.get(name, {}),
                stated_units=config.units_of(name),
                region=region,
            )
        except NotJudged as error:
            dataset.refused[name] = Text(error.line("zh"), error.line("en"))
            continue
        dataset.layers[name] = features
    _refuse_shifted(dataset)
    if "parks" in dataset:
        agree(dataset["parks"])
    _parks_by_name(dataset)
    for name, features in dataset.layers.items():
        if told := ids.tell_apart(features):
            for other in (one for key, one in dataset.layers.items() if key != name):
                ids.follow(other, features.layer, told)
    memory.give_back()
    return dataset


def _by_year(found: Found, kind: str) -> dict[int, Path]:
    """The rasters of a kind, which have their year in their name."""
    parts = ((name.rpartition("_"), path) for name, path in sorted(found.rasters.items()))
    return {int(year): path for (first, _, year), path in parts if first == kind}


def _references(config: Config, catalogue: Catalogue) -> dict[str, Features]:
    """The trusted boundaries of ``[reference]``."""
    return {
        name: normalise(
            catalogue[name], open_source(path, config.root), catalogue, declared_crs=config.crs.get(name, {})
        )
        for name, path in sorted(config.reference.items())
    }


def _region(layers: Mapping[str, list[RawLayer]], references: Mapping[str, Features], config: Config) -> list[Bounds]:
    """Extents in degrees that are known for certain: they tell which zone eastings without a zone number belong to."""
    region = [bounds for one in references.values() if (bounds := extent(one.geometry))]
    for name, raws in sorted(layers.items()):
        for raw in raws:
            here = sight_of(raw)
            if here is None:
                continue
            try:
                placement = place(replace(raw, repairs=[], faults=[]), config.crs.get(name, {}), ())
            except NotJudged:
                continue
            if bounds := placement.lonlat(here.bounds):
                region.append(bounds)
    return region


def _refuse_shifted(dataset: Dataset) -> None:
    """Refuse layers in GCJ-02: their same-named features lie off the trusted boundary by just that shift."""
    for reference in dataset.references.values():
        known = _named_polygons(reference)
        for name in sorted(dataset.layers):
            pairs = _named_polygons(dataset.layers[name]).merge(known, on="name", suffixes=("", "_ref"))
            if len(pairs):
                dataset.compared.add(name)
            metres = gcj02.median_shift(pairs["polygon"].to_numpy(), pairs["polygon_ref"].to_numpy())
            if metres is None:
                continue
            features = dataset.layers.pop(name)
            dataset.refused[name] = Text(
                f"{_files(features.sources)}：疑为 GCJ-02（火星坐标）：{len(pairs)} 个同名要素与可信边界按其方向相差约 {metres:.0f} 米。"
                "请向提供者索取 CGCS2000 原始数据",
                f"{_files(features.sources)}: looks like GCJ-02: {len(pairs)} features lie about {metres:.0f} m off the"
                " trusted boundary of the same name, in its direction. Ask for the original in CGCS2000",
            )


def _named_polygons(features: Features) -> pd.DataFrame:
    """Name and polygon of every feature that has both, names that occur once only."""
    geometry = features.geometry
    if not features.holds("name") or not features.has_geometry:
        return pd.DataFrame({"name": [], "polygon": []}, dtype=object)
    is_polygon = np.isin(shapely.get_type_id(geometry), (3, 6))
    table = pd.DataFrame({"name": features.column("name").to_numpy(), "polygon": geometry})[is_polygon]
    return table[table["name"].notna() & ~table["name"].duplicated(keep=False)]


def _files(sources: list[Source]) -> str:
    return "、".join(dict.fromkeys(source.where for source in sources))


def _parks_by_name(dataset: Dataset) -> None:
    """Where another layer names its park instead of giving its id, put the id of the park of that name."""
    parks = dataset.get("parks")
    if parks is None or not (parks.holds("name") and parks.holds("park_id")):
        return
    ids = set(parks.ids)
    names = parks.column("name")
    id_of = dict(zip(names[~names.duplicated(keep=False)], parks.column("park_id"), strict=False))
    for name, features in dataset.layers.items():
        if name == "parks" or not features.holds("park_id"):
            continue
        words = {one for rows in features.pieces() for one in features.column("park_id", rows).dropna().unique()}
        called = [one for one in words if one not in ids and one in id_of]
        if called:
            column = features.column("park_id")
            by_name = column.isin(called)
            features.table.put("park_id", column.where(~by_name, column.map(id_of)))
            features.repairs.append(
                Repair(
                    name,
                    "park_by_name",
                    Text(
                        f"{int(by_name.sum())} 行以园区名称代替编号，已换成编号",
                        f"{int(by_name.sum())} rows name their park; its id was put",
                    ),
                    field_name="park_id",
                )
            )
