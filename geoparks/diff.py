"""``geoparks diff``: two result documents, told apart finding by finding: fixed, new, still there."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geoparks.document import FORMAT
from geoparks.errors import UnreadableFile
from geoparks.text import Text, same

Finding = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """Findings by what became of them, in the order of the documents."""

    fixed: list[Finding]
    new: list[Finding]
    still: list[Finding]
    lost: list[Finding]
    """Gone from the new document, but only because the new run did not check them: not fixed."""


def load(path: Path) -> dict[str, Any]:
    """Read a result document, or the one in a folder of outputs."""
    file = path / "result.json" if path.is_dir() else path
    if path.is_dir() and not file.exists():
        file = path / "out" / "result.json"
    try:
        content = json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise UnreadableFile(Text("文件不存在", "no such file"), where=str(file)) from error
    except (OSError, ValueError) as error:
        raise UnreadableFile(
            Text("不是结果文档", "not a result document"),
            where=file.name,
            found=same(str(error)[:120]),
            expected=same("result.json"),
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT or not {"findings", "checks"} <= set(content):
        raise UnreadableFile(
            Text("不是结果文档，或由不兼容的版本写成", "not a result document, or written by another version"),
            where=file.name, expected=same(f'"format": {FORMAT}'),
        )  # fmt: skip
    _take_unchecked(content, file.parent)
    return content


def _take_unchecked(content: dict[str, Any], folder: Path) -> None:
    """Put what was not checked and stands in the table beside a document of very many rows among its rows again."""
    file = folder / content["checks_table"] if "checks_table" in content else None
    if file is None or not file.exists():
        return
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(file, filters=[("outcome", "==", "not_checked")]).to_pylist()
    except (OSError, ValueError) as error:
        raise UnreadableFile(
            Text("结果文档所附的表读不出来", "the table beside the result document cannot be read"),
            where=file.name, found=same(str(error)[:120]),
        ) from error  # fmt: skip
    content["checks"] += [
        {**one, "subject": {"layer": one.pop("layer"), "id": one.pop("id"), "name": one.pop("name")}} for one in rows
    ]
    content["checks_counts"] = [one for one in content["checks_counts"] if one["outcome"] != "not_checked"]


def diff(old: dict[str, Any], new: dict[str, Any]) -> Difference:
    """Match findings by rule, code and subject, and, where one fault occurs several times, by what it is about."""
    before, after = _keyed(old["findings"]), _keyed(new["findings"])
    judged = {_row(one) for one in new["checks"] if one["outcome"] != "not_checked"}
    unjudged = {_row(one) for one in new["checks"]} - judged
    counted = new.get("checks_counts", ())
    looked_at = {(rule, layer) for rule, layer, _ in judged} | {(one["rule"], one["layer"]) for one in counted}
    looked_at -= {
        (one["rule"], one["layer"]) for one in counted if one["outcome"] == "not_checked"
    }  # who, nobody knows
    fixed: list[Finding] = []
    lost: list[Finding] = []
    for key, one in before.items():
        if key not in after:
            known = _row(one) not in unjudged and _row(one)[:2] in looked_at
            (fixed if known else lost).append(one)
    return Difference(
        fixed=fixed,
        new=[one for key, one in after.items() if key not in before],
        still=[one for key, one in after.items() if key in before],
        lost=lost,
    )


def _row(one: Finding) -> tuple[str, str, str]:
    """The row of a finding or check.

    A fault is fixed where its row was judged again, or its subject is gone from a layer that the rule did judge; where
    the rule was not asked at all, nobody knows.
    """
    return one["rule"], one["subject"]["layer"], one["subject"]["id"]


def _keyed(findings: list[Finding]) -> dict[tuple[Any, ...], Finding]:
    """Findings by what identifies them; the same fault of the same subject is counted through.

    A field counts where it has a value that is wrong; the fields of an incomplete entry are what is still missing.
    """
    result: dict[tuple[Any, ...], Finding] = {}
    seen: Counter[tuple[Any, ...]] = Counter()
    for one in findings:
        other = (one["other"]["layer"], one["other"]["id"]) if one["other"] else None
        field = one["field"] if one["value"] is not None else None
        base = (one["rule"], one["code"], one["subject"]["layer"], one["subject"]["id"], other, field)
        result[(*base, seen[base])] = one
        seen[base] += 1
    return result
