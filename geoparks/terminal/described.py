"""The limits of every block and its corners, on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geoparks.terminal.tables import Speaker, console, table
from geoparks.text import Lang

if TYPE_CHECKING:
    from geoparks.describe import Described

_SHOWN = 40


def show_described(described: list[Described], files: list[Path], lang: Lang, made: str) -> None:
    """A sentence and a table for every block; long tables go on in the file."""
    t, screen = Speaker(lang), console()
    if made:
        screen.print(made, style="yellow")
    for one in described:
        screen.print(one.sentence.to(lang))
        if one.remark is not None and one.sides:
            screen.print(one.remark.to(lang), style="yellow")
        if not one.corners:
            continue
        corners = table(
            t(f"拐点坐标（3 度带第 {one.zone} 带）", f"Corners (3° zone {one.zone})"), (t("圈号", "Ring"), "right"), (t("点号", "Point"), "left"),
            (t("X（纵坐标）", "X (north)"), "right"), (t("Y（横坐标）", "Y (east)"), "right"), (t("经度", "Longitude"), "right"), (t("纬度", "Latitude"), "right"),
        )  # fmt: skip
        for each in one.corners[:_SHOWN]:
            corners.add_row(
                str(each.ring), f"J{each.number}", f"{each.north:.3f}", f"{each.east:.3f}", f"{each.longitude:.8f}°", f"{each.latitude:.8f}°"
            )  # fmt: skip
        screen.print(corners)
        if len(one.corners) > _SHOWN:
            screen.print(
                t(f"共 {len(one.corners)} 个拐点，全部见文件", f"{len(one.corners)} corners, all of them in the file")
            )
    for file in files:
        screen.print(str(file))
