"""How much of polygons lies in the polygons of another layer, on a terminal."""

from __future__ import annotations

from typing import Any

from geoparks.terminal.tables import Speaker, console, print_json, table
from geoparks.text import Lang

_TABLE_ROWS = 2_000


def show_within(reports: list[dict[str, Any]], lang: Lang, json: bool) -> None:
    """Every polygon's share of every value, and the totals."""
    t, screen = Speaker(lang), console()
    if json:
        print_json({"format": 1, "files": reports})
        return
    for report in reports:
        where = (
            t("由数据库计算", "computed by the server")
            if report["computed"] == "server"
            else t("在本机计算", "computed here")
        )
        title = f"{report['path']} ∩ {report['inside']}（{where}）"
        columns = (
            (t("行", "Row"), "right"), (t("编号", "Id"), "left"), (report["by"] or t("合计", "All"), "left"), ("m²", "right"), (t("亩", "mu"), "right"),
        )  # fmt: skip
        total = [{"row": t("合计", "total"), "id": "", **one} for one in report["totals"]]
        rows = [
            [str(one["row"]), one["id"] or "", one["value"] or "", f"{one['area_m2']:,.3f}", f"{one['area_mu']:,.4f}"]
            for one in [*report["rows"], *total]
        ]
        if len(rows) > _TABLE_ROWS:  # tab-separated, so that it can be pasted into a spreadsheet
            print("\n".join("\t".join(row) for row in [[title], [name for name, _ in columns], *rows]))
            continue
        listing = table(title, *columns)
        for row in rows:
            listing.add_row(*row)
        screen.print(listing)
