"""A map as notebooks hold it: a ``folium.Map`` whose ``save`` writes the one self-contained page.

What is added in Python, markers and shapes of one's own, goes into the page too, as long as it needs nothing from a
network: folium's own page would load a dozen files from outside, and evaluates ``{{ }}`` in attribute text besides.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import folium

from geoparks.maps.offline import write

_NEEDS_MORE = ("AwesomeMarkers", "BeautifyIcon", "L.markerClusterGroup")
_PROLOGUE = """
function $(words) { const box = document.createElement("template"); box.innerHTML = words.trim(); return [box.content.firstChild]; }
L.Icon.Default.imagePath = "";
L.Icon.Default.mergeOptions({ iconUrl: "%s", iconRetinaUrl: "%s", shadowUrl: "%s" });
"""  # folium's popups ask jQuery for just this


class ParkMap(folium.Map):  # type: ignore[misc]  # folium has no types
    """A map of a workspace; ``.save("b.html")`` writes one page that opens anywhere, ``.html`` is its text."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__(tiles=None)
        self._make = make

    @property
    def html(self) -> str:
        """The page. Raises ValueError where something was added that cannot be drawn without a network."""
        return self._make(self._added())

    def save(self, outfile: Any, close_file: bool = True, **_: Any) -> None:
        """Write the page to a path or an open binary file, as folium does; a path appears whole or not at all."""
        if hasattr(outfile, "write"):
            outfile.write(self.html.encode("utf-8"))
            if close_file:
                outfile.close()
            return
        write(self.html, Path(outfile))

    def _repr_html_(self, **_: Any) -> str:
        """The map in a notebook, apart from the notebook's own page."""
        from html import escape

        return f'<iframe srcdoc="{escape(self.html)}" width="100%" height="600" style="border:0"></iframe>'

    def _added(self) -> str:
        """The script of what was added to the map in Python; empty where nothing was."""
        if not self._children:
            return ""
        self.render()
        scripts = self.get_root().script._children
        words = "\n".join(one.render() for name, one in scripts.items() if name != self.get_name())
        for one in _NEEDS_MORE:
            if one in words:
                raise ValueError(
                    f"{one} loads files from a network; use folium.CircleMarker, Marker without icon, or GeoJson"
                )
        for child in self._children.values():
            if getattr(child, "default_js", None) or getattr(child, "default_css", None):
                raise ValueError(f"{type(child).__name__} loads files from a network, which this page never does")
        own = f"var {self.get_name()} = map;"
        return f"{_PROLOGUE % _marker()}\nvar addToMap = function (map) {{ {own}\n{words}\n}};"


def _marker() -> tuple[str, str, str]:
    """Leaflet's marker, as data."""
    folder = Path(import_module("xstatic.pkg.leaflet").BASE_DIR) / "images"
    names = ("marker-icon.png", "marker-icon-2x.png", "marker-shadow.png")
    pictures = [base64.b64encode((folder / name).read_bytes()).decode("ascii") for name in names]
    first, second, third = (f"data:image/png;base64,{one}" for one in pictures)
    return first, second, third
