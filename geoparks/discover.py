"""Which file of a workspace is which layer: by what ``geoparks.toml`` says, by name, else by its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from geoparks import read, recognise
from geoparks.catalog.codes import plain
from geoparks.catalog.layer import Catalogue, Layer
from geoparks.config import ACCEPTED, FILE, Config
from geoparks.engine import Engine, Local
from geoparks.errors import UnreadableFile, WorkspaceError
from geoparks.normalise import parts
from geoparks.normalise.by_itself import How
from geoparks.read.address import is_address
from geoparks.read.raw import RawLayer
from geoparks.text import Text, same

RASTER_SUFFIXES = (".tif", ".tiff", ".img", ".vrt")
_NOT_DATA = {"out", "layers", "policies", "maps"}


@dataclass
class Found:
    """The files of a workspace, sorted into layers."""

    layers: dict[str, list[RawLayer]] = field(default_factory=dict)
    rasters: dict[str, Path] = field(default_factory=dict)
    ignored: list[tuple[Path, Text]] = field(default_factory=list)
    """Files that were not used, and why."""


def discover(config: Config, catalogue: Catalogue, engine: Engine | None = None) -> Found:
    """Open every file of the workspace and say which layer it is; an engine reads the many parts of one layer.

    What has very many rows is normalised as it is read.

    Raises UnreadableFile for a file that cannot be opened, WorkspaceError where two files claim one layer.
    """
    if not config.root.exists():
        raise WorkspaceError(
            Text("没有这个文件夹", "no such folder"),
            where=str(config.root),
            mend=Text(
                "可用 geoparks new 建立工作区，或 geoparks demo 生成示例。",
                "Make one with geoparks new, or geoparks demo.",
            ),
        )
    found = Found()
    claims: dict[str, list[tuple[Path, RawLayer]]] = {}
    declared = {(config.root / path).resolve() for path in config.data.values() if not is_address(path)}
    for name, words in sorted(config.data.items()):
        raw = _declared(config, catalogue[name], words)
        claims.setdefault(name, []).append((raw.path if raw.origin else config.root / words, raw))
    files = [path for path in data_files(config) if path.resolve() not in declared]
    read_already = _parts(files, config, catalogue, engine or Local())
    for path in files:
        if path.suffix.lower() in RASTER_SUFFIXES:
            _raster(path, found)
            continue
        for layer, raw in _recognised(path, config, catalogue, found, read_already):
            if layer.name in config.data:
                found.ignored.append((path, Text("该图层已由 [data] 指定", "the layer is named in [data]")))
            else:
                claims.setdefault(layer.name, []).append((path, raw))
    for name, some in claims.items():
        _one_place(catalogue[name], some, config)
        found.layers[name] = [parts.gone_on(raw, _how(name, config, catalogue)) for _, raw in some]
    for path in read.unknown_files(config.data_folder):
        if path.suffix.lower() in RASTER_SUFFIXES:
            continue
        if path.name not in (FILE, ACCEPTED) and not _outside_data(path, config):
            found.ignored.append((path, Text("不是可读取的格式", "not a format that is read")))
    found.ignored += [(path, read.SPECIAL) for path in read.special_files(config.data_folder)]
    return found


def refuse_as_output(folder: Path, config: Config) -> None:
    """Raise WorkspaceError where outputs in a folder would be inputs of the next run."""
    data, target = config.data_folder.resolve(), folder.resolve()
    if not target.is_relative_to(data) or _not_data(target.relative_to(data).parts, config):
        return
    raise WorkspaceError(
        Text(
            "输出文件夹在数据文件夹里，结果会被下一次检查当作输入",
            "the output folder lies in the data folder: the next run would take the outputs for inputs",
        ),
        where=str(folder),
        mend=Text("请用 --out 指定数据文件夹以外的位置。", "Choose a place outside the data with --out."),
    )


def data_files(config: Config) -> list[Path]:
    """Every file of a workspace that may hold data, in a fixed order; none is opened."""
    folder = config.data_folder
    files = [*read.data_files(folder), *(one for suffix in RASTER_SUFFIXES for one in folder.rglob(f"*{suffix}"))]
    files = [path for path in files if not read.is_special(path)]
    return [
        path for path in sorted(set(files), key=lambda one: one.relative_to(folder).as_posix())
        if not _outside_data(path, config) and path.name not in (FILE, ACCEPTED)
    ]  # fmt: skip


def _outside_data(path: Path, config: Config) -> bool:
    """In a folder without ``data/``, the workspace's own folders are not data."""
    parts = path.relative_to(config.data_folder).parts
    return len(parts) > 1 and _not_data(parts, config)


def _not_data(parts: tuple[str, ...], config: Config) -> bool:
    """Whether what lies under these folders of the data folder is the workspace's own."""
    return config.data_folder == config.root and bool(parts) and (parts[0] in _NOT_DATA or parts[0].endswith(".out"))


def _declared(config: Config, layer: Layer, words: str) -> RawLayer:
    raws = read.open_source(words, config.root, in_runs=True)
    if len(raws) == 1:
        return raws[0]
    named = [raw for raw in raws if any(plain(one) in layer.names for one in raw.called)]
    if len(named) == 1:
        return named[0]
    raise UnreadableFile(
        Text(
            f"文件里有 {len(raws)} 个图层，无法确定哪个是{layer.title.zh}",
            f"of its {len(raws)} layers none or several are {layer.name}",
        ),
        where=f"geoparks.toml: data.{layer.name}",
        found=same("、".join(raw.inner for raw in raws)),
        mend=Text(f"请把其中一个改名为 {layer.name}。", f"Call one of them {layer.name}."),
    )


_YEAR = r".*?(?<!\d)((?:19|20)\d\d)"
_RASTERS = {
    "land_cover": re.compile(r"(?:land_?cover|地表覆盖|土地覆盖)" + _YEAR, re.IGNORECASE),
    "imagery": re.compile(r"(?:imagery|影像)" + _YEAR, re.IGNORECASE),
}


def _raster(path: Path, found: Found) -> None:
    """A raster is known by its name and the year in it. Of one year's land cover there is one; imagery may be a base map in sheets."""
    for kind, pattern in _RASTERS.items():
        if year := pattern.search(path.stem):
            name = f"{kind}_{year[1]}"
            first = found.rasters.setdefault(name, path)
            if first == path:
                return
            both = Text(f"有 2 个文件都像 {name}", f"2 files claim to be {name}")
            if kind == "imagery":
                found.ignored.append((path, both + Text(f"（已用 {first.name}）", f" ({first.name} is used)")))
                return
            mend = Text("请只留一个，或先镶嵌成一个文件。", "Keep one, or mosaic them into one file.")
            raise WorkspaceError(both, where=first.name, found=same(f"{first.name}、{path.name}"), mend=mend)
    wanted = Text(
        "栅格文件须名为 land_cover_年份 或 imagery_年份", "a raster must be named land_cover_YEAR or imagery_YEAR"
    )
    found.ignored.append((path, wanted))


def named_layer(path: Path, config: Config, catalogue: Catalogue) -> str:
    """The layer that the name of a file, or of a folder around it, says it is; empty where neither does."""
    layer = _folder_layer(path, config, catalogue) or recognise.by_words(path.stem, catalogue)
    return layer.name if layer is not None else ""


def _folder_layer(path: Path, config: Config, catalogue: Catalogue) -> Layer | None:
    """The layer that a folder around a file is named for."""
    return next(
        (layer for parent in path.parents if parent != config.data_folder and config.data_folder in parent.parents
         and (layer := catalogue.named(parent.name))),
        None,
    )  # fmt: skip


def _parts(files: list[Path], config: Config, catalogue: Catalogue, engine: Engine) -> dict[Path, list[RawLayer]]:
    """The parts of layers that lie in several GeoParquet files of one folder, read and normalised one by one."""
    of_layer: dict[str, list[Path]] = {}
    for path in files:
        if path.suffix.lower() in parts.SUFFIXES and (layer := _folder_layer(path, config, catalogue)) is not None:
            of_layer.setdefault(layer.name, []).append(path)
    result: dict[Path, list[RawLayer]] = {}
    for name, paths in sorted(of_layer.items()):
        if len(paths) < 2 or name in config.data:
            continue
        how = _how(name, config, catalogue, elsewhere=not isinstance(engine, Local))
        read_parts = engine.each(parts.prepare, [path.resolve() for path in paths], how)
        for path, raws in zip(paths, read_parts, strict=True):
            for raw in raws:
                raw.lies_at(path)
            result[path] = raws
    return result


def _how(name: str, config: Config, catalogue: Catalogue, *, elsewhere: bool = False) -> How:
    """What the workspace says of a layer."""
    return How(catalogue[name], catalogue, config.crs.get(name, {}), config.units_of(name), elsewhere)


def _recognised(
    path: Path, config: Config, catalogue: Catalogue, found: Found, read_already: dict[Path, list[RawLayer]]
) -> Iterable[tuple[Layer, RawLayer]]:
    """The layers of one file, each with what it was recognised as."""
    folder = _folder_layer(path, config, catalogue)
    by_name = folder or recognise.by_words(path.stem.removesuffix(".gdb"), catalogue)
    try:
        raws = read_already[path] if path in read_already else read.open_file(path, in_runs=True)
    except UnreadableFile as error:
        if by_name is None and path.suffix.lower() in read.MAYBE_DATA:
            found.ignored.append((path, error.as_text()))
            return
        raise
    raws = [raw for raw in raws if len(raw.table.columns) or raw.geometry is not None]
    if folder is not None:
        yield from ((folder, raw) for raw in raws)
        return
    named = [(raw, recognise.layer_of(raw, catalogue)) for raw in raws]
    if by_name is not None and not any(layer for _, layer in named):
        best = max(raws, key=lambda raw: len(recognise.match(raw, by_name).fields), default=None)
        # The folders of a KML only group what belongs together; layers of a database are different things.
        named = [(raw, by_name if raw is best or raw.format == "KML" else None) for raw in raws]
    for raw, layer in named:
        if layer is not None:
            yield layer, raw
        else:
            found.ignored.append(
                (path, Text(
                    f"{raw.where}：名称和字段都认不出是哪个图层（列：{'、'.join(map(str, list(raw.table.columns)[:8]))}）",
                    f"{raw.where}: neither name nor columns say which layer it is",
                ))
            )  # fmt: skip


def _one_place(layer: Layer, claims: list[tuple[Path, RawLayer]], config: Config) -> None:
    """Many files of one folder may make one layer, and one table may join it; two rivals are an error naming both."""
    kinds: dict[bool, set[str]] = {}
    for path, raw in claims:
        is_table = raw.geometry is None
        folder = _folder_of(layer, path, config)
        place = folder or path
        kinds.setdefault(is_table, set()).add(
            _inside(place, config)
            + (f" › {raw.inner}" if raw.siblings > 1 and folder is None and raw.format != "KML" else "")
        )
    for places in kinds.values():
        if len(places) > 1:
            raise _rivals(layer, sorted(places))
    if len(kinds) == 2 and layer.id_field is None and layer.geometry != "none":
        raise _rivals(layer, sorted(place for places in kinds.values() for place in places))


def _folder_of(layer: Layer, path: Path, config: Config) -> Path | None:
    """The outermost folder around a file that is named for a layer, however deep in it the file lies."""
    around = [one for one in path.parents if config.data_folder in one.parents and plain(one.name) in layer.names]
    return around[-1] if around else None


def _rivals(layer: Layer, places: list[str]) -> WorkspaceError:
    return WorkspaceError(
        Text(f"有 {len(places)} 个文件都像“{layer.title.zh}”", f"{len(places)} files claim to be {layer.name}"),
        where=places[0],
        found=same("、".join(places)),
        mend=Text(
            f'请只留一个，或在 geoparks.toml 的 [data] 写明 {layer.name} = "…"，或把各文件放入 data/{layer.name}/。',
            f'Keep one, or say {layer.name} = "…" in [data] of geoparks.toml, or put the files into data/{layer.name}/.',
        ),
    )


def _inside(path: Path, config: Config) -> str:
    try:
        return path.resolve().relative_to(config.root.resolve()).as_posix()
    except ValueError:
        return path.name
