"""What every Word document of the program is made of: page, styles, fields and captions.

Everything that can be seen is a style, so that an author changes it in one place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lib.palette import LIGHT
from lib.xml_text import MOST_IN_A_PROPERTY, plain

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.text.paragraph import Paragraph

FONT, MONOSPACED = "Calibri", "Courier New"
LANGUAGE = "en-GB"
PAGE_MM = (210, 297)
MARGIN_MM = 20
POINTS_PER_MM = 72 / 25.4
EMU_PER_POINT = 12_700
CAPTION, FOOTER = "Caption", "Footer"
TEXT_SIZE = 10.5
_OWN_NUMBER = re.compile(r"(?:Table|Figure) (?:\d+|[IVX]+)\. ")


def blank_document(title: str, made: datetime | None = None) -> Document:
    """A document of A4 pages without words, in English, of no author."""
    from docx import Document as blank
    from docx.shared import Pt

    document = blank()
    _drop_table_styles(document)
    turn(document.sections[0], is_wide=False)
    facts = document.core_properties
    facts.title = title[:MOST_IN_A_PROPERTY]
    facts.language, facts.author, facts.comments = LANGUAGE, "", ""
    facts.created = facts.modified = made or datetime.now(UTC)
    _set_language(document)
    normal = document.styles["Normal"]
    set_font(normal, FONT, TEXT_SIZE, LIGHT.text)
    normal.paragraph_format.space_before, normal.paragraph_format.space_after = Pt(4), Pt(6)
    set_font(document.styles[CAPTION], FONT, 9.5, LIGHT.text)
    caption = document.styles[CAPTION].paragraph_format
    caption.space_before, caption.space_after = Pt(10), Pt(4)
    set_font(document.styles[FOOTER], FONT, 8, LIGHT.muted_text)
    return document


def turn(section: Section, *, is_wide: bool) -> None:
    """Set a section's pages upright or across."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    width, height = reversed(PAGE_MM) if is_wide else PAGE_MM
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(MARGIN_MM)
    section.top_margin = section.bottom_margin = Mm(MARGIN_MM)


def text_width(document: Document) -> float:
    """How broad the last section's text is, in points."""
    section = document.sections[-1]
    return (section.page_width - section.left_margin - section.right_margin) / EMU_PER_POINT


def style(
    document: Document,
    name: str,
    size: float,
    *,
    base: str = "Normal",
    font: str = FONT,
    color: str = LIGHT.text,
    form: Callable[[object], None] = lambda _: None,
) -> str:
    """The name of a paragraph style, which is made if the document has none of it.

    Parameters
    ----------
    size
        Of its letters, in points.
    form
        Sets what else a new style has.
    """
    from docx.enum.style import WD_STYLE_TYPE

    if name not in document.styles:
        made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style, made.quick_style = document.styles[base], True
        set_font(made, font, size, color)
        form(made)
    return name


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """Add what Word counts itself, and what it shows until it has."""
    _mark(paragraph, "begin")
    code = paragraph.add_run()._r
    code.append(element("w:instrText", text=f" {instruction} "))
    _mark(paragraph, "separate")
    paragraph.add_run(shown)
    _mark(paragraph, "end")


def begin_field(paragraph: Paragraph, instruction: str) -> None:
    """Begin a field whose result is several paragraphs; `end_field` ends it."""
    _mark(paragraph, "begin")
    paragraph.add_run()._r.append(element("w:instrText", text=f" {instruction} "))
    _mark(paragraph, "separate")


def end_field(paragraph: Paragraph) -> None:
    """End a field that `begin_field` began."""
    _mark(paragraph, "end")


def add_caption(document: Document, kind: str, title: str, *, is_above: bool) -> None:
    """Add a caption that Word numbers: ``Table 1. Title``.

    The number in a title of its own (``Table II. …``) is left out: two would contradict.
    """
    caption = document.add_paragraph(style=CAPTION)
    caption.paragraph_format.keep_with_next = is_above
    caption.add_run(f"{kind} ")
    counter = f"SEQ {kind} \\* ARABIC"
    codes = document.element.body.iter("{*}instrText")
    number = 1 + sum(code.text.strip() == counter for code in codes)
    add_field(caption, counter, str(number))
    caption.add_run(f". {plain(_OWN_NUMBER.sub('', title, count=1))}")


def add_footer(document: Document, line: str) -> None:
    """Put the honesty line and ``page X of Y`` on every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    footer = document.sections[0].footer
    said = footer.paragraphs[0]
    said.style = FOOTER
    said.add_run(plain(line))
    pages = footer.add_paragraph(style=FOOTER)
    pages.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    pages.add_run("Page ")
    add_field(pages, "PAGE", "1")
    pages.add_run(" of ")
    add_field(pages, "NUMPAGES", "1")


def _mark(paragraph: Paragraph, kind: str) -> None:
    paragraph.add_run()._r.append(element("w:fldChar", {"w:fldCharType": kind}))


def element(name: str, attributes: dict[str, str] | None = None, text: str = "") -> object:
    """An element of Word's XML; names as ``w:val``."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    for key, value in (attributes or {}).items():
        made.set(qn(key), value)
    if text:
        made.text = text
        made.set(qn("xml:space"), "preserve")
    return made


def _drop_table_styles(document: Document) -> None:
    """Take the library's 99 looks of tables away: no author wants to search among them.

    It looks every style through for every paragraph, too.
    """
    from docx.enum.style import WD_STYLE_TYPE

    for made in [*document.styles]:
        if made.type == WD_STYLE_TYPE.TABLE and made.name not in ("Normal Table", "Table Grid"):
            made.delete()


def _set_language(document: Document) -> None:
    from docx.oxml.ns import qn

    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)


def set_font(made: object, font: str, size: float, color: str) -> None:
    """Set a style's face, whatever the theme has for it, size and colour."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    made.font.name, made.font.size = font, Pt(size)
    made.font.color.rgb = RGBColor.from_string(color.removeprefix("#").upper())
    faces = made.element.rPr.rFonts
    for name in list(faces.attrib):
        if "heme" in name:
            del faces.attrib[name]
    for kind in ("w:cs", "w:eastAsia"):
        faces.set(qn(kind), font)
