"""A map as notebooks hold it: a ``folium.Map`` whose ``save`` writes the one self-contained page.

What is added in Python, markers and shapes of one's own, goes into the page too, as long as it needs nothing from a
network: folium's own page would load a dozen files from outside, evaluates ``{{ }}`` in attribute text while it is made,
and ``${ }`` when it is opened.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

import branca.element
import folium

from geoparks.maps.offline import write

_INERT = {"`": "&#96;", "\\": "&#92;", "${": "$&#123;"}  # what means something inside a script's template text
_ENDS_A_SCRIPT = re.compile(r"<(?=/script|script|!--)", re.IGNORECASE)
_ONE_AT_A_TIME = threading.Lock()
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
        return f'<iframe srcdoc="{escape(self.html)}" width="100%" height="600" style="border:0"></iframe>'

    def _added(self) -> str:
        """The script of what was added to the map in Python; empty where nothing was."""
        if not self._children:
            return ""
        for one in _below(self):
            _refuse_network(one)
            _make_inert(one)
        scripts = self.get_root().script._children
        before = dict(scripts)
        with _plain_text():
            self.render()
            words = "\n".join(one.render() for name, one in scripts.items() if name != self.get_name())
        scripts.clear()  # folium adds some of them once more at every rendering
        scripts.update(before)
        words = _ENDS_A_SCRIPT.sub(r"\\x3c", words)
        own = f"var {self.get_name()} = map;"
        return f"{_PROLOGUE % _marker()}\nvar addToMap = function (map) {{ {own}\n{words}\n}};"


def _below(element: Any) -> Iterator[Any]:
    """Everything that was added to an element, and what popups hold."""
    for child in element._children.values():
        yield child
        yield from _below(child)
        if isinstance(child, folium.Popup):
            yield from _below(child.html)


def _refuse_network(child: Any) -> None:
    """ValueError where something cannot be drawn without a network."""
    options = getattr(child, "options", None)
    place = getattr(child, "url", None) or (options.get("icon_url") or options.get("iconUrl") if options else None)
    if (
        getattr(child, "default_js", None)
        or getattr(child, "default_css", None)
        or isinstance(child, folium.Icon | folium.TileLayer | branca.element.IFrame)
        or getattr(child, "embed", True) is False
        or (isinstance(place, str) and not place.startswith("data:"))
    ):
        raise ValueError(
            f"{type(child).__name__} loads files from a network, which this page never does; "
            "use Marker without icon, CircleMarker, GeoJson, or pictures as data"
        )


def _make_inert(child: Any) -> None:
    """Words of a popup or tooltip that a script could take for its own become references to characters: they look the same."""

    def inert(words: str) -> str:
        words = words.replace("\\`", "`")  # as folium leaves it
        for mark, reference in _INERT.items():
            words = words.replace(mark, reference)
        return words

    if isinstance(child, branca.element.Html):
        child.data, child.script = inert(child.data if child.script else escape(child.data)), True
    elif isinstance(child, folium.Tooltip):
        child.text = inert(child.text)


class _Words:
    """What stands where folium would make a template of words that are finished."""

    def __init__(self, words: str) -> None:
        self.words = words

    def render(self, **_: Any) -> str:
        return self.words


@contextmanager
def _plain_text() -> Iterator[None]:
    """While this lasts, folium makes no template of the scripts that it has rendered, which hold text of the data."""
    with _ONE_AT_A_TIME:
        template = branca.element.Template
        branca.element.Template = _Words
        try:
            yield
        finally:
            branca.element.Template = template


def _marker() -> tuple[str, str, str]:
    """Leaflet's marker, as data."""
    folder = Path(import_module("xstatic.pkg.leaflet").BASE_DIR) / "images"
    names = ("marker-icon.png", "marker-icon-2x.png", "marker-shadow.png")
    pictures = [base64.b64encode((folder / name).read_bytes()).decode("ascii") for name in names]
    first, second, third = (f"data:image/png;base64,{one}" for one in pictures)
    return first, second, third
