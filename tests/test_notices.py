"""Drafts of notices: what the articles list is in them, missing is said, names do nothing, templates hold no code, bytes repeat."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from test_idle_ledger import made

from geoparks.catalog import policy
from geoparks.catalog.idle import IdleLaw
from geoparks.errors import UnreadableFile, WorkspaceError
from geoparks.records import IdleRow, Subject
from geoparks.reports import word
from geoparks.reports.notices import MISSING, TITLES, Draft, draft, drafts, facts, save, template_of
from geoparks.text import Text

LAW = policy.load("neimenggu").idle
ON = dt.date(2024, 6, 30)
DRAFT = "草稿　未经审签"
PARCEL: dict[str, Any] = {
    "parcel_id": "Z1", "name": "一号地", "holder": "甲公司", "location": "纬三路北", "contract_no": "HT-7", "mortgagee": "某银行",
    "supplied_on": dt.date(2020, 7, 1), "agreed_start_on": dt.date(2021, 7, 20), "price_wanyuan": 617.28, "exempt_days": 30.0,
    "determined_on": dt.date(2023, 8, 20), "decided_on": dt.date(2024, 6, 28),
}  # fmt: skip
ROW = IdleRow(
    Subject("parcels", "Z1", "一号地"), "P1", "determined", "A", dt.date(2021, 8, 19), 1046, cause="enterprise", path="fee",
    citation=LAW.paths["fee"].citation, fee_wanyuan=123.456, area_m2=20_000.0, reason=Text("至今未动工", "not started"),
    options=("extend", "swap"),
)  # fmt: skip


def words(content: bytes) -> str:
    """All text of a document: paragraphs and tables in their order."""
    document = docx.Document(io.BytesIO(content))
    return "\n".join(
        "".join(one.text or "" for one in each.iter("{*}t")) for each in document.element.body.iter("{*}p")
    )


def one(kind: str = "fee", row: IdleRow = ROW, parcel: dict[str, Any] = PARCEL, **more: Any) -> bytes:
    return draft(Draft(kind, row, parcel), LAW, ON, **more)


def template(
    folder: Path, *paragraphs: str, name: str = "征缴土地闲置费决定书", change: Callable[[Any], None] | None = None
) -> Path:
    """A template of the office's own, in the workspace's folder."""
    document = docx.Document()
    for each in paragraphs:
        document.add_paragraph(each)
    if change:
        change(document)
    path = folder / "templates" / f"{name}.docx"
    path.parent.mkdir(exist_ok=True)
    document.save(path)
    return path


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("investigation", ["甲公司", "地址", "纬三路北", "至今未动工", "第二条", "30 日内", "权利和义务", "第八条", "其他需要调查的事项"]),
        ("determination", ["甲公司", "地址", "2 公顷（30 亩）", "至今未动工", "第二条", "自身原因", "认定结论", "第十四条", "其他需要说明"]),
        ("fee", ["甲公司", "事实", "证据", "123.456 万元", "20%", "第十四条", "30 日内缴纳", "行政复议", "行政诉讼", "2024 年 6 月 28 日"]),
        ("recovery", ["甲公司", "证据", "无偿收回", "第十四条", "30 日内", "注销登记", "行政复议", "行政诉讼", "抄送（抵押权人）：某银行"]),
    ],
)  # fmt: skip
def test_what_the_articles_list_is_there(kind: str, expected: list[str]) -> None:
    text = words(one(kind))
    assert not [each for each in (*expected, TITLES[kind].zh) if each not in text]
    assert "{{" not in text and "}}" not in text and "None" not in text and "nan" not in text


@pytest.mark.parametrize("kind", TITLES)
def test_what_is_missing_is_said_and_nothing_is_made_up(kind: str) -> None:
    bare = IdleRow(Subject("parcels", "Z1"), "", "suspected")
    text = words(draft(Draft(kind, bare, {"exempt_days": float("nan"), "supplied_on": None}), IdleLaw(), ON))
    allowed = "2024 年 6 月 30 日"  # the day of the run, and the numbers of articles are words
    assert not re.search(r"\d", text.replace(allowed, "")), "no number, day or period without a record or a law"
    assert text.count(MISSING) > 15


def test_every_placeholder_has_a_value_and_is_documented() -> None:
    found = facts(Draft("fee", ROW, PARCEL), LAW, ON)
    assert all(found.values())
    page = (Path(__file__).parent.parent / "docs" / "notices.md").read_text("utf-8")
    listed = set(re.findall(r"`([一-龥]+)`", page.split("## 占位符")[1]))
    assert listed == set(found)
    known = set(facts(Draft("fee", ROW, PARCEL), LAW, ON, {"机关名称": "某局"}).values())
    assert "某局" in known
    with pytest.raises(WorkspaceError, match="电话"):
        facts(Draft("fee", ROW, PARCEL), LAW, ON, {"电话": "1"})


def headers(content: bytes) -> list[str]:
    with ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name).decode() for name in archive.namelist() if re.search(r"word/header\d+\.xml", name)]


@pytest.mark.parametrize("kind", TITLES)
def test_every_page_says_that_it_is_a_draft(kind: str) -> None:
    marks = headers(one(kind))
    assert len(marks) == 1 and marks[0].count(DRAFT) == 2, "the line and the watermark"


def test_a_template_cannot_take_the_mark_off(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        document.settings.odd_and_even_pages_header_footer = True
        document.sections[0].different_first_page_header_footer = True
        document.sections[0].header.paragraphs[0].text = "某局公文"
        document.add_section()  # linked to the one before
        own = document.add_section()
        own.header.is_linked_to_previous = False
        own.header.paragraphs[0].text = "附件"

    template(tmp_path, "{{ 权利人 }}", change=change)
    document = docx.Document(io.BytesIO(one(workspace=tmp_path)))
    for section in document.sections:
        for header in (section.header, section.first_page_header, section.even_page_header):
            assert DRAFT in "".join(each.text for each in header.paragraphs)
    assert any("某局公文" in each for each in headers(one(workspace=tmp_path))), "what the office wrote stays"


@pytest.mark.parametrize(
    "name",
    ["{{ 7*7 }}", "{% for a in b %}", "{{ 坐落 }}", "<w:p>&amp;</w:p>", "甲\x00\x0b\x07\x1f公司", "]]>", "{_{ 坐落 }_}", "\ud800\ufffe", "甲\r\n乙\t丙", "{#x#}"],
)  # fmt: skip
def test_a_name_is_only_text(name: str) -> None:
    content = one(parcel={**PARCEL, "holder": name})
    text = words(content)
    assert "49" not in text.replace("20 日", "") and text.count("纬三路北") == words(one()).count("纬三路北")
    plain = re.sub("[\x00-\x1f\ud800\ufffe]+", " ", name).replace("{_{", "{{").replace("}_}", "}}")
    assert re.sub(r"\s", "", plain) in re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    "bad",
    [
        "{{ 权利人.__class__ }}", "{{ 权利人.__class__.__mro__ }}", "{{ [].append(1) }}", "{{ 7*7 }}", "{% for a in 权利人 %}{% endfor %}",
        "{% set a = 1 %}", "{% include 'x' %}", "{% import 'x' as y %}", "{{ 权利人|upper }}", "{{ 权利人() }}", "{{ range(9) }}",
        "{{ 'a' ~ 'b' }}", "{% macro a() %}{% endmacro %}", "{{ 权利人[0] }}", "{% raw", "{{", "{{ cycler }}", "{{ self }}",
    ],
)  # fmt: skip
def test_a_template_holds_no_code(tmp_path: Path, bad: str) -> None:
    template(tmp_path, f"甲{bad}乙")
    with pytest.raises(WorkspaceError) as raised:
        one(workspace=tmp_path)
    assert "征缴土地闲置费决定书.docx" in raised.value.line("zh")


@pytest.mark.parametrize("place", ["header", "footer", "title"])
def test_nor_do_its_header_footer_and_properties(tmp_path: Path, place: str) -> None:
    def change(document: Any) -> None:
        if place == "title":
            document.core_properties.title = "{{ 7*7 }}"
        else:
            getattr(document.sections[0], place).paragraphs[0].text = "{{ 7*7 }}"

    template(tmp_path, "甲", change=change)
    with pytest.raises(WorkspaceError):
        one(workspace=tmp_path)


def test_a_placeholder_that_is_not_known_names_the_nearest(tmp_path: Path) -> None:
    template(tmp_path, "{{ 权力人 }}")
    with pytest.raises(WorkspaceError, match="权利人") as raised:
        one(workspace=tmp_path)
    assert "“权力人”" in raised.value.line("zh") and "征缴土地闲置费决定书.docx" in raised.value.line("zh")


def test_conditions_and_split_placeholders(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        paragraph = document.add_paragraph()
        for piece in ("{{ 权", "利人 ", "}}"):  # as Word cuts what was typed in several goes
            paragraph.add_run(piece)

    template(tmp_path, '{% if 抵押权人 != "（未填）" %}抄送{{ 抵押权人 }}{% else %}无抵押{% endif %}', change=change)
    assert words(one(workspace=tmp_path)).split() == ["抄送某银行", "甲公司"]
    assert "无抵押" in words(one(parcel={**PARCEL, "mortgagee": None}, workspace=tmp_path))


def change_zip(path: Path, name: str, edit: Callable[[bytes], bytes]) -> None:
    with ZipFile(path) as source:
        parts = {each: source.read(each) for each in source.namelist()}
    parts[name] = edit(parts.get(name, b""))
    with ZipFile(path, "w") as target:
        for each, data in parts.items():
            target.writestr(each, data)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("word/_rels/document.xml.rels", b"</Relationships>", b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://example.org/a.dotm" TargetMode="External"/></Relationships>'),
        ("word/_rels/document.xml.rels", b"</Relationships>", b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://example.org/a.png" TargetMode=\'External\'/></Relationships>'),
        ("[Content_Types].xml", b"</Types>", b'<Override PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'),
        ("word/document.xml", b"<w:body>", b"<w:body><w:p><w:r><w:instrText>DDEAUTO c:\\\\x</w:instrText></w:r></w:p>"),
    ],
)  # fmt: skip
def test_a_template_that_runs_or_fetches_something_is_refused(
    tmp_path: Path, part: str, old: bytes, new: bytes
) -> None:
    path = template(tmp_path, "{{ 权利人 }}")
    assert one(workspace=tmp_path)
    change_zip(path, part, lambda data: data.replace(old, new))
    with pytest.raises(WorkspaceError, match="macros"):
        one(workspace=tmp_path)


@pytest.mark.parametrize("data", [b"", b"not a document", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_document_is_an_error_in_one_line(tmp_path: Path, data: bytes) -> None:
    template(tmp_path, "x").write_bytes(data)
    with pytest.raises(UnreadableFile) as raised:
        one(workspace=tmp_path)
    assert "\n" not in raised.value.line("zh")


def test_a_zip_that_is_no_document(tmp_path: Path) -> None:
    with ZipFile(template(tmp_path, "x"), "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(UnreadableFile):
        one(workspace=tmp_path)


def test_the_offices_template_goes_before_the_shipped_one(tmp_path: Path) -> None:
    assert template_of("fee", tmp_path).name == "fee.docx"
    template(tmp_path, "本局格式 {{ 权利人 }}")
    assert words(one(workspace=tmp_path)) == "本局格式 甲公司"
    assert "违反法律" in words(one("recovery", workspace=tmp_path)), "of the others the shipped ones stay"


@pytest.mark.parametrize("kind", TITLES)
def test_the_same_bytes_whenever_it_is_written(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = one(kind)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert one(kind) == first
    with ZipFile(io.BytesIO(first)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_without_the_library_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "docxtpl", None)
    with pytest.raises(WorkspaceError, match=r"pip install geoparks\[docx\]"):
        one()


ASKED = {"parcel_id": "Z1", "area_ha": 2}


@pytest.mark.parametrize(
    ("status", "path", "record", "kind"),
    [
        ("suspected", "", {}, "investigation"),
        ("suspected", "", {"suspected_on": "2024-06-01"}, "investigation"),
        ("suspected", "", {"investigated_on": "2024-06-01"}, "investigation"),
        ("suspected", "", {"notice_served_on": "2024-05-31"}, None),  # the holder has until 30 June
        ("suspected", "", {"notice_served_on": "2024-05-30"}, "determination"),  # the time for the reply is over
        ("suspected", "", {"notice_served_on": "2024-06-20", "replied_on": "2024-06-25"}, "determination"),
        ("determined", "fee", {"determined_on": "2024-06-01"}, None),  # first the right to a hearing
        ("determined", "fee", {"determined_on": "2024-06-01", "hearing_notice_on": "2024-06-20"}, "fee"),
        ("determined", "recovery", {"determined_on": "2024-06-01", "hearing_notice_on": "2024-06-20"}, "recovery"),
        ("determined", "negotiate", {"determined_on": "2024-06-01", "hearing_notice_on": "2024-06-20"}, None),
        ("determined", "", {"determined_on": "2024-06-01", "hearing_notice_on": "2024-06-20"}, None),
        ("determined", "fee", {"hearing_notice_on": "2024-06-20", "decided_on": "2024-06-25"}, None),
        ("not_idle", "", {}, None),
        ("disposed", "", {"disposed_on": "2024-01-01"}, None),
        ("suspected", "", {"notice_served_on": "2022-01-01", "disposed_on": "2023-01-01"}, "investigation"),  # idle anew
    ],
)  # fmt: skip
def test_which_document_is_next(status: str, path: str, record: dict[str, str], kind: str | None) -> None:
    row = replace(ROW, status=status, path=path)  # type: ignore[arg-type]
    found = drafts([row], made([{**ASKED, **record}])["parcels"], LAW, ON)
    assert [each.kind for each in found] == ([] if kind is None else [kind])
    assert drafts([replace(row, parcel=Subject("parcels", "Z9"))], made([ASKED])["parcels"], LAW, ON) == ()


def test_files_are_named_for_the_parcel_and_stay_in_the_folder(tmp_path: Path) -> None:
    some = [
        Draft("fee", replace(ROW, parcel=Subject("parcels", name)), PARCEL)
        for name in ("../../a", "a:b", "a*b", "", "Z1")
    ]
    made_files = save(some, LAW, ON, tmp_path / "out")
    assert len({each.name.lower() for each in made_files}) == 5
    assert {each.parent for each in made_files} == {tmp_path / "out"}
    assert all(each.name.startswith("征缴土地闲置费决定书_") and "草稿" in each.name for each in made_files)
    assert made_files[-1].read_bytes() == one()


def test_the_shipped_templates_hold_no_code() -> None:
    folder = Path(word.__file__).parent / "templates" / "notices"
    assert {each.stem for each in folder.iterdir()} == set(TITLES)
    for each in folder.iterdir():
        with ZipFile(each) as archive:
            everything = b"".join(archive.read(name) for name in archive.namelist())
            assert b"{%" not in everything and b"External" not in everything
