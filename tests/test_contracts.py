"""What holds for every rule, clause, layer and map, whoever adds one."""

from __future__ import annotations

import ast
import inspect
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from casebook import CATALOGUE, FOLDER, RULES, cases

from geoparks import adjustment, indicators, rules, units
from geoparks.catalog import layer, map, policy
from geoparks.measure import topology
from geoparks.measure.levels import ABOVE
from geoparks.text import Text

PACKS = {name: policy.load(name) for name in policy.packs()}
CLAUSES = {id(clause): clause for pack in PACKS.values() for clause in pack.clauses}.values()
FIGURE_FILES = sorted(path for path in Path(indicators.__file__).parent.glob("*.py") if path.name != "__init__.py")
ADJUST_FILES = sorted(path for path in Path(adjustment.__file__).parent.glob("*.py") if path.name != "__init__.py")
RULE_FILES = sorted(path for path in Path(rules.__file__).parent.glob("*.py") if path.name != "__init__.py")
FAULTS = sorted((one.rule.id, fault) for one in RULES.values() for fault in one.rule.faults)
_NOT_NAMED_TODAY = {"duplicate_rings", "invalid_geometry"}
"""Reasons that GEOS has words for and gives another name to, in the version that is used."""

_LEFT_TO_THE_OFFICE = {"connections_missing"}
"""What nobody can fail before the office has said what it consists of."""

_SAYS = {
    "target": ("逐步", "力争"),
    "must": ("严格", "严禁", "不得", "一律", "必须", "须"),
    "principle": ("原则上",),
    "duty": ("应当",),
}


def said(text: Text, where: str) -> None:
    """A sentence is there in both languages."""
    assert any("一" <= one <= "鿿" for one in text.zh), f"{where}: no Chinese in {text.zh!r}"
    assert any(one in string.ascii_letters for one in text.en), f"{where}: no English in {text.en!r}"


def test_the_rows_of_the_work_are_there() -> None:
    """A row of the requirements that is promised has a rule, and the pack of the region knows them all."""
    wanted = {f"B{number:02}" for number in (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 19, 21)}
    assert wanted <= {one.rule.id for one in RULES.values()}
    assert wanted <= {clause.rule for clause in PACKS["neimenggu"].clauses}


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_file_function_and_cases_have_one_name(path: Path) -> None:
    assert RULES[path.stem].measure.__name__ == path.stem
    assert RULES[path.stem].measure.__module__ == f"geoparks.rules.{path.stem}"
    assert (FOLDER / f"{path.stem}.toml").exists(), "a rule comes with its cases"


def test_case_files_are_of_rules() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_rule_is_worded_in_both_languages(name: str) -> None:
    rule = RULES[name].rule
    said(rule.title, name)
    said(rule.about, name)
    for code, words in rule.faults.items():
        said(words.title, code)
        said(words.fix, code)
        said(words.message, code)
        assert placeholders(words.message.zh) == placeholders(words.message.en), code


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


@pytest.mark.parametrize("name", RULES)
def test_layers_of_a_rule_exist(name: str) -> None:
    rule = RULES[name].rule
    known = {*CATALOGUE.layers, *ABOVE}
    assert {*rule.subjects, *rule.needs, *rule.uses} <= known
    mine = {*rule.subjects, *rule.needs, *rule.uses}
    assert {*(rule.whole_to_pass or ()), *rule.whole_to_fail} <= mine
    assert set(rule.needs).isdisjoint(rule.uses)


def test_every_fault_occurs_in_a_case() -> None:
    """So that its message has been filled in, its clause asked and its severity seen."""
    seen = set()
    for case in cases():
        codes = RULES[case.rule].rule.faults
        for one in case.expect.get("findings", []):
            seen.add((RULES[case.rule].rule.id, one.get("code", next(iter(codes)) if len(codes) == 1 else "")))
    can_fail = {(clause.rule, clause.fault) for clause in CLAUSES if clause.otherwise == "fail"}
    missing = {pair for pair in can_fail if pair not in seen and pair[1] not in _NOT_NAMED_TODAY | _LEFT_TO_THE_OFFICE}
    assert not missing


def test_every_rule_has_a_case_without_data() -> None:
    """A layer, a column or a value that is missing is never a pass: every rule of law shows it."""
    binding = {name for name, one in RULES.items() if one.rule.id.startswith(("B", "E", "I", "U"))}
    assert binding == {case.rule for case in cases() if "not_checked" in case.expect["outcome"].values()}


def test_every_fault_has_a_clause_and_every_clause_a_rule() -> None:
    asked = {(clause.rule, clause.fault) for clause in CLAUSES}
    assert asked == set(FAULTS)


def test_clauses_are_whole() -> None:
    for clause in CLAUSES:
        document, where = clause.document, f"{clause.document.name}: {clause.rule} {clause.fault}"
        assert clause.limits, f"{where}: no limit"
        assert clause.unit in units.UNITS, where
        assert clause.subject is None or clause.subject in (*CATALOGUE.layers, *ABOVE), where
        assert set(clause.applies) <= set(CATALOGUE["parks"].fields), where
        said(document.title, where)
        assert document.number and document.checked_on is not None, where
        if document.is_law:
            assert clause.article.strip("—") and clause.quote and document.in_force_from is not None, where
        else:
            assert not clause.quote, f"{where}: what is no law has no quote"


def test_severity_is_the_clauses_own_word() -> None:
    """A word of the clause fixes its severity; a sentence with two says in its note which half the clause is about."""
    for clause in CLAUSES:
        where = f"{clause.rule} {clause.fault}: {clause.quote}"
        said_so = {severity for severity, words in _SAYS.items() if any(word in clause.quote for word in words)}
        if "target" in said_so:
            assert clause.severity == "target", where
        elif len(said_so) > 1:
            assert clause.severity in said_so, where
            assert any(word in clause.note.zh for word in _SAYS[clause.severity]), f"{where}: no note"
        elif said_so:
            assert {clause.severity} == said_so, where
        else:
            assert clause.severity != "principle", f"{where}: only 原则上 makes a principle"


@pytest.mark.parametrize("name", PACKS)
def test_settings_are_explained(name: str) -> None:
    for setting in PACKS[name].settings.values():
        said(setting.reason, setting.name)
        assert setting.value is None or 0 <= setting.value <= setting.most
        assert setting.unit in units.UNITS


def test_searches_reach_as_far_as_settings_may_go() -> None:
    """A workspace that sets a larger tolerance must not be answered by a search that stopped before it."""
    settings = PACKS["neimenggu"].settings
    for search, name in (
        (topology.short_edges, "duplicate_distance_m"),
        (topology.sharp_corners, "spike_angle_deg"),
        (topology.thin_parts, "sliver_part_width_m"),
    ):
        reach = list(inspect.signature(search).parameters.values())[-1].default
        assert settings[name].most <= reach, name


@pytest.mark.parametrize("name", CATALOGUE.layers)
def test_layer_is_titled_in_both_languages(name: str) -> None:
    one = CATALOGUE[name]
    said(one.title, name)
    said(one.about, name)
    said(one.authority, name)
    for field in one.fields.values():
        said(field.title, f"{name}.{field.name}")


@pytest.mark.parametrize("name", CATALOGUE.codes)
def test_code_list_is_titled_in_both_languages(name: str) -> None:
    codes = CATALOGUE.codes[name]
    said(codes.title, name)
    assert codes.source or codes.schemes, f"{name}: where the list comes from"
    assert len(set(codes.values)) == len(codes.values)


def test_maps_are_titled_in_both_languages() -> None:
    for name in map.names():
        said(map.load(name).title, name)


def test_units_are_titled() -> None:
    for unit in units.UNITS.values():
        assert unit.title.zh or unit.id in ("ratio", "index")


@pytest.mark.parametrize("path", [*RULE_FILES, *FIGURE_FILES, *ADJUST_FILES], ids=lambda path: path.stem)
def test_no_number_of_law_in_python(path: Path) -> None:
    """A rule measures; limits are in ``policies/``. 0 and 1 count and decide; others may only be positions in a sequence."""
    found = sorted(numbers(ast.parse(path.read_text("utf-8"))))
    assert not found, (
        f"{path.name}: line and number {found}: a limit belongs to policies/, a constant of measuring to measure/"
    )


def numbers(node: ast.AST) -> Iterator[tuple[int, float]]:
    """Every number but 0 and 1 outside of indices and slices."""
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.Subscript) and child is node.slice:
            continue
        if isinstance(child, ast.Constant) and type(child.value) in (int, float) and child.value not in (0, 1):
            yield child.lineno, child.value
        yield from numbers(child)


def test_layers_load_from_the_folder() -> None:
    assert set(layer.load().layers) == {path.stem for path in (Path(__file__).parent.parent / "layers").glob("*.toml")}
