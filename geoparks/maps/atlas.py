"""The maps of a workspace as files: one page each, or, where one page cannot hold all, a sheet for every park and an overview."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from geoparks import progress
from geoparks.catalog import map as maps
from geoparks.catalog.map import MapSpec
from geoparks.document import Document
from geoparks.errors import WorkspaceError
from geoparks.maps import offline
from geoparks.maps.edition import Edition, Sheet
from geoparks.maps.page import draw
from geoparks.maps.plates import Plates
from geoparks.text import Lang, Text
from geoparks.workspace import Workspace

LARGEST_PAGE = 300_000
"""Features that one page holds; measured, a page of 200,000 parcels takes two seconds to its first picture."""
_LONGEST_NAME = 40  # characters of a park's name in the name of its sheet: systems take 255 bytes
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_NO_PARK = Text("未注明园区的", "without a park")


def edition_of(workspace: Workspace, *, public: bool = False) -> Edition:
    """The edition that a workspace asks for: its own, or the public one."""
    config = workspace.config.maps
    return Edition(public_m=config.public_m if public else None, approval_no=config.approval_no)


def save(names: list[str], workspace: Workspace, content: Document, folder: Path, edition: Edition) -> list[Path]:
    """Write maps into a folder: ``NAME.html``, and the sheets of those that are too large in ``NAME/``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        plates = Plates(workspace.dataset, content)
        maps_of = [_Pages(name, workspace, plates, folder, edition) for name in names]
        # Park by park, whichever map: what is made of a park serves all of its sheets, and is let go of after them.
        for park in sorted({park for one in maps_of for park in one.sheets}):
            for one in maps_of:
                one.draw_sheet(park)
            plates.let_go(park)
        return [path for one in maps_of for path in (*one.drawn, one.draw_page())]
    except OSError as error:
        raise WorkspaceError(
            Text("地图写不进去", "the maps cannot be written"), where=str(error.filename or folder),
            mend=Text("请用 --out 换一个文件夹。", "Choose another folder with --out."),
        ) from error  # fmt: skip


class _Pages:
    """The pages of one map: its sheets, where it is too large for one page, and the page that has all or leads to them."""

    def __init__(self, name: str, workspace: Workspace, plates: Plates, folder: Path, edition: Edition) -> None:
        self.name, self.workspace, self.plates, self.folder, self.edition = name, workspace, plates, folder, edition
        spec = maps.load(name, workspace.own)
        self.title = spec.title
        self.large = _too_large(spec, plates)
        self.sheets = dict(_sheets(spec, plates, plates.content["lang"], set(self.large))) if self.large else {}
        """By park."""
        self.drawn: list[Path] = []

    def draw_sheet(self, park: str) -> None:
        """Draw the sheet of a park, if there is one."""
        if park not in self.sheets:
            return
        sheet = self.sheets[park]
        told = Text(f"绘制地图：{self.title.zh}，{sheet.title}", f"drawing the map: {self.title.en}, {sheet.title}")
        progress.say(told)
        (self.folder / self.name).mkdir(exist_ok=True)
        self.drawn.append(
            self._write(replace(self.edition, park=park, split=frozenset(self.large)), self.folder / sheet.file)
        )

    def draw_page(self) -> Path:
        """Draw the page of the whole."""
        progress.say(Text(f"绘制地图：{self.title.zh}", f"drawing the map: {self.title.en}"))
        edition = self.edition
        if self.large:
            edition = replace(edition, left_out=self.large, sheets=tuple(self.sheets.values()))
        return self._write(edition, self.folder / f"{self.name}.html")

    def _write(self, edition: Edition, path: Path) -> Path:
        scene = draw(self.name, self.workspace, self.plates.content, edition, plates=self.plates)
        return offline.write(scene, path)


def _too_large(spec: MapSpec, plates: Plates) -> dict[str, int]:
    """The layers that have to be left to sheets, the largest first, until the rest fits on a page."""
    counts = {one.name: len(found.ids) for one in spec.layers if (found := plates.drawn(one.name)) is not None}
    large: dict[str, int] = {}
    for name in sorted(counts, key=lambda one: -counts[one]):
        if sum(counts.values()) - sum(large.values()) <= LARGEST_PAGE:
            break
        large[name] = counts[name]
    return large


def _sheets(spec: MapSpec, plates: Plates, lang: Lang, large: set[str]) -> Iterator[tuple[str, Sheet]]:
    """A sheet for every park that the large layers name, and one for what names none."""
    counts: Counter[str] = Counter()
    for name in large:
        found = plates.drawn(name)
        assert found is not None
        if found.has("park_id"):
            counts.update({park: len(some) for park, some in found.by_park.items()})
        else:
            counts[""] += len(found.ids)
    parks = plates.dataset.get("parks")
    for index, park in enumerate(sorted(counts), start=1):
        title = parks.subject(parks.positions(park)[0]).label if parks is not None and parks.positions(park) else park
        title = title or _NO_PARK.to(lang)
        yield (
            park,
            Sheet(title, f"{spec.name}/{index:02d}-{_NOT_IN_NAMES.sub('_', title)[:_LONGEST_NAME]}.html", counts[park]),
        )
