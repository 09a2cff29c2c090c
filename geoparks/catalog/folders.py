"""Where declarations are: in the checkout, in the installed wheel, and in a workspace of a city's own."""

from __future__ import annotations

from pathlib import Path

from geoparks.errors import DeclarationError
from geoparks.text import Text

KINDS = ("layers", "policies", "maps")
_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(kind: str) -> Path:
    """The folder of one kind of declaration that comes with geoparks: ``layers``, ``policies`` or ``maps``.

    A wheel carries the folders as ``geoparks/_declared/``; in a checkout they stand at the root.
    """
    in_wheel = _PACKAGE / "_declared" / kind
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / kind


def files(kind: str, workspace: Path | None = None, under: str = "") -> dict[str, Path]:
    """Every declaration of a kind by name; one in the workspace stands in for the shipped one of the same name."""
    found: dict[str, Path] = {}
    places = [shipped(kind)] + ([workspace / kind] if workspace is not None else [])
    for place in places:
        folder = place / under
        if not folder.is_dir():
            continue
        own: dict[str, Path] = {}
        for path in sorted(folder.glob("*.toml")):
            name = path.stem.lower()
            if name in own:
                raise DeclarationError(
                    Text(f"两个文件同名：{own[name]} 与 {path}", f"two files of one name: {own[name]} and {path}"),
                    where=str(folder),
                )
            own[name] = path
        found.update(own)
    return found
