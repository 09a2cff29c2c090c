"""What the tests of maps share: small workspaces, results with indicators, a page taken apart by a decoder of our own."""

from __future__ import annotations

import base64
import functools
import gzip
import json
import math
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from lxml import html
from made import X, Y
from shapely.geometry import box

import geoparks as gp
from geoparks.demo import make
from geoparks.maps import atlas
from geoparks.maps.edition import Edition
from geoparks.maps.page import draw
from geoparks.result import Result

CRS = 4525
ROW = 50  # parcels in a row of the made grid


@functools.cache
def demonstration(base: Path) -> Result:
    """The demonstration, made and checked once for all tests of a session."""
    make(base / "演示")
    return gp.check(base / "演示")


@functools.cache
def drawn(base: Path, lang: str, name: str) -> Path:
    """A shipped map of the demonstration as a file."""
    result = demonstration(base)
    content = {**result.content, "lang": lang}
    return atlas.save([name], result.workspace, content, base / f"maps-{lang}", atlas.edition_of(result.workspace))[0]


def place(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude of metres east and north of the origin of made workspaces."""
    found = gpd.GeoSeries([shapely.Point(X + x, Y + y)], crs=CRS).to_crs(4490)[0]
    return found.y, found.x


def frame(shapes: Sequence[Any], **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    """A layer of shapes whose coordinates are metres from the origin."""
    moved = shapely.transform(np.array(shapes, dtype=object), lambda xy: xy + np.array([X, Y]))
    return gpd.GeoDataFrame(dict(columns), geometry=moved, crs=CRS)


def squares(count: int, side: float = 80.0, step: float = 100.0) -> list[shapely.Polygon]:
    """Squares in rows of fifty."""
    corners = [(i % ROW * step, i // ROW * step) for i in range(count)]
    return [box(x, y, x + side, y + side) for x, y in corners]


def workspace(root: Path, toml: str = "", maps: dict[str, str] | None = None, **layers: Any) -> Path:
    """A workspace of layers (GeoDataFrame, or DataFrame for a table), with maps of its own and lines for geoparks.toml."""
    (root / "data").mkdir(parents=True, exist_ok=True)
    (root / "geoparks.toml").write_text(f'name = "试验"\n{toml}\n', "utf-8")
    for name, table in layers.items():
        if isinstance(table, gpd.GeoDataFrame):
            table.to_file(root / "data" / f"{name}.gpkg", layer=name)
        else:
            pd.DataFrame(table).to_csv(root / "data" / f"{name}.csv", index=False)
    for name, words in (maps or {}).items():
        (root / "maps").mkdir(exist_ok=True)
        (root / "maps" / f"{name}.toml").write_text(words, "utf-8")
    return root


def indicator(
    layer: str, subject: str, value: float | None, year: int | None = 2023, name: str = "T.x", unit: str = "wanyuan"
) -> dict[str, Any]:
    """A row of the result document's indicators, as far as maps read it."""
    return {
        "id": name,
        "subject": {"layer": layer, "id": subject, "name": ""},
        "year": year,
        "value": value,
        "unit": unit,
    }


def saved(result: Result, name: str, path: Path, edition: Edition | None = None, **content: Any) -> Path:
    """A map of a result as a file, with some parts of its document put in place of its own."""
    assert result.workspace is not None
    made = draw(name, result.workspace, {**result.content, **content}, edition or atlas.edition_of(result.workspace))
    path.write_text(made, "utf-8", newline="\n")
    return path


class Taken:
    """A page taken apart: its data, its blocks, its layers' columns and shapes."""

    def __init__(self, text: str) -> None:
        self.text = text
        document = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
        self.scripts = {one.get("id"): one.text or "" for one in document.iter("script") if one.get("id")}
        self.data = json.loads(self.scripts["page"])

    @classmethod
    def of(cls, path: Path) -> Taken:
        """Take a file apart."""
        return cls(path.read_text("utf-8"))

    def block(self, number: int) -> bytes:
        """A block of bytes, unpacked."""
        return gzip.decompress(base64.b64decode(self.scripts[f"block-{number}"]))

    def layer(self, name: str) -> dict[str, Any]:
        """A layer of the page."""
        return next(one for one in self.data["layers"] if one["name"] == name)

    def columns(self, name: str) -> list[list[Any]]:
        """The columns of a layer: the ids, then the fields."""
        found = [json.loads(self.block(number)) for number in self.layer(name)["columns"]]
        return [[one["words"][code] for code in one["codes"]] if "codes" in one else one["values"] for one in found]

    def shapes(self, name: str) -> dict[int, list[Any]]:
        """Single parts by feature: polygons, lines and points in degrees."""
        found: dict[int, list[Any]] = {}
        for mesh in self.layer(name)["meshes"]:
            for owner, parts in unpacked({**mesh}, self.block(mesh["block"])).items():
                found.setdefault(owner, []).extend(parts)
        return found

    def everything(self) -> str:
        """All that the page carries, unpacked, as text to search in."""
        parts = [self.text]
        for name, words in self.scripts.items():
            if name.startswith("block-"):
                try:
                    parts.append(gzip.decompress(base64.b64decode(words)).decode("utf-8", "replace"))
                except gzip.BadGzipFile:
                    continue  # a picture
        return "\n".join(parts)


def unpacked(head: dict[str, Any], data: bytes) -> dict[int, list[Any]]:
    """Decode a mesh: rings, lines and points in degrees by the position of their feature. Written apart from the packer."""
    features, paths, points = struct.unpack_from("<3I", data)
    stream = iter(data[12:])

    def number() -> int:
        value = shift = 0
        for byte in stream:
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
        raise AssertionError("the stream ends inside a number")

    paths_of = [number() for _ in range(features)]
    points_of = [number() for _ in range(paths)]
    assert sum(paths_of) == paths
    assert sum(points_of) == points
    x, y = head["origin"]
    side = 1 << head["bits"]
    places = []
    for _ in range(points):
        a, b = number(), number()
        x += a // 2 if a % 2 == 0 else -(a // 2) - 1
        y += b // 2 if b % 2 == 0 else -(b // 2) - 1
        lat = math.degrees(2 * math.atan(math.exp(math.pi * (1 - 2 * y / side))) - math.pi / 2)
        places.append((x / side * 360 - 180, lat))
    assert next(stream, None) is None, "bytes are left over"
    owners = head["owners"] if head["owners"] is not None else list(range(features))
    lines = iter(points_of)
    at = 0
    result: dict[int, list[Any]] = {}
    for owner, count in zip(owners, paths_of, strict=True):
        for _ in range(count):
            size = next(lines)
            result.setdefault(owner, []).append((head["kind"], places[at : at + size]))
            at += size
    return result
