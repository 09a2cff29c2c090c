"""Pages that need nothing but themselves: assets from installed packages put in, and a page that links out refused."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from importlib import import_module
from pathlib import Path

_LINKING = {"src", "href", "srcset", "action", "data", "poster", "background", "formaction", "xlink:href"}


def leaflet() -> tuple[str, str]:
    """Script and style of Leaflet (BSD-2-Clause), from the package ``xstatic-leaflet``; pictures put into the style."""
    folder = Path(import_module("xstatic.pkg.leaflet").BASE_DIR)
    script = re.sub(r"//# sourceMappingURL=.*", "", (folder / "leaflet.js").read_text("utf-8"))
    style = (folder / "leaflet.css").read_text("utf-8")

    def embedded(found: re.Match[str]) -> str:
        name = found[1].strip("'\"")
        if name.startswith(("#", "data:")):
            return found[0]
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        content = base64.b64encode((folder / name).read_bytes()).decode("ascii")
        return f"url(data:{kind};base64,{content})"

    return script, re.sub(r"url\(([^)]+)\)", embedded, style)


def write(page: str, path: Path) -> Path:
    """Write a page; it appears whole or not at all."""
    staged = path.with_name(f".{path.name}.part")
    staged.write_text(page, "utf-8", newline="\n")
    staged.replace(path)
    return path


def hash_of(script: str) -> str:
    """The source expression by which a content security policy allows just this script."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii") + "'"


def refuse_links(page: str) -> str:
    """The page, if nothing in it would be asked for from outside; else ValueError naming what would."""
    from lxml import html

    document = html.document_fromstring(page.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
    for element in document.iter():
        for name, value in element.attrib.items():
            if name.lower() in _LINKING and not value.startswith(("data:", "#")) and value.strip():
                raise ValueError(f"the page links out: <{element.tag} {name}={value[:80]!r}>")
            if name.lower() == "style" and _outside(value):
                raise ValueError(f"the page links out: <{element.tag} {name}={value[:80]!r}>")
        if element.tag == "meta" and element.get("http-equiv", "").lower() == "refresh":
            raise ValueError("the page links out: <meta http-equiv=refresh>")
    for style in document.iter("style"):
        for target in _outside(style.text or ""):
            raise ValueError(f"the page's style links out: {target[:80]!r}")
    return page


def _outside(style: str) -> list[str]:
    """What a style would ask for."""
    targets = re.findall(r"url\(\s*['\"]?([^)'\"]+)", style, re.IGNORECASE) + re.findall(
        r"@import[^;]+", style, re.IGNORECASE
    )
    return [one for one in targets if not one.startswith(("data:", "#"))]
