"""The files that go with idle land: deadlines as a calendar, the list to be made public, the national table, drafts of notices."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from geoparks.catalog.policy import Pack
from geoparks.dataset import Dataset
from geoparks.document import Document
from geoparks.idle_land.publication import publication
from geoparks.reports import publication as page
from geoparks.reports.calendar import calendar
from geoparks.reports.idle_rows import idle_rows
from geoparks.text import Lang, Text
from geoparks.write import national, national_file

CALENDAR = Text("处置期限.ics", "deadlines.ics")
PUBLIC = Text("公示清单.xlsx", "publication.xlsx")
NATIONAL = "JYJY_XZTDDK.gpkg"


def write(content: Document, pack: Pack, dataset: Dataset, folder: Path) -> None:
    """Write all but the notices into a folder: the calendar and the list even where they are empty, as that is an answer too."""
    lang: Lang = content["lang"]
    on = dt.date.fromisoformat(content["on"])
    rows, parcels = idle_rows(content, pack), dataset["parcels"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CALENDAR.to(lang)).write_bytes(calendar(rows, on, lang))
    page.write(publication(rows, parcels, on), folder / PUBLIC.to(lang), lang)
    table = national.idle_plots(rows, parcels)
    if parcels.has_geometry and len(table.table):
        national_file.save(table, folder / NATIONAL)


def write_notices(content: Document, pack: Pack, dataset: Dataset, folder: Path, workspace: Path | None) -> list[Path]:
    """Draft the document that is next for every open parcel, from the office's templates; needs ``geoparks[docx]``."""
    from geoparks.reports.notices import drafts, save

    on = dt.date.fromisoformat(content["on"])
    folder.mkdir(parents=True, exist_ok=True)
    return save(drafts(idle_rows(content, pack), dataset["parcels"], pack.idle, on), pack.idle, on, folder, workspace)
