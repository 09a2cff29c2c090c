"""Cases in TOML, as datasets: local metres put down in a zone, and what came out told in the words of the cases."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from geoparks import document, runner
from geoparks.catalog import layer as layers
from geoparks.catalog import policy
from geoparks.catalog.layer import Catalogue
from geoparks.config import Config, ImageryConfig
from geoparks.dataset import Dataset, build
from geoparks.discover import Found
from geoparks.read.raw import RawLayer
from geoparks.records import Run
from geoparks.rules import Registered, registry
from geoparks.text import Text, same

FOLDER = Path(__file__).parent / "cases"
CATALOGUE: Catalogue = layers.load()
RULES: dict[str, Registered] = {one.name: one for one in registry()}
_AS_OF = Run(dt.date(2024, 6, 30), None, "zh", "case", "case")
_OWN_KEYS = {"name", "on", "year", "policy", "settings", "covers", "refused", "faults", "expect", "without"}
_OWN_KEYS |= {"rasters", "land_cover", "imagery"}
_SHAPE_KEYS = {"box", "polygon", "holes", "multi", "wkt", "at"}


@dataclass(frozen=True)
class Ground:
    """Where the local metres of a case are put down."""

    epsg: int
    east: float
    north: float

    @property
    def crs(self) -> CRS:
        return CRS.from_epsg(self.epsg)

    def put(self, shape: Any) -> Any:
        return shapely.transform(shape, lambda xy: xy + np.array([self.east, self.north]))

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        way = Transformer.from_crs(self.crs, 4490, always_xy=True)
        return way.transform(x + self.east, y + self.north)


HERE = Ground(4525, 37_460_000, 4_380_000)  # 3° zone 37, the zone number before the easting, 40 km west of its meridian
ELSEWHERE = Ground(4545, 460_000, 4_380_000)  # the same place of zone 36, without the zone number


@dataclass(frozen=True)
class Case:
    """One case of one fault."""

    rule: str
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def expect(self) -> Mapping[str, Any]:
        return self.values["expect"]

    @property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        left_out = _OWN_KEYS | set(self.values.get("without", []))
        return {key: list(value) for key, value in self.values.items() if key not in left_out}


def cases(folder: Path = FOLDER) -> Iterator[Case]:
    """Every case of every file; what stands under [given] holds for each case that does not say otherwise."""
    for path in sorted(folder.glob("*.toml")):
        content = tomllib.loads(path.read_text("utf-8"))
        given = content.pop("given", {})
        found = content.pop("case")
        assert not content, f"{path.name}: {sorted(content)} is neither [given] nor [[case]]"
        names = [one["name"] for one in found]
        assert len(names) == len(set(names)), f"{path.name}: two cases have one name"
        yield from (Case(path.stem, {**given, **one}) for one in found)


def dataset(case: Case, ground: Ground = HERE, turned: bool = False) -> Dataset:
    """A case as the layers that rules measure. `turned`: the last row first, and every ring the other way round."""
    found = Found()
    for name, rows in case.rows.items():
        assert name in CATALOGUE.layers, f"{case.name}: no layer {name}"
        found.layers[name] = [raw_layer(name, rows[::-1] if turned else rows, ground, turned)]
    for one in case.values.get("faults", []):
        raw = found.layers[one["layer"]][0]
        row = one.get("row")
        if row is not None and turned and row <= len(raw.table):
            row = len(raw.table) + 1 - row
        raw.faulty(one["code"], same("made for the case"), row=row, field_name=one.get("field"), value=one.get("value"))
    covers = case.values.get("covers")
    config = Config(Path(), "case", covers=None if covers is None else tuple((a, b) for a, b in covers))
    made = build(found, config, CATALOGUE)
    assert not made.refused, made.refused
    for name in case.values.get("refused", []):
        made.refused[name] = Text("坐标系未知", "the coordinate system is unknown")
        made.layers.pop(name, None)
    made.on, made.year = case.values["on"], case.values.get("year")
    made.rasters = {one["year"]: raster(one, ground) for one in case.values.get("rasters", []) if "cells" in one}
    made.pictures = {one["year"]: raster(one, ground) for one in case.values.get("rasters", []) if "ndvi" in one}
    made.built_classes = tuple(case.values.get("land_cover", {}).get("built", ()))
    made.legend = case.values.get("land_cover", {}).get("legend", "")
    made.imagery = ImageryConfig(tuple(case.values.get("imagery", {}).get("bands", ())))
    return made


_RASTERS = tempfile.TemporaryDirectory(prefix="geoparks-cases-")


def raster(given: Mapping[str, Any], ground: Ground) -> Path:
    """A small raster: classes (`cells`) or imagery of that NDVI, row by row from the north-western corner `at`, `cell` metres wide."""
    import rasterio
    from rasterio.transform import from_origin

    cells = np.array(given.get("cells", given.get("ndvi")))
    bands = cells[None].astype("uint8")
    if "ndvi" in given:
        plain = np.full(cells.shape, 0.1)
        bands = np.stack([plain, plain, plain, 0.1 * (1 + cells) / (1 - cells)]).astype("float32")
    west, north = given["at"]
    name = hashlib.sha256(repr((sorted(given.items()), ground)).encode()).hexdigest()
    path = Path(_RASTERS.name) / f"{name}.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=cells.shape[1], height=cells.shape[0], count=len(bands), dtype=bands.dtype,
        crs=ground.crs.to_wkt(), nodata=0, transform=from_origin(west + ground.east, north + ground.north, given["cell"], given["cell"]),
    ) as target:  # fmt: skip
        target.write(bands)
    return path


def raw_layer(name: str, rows: list[dict[str, Any]], ground: Ground, turned: bool = False) -> RawLayer:
    """The rows of one layer as a reader would hand them on."""
    layer = CATALOGUE[name]
    plain = []
    for row in rows:
        unknown = set(row) - set(layer.fields) - _SHAPE_KEYS
        assert not unknown, f"{name}: no field {sorted(unknown)}"
        one = {key: value for key, value in row.items() if key not in _SHAPE_KEYS}
        if "at" in row:
            one["lon"], one["lat"] = ground.lonlat(*row["at"])
        plain.append(one)
    table = pd.DataFrame(plain, columns=list(dict.fromkeys(key for one in plain for key in one)), dtype=object)
    shapes = np.array([shape(row) for row in rows], dtype=object)
    drawn = layer.needs_geometry or any(one is not None for one in shapes)
    if drawn and len(shapes):
        shapes = np.array([None if one is None else ground.put(one) for one in shapes], dtype=object)
        shapes = shapely.reverse(shapes) if turned else shapes
    return RawLayer(
        path=Path(f"{name}.gpkg"), format="case", table=table,
        geometry=shapes if drawn else None, crs=ground.crs if drawn else None, crs_from=same("case") if drawn else None,
    )  # fmt: skip


def shape(row: Mapping[str, Any]) -> Any:
    """The geometry of a row, in local metres."""
    if "box" in row:
        return shapely.box(*row["box"])
    if "polygon" in row:
        return shapely.Polygon(row["polygon"], row.get("holes"))
    if "multi" in row:
        return shapely.MultiPolygon([shapely.Polygon(one) for one in row["multi"]])
    return shapely.from_wkt(row["wkt"]) if "wkt" in row else None


@dataclass(frozen=True)
class Came:
    """What came out of a case, in the words of the cases."""

    outcome: dict[str, str]
    reasons: dict[str, str]
    findings: list[dict[str, Any]]
    indicators: list[dict[str, Any]]
    errors: list[str]
    unjudged: bool


def run(case: Case, made: Dataset, only: Callable[[Registered], bool] | None = None) -> Came:
    """Judge a dataset by the rule of the case's file alone."""
    pack = policy.load(case.values.get("policy", "neimenggu"), None, case.values.get("settings", {}))
    rules = [RULES[case.rule]] if only is None else [one for one in RULES.values() if only(one)]
    verdicts = runner.run(made, pack, rules)
    subjects = rules[0].rule.subjects
    content = document.document(
        workspace="case", made=True, run=_AS_OF, parks=[], inputs=[], checks=verdicts.checks, findings=verdicts.findings,
        indicators=verdicts.indicators, repairs=[], errors=verdicts.errors, ignored=[], lapsed=[],
    )  # fmt: skip
    document.to_json(content)
    checks = {_called(one["subject"], subjects): one for one in content["checks"]}
    assert len(checks) == len(content["checks"])
    return Came(
        {name: one["outcome"] for name, one in checks.items()},
        {name: one["reason"] or "" for name, one in checks.items()},
        [_finding(one, subjects) for one in content["findings"]],
        [{**one, "subject": _called(one["subject"], ())} for one in content["indicators"]],
        [one["what"] for one in content["errors"]],
        verdicts.unjudged,
    )


def _called(subject: Mapping[str, str], subjects: tuple[str, ...]) -> str:
    """A subject as cases call it: by its id; with its layer, where that is not the rule's first; (layer) as a whole."""
    layer, name = subject["layer"], subject["id"]
    if not name:
        return f"({layer})"
    return name if subjects[:1] == (layer,) else f"{layer}/{name}"


def _finding(one: dict[str, Any], subjects: tuple[str, ...]) -> dict[str, Any]:
    other = one["other"]
    return {
        **one,
        "subject": _called(one["subject"], subjects),
        "other": None if other is None else _called(other, subjects),
        "article": f"{one['citation']['document']} {one['citation']['article']}",
        "also": sorted(f"{citation['document']} {citation['article']}" for citation in one["also"]),
        "says": one["message"]["zh"],
        "places": shapely.get_num_geometries(shapely.geometry.shape(one["evidence"])) if one["evidence"] else 0,
    }
