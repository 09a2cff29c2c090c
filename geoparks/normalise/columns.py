"""Which column of a file is which field of a layer, of which year, and in which unit it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from geoparks import units
from geoparks.catalog.codes import plain
from geoparks.catalog.layer import Field, Layer
from geoparks.normalise import year_columns
from geoparks.normalise.titles import Titled
from geoparks.read.raw import StatedUnits
from geoparks.read.year_words import YearWords, year_words
from geoparks.text import Text

_TEN_BYTES = 10
_OPEN_BRACKET = re.compile(r"[(\[【][^)\]】]*$")
_MULTIPLE_OF_UNIT = re.compile(r"^单位[:：]?")
_LIKE_A_UNIT = re.compile(
    r"[元币吨煤米亩顷里度时方焦卡克％%‰]$|[A-Za-z0-9²³㎡]$"
)  # 千元 may be no unit that is known, but 当年价 is none


@dataclass(frozen=True)
class Column:
    """A column that was recognised: its header, the field, and what its numbers are multiplied by."""

    header: str
    field: Field
    unit: str | None = None
    factor: float = 1.0
    year: int | None = None
    """The year that its header names, where years stand in columns."""
    unit_from: Text | None = None
    """What states the unit, where it is not the header: a line over the table, a column of units."""


@dataclass
class Match:
    """What the headers of one file were taken for."""

    columns: list[Column] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    """Headers that are no field of the layer."""
    questions: dict[str, Text] = field(default_factory=dict)
    """Fields whose column was found but cannot be used until someone answers: field name → question."""
    asked: dict[str, Field] = field(default_factory=dict)
    """Headers that have no unit and need one."""
    unused: dict[str, Text] = field(default_factory=dict)
    """Headers that name a field and are not used all the same, with the reason."""
    passed_over: dict[str, str] = field(default_factory=dict)
    """Headers that name a field which a better-named column already gives: header → field name."""
    doubtful: set[str] = field(default_factory=set)
    """Fields of which a column for some year cannot be used, and so none for any year."""
    titled: Titled | None = None
    """The indicator that the title gives to columns which name only a year."""
    year: int | None = None
    """The year of all rows, where only the title says it."""
    year_from: str = ""
    """The title that says it."""
    refused: Text | None = None
    """Why the table cannot be used at all: its arrangement is not understood."""

    @property
    def years(self) -> list[int]:
        """The years that stand in columns, in order."""
        return sorted({column.year for column in self.columns if column.year is not None})

    @property
    def fields(self) -> frozenset[str]:
        """Names of the fields that were found, those with a question included."""
        years = {"year"} if self.years or self.year is not None else set()
        return frozenset(column.field.name for column in self.columns) | frozenset(self.questions) | years


def match(
    headers: list[str],
    layer: Layer,
    *,
    truncated: bool = False,
    fixed: Mapping[str, str] | None = None,
    stated: Mapping[str, str] | None = None,
    over: Mapping[str, StatedUnits] | None = None,
    titled: Titled | None = None,
) -> Match:
    """Recognise the columns of a file by the names that a layer's fields answer to.

    `fixed` are units that the format fixes (header → unit), `stated` those that ``geoparks.toml`` states
    (field name or header → unit), `over` those that the table states beside its headers. `titled` is the indicator
    that the title names. A quantity whose unit nobody names becomes a question, never a guess.
    """
    result = Match(titled=titled)
    best: dict[tuple[str, int | None], tuple[int, str, Column | None]] = {}
    for header in headers:
        words = year_words(header) if year_columns.possible(layer) and not _is_exact(header, layer) else None
        found = _field_of_year(words, layer, titled) if words else _field_of(header, layer, truncated)
        if found is None:
            result.extra.append(header)
            continue
        one, rank = found
        year = words.year if words is not None else None
        name = (words.rest if words is not None else "") or header
        column = _with_unit(header, name, one, year, _Units(fixed or {}, stated or {}, over or {}, titled), result)
        before = best.get((one.name, year))
        if before is not None and year is not None:
            year_columns.twice(result, one, year, before[1], header)
        elif before is not None and before[0] <= rank:
            result.passed_over[header] = one.name
        else:
            if before is not None and before[2] is not None:
                result.passed_over[before[1]] = one.name
            best[one.name, year] = (rank, header, column)
    for (name, year), (_, _, column) in best.items():
        if year is not None and column is None:
            result.doubtful.add(name)
        elif (
            column is not None
            and name not in result.doubtful
            and all(best_of[2] is not None for (other, _), best_of in best.items() if other == name)
        ):
            result.questions.pop(name, None)
    result.columns = [column for _, _, column in best.values() if column is not None]
    year_columns.settle(result, layer, [header for header in result.extra if _names_only_a_year(header)])
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


def field_named(words: str, layer: Layer) -> Field | None:
    """The field that words name, with or without a unit behind them, or None."""
    found = _field_of(words, layer, truncated=False)
    return found[0] if found is not None else None


def _is_exact(header: str, layer: Layer) -> bool:
    return any(plain(header) in one.names for one in layer.fields.values())


def _names_only_a_year(header: str) -> bool:
    words = year_words(header)
    return words is not None and not _without_unit(words.rest)


def _without_unit(words: str) -> str:
    """Words but for a unit that is all they are."""
    return "" if units.find(words.strip("()[]【】")) is not None else words


def _field_of_year(words: YearWords, layer: Layer, titled: Titled | None) -> tuple[Field, int] | None:
    """The field of a header that names a year: by its other words, or by the title where it has none."""
    if not _without_unit(words.rest):
        return (titled.field, 0) if titled is not None else None
    found = _field_of(words.rest, layer, truncated=False)
    return found if found is not None and found[0].name not in layer.key else None


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


@dataclass(frozen=True)
class _Units:
    """Who may say the unit of a column, besides its header."""

    fixed: Mapping[str, str]
    stated: Mapping[str, str]
    over: Mapping[str, StatedUnits]
    titled: Titled | None


def _with_unit(header: str, name: str, one: Field, year: int | None, given: _Units, result: Match) -> Column | None:
    """The column with its factor; None, and a question, where the unit is not known."""
    if one.unit is None:
        return Column(header, one, year=year)
    target = units.UNITS[one.unit]
    words = name.strip("()[]【】") if not _without_unit(name) else split_unit(name)[1]
    found = units.find(words, target.kind) if words else None
    official = {plain(key): unit for key, unit in given.fixed.items()}
    stated = given.stated.get(header) or given.stated.get(name) or given.stated.get(one.name)
    source = (
        (stated if stated and units.UNITS[stated].kind == target.kind else None)
        or (found.id if found else None)
        or official.get(plain(header))
        or one.names_with_unit.get(plain(name))
        or (one.unit if plain(header) in _cuts(plain(one.name)) else None)
    )
    where = None
    if source is None and not (words and (units.find(words) is not None or _LIKE_A_UNIT.search(words))):
        source, where = _from_above(header, target, given)
    if source is None and (target.kind in units.KINDS_WITHOUT_UNIT_IN_HEADER or target.kind == "ratio"):
        source = one.unit
    if source is None:
        result.asked[header] = one
        result.questions[one.name] = _question(header, one, words, given.over.get(header))
        return None
    return Column(header, one, source, units.factor(source, one.unit), year, where)


def _from_above(header: str, target: units.Unit, given: _Units) -> tuple[str | None, Text | None]:
    """The one unit of the right kind that the table states beside the header."""
    titled = given.titled.unit if given.titled is not None and _names_only_a_year(header) else None
    if titled is not None and given.titled is not None and units.UNITS[titled].kind == target.kind:
        return titled, Text(f"标题“{given.titled.words}”", f"the title “{given.titled.words}”")
    over = given.over.get(header)
    fitting = [one for one in over.units if units.UNITS[one].kind == target.kind] if over is not None else []
    return (fitting[0], over.where) if over is not None and len(fitting) == 1 else (None, None)


def _question(header: str, one: Field, words: str, over: StatedUnits | None) -> Text:
    assert one.unit is not None
    target = units.UNITS[one.unit]
    several = [units.UNITS[unit] for unit in over.units if units.UNITS[unit].kind == target.kind] if over else []
    name = split_unit(header)[0] if words else header
    if len(several) > 1 and over is not None:
        fitting = "、".join(unit.title.zh for unit in several)
        what = Text(
            f"列“{header}”不知按哪个单位读：{over.where.zh}有 {fitting}",
            f"column “{header}”: {over.where.en} names {', '.join(unit.title.en for unit in several)}; which one is it?",
        )
    elif words:
        what = Text(
            f"列“{header}”没有写明单位：“{words}”不是可用的单位（{_choices(target.kind, 'zh')}）",
            f"column “{header}” names no unit: “{words}” is none of {_choices(target.kind, 'en')}",
        )
    else:
        what = Text(
            f"列“{header}”没有写明单位（{_choices(target.kind, 'zh')}）",
            f"column “{header}” names no unit ({_choices(target.kind, 'en')})",
        )
    return what + Text(
        f'。请把列名改为“{name}（{target.title.zh}）”，或在 geoparks.toml 的 [units] 写明 "{header}" = "{one.unit}"',
        f'. Rename it “{name} ({target.title.en})”, or state "{header}" = "{one.unit}" in [units] of geoparks.toml',
    )


def _choices(kind: str, lang: str) -> str:
    titles = [unit.title for unit in units.UNITS.values() if unit.kind == kind]
    return "、".join(one.zh for one in titles) if lang == "zh" else ", ".join(one.en for one in titles)
