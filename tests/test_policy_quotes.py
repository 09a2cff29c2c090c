"""Every quote of a clause stands word for word in the document it cites, where the text of the document is at hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geoparks.catalog import policy

pytestmark = pytest.mark.shared

PACKS = [policy.load(name) for name in policy.packs()]
CLAUSES = {
    (one.document.source, one.article, one.quote)
    for pack in PACKS
    for one in (
        *pack.clauses,
        *pack.indicators.values(),
        *(each for spec in pack.indicators.values() for each in spec.follows),
    )
    if one.document.source
}
_PAGE_NUMBER = re.compile(r"[-—－–\s]*\d{1,3}[-—－–\s]*")


_ANNEX = re.compile(r"附件\s*(\d)")
_HEADINGS = (
    (re.compile(r"第[一二三四五六七八九十]+条"), 0),
    (re.compile(r"([一二三四五六七八九十]+)、"), 0),
    (re.compile(r"（[一二三四五六七八九十]+）"), 1),
    (re.compile(r"(\d{1,2})[.．]\D"), 2),
)


def lines(path: Path) -> list[str]:
    """A document as the quotes were copied: lines trimmed, page numbers left out; spaces inside a line stay."""
    trimmed = (line.strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in trimmed if line and not _PAGE_NUMBER.fullmatch(line)]


def sections(path: Path) -> dict[str, str]:
    """The text of every article, called as clauses call it: 第九条, 一（一）, 三（一）1, 附件1 二（二）."""
    found: dict[str, str] = {}
    at, annex = ["", "", ""], ""
    for line in lines(path):
        if match := _ANNEX.fullmatch(line):
            at, annex = ["", "", ""], f"附件{match[1]}"
        for pattern, level in _HEADINGS:
            if match := pattern.match(line):
                at[level:] = [match[1] if match.groups() else match[0], *[""] * (2 - level)]
        for name in {
            f"{annex} {''.join(at)}".strip(),
            annex,
        }:  # of an annex the whole text, too: a table has no articles
            found[name] = found.get(name, "") + line
    return found


@pytest.mark.parametrize(("source", "article", "quote"), sorted(CLAUSES))
def test_quote_stands_in_the_article(shared: Path, source: str, article: str, quote: str) -> None:
    path = shared / "seeds" / source
    if not path.exists():
        pytest.skip(f"{source} is not among the documents at hand")
    assert quote in "".join(lines(path)), quote
    assert quote in sections(path)[article], f"{quote} stands elsewhere than in {article}"


def test_there_are_quotes_to_compare() -> None:
    """A pack whose documents name no source would pass the test above without a single comparison."""
    assert len({source for source, _, _ in CLAUSES}) == len(("76号", "21号", "5号", "135号", "13号"))
