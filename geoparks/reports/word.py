"""Fill a Word template with facts, mark every page as a draft, and write the same bytes for the same input.

A template holds placeholders and conditions on them, and no code: anything else in it is refused, as are macros, embedded
objects and links to other files. What is filled in is text: it is never read as a template, nor as XML.
"""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from jinja2 import StrictUndefined, nodes
from jinja2.environment import Template
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from geoparks.errors import UnreadableFile, WorkspaceError
from geoparks.text import Text

DRAFT = "草稿　未经审签"
"""What every page says."""
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Compare, nodes.Operand, nodes.Const,
    nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
_REFUSED = ("vba", "macroEnabled", "oleObject", "activeX", "control")
_MARK = """<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:o="urn:schemas-microsoft-com:office:office"><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="SimHei"
 w:hAnsi="SimHei" w:eastAsia="黑体"/><w:b/><w:color w:val="C00000"/><w:sz w:val="32"/></w:rPr><w:t>{words}</w:t></w:r><w:r><w:pict>
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>
<v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/>
<v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>
<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id="draft{number}" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:420pt;height:80pt;
rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;
mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".5"/>
<v:textpath style="font-family:&quot;SimHei&quot;;font-size:1pt" string="{words}"/></v:shape></w:pict></w:r></w:p>"""


def fill(template: Path, facts: Mapping[str, str]) -> bytes:
    """A template with its placeholders filled in, as the bytes of a .docx that says on every page that it is a draft.

    Every placeholder must be one of `facts`; one that is not is an error naming it and the nearest.
    """
    docxtpl = _library()
    where = template.name
    try:
        _refuse_what_runs(template)
        document = docxtpl.DocxTemplate(io.BytesIO(template.read_bytes()))
        document.render({name: _clean(value) for name, value in facts.items()}, _Plain(facts, where))
        filled = io.BytesIO()
        document.save(filled)
        made = _marked(filled)
    except TemplateError as error:
        raise WorkspaceError(
            Text("模板里的占位符写法不对", "a placeholder of the template is not well formed"),
            where=where,
            found=Text(str(error), str(error)),
            mend=Text("占位符写作 {{ 权利人 }}，见 docs/notices.md。", "Write {{ 权利人 }}; see docs/notices.md."),
        ) from error
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(
            Text("模板打不开，不是 .docx", "the template cannot be opened: no .docx"),
            where=where,
            mend=Text("请用 Word 或 WPS 另存为 .docx。", "Save it again as .docx."),
        ) from error
    return _without_clock(made)


class _Plain(ImmutableSandboxedEnvironment):
    """Templates of placeholders and conditions: whatever else a template says is refused before it is looked at."""

    def __init__(self, facts: Mapping[str, str], where: str) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters.clear()
        self.known, self.where = frozenset(facts), where

    def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Template:
        """A template, if it holds nothing but placeholders that are known."""
        for one in _all(self.parse(source)):
            if not isinstance(one, _PLAIN):
                raise WorkspaceError(
                    Text(
                        "模板里只能有占位符和条件，不能有程序", "a template holds placeholders and conditions, no code"
                    ),
                    where=self.where,
                    found=Text(type(one).__name__, type(one).__name__),
                    mend=Text("请删去该处，见 docs/notices.md。", "Take it out; see docs/notices.md."),
                )
            if isinstance(one, nodes.Name) and one.name not in self.known:
                near = difflib.get_close_matches(one.name, sorted(self.known), n=1, cutoff=0.4)
                raise WorkspaceError(
                    Text(f"没有占位符“{one.name}”", f"there is no placeholder “{one.name}”"),
                    where=self.where,
                    mend=Text(f"您是否想写“{near[0]}”？", f"Did you mean “{near[0]}”?")
                    if near
                    else Text("全部占位符见 docs/notices.md。", "docs/notices.md lists them all."),
                )
        return super().from_string(source, *args, **kwargs)


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _all(child)


def _library() -> Any:
    try:
        import docxtpl
    except ImportError as error:
        raise WorkspaceError(
            Text("没有安装文书所需的 docxtpl", "docxtpl, which writes notices, is not installed"),
            mend=Text("请运行：pip install geoparks[docx]", "Run: pip install geoparks[docx]"),
        ) from error
    return docxtpl


def _clean(value: str) -> str:
    """Text as XML may hold it: a line end stays, a tab is a blank, and what no XML can hold is left out."""
    return _NOT_XML.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def _refuse_what_runs(template: Path) -> None:
    """Stop at a template with macros, embedded objects, or links by which a program fetches something on opening it."""
    with ZipFile(template) as archive:
        names = archive.namelist()
        kinds = archive.read("[Content_Types].xml").decode("utf-8", "replace")
        links = [archive.read(name).decode("utf-8", "replace") for name in names if name.endswith(".rels")]
        fields = [archive.read(name).decode("utf-8", "replace") for name in names if name.endswith(".xml")]
    outside = [
        one for words in links for one in re.findall(r"<Relationship\b[^>]*>", words) if re.search(r"""=["']External["']""", one)
    ]  # fmt: skip
    fetched = [one for one in outside if "/hyperlink" not in one]
    runs = [word for word in _REFUSED if word in kinds or any(f"/{word}" in words for words in links)]
    asked = [words for words in fields if re.search(r"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE)\b", words)]
    if fetched or runs or asked:
        raise WorkspaceError(
            Text(
                "模板含有宏、嵌入对象或到外部文件的链接",
                "the template holds macros, embedded objects or links to other files",
            ),
            where=template.name,
            mend=Text("请另存为不含宏的 .docx，并删去外部链接。", "Save it as .docx without macros and links."),
        )


def _marked(filled: io.BytesIO) -> bytes:
    """The document with the mark of a draft at the top of every header that a page may show."""
    import docx
    from docx.oxml import parse_xml

    document = docx.Document(filled)  # opened again: headers that were filled in are new parts
    number = 0
    for index, section in enumerate(document.sections):
        headers = [section.header]
        if section.different_first_page_header_footer:
            headers.append(section.first_page_header)
        if document.settings.odd_and_even_pages_header_footer:
            headers.append(section.even_page_header)
        for header in headers:
            if header.is_linked_to_previous and index:
                continue  # it shows the header of the section before, which is marked
            header.is_linked_to_previous = False
            number += 1
            header._element.insert(0, parse_xml(_MARK.format(words=DRAFT, number=number)))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _without_clock(raw: bytes) -> bytes:
    """The same parts, in their order, without the time at which they were written."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(raw)) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            info = ZipInfo(entry.filename, _FIRST_DAY)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, source.read(entry))
    return made.getvalue()
