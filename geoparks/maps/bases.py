"""Base maps: none unless the workspace asks. Rasters as one picture in the page, vector tiles as quiet lines, 天地图 by token.

Tiles of services in GCJ-02 are not offered: they lie hundreds of metres beside the land that they picture.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import numpy as np

from geoparks.config import Config
from geoparks.errors import UnreadableFile
from geoparks.maps.edition import Edition
from geoparks.text import Lang, Text, same

TOKEN_VARIABLE = "GEOPARKS_TIANDITU_TOKEN"  # noqa: S105 - the name of a variable, not a token
RASTERS = (".tif", ".tiff", ".mbtiles")
VECTORS = (".pmtiles", ".mbtiles")
_LONGEST_SIDE = 3072
_QUALITY = 80
_TIANDITU = Text("天地图（联网，CGCS2000）", "Tianditu (from the network, CGCS2000)")
_TIANDITU_NOTE = Text(
    "打开后向国家地理信息公共服务平台请求瓦片", "Asks the national map service for tiles when it is on"
)
_MERCATOR = 3857
_STRETCH = (2, 98)  # per cent of the values that become black and white

Array = np.ndarray[Any, Any]
Blocks = Any


def bases(
    config: Config, edition: Edition, bounds: list[list[float]] | None, lang: Lang, blocks: Blocks
) -> list[dict[str, Any]]:
    """The base maps of a page, as the page reads them."""
    found = [
        _picture(config.root / name, bounds, blocks) for name in config.maps.base if _is_raster(config.root / name)
    ]
    if found:
        found[0]["visible"] = True
    if config.maps.tianditu and edition.public_m is None:
        token = os.environ.get(TOKEN_VARIABLE) or config.maps.tianditu_token
        found.append(
            {
                "kind": "tianditu",
                "title": _TIANDITU.to(lang),
                "note": _TIANDITU_NOTE.to(lang),
                "sets": ["img", "cia"],
                "token": token if config.maps.share_token else "",
                "visible": False,
            }
        )
    return found


def vector_bases(config: Config) -> list[Path]:
    """Files of the workspace that are vector base maps."""
    return [config.root / name for name in config.maps.base if not _is_raster(config.root / name)]


def _is_raster(path: Path) -> bool:
    """Whether a base map is a picture. Raises UnreadableFile where it is missing or of another format."""
    if not path.exists():
        raise UnreadableFile(Text("没有这个底图文件", "no such base map"), where=f"[map] base: {path.name}")
    suffix = path.suffix.lower()
    if suffix not in (*RASTERS, *VECTORS):
        raise UnreadableFile(
            Text("不能作底图", "cannot be a base map"), where=f"[map] base: {path.name}", expected=same("、".join(dict.fromkeys((*RASTERS, *VECTORS)))),
        )  # fmt: skip
    return suffix in (".tif", ".tiff") or (suffix == ".mbtiles" and not _holds_vectors(path))


def _holds_vectors(path: Path) -> bool:
    import sqlite3
    from contextlib import closing

    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT value FROM metadata WHERE name = 'format'").fetchone()
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error
    return bool(found) and found[0] in ("pbf", "mvt")


def _unreadable(path: Path, error: Exception, mend: Text | None = None) -> UnreadableFile:
    return UnreadableFile(
        Text("底图读不出来", "the base map cannot be read"), where=path.name, found=same(str(error)[:120]), mend=mend
    )


def _elsewhere(path: Path) -> UnreadableFile:
    return UnreadableFile(Text("底图不在本工作区范围内", "the base map lies elsewhere"), where=path.name)


def _picture(path: Path, bounds: list[list[float]] | None, blocks: Blocks) -> dict[str, Any]:
    """A raster warped to Web Mercator around the map, at most some thousand pixels wide, as JPEG or PNG."""
    import rasterio
    from rasterio.warp import transform_bounds

    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise UnreadableFile(Text("底图没有坐标系", "the base map has no CRS"), where=path.name)
            pixels, mask, box = _warped(source, path, bounds)
    except rasterio.errors.RasterioError as error:
        raise _unreadable(path, error) from error
    south_west = transform_bounds(_MERCATOR, 4326, *box)
    kind, data = _encoded(_eight_bits(pixels, mask), mask)
    return {
        "kind": "picture",
        "title": path.stem,
        "note": "",
        "type": kind,
        "picture": blocks.add(base64.b64encode(data).decode("ascii")),
        "bounds": [[south_west[1], south_west[0]], [south_west[3], south_west[2]]],
        "visible": False,
    }


def _warped(
    source: Any, path: Path, bounds: list[list[float]] | None
) -> tuple[Array, Array, tuple[float, float, float, float]]:
    """Bands, mask and Web Mercator box of the part of a raster that lies around the map; a palette as its colours."""
    from rasterio.enums import ColorInterp, Resampling
    from rasterio.vrt import WarpedVRT
    from rasterio.warp import transform_bounds
    from rasterio.windows import from_bounds

    palette = _palette(source) if ColorInterp.palette in source.colorinterp else None
    how = Resampling.average if palette is None else Resampling.nearest
    clear = ColorInterp.alpha not in source.colorinterp  # what lies beside a turned picture is clear, not black
    with WarpedVRT(source, crs=_MERCATOR, resampling=how, add_alpha=clear) as warped:
        box = tuple(warped.bounds)
        if bounds is not None:
            south, west, north, east = _around(bounds)
            wanted = transform_bounds(4326, _MERCATOR, west, south, east, north)
            box = (*map(max, box[:2], wanted[:2]), *map(min, box[2:], wanted[2:]))
            if box[0] >= box[2] or box[1] >= box[3]:
                raise _elsewhere(path)
        window = from_bounds(*box, transform=warped.transform)
        scale = min(1.0, _LONGEST_SIDE / max(window.width, window.height))
        shape = (max(1, round(window.height * scale)), max(1, round(window.width * scale)))
        bands = [1, 2, 3] if palette is None and source.count >= 3 else [1]
        pixels = warped.read(bands, window=window, out_shape=(len(bands), *shape), resampling=how)
        alpha = warped.count if clear else source.colorinterp.index(ColorInterp.alpha) + 1
        mask = np.where(warped.read(alpha, window=window, out_shape=shape, resampling=how) > 0, 255, 0)
    return (pixels if palette is None else palette[:, pixels[0].astype(np.intp)]), mask, box


def _palette(source: Any) -> Array:
    """Red, green and blue of every value of a raster whose values stand for colours."""
    colours = np.zeros((3, 1 << 16), dtype=np.uint8)
    for value, (red, green, blue, _) in source.colormap(1).items():
        colours[:, value] = red, green, blue
    return colours


def _around(bounds: list[list[float]]) -> tuple[float, float, float, float]:
    """South, west, north, east of what is shown, with half as much again on every side."""
    (south, west), (north, east) = bounds
    high, wide = max(north - south, 0.01) / 2, max(east - west, 0.01) / 2
    return south - high, west - wide, north + high, east + wide


def _eight_bits(pixels: Array, mask: Array) -> Array:
    """Bands as bytes: as they are, or stretched between the darkest and the brightest of most pixels that are known."""
    if pixels.dtype == np.uint8:
        return pixels
    values = pixels.astype(float)
    known = values[:, mask > 0]
    known = known[np.isfinite(known)]
    low, high = np.percentile(known, _STRETCH) if known.size else (0.0, 1.0)
    stretched = (values - low) / max(high - low, 1e-9) * 255
    return np.clip(np.nan_to_num(stretched), 0, 255).astype(np.uint8)


def _encoded(pixels: Array, mask: Array) -> tuple[str, bytes]:
    """A picture: JPEG where every pixel is known, else PNG with the unknown ones transparent."""
    from rasterio.io import MemoryFile

    bands = np.repeat(pixels, 3, axis=0) if len(pixels) == 1 else pixels
    whole = bool((mask > 0).all())
    if not whole:
        bands = np.concatenate([bands, mask[None].astype(np.uint8)])
    driver, more = ("JPEG", {"quality": _QUALITY}) if whole else ("PNG", {})
    with MemoryFile() as memory:
        with memory.open(
            driver=driver, height=bands.shape[1], width=bands.shape[2], count=len(bands), dtype="uint8", **more
        ) as target:
            target.write(bands)
        return ("image/jpeg" if whole else "image/png"), memory.read()


def vector_layers(paths: list[Path], bounds: list[list[float]] | None) -> list[tuple[str, Array]]:
    """Every layer of vector tiles in EPSG:4490, by name; what lies around the map only."""
    import pyogrio
    import shapely

    found: list[tuple[str, Array]] = []
    for path in paths:
        before = len(found)
        try:
            for name, _ in pyogrio.list_layers(path):
                box = None
                if bounds is not None:
                    south, west, north, east = _around(bounds)
                    box = _mercator(west, south, east, north)
                frame = pyogrio.read_dataframe(path, layer=name, columns=[], bbox=box)
                shapes = np.array(frame.geometry.to_crs(4326).to_numpy(), dtype=object)
                shapes = shapes[~shapely.is_missing(shapes)]
                if len(shapes):
                    found.append((f"{path.stem} {name}", shapes))
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise _unreadable(
                path, error, Text("栅格 PMTiles 请先转为 MBTiles 或 GeoTIFF。", "Turn raster PMTiles into MBTiles or GeoTIFF first.")
            ) from error  # fmt: skip
        if len(found) == before:
            raise _elsewhere(path)
    return found


def _mercator(west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
    from rasterio.warp import transform_bounds

    box = transform_bounds(4326, _MERCATOR, west, south, east, north)
    return box[0], box[1], box[2], box[3]
