"""The result of a run as its users hold it: tables for a notebook, a document for programs, files for the office."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from geoparks.document import Document, to_json
from geoparks.records import BINDING
from geoparks.text import Lang

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geoparks.listing import Unlisted
    from geoparks.split import By
    from geoparks.workspace import Workspace


class Result:
    """What a run found. ``content`` is the result document; everything else is made of it."""

    def __init__(
        self, content: Document, workspace: Workspace | None = None, *, unjudged: bool = False, unlisted: Unlisted | None = None
    ) -> None:  # fmt: skip
        self.content, self.workspace, self.unjudged = content, workspace, unjudged
        self.unlisted = unlisted
        """What the document counts and does not list."""

    @property
    def lang(self) -> Lang:
        """The language of what is written."""
        lang: Lang = self.content["lang"]
        return lang

    @cached_property
    def findings(self) -> gpd.GeoDataFrame:
        """Every finding with its evidence, in EPSG:4490."""
        import geopandas as gpd
        from shapely.geometry import shape

        rows = [
            {
                **{
                    key: finding[key]
                    for key in (
                        "rule",
                        "code",
                        "severity",
                        "measured",
                        "expected",
                        "unit",
                        "area_mu",
                        "area_m2",
                        "area_planar_m2",
                    )
                },
                "layer": finding["subject"]["layer"],
                "id": finding["subject"]["id"],
                "name": finding["subject"]["name"],
                "message": finding["message"][self.lang],
                "article": f"{finding['citation']['document']} {finding['citation']['article']}",
                "accepted": finding["accepted"] is not None,
                "geometry": shape(finding["evidence"]) if finding["evidence"] else None,
            }
            for finding in self.content["findings"]
        ]
        return gpd.GeoDataFrame(
            rows, columns=list(rows[0]) if rows else ["rule", "geometry"], geometry="geometry", crs="EPSG:4490"
        )

    @cached_property
    def checks(self) -> pd.DataFrame:
        """Every row: rule, subject, outcome, reason; of a rule about very many subjects those that the document lists."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"rule": one["rule"], **one["subject"], "outcome": one["outcome"], "reason": one["reason"]}
                for one in self.content["checks"]
            ],
            columns=["rule", "layer", "id", "name", "outcome", "reason"],
        )

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Every figure in a line of its own: id, title, subject, year, value, unit, numerator, denominator, goal, reason.

        ``result.indicators.query("id == 'E01.output_per_mu'").pivot(index="name", columns="year", values="value")``
        """
        import pandas as pd

        rows = [
            {
                "id": one["id"],
                "title": one["title"][self.lang],
                "layer": one["subject"]["layer"],
                "subject": one["subject"]["id"],
                "name": one["subject"]["name"] or one["subject"]["id"],
                "year": one["year"],
                "value": one["value"],
                "unit": one["unit"],
                "numerator": one["numerator"],
                "denominator": one["denominator"],
                "at_least": one["at_least"],
                "target": one["goal"]["target"] if one["goal"] else None,
                "reached": one["goal"]["reached"] if one["goal"] else None,
                "reason": one["reason"][self.lang] if one["reason"] else None,
            }
            for one in self.content["indicators"]
        ]
        columns = [
            "id", "title", "layer", "subject", "name", "year", "value", "unit", "numerator", "denominator", "at_least", "target",
            "reached", "reason",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})

    @cached_property
    def idle(self) -> pd.DataFrame:
        """Every parcel: status, type, since when, days, path, article, fee, the next deadline and the reason."""
        import pandas as pd

        columns = [
            "parcel_id", "name", "park", "status", "type", "since", "days", "becomes_on", "cause", "path", "article", "fee_wanyuan",
            "area_mu", "deadline", "reason",
        ]  # fmt: skip
        if self.unlisted is not None and self.unlisted.quiet is not None and self.unlisted.told_at is not None:
            from geoparks.reports.unlisted import idle_table

            table = idle_table(self.content, self.unlisted.quiet, self.unlisted.told_at, self.lang)
            return table.select(columns).to_pandas()
        return pd.DataFrame([{name: one[name] for name in columns} for one in self.content["idle"]], columns=columns)

    def _repr_html_(self) -> str:
        """In a notebook: the figures where there are any, else the findings."""
        table = self.indicators if self.content["indicators"] else self.findings.drop(columns="geometry")
        shown: str = table.to_html(max_rows=40)
        return shown

    @property
    def exit_status(self) -> int:
        """1 where a must or duty rule failed, a rule crashed, or a layer that such a rule needs could not be judged."""
        failed = any(one["severity"] in BINDING and one["accepted"] is None for one in self.content["findings"])
        return int(failed or bool(self.content["errors"]) or self.unjudged)

    def to_dict(self) -> Document:
        """The result document."""
        return self.content

    def to_json(self) -> str:
        """The result document as text."""
        return to_json(self.content)

    def save_by(self, by: By, folder: str | Path) -> list[Path]:
        """Write a report, workbook, evidence and document for each park or county, into ``by-park/`` or ``by-county/``."""
        from geoparks.outputs import save
        from geoparks.split import split

        assert self.workspace is not None, "a result that was read from a document cannot be split"
        files: list[Path] = []
        for name, content in split(self.content, by, self.workspace.dataset):
            part = Result(content, self.workspace, unjudged=self.unjudged)
            files += save(part, Path(folder) / f"by-{by}" / name, with_map=False)
        return files

    def save_notices(self, folder: str | Path) -> list[Path]:
        """Draft the next document of every open parcel as Word files; needs ``geoparks[docx]``. Drafts only: nothing is sent."""
        from geoparks.catalog import policy
        from geoparks.reports.idle_files import write_notices

        assert self.workspace is not None, "notices need the parcels, which a document alone does not have"
        root, settings = self.workspace.own, self.workspace.config.settings
        pack = policy.load(self.content["policy"]["pack"], root, settings)
        return write_notices(self.content, pack, self.workspace.dataset, Path(folder), root)

    def save(self, folder: str | Path) -> list[Path]:
        """Write ``result.json``, ``report.html``, ``report.xlsx``, ``evidence.gpkg`` and ``maps/boundaries.html``.

        Each file appears whole or not at all; what the folder held under other names stays.
        """
        from geoparks.outputs import save

        return save(self, Path(folder))
