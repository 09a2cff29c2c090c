"""Scaffold a rule, a layer, a map or a format: ``python scripts/new.py rule B22 fence_missing``.

Writes the files that have to be there, in the shape of the others, and says what to fill in. Nothing is overwritten.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

RULE = '''"""{id}: what is wrong, in one line."""

from __future__ import annotations

from collections.abc import Iterator

from geoparks.dataset import Dataset
from geoparks.records import Measurement, Rule, Words
from geoparks.text import Text

RULE = Rule(
    id="{id}",
    title=Text("中文名称", "English title"),
    about=Text("量什么、怎么量。", "What is measured, and how."),
    subjects=("blocks",),
    needs=("blocks",),
    geometric=True,
    faults={{
        "{name}": Words(
            title=Text("中文名称", "English title"),
            message=Text("{{name}}……{{measured}}，要求{{expected}}。", "{{name}} … {{measured}}; {{expected}} is asked for."),
            fix=Text("怎么办。", "What to do."),
        )
    }},
)


def {name}(layers: Dataset) -> Iterator[Measurement]:
    """What is measured of every block, with its unit."""
    blocks = layers["blocks"]
    for position in range(len(blocks)):
        yield Measurement(blocks.subject(position), "{name}", reason=Text("尚未实现", "not implemented yet"))
'''
CASE = """# {id} {name}: cases at, below and above the limit; see the other files of this folder for the form.
"""
CLAUSE = """
# Put the clause into the document it stands in, in policies/:
[[clause]]
rule = "{id}"
fault = "{name}"
article = "第…条"
quote = "条文原文"
severity = "duty"
operator = "<="
limit = 0
unit = "count"
"""
LAYER = """# One line: what this layer is and where an office gets it.
title = {{ zh = "中文名", en = "English title" }}
about = {{ zh = "一句话说明。", en = "One sentence." }}
geometry = "polygon"
key = ["{name}_id"]
aliases = []

[fields.{name}_id]
title = {{ zh = "编号", en = "Id" }}
type = "text"
aliases = []
"""
MAP = """# One line: what this map shows.
title = {{ zh = "中文名", en = "English title" }}

[[layer]]
name = "blocks"
fill = "#9cbbe0"
stroke = "#2f5d9b"
width = 2
popup = ["block_id", "name"]
"""
FORMAT = '''"""The format {name}."""

from __future__ import annotations

from pathlib import Path

from geoparks.read.raw import RawLayer
from geoparks.text import Text

SUFFIXES = (".{name}",)
TITLE = Text("{name}", "{name}")


def read(path: Path) -> list[RawLayer]:
    """Every layer of the file; raises UnreadableFile where it cannot be opened."""
    raise NotImplementedError
'''


def main() -> int:
    words = sys.argv[1:]
    match words:
        case ["rule", row_id, name]:
            files = {f"geoparks/rules/{name}.py": RULE, f"tests/cases/{name}.toml": CASE}
            values = {"id": row_id, "name": name}
            print(CLAUSE.format(**values))
        case ["layer", name]:
            files, values = {f"layers/{name}.toml": LAYER}, {"name": name}
        case ["map", name]:
            files, values = {f"maps/{name}.toml": MAP}, {"name": name}
        case ["format", name]:
            files, values = {f"geoparks/read/{name}.py": FORMAT}, {"name": name}
        case _:
            print(__doc__)
            return 2
    for path in files:
        if (ROOT / path).exists():
            print(f"{path} is there already; nothing was written", file=sys.stderr)
            return 2
    for path, text in files.items():
        (ROOT / path).write_text(text.format(**values), "utf-8")
        print(path)
    print("Then: scripts/docs.py, scripts/check, and CONTRIBUTING.md for what else belongs to it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
