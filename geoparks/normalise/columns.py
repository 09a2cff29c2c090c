"""Which column of a file is which field of a layer, and in which unit it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from geoparks import units
from geoparks.catalog.layer import Field, Layer, plain
from geoparks.text import Text

_TEN_BYTES = 10
_OPEN_BRACKET = re.compile(r"[(\[【][^)\]】]*$")
_MULTIPLE_OF_UNIT = re.compile(r"^单位[:：]?")


@dataclass(frozen=True)
class Column:
    """A column that was recognised: its header, the field, and what its numbers are multiplied by."""

    header: str
    field: Field
    unit: str | None = None
    factor: float = 1.0


@dataclass
class Match:
    """What the headers of one file were taken for."""

    columns: list[Column] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    """Headers that are no field of the layer."""
    questions: dict[str, Text] = field(default_factory=dict)
    """Fields whose column was found but cannot be used until someone answers: field name → question."""
    passed_over: dict[str, str] = field(default_factory=dict)
    """Headers that name a field which a better-named column already gives: header → field name."""

    @property
    def fields(self) -> frozenset[str]:
        """Names of the fields that were found, those with a question included."""
        return frozenset(column.field.name for column in self.columns) | frozenset(self.questions)


def match(
    headers: list[str],
    layer: Layer,
    *,
    truncated: bool = False,
    fixed: Mapping[str, str] | None = None,
    stated: Mapping[str, str] | None = None,
) -> Match:
    """Recognise the columns of a file by the names that a layer's fields answer to.

    `fixed` are units that the format fixes (header → unit), `stated` those that ``geoparks.toml`` states
    (field name or header → unit). A quantity whose unit nobody names becomes a question, never a guess.
    """
    result = Match()
    best: dict[str, tuple[int, Column | None]] = {}
    for header in headers:
        found = _field_of(header, layer, truncated)
        if found is None:
            result.extra.append(header)
            continue
        one, rank = found
        column = _with_unit(header, one, fixed or {}, stated or {}, result)
        before = best.get(one.name)
        if before is not None and before[0] <= rank:
            result.passed_over[header] = one.name
            continue
        if before is not None and before[1] is not None:
            result.passed_over[before[1].header] = one.name
        best[one.name] = (rank, column)
        if column is not None:
            result.questions.pop(one.name, None)
    result.columns = [column for _, column in best.values() if column is not None]
    return result


def split_unit(header: str) -> tuple[str, str]:
    """A header as name and the words of its unit, empty where it names none.

    >>> split_unit("批准面积（公顷）"), split_unit("核准面积_公顷"), split_unit("产值/亿元"), split_unit("名称")
    (('批准面积', '公顷'), ('核准面积', '公顷'), ('产值', '亿元'), ('名称', ''))
    """
    words = header.strip()
    bracket = re.fullmatch(r"(.+?)\s*[(（\[【]\s*(.+?)\s*[)）\]】]", words)
    if bracket:
        return bracket[1], _MULTIPLE_OF_UNIT.sub("", bracket[2])
    for mark in ("_", "/", "，", ",", "：", ":", " "):
        name, found, unit = words.rpartition(mark)
        if found and name and units.find(unit) is not None:
            return name, unit
    return words, ""


def _field_of(header: str, layer: Layer, truncated: bool) -> tuple[Field, int] | None:
    """The field that a header names, and how good the name is: the lower the better."""
    whole, name = plain(header), plain(split_unit(header)[0])
    for words, worse in ((whole, 0), (name, 1)):
        for one in layer.fields.values():
            order = [plain(spelling) for spelling in (one.name, one.title.zh, one.title.en, *one.aliases)]
            order += [spelling for spelling in one.names_with_unit if spelling not in order]
            if words in order:
                return one, 2 * order.index(words) + worse
    if truncated:
        name = _OPEN_BRACKET.sub("", whole)  # 批准面积（公顷） is cut inside its bracket, and its unit is gone
        for one in layer.fields.values():
            if name != whole and name in one.names:
                return one, len(layer.fields)
        cut = [one for one in layer.fields.values() if any(whole in _cuts(spelling) for spelling in one.names)]
        if len(cut) == 1:
            return cut[0], len(layer.fields)
    return None


def _cuts(name: str) -> set[str]:
    """A name as a shapefile cuts it, at ten bytes of one encoding or another; nothing where it is not cut."""
    raws = [name.encode(encoding, "replace") for encoding in ("utf-8", "gbk")]
    encodings = zip(raws, ("utf-8", "gbk"), strict=True)
    return {raw[:_TEN_BYTES].decode(encoding, "ignore") for raw, encoding in encodings if len(raw) > _TEN_BYTES}


def _with_unit(
    header: str, one: Field, fixed: Mapping[str, str], stated: Mapping[str, str], result: Match
) -> Column | None:
    """The column with its factor; None, and a question, where the unit is not known."""
    if one.unit is None:
        return Column(header, one)
    target = units.UNITS[one.unit]
    words = split_unit(header)[1]
    found = units.find(words, target.kind) if words else None
    official = {plain(key): unit for key, unit in fixed.items()}
    source = (
        stated.get(header)
        or stated.get(one.name)
        or (found.id if found else None)
        or official.get(plain(header))
        or one.names_with_unit.get(plain(header))
        or (one.unit if plain(header) in _cuts(plain(one.name)) else None)
        or (one.unit if target.kind in units.KINDS_WITHOUT_UNIT_IN_HEADER or target.kind == "ratio" else None)
    )
    if source is None:
        result.questions[one.name] = Text(
            f"列“{header}”没有写明单位（{_choices(target.kind, 'zh')}）。请把列名改为“{header}（{target.title.zh}）”，"
            f'或在 geoparks.toml 的 [units] 写明 "{header}" = "{one.unit}"',
            f"column “{header}” names no unit ({_choices(target.kind, 'en')}). Rename it “{header} ({target.title.en})”,"
            f' or state "{header}" = "{one.unit}" in [units] of geoparks.toml',
        )
        return None
    return Column(header, one, source, units.factor(source, one.unit))


def _choices(kind: str, lang: str) -> str:
    titles = [unit.title for unit in units.UNITS.values() if unit.kind == kind]
    return "、".join(one.zh for one in titles) if lang == "zh" else ", ".join(one.en for one in titles)
