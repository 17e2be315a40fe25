"""A packet as a Word document, made to be edited: real tables, headings, captions and fields."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lib.export import pictures
from lib.export.word_base import (
    MONOSPACED,
    add_caption,
    add_footer,
    begin_field,
    blank_document,
    element,
    end_field,
    set_font,
    style,
    text_width,
    turn,
)
from lib.export.word_table import add_grid, add_notes, add_table, is_wide
from lib.palette import LIGHT
from lib.report import custom_xml
from lib.report.appendix import each_once
from lib.report.content import Block, Chart, Packet, Section, Table, Words
from lib.report.printed import ORIGIN, packed_sql
from lib.tables import TextTable
from lib.xml_text import plain

if TYPE_CHECKING:
    from docx.document import Document

COMMENT, REMARK, FINDING, SQL = "Reader's comment", "Remark", "Finding", "SQL"
CONTENTS, ENTRY, FRONT = "Contents heading", "Contents entry", "Nature of the data"
APPENDIX = "Appendix: the questions behind the figures"
ABOUT_SQL = (
    "Each query with its values in their places, set tightly and without comments: on the same "
    "data it gives the figures again."
)
# How much of a page a picture may take from top to bottom, in points; its caption needs some.
HIGHEST = 620
# A line of SQL in the appendix, in signs.
SQL_WIDTH = 112
read_record = custom_xml.read_record


def write(packet: Packet) -> bytes:
    """A packet as a .docx file."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    made = datetime.fromisoformat(packet.origin.date).replace(tzinfo=UTC)
    document = blank_document(plain(packet.title), made)
    _set_styles(document)
    _front(document, packet)
    for number, section in enumerate(packet.sections):
        _turn(document, _begins_wide(section))
        _heading(document, section.title, number)
        _section(document, section)
    _turn(document, False)
    _heading(document, ORIGIN, len(packet.sections))
    origin = TextTable(("What", "Value"), list(packet.origin.rows))
    add_grid(document, origin, has_head=False)
    _heading(document, APPENDIX, len(packet.sections) + 1)
    _appendix(document, packet)
    add_footer(document, packet.origin.line)
    custom_xml.embed(document.part, packet.record, Part, PackURI)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _front(document: Document, packet: Packet) -> None:
    """Title, cohort, what kind of data it is, and the contents."""
    document.add_paragraph(plain(packet.title), style="Title")
    document.add_paragraph(plain(packet.origin.cohort), style="Subtitle")
    for text in packet.origin.front:
        document.add_paragraph(plain(text), style=FRONT)
    document.add_paragraph("Contents", style=CONTENTS)
    titles = [*(section.title for section in packet.sections), ORIGIN, APPENDIX]
    for place, title in enumerate(titles):
        entry = document.add_paragraph(style=ENTRY)
        if place == 0:
            begin_field(entry, 'TOC \\o "1-1" \\h \\z \\u')
        link = element("w:hyperlink", {"w:anchor": _bookmark(place), "w:history": "1"})
        entry._p.append(link)
        run = entry.add_run(plain(title))._r
        link.append(run)
        if place == len(titles) - 1:
            end_field(entry)


def _bookmark(place: int) -> str:
    # Word takes bookmarks of this form for those of a table of contents.
    return f"_Toc{100_000_000 + place}"


def _heading(document: Document, title: str, place: int) -> None:
    heading = document.add_heading(plain(title), level=1)
    if place == 0 or title == APPENDIX:
        heading.paragraph_format.page_break_before = True
    number = str(place)
    start = element("w:bookmarkStart", {"w:id": number, "w:name": _bookmark(place)})
    heading._p.insert(1 if heading._p.pPr is not None else 0, start)
    heading._p.append(element("w:bookmarkEnd", {"w:id": number}))


def _begins_wide(section: Section) -> bool:
    """Whether its first figure needs a page across, so that its heading stands there, too."""
    return _is_wide(section.blocks[0]) if section.blocks else False


def _is_wide(block: Block) -> bool:
    return isinstance(block, Table) and is_wide(block.table)


def _turn(document: Document, is_across: bool) -> None:
    """Go on with pages across or upright, if they are not yet."""
    last = document.sections[-1]
    if is_across != (last.page_width > last.page_height):
        turn(document.add_section(), is_wide=is_across)


def _section(document: Document, section: Section) -> None:
    for paragraph in section.comment_paragraphs:
        document.add_paragraph(plain(paragraph), style=COMMENT)
    said = ""
    for block in section.blocks:
        if isinstance(block, Words):
            document.add_paragraph(plain(block.text), style=REMARK if block.is_remark else "Normal")
            continue
        _turn(document, _is_wide(block))
        if block.says != said:
            said = block.says
            document.add_paragraph(plain(said), style=FINDING)
        if isinstance(block, Table):
            add_table(document, block)
        else:
            _add_chart(document, block)


def _add_chart(document: Document, chart: Chart) -> None:
    from docx.shared import Pt

    width = text_width(document)
    dpi = round(pictures.DPI * width / pictures.WIDTH_PX)
    picture = io.BytesIO(pictures.png(pictures.untitled(chart.spec), dpi=dpi))
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(picture, width=Pt(width))
    if shape.height.pt > HIGHEST:
        shape.width, shape.height = round(shape.width * HIGHEST / shape.height.pt), Pt(HIGHEST)
    described = shape._inline.docPr
    described.set("descr", plain(chart.alt))
    described.set("title", plain(chart.title))
    add_caption(document, "Figure", chart.title, is_above=False)
    add_notes(document, chart.notes)


def _appendix(document: Document, packet: Packet) -> None:
    """Every query once, where it was asked first."""
    document.add_paragraph(ABOUT_SQL)
    for section, question in each_once(packet):
        document.add_heading(plain(f"{question.name} ({section.title})"), level=2)
        document.add_paragraph(plain(packed_sql(question.sql, SQL_WIDTH)), style=SQL)


def _set_styles(document: Document) -> None:
    from docx.shared import Pt

    styles = document.styles
    for name, size, color in (
        ("Title", 24, LIGHT.accent),
        ("Subtitle", 13, LIGHT.text),
        ("Heading 1", 16, LIGHT.accent),
        ("Heading 2", 10.5, LIGHT.muted_text),
    ):
        set_font(styles[name], styles["Normal"].font.name, size, color)
    styles["Subtitle"].font.italic = False
    for name in ("Title", "Subtitle"):
        styles[name].font.bold = name == "Title"
    styles["Heading 1"].paragraph_format.space_before = Pt(20)
    styles["Heading 1"].paragraph_format.space_after = Pt(6)
    _drop_rule(styles["Title"])
    _set_own_styles(document)


def _drop_rule(made: object) -> None:
    """Take the line below the title away that the library's own document has."""
    for border in made.element.pPr.findall("{*}pBdr"):
        made.element.pPr.remove(border)


def _set_own_styles(document: Document) -> None:
    from docx.shared import Pt

    def barred(made: object) -> None:
        made.paragraph_format.left_indent = Pt(10)
        bar = {"w:val": "single", "w:sz": "24", "w:space": "6"}
        border = element("w:pBdr")
        border.append(element("w:left", bar | {"w:color": LIGHT.warning.removeprefix("#")}))
        made.element.get_or_add_pPr().insert_element_before(
            border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
        )

    def italic(made: object) -> None:
        made.font.italic = True

    def finding(made: object) -> None:
        made.font.bold = True
        made.paragraph_format.keep_with_next = True
        made.paragraph_format.space_before = Pt(10)

    def code(made: object) -> None:
        form = made.paragraph_format
        form.line_spacing, form.space_after = 1.0, Pt(10)
        # No spelling is checked in it.
        made.element.get_or_add_rPr().append(element("w:noProof"))

    def tight(made: object) -> None:
        made.paragraph_format.space_after = Pt(3)

    def contents(made: object) -> None:
        made.font.bold = True
        made.paragraph_format.space_before = Pt(18)

    style(document, COMMENT, 10.5, form=barred)
    style(document, REMARK, 10.5, color=LIGHT.muted_text, form=italic)
    style(document, FINDING, 10.5, form=finding)
    style(document, SQL, 7, font=MONOSPACED, form=code)
    style(document, CONTENTS, 13, color=LIGHT.accent, form=contents)
    style(document, ENTRY, 10.5, form=tight)
    style(document, FRONT, 10, color=LIGHT.muted_text, form=tight)
