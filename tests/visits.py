"""A page of a map in a real browser, held to what every page promises: nothing asked for, nothing complained of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}


@contextmanager
def visit(browser: Any, page: Path, width: int = 1280, link: str = "", **more: Any) -> Iterator[Any]:
    """Open a map and wait until it is drawn; whatever is done with it, it asks for nothing and complains of nothing."""
    context = browser.new_context(viewport={"width": width, "height": 844 if width < 760 else 900}, **more)
    tab = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    tab.goto(page.as_uri() + link)
    ready(tab)
    yield tab
    painted(tab)
    inside = [one.partition("#")[0] for one in asked if not one.startswith(("data:", "blob:"))]
    assert inside == [page.as_uri()]
    assert said == []
    assert tab.evaluate("window.hit") is None
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def ready(tab: Any) -> None:
    """Wait for the first picture."""
    tab.wait_for_selector("body[data-ready]", timeout=30_000)


def painted(tab: Any) -> None:
    """Wait until everything that is to be drawn is drawn."""
    until(tab, "!GP.painter.busy && !GP.moving")


def until(tab: Any, expression: str, given: Any = None) -> Any:
    """Wait until something is so in the page; asked from here, for the page lets no text run as a script."""
    for _ in range(600):
        found = tab.evaluate(f"(given) => {expression}", given)
        if found:
            return found
        tab.wait_for_timeout(25)
    raise AssertionError(f"never so: {expression}")


def do(tab: Any, script: str, *given: Any) -> Any:
    """Run a script in the page, wait for its promise and for the drawing that follows."""
    found = tab.evaluate(f"async (given) => {{ {script} }}", list(given))
    painted(tab)
    return found


def menu(tab: Any) -> None:
    """Open the panel where it is folded away, as on a phone."""
    if tab.locator("#toggle").is_visible() and not tab.locator("#panel").is_visible():
        tab.click("#toggle")


def on_screen(tab: Any, lat: float, lon: float) -> tuple[float, float]:
    """Where a place is on the screen, when the map has come to rest."""
    painted(tab)
    x, y = tab.evaluate(
        "([lat, lng]) => { const p = GP.map.latLngToContainerPoint([lat, lng]); return [p.x, p.y]; }", [lat, lon]
    )
    box = tab.locator("#map").bounding_box()
    return box["x"] + x, box["y"] + y


def colour_at(tab: Any, layer: str, lat: float, lon: float) -> list[int]:
    """The colour that a layer's tiles show at a place."""
    x, y = on_screen(tab, lat, lon)
    found: list[int] = tab.evaluate(
        """([name, x, y]) => {
          const layer = GP.layers.find((one) => one.spec.name === name);
          for (const tile of layer.pane.querySelectorAll("canvas")) {
            const box = tile.getBoundingClientRect(), k = tile.width / box.width;
            if (x < box.left || x >= box.right || y < box.top || y >= box.bottom) continue;
            return [...tile.getContext("2d").getImageData((x - box.left) * k, (y - box.top) * k, 1, 1).data];
          }
          return [0, 0, 0, 0];
        }""",
        [layer, x, y],
    )
    return found
