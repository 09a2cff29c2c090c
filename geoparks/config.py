"""A workspace's ``geoparks.toml``. Every key has a default; an unknown one is an error that names the nearest."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geoparks.catalog import codes
from geoparks.catalog.declared import Declared
from geoparks.text import LANGS, Lang, Text, same

FILE = "geoparks.toml"
ACCEPTED = "accepted.csv"
YEARS = range(1990, 2101)
"""Years of statistics that there can be: anything else is a slip of the keyboard."""
DEFAULT_PACK = "neimenggu"
_COARSEST_M = 10_000.0
_COVERS = Text('图层名，例如 { functional_zones = "blocks" }', 'names of layers, as in { functional_zones = "blocks" }')
_TRANSFORMS = {
    "helmert7": ("dx", "dy", "dz", "rx", "ry", "rz", "scale_ppm"),
    "affine4": ("dx", "dy", "rotation_seconds", "scale_ppm"),
}


@dataclass(frozen=True)
class MapConfig:
    """``[map]``: what maps say and stand on."""

    approval_no: str = ""
    """审图号, where the maps have been approved for publication."""
    base: tuple[str, ...] = ()
    """Files of base maps, relative to the workspace: GeoTIFF, MBTiles, PMTiles."""
    tianditu: bool = False
    tianditu_token: str = ""
    share_token: bool = False
    """Whether the token may stand in the page that is handed on."""
    public_m: float = 100.0
    """Metres to which a public edition coarsens coordinates."""


@dataclass(frozen=True)
class ImageryConfig:
    """``[imagery]``: the bands of the imagery, and from which NDVI on the ground is green."""

    bands: tuple[str, ...] = ()
    """What each band is, in their order; empty where the workspace does not say."""
    green_from: float = 0.3


@dataclass(frozen=True)
class Config:
    """What a workspace says of itself."""

    root: Path
    name: str
    policy: str = DEFAULT_PACK
    lang: Lang = "zh"
    on: dt.date | None = None
    year: int | None = None
    made: bool = False
    """Whether the data are made up, as the demonstration's are; every output says so."""
    data: Mapping[str, str] = field(default_factory=dict)
    reference: Mapping[str, str] = field(default_factory=dict)
    crs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Layer → header or field → unit; the layer ``""`` stands for all."""
    covers: tuple[tuple[str, str], ...] | None = None
    """Pairs of (layer, frame that it must cover); None where the workspace does not say."""
    settings: Mapping[str, float] = field(default_factory=dict)
    built_classes: tuple[int, ...] = ()
    """``[land_cover] built``: the classes of the land cover that are built up."""
    legend: str = ""
    """``[land_cover] legend``: which legend of ``layers/codes/land_cover.toml`` the land cover has."""
    imagery: ImageryConfig = field(default_factory=lambda: ImageryConfig())
    maps: MapConfig = field(default_factory=lambda: MapConfig())

    @property
    def data_folder(self) -> Path:
        """Where inputs are: ``data/``, or the folder itself where there is none."""
        return self.root / "data" if (self.root / "data").is_dir() else self.root

    def units_of(self, layer: str) -> dict[str, str]:
        """Units that are stated for a layer: for it alone before for all."""
        return {**self.units.get("", {}), **self.units.get(layer, {})}


def load(root: Path, layer_names: frozenset[str], setting_names: frozenset[str]) -> Config:
    """Read the configuration of a workspace; without a file, everything is as by default."""
    file = root / FILE
    if not file.exists():
        return Config(root, root.resolve().name)
    top = Declared.read(file)
    config = Config(
        root=root,
        name=top.take("name", str, root.resolve().name),
        policy=top.take("policy", str, DEFAULT_PACK),
        lang=top.choice("lang", LANGS, "zh"),
        on=_day(top, "on"),
        year=_year(top),
        made=top.take("made", bool, False),
        data=_paths(top, "data", layer_names),
        reference=_paths(top, "reference", layer_names),
        crs={name: _crs(table) for name, table in _by_layer(top, "crs", layer_names)},
        units=_units(top, layer_names),
        maps=_maps(top.table("map")),
        imagery=_imagery(top.table("imagery")),
        **_land_cover(top.table("land_cover"), root),
        **_settings(top, layer_names, setting_names),
    )
    top.done()
    return config


def _maps(table: Declared) -> MapConfig:
    coarse = float(table.take("public_m", (int, float), MapConfig.public_m))
    if not 0 < coarse <= _COARSEST_M:
        raise table.wrong("public_m", coarse, same(f"0–{_COARSEST_M:g}"))
    base = table.take("base", (str, list), [])
    made = MapConfig(
        approval_no=table.take("approval_no", str, ""),
        base=(base,) if isinstance(base, str) else table.strings("base"),
        tianditu=table.take("tianditu", bool, False),
        tianditu_token=table.take("tianditu_token", str, ""),
        share_token=table.take("share_token", bool, False),
        public_m=coarse,
    )
    table.done()
    return made


def _land_cover(table: Declared, root: Path) -> dict[str, Any]:
    """The legend, and which classes are built up: those that are named, else those of the legend."""
    classes = table.take("built", list, [])
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in classes):
        raise table.wrong("built", classes, Text("类别值的列表，例如 [50]", "a list of class values, such as [50]"))
    legend = ""
    if "legend" in table.values:
        known = codes.code_lists(root)["land_cover"]
        legend = table.choice("legend", known.schemes)
        strange = [one for one in classes if str(one) not in known.schemes[legend]]
        if strange:
            raise table.wrong("built", strange[0], same("、".join(known.schemes[legend])))
        classes = classes or known.built[legend]
    table.done()
    return {"built_classes": tuple(classes), "legend": legend}


def _imagery(table: Declared) -> ImageryConfig:
    bands = table.strings("bands")
    if bands and (not {"red", "nir"} <= set(bands) or any(bands.count(one) > 1 for one in ("red", "nir"))):
        expected = same('["blue", "green", "red", "nir"]')
        raise table.wrong("bands", "、".join(bands), expected)
    green = float(table.take("green_from", (int, float), ImageryConfig.green_from))
    if not 0 < green < 1:
        raise table.wrong("green_from", green, same("0–1"))
    table.done()
    return ImageryConfig(bands, green)


def _day(top: Declared, key: str) -> dt.date | None:
    value = top.take(key, (dt.date, str), None)
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise top.wrong(key, value, same("2024-06-30")) from None
    return value.date() if isinstance(value, dt.datetime) else value


def _year(top: Declared) -> int | None:
    year: int | None = top.take("year", int, None)
    if year is not None and year not in YEARS:
        raise top.wrong("year", year, same(f"{YEARS[0]} … {YEARS[-1]}"))
    return year


def _paths(top: Declared, key: str, layer_names: frozenset[str]) -> dict[str, str]:
    table = top.table(key)
    found = {name: table.take(name, str) for name in layer_names if name in table.values}
    _known(table, layer_names)
    return found


def _known(table: Declared, names: frozenset[str]) -> None:
    """Say which keys a table may have, then refuse the others."""
    for name in names:
        table.take(name, object, None)
    table.done()


def _by_layer(top: Declared, key: str, layer_names: frozenset[str]) -> list[tuple[str, Declared]]:
    table = top.table(key)
    _known(table, layer_names)
    return [(name, inner) for name, inner in top.named(key)]


def _crs(table: Declared) -> dict[str, Any]:
    """How one layer lies: an EPSG code, and a transformation where its datum needs one."""
    result: dict[str, Any] = {}
    epsg = table.take("epsg", int, None)
    if epsg is not None:
        result["epsg"] = epsg
    if "transform" in table.values:
        given = table.table("transform")
        kind = given.choice("kind", _TRANSFORMS)
        transform: dict[str, Any] = {"kind": kind}
        for name in _TRANSFORMS[kind]:
            transform[name] = float(given.take(name, (int, float), 0.0))
        if kind == "helmert7":
            transform["convention"] = given.choice(
                "convention", ("position_vector", "coordinate_frame"), "position_vector"
            )
        else:
            transform["to_epsg"] = given.take("to_epsg", int)
        transform["source"] = given.take("source", str)
        transform["date"] = str(given.take("date", (dt.date, str)))
        given.done()
        result["transform"] = transform
    table.done()
    return result


def _units(top: Declared, layer_names: frozenset[str]) -> dict[str, dict[str, str]]:
    """``[units]`` for all layers, ``[units.LAYER]`` for one: header or field name → unit."""
    from geoparks.units import UNITS, find

    result: dict[str, dict[str, str]] = {}
    table = top.table("units")
    for key, value in table.values.items():
        table.take(key, object)
        pairs = value.items() if isinstance(value, dict) else [(key, value)]
        if isinstance(value, dict) and key not in layer_names:
            raise table.wrong(key, value, Text("图层名", "a layer"))
        for header, unit in pairs:
            found = find(str(unit))
            if found is None:
                raise table.wrong(header, unit, same("、".join(one.title.zh or one.id for one in UNITS.values())))
            result.setdefault(key if isinstance(value, dict) else "", {})[header] = found.id
    return result


def _settings(top: Declared, layer_names: frozenset[str], setting_names: frozenset[str]) -> dict[str, Any]:
    table = top.table("settings")
    covers = _covers(table, layer_names) if "covers" in table.values else None
    numbers = {name: float(table.take(name, (int, float))) for name in sorted(setting_names) if name in table.values}
    for name, value in numbers.items():
        if not math.isfinite(value):
            raise table.wrong(name, value, Text("有限的数", "a finite number"))
    _known(table, setting_names | {"covers"})
    return {"covers": covers, "settings": numbers}


def _covers(table: Declared, layer_names: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """What must cover what: ``{ functional_zones = "blocks" }``, or a list of layers that must have no gap inside."""
    value = table.take("covers", (dict, list, str))
    pairs: list[tuple[object, object]] = []
    for one in value.items() if isinstance(value, dict) else [value] if isinstance(value, str) else value:
        if isinstance(one, dict) and set(one) <= {"layer", "frame"}:
            one = (one.get("layer"), one.get("frame", ""))
        elif isinstance(one, str):
            one = (one, "")
        if not isinstance(one, list | tuple) or len(one) != 2:
            raise table.wrong("covers", one, _COVERS)
        layer, frames = one
        pairs += [(layer, frame) for frame in (frames if isinstance(frames, list) else [frames])]
    for layer, frame in pairs:
        for name in (layer, layer if frame == "" else frame):
            if not isinstance(name, str) or name not in layer_names:
                raise table.wrong("covers", name, _COVERS)
    return tuple((str(layer), str(frame)) for layer, frame in pairs)
