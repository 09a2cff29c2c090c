"""What each verb asks: which rules are judged and which indicators are computed. A row id decides: E05 belongs to the audit."""

from __future__ import annotations

from dataclasses import dataclass

from geoparks.text import Text


@dataclass(frozen=True)
class Verb:
    """One verb of the command line and of ``gp``."""

    name: str
    title: Text
    """What its report is called."""
    rules: tuple[str, ...]
    """Beginnings of the row ids that it judges."""
    figures: tuple[str, ...]
    """Beginnings of the row ids whose indicators it computes."""
    maps: tuple[str, ...] = ()
    """The maps that belong to it; all that there are where it is empty."""

    def judges(self, rule: str) -> bool:
        """Whether it judges the rules of a row."""
        return rule.startswith(self.rules)

    def computes(self, row: str) -> bool:
        """Whether it computes the indicators of a row."""
        return bool(self.figures) and row.startswith(self.figures)


VERBS = {
    one.name: one
    for one in (
        Verb("check", Text("园区边界检查报告", "Park boundary report"), ("B", "D"), ("B18",), ("boundaries",)),
        Verb(
            "audit", Text("园区用地效益考核报告", "Land-efficiency audit"), ("E", "B14", "B20"), ("E",), ("efficiency",)
        ),
        Verb("supply", Text("土地供应报告", "Land-supply report"), ("L",), ("L",), ("supply",)),
        Verb("idle", Text("闲置土地报告", "Idle-land report"), ("I",), ("I",), ("idle",)),
        Verb("adjust", Text("城镇开发边界调整报告", "Adjustment of the boundary"), ("U",), ("U",), ("adjustment",)),
        Verb(
            "run",
            Text("园区用地综合报告", "Report on the land of the parks"),
            ("B", "D", "E", "L", "I", "U"),
            ("B18", "E", "L", "I", "U"),
        ),
    )
}
