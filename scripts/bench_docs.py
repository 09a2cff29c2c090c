"""docs/performance.md and its picture, out of what scripts/bench speed kept: the newest lines of every work and size."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MARK = "<!-- scripts/bench speed --docs -->"


def write(kept: Path) -> None:
    """Renew the tables below the mark, and the picture."""
    newest: dict[tuple[str, int], dict[str, Any]] = {}
    for line in kept.read_text("utf-8").splitlines():
        one = json.loads(line)
        newest[one["work"], one["count"]] = one
    told = [newest[key] for key in sorted(newest)]
    page = ROOT / "docs" / "performance.md"
    before = page.read_text("utf-8").split(MARK)[0]
    page.write_text(before + MARK + "\n\n" + "\n".join(map(_table, told)), "utf-8")
    _picture([one for one in told if one["count"] == max(o["count"] for o in told if o["work"] == one["work"])])
    print(f"wrote {page.relative_to(ROOT)}")


def _table(one: dict[str, Any]) -> str:
    loads = [row["load"] for row in one["rows"]]
    lines = [
        f"### {one['title']}, {one['count']:,} parcels\n",
        f"Medians of {max(row['runs'] for row in one['rows'])} runs; load of the machine {min(loads):.1f} … {max(loads):.1f}.\n",
        "| | s | CPU s | peak MB | ratio | from … to | largest difference to geoparks |",
        "|---|---:|---:|---:|---:|---|---|",
    ]
    for row in one["rows"]:
        lines.append(
            f"| {row['name']} | {row['seconds']:.2f} | {row['cpu']:.2f} | {row['peak_mb']:.0f} | {row['ratio']:.1f} |"
            f" {row['low']:.1f} … {row['high']:.1f} | {row['agrees']} |"
        )
    return "\n".join(lines) + "\n"


def _picture(told: list[dict[str, Any]]) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    mpl.rcParams["svg.hashsalt"] = "geoparks"
    mpl.rcParams["svg.fonttype"] = "none"
    rows = [max(len(one["rows"]), 1) for one in told]
    figure, axes = plt.subplots(len(told), 1, figsize=(8, 0.34 * sum(rows) + 0.9 * len(told)), gridspec_kw={"height_ratios": rows}, squeeze=False)  # fmt: skip
    for axis, one in zip(axes[:, 0], told, strict=True):
        some = one["rows"][::-1]
        colours = ["#2f5d9b" if row["name"].startswith("geoparks") else "#b8b8b8" for row in some]
        axis.barh([row["name"] for row in some], [row["seconds"] for row in some], color=colours, height=0.72)
        for k, row in enumerate(some):
            axis.text(row["seconds"], k, f" {row['seconds']:.1f} s · {row['ratio']:.1f}×", va="center", fontsize=8)
        axis.set_title(f"{one['title']}, {one['count']:,} parcels", loc="left", fontsize=10)
        axis.set_xlim(0, max(row["seconds"] for row in some) * 1.25)
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    target = ROOT / "docs" / "images" / "performance.svg"
    figure.savefig(target, metadata={"Date": None})
    target.write_text(re.sub(r"[ \t]+\n", "\n", target.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    import sys

    write(Path(sys.argv[1]))
