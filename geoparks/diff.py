"""``geoparks diff``: two result documents, told apart finding by finding: fixed, new, still there."""

from __future__ import annotations

import json
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
    """Gone from the new document, but only because the new run could not check them: not fixed."""


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
    if not isinstance(content, dict) or content.get("format") != FORMAT or "findings" not in content:
        raise UnreadableFile(
            Text("不是结果文档，或由不兼容的版本写成", "not a result document, or written by another version"),
            where=file.name, expected=same(f'"format": {FORMAT}'),
        )  # fmt: skip
    return content


def diff(old: dict[str, Any], new: dict[str, Any]) -> Difference:
    """Match findings by rule, code and subject, and, where one fault occurs several times, by what it is about."""
    before, after = _keyed(old["findings"]), _keyed(new["findings"])
    unchecked = {
        (one["rule"], one["subject"]["layer"], one["subject"]["id"])
        for one in new["checks"]
        if one["outcome"] == "not_checked"
    }
    gone = [one for key, one in before.items() if key not in after]
    return Difference(
        fixed=[one for one in gone if _row(one) not in unchecked],
        new=[one for key, one in after.items() if key not in before],
        still=[one for key, one in after.items() if key in before],
        lost=[one for one in gone if _row(one) in unchecked],
    )


def _row(one: Finding) -> tuple[str, str, str]:
    return one["rule"], one["subject"]["layer"], one["subject"]["id"]


def _keyed(findings: list[Finding]) -> dict[tuple[Any, ...], Finding]:
    """Findings by what identifies them; the same fault of the same subject is counted through."""
    result: dict[tuple[Any, ...], Finding] = {}
    for one in findings:
        other = (one["other"]["layer"], one["other"]["id"]) if one["other"] else None
        base = (one["rule"], one["code"], one["subject"]["layer"], one["subject"]["id"], other, one["field"])
        number = 0
        while (*base, number) in result:
            number += 1
        result[(*base, number)] = one
    return result
