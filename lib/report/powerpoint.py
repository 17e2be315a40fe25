"""A packet as a presentation: native charts and tables that can be edited, notes to speak from."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lib.export import pictures
from lib.export.fitting import is_heading
from lib.nature import DISCLAIMER
from lib.palette import LIGHT
from lib.report import custom_xml
from lib.report.appendix import each_once
from lib.report.content import Bars, Chart, Origin, Packet
from lib.report.slide_master import GAP, Box, Deck, box_of, kind_of, open_deck, place
from lib.report.slides import (
    BULLET,
    CELL_HEIGHT,
    CELL_PADDING,
    INDENTED,
    LEAD_SIZE,
    LINE_SIZE,
    NOTE_SIZE,
    PARAGRAPH_GAP,
    TITLE_SIZES,
    Bullets,
    Part,
    Sheet,
    figure_box,
    fitted_size,
    height_of,
    sheets_of,
)
from lib.tables import INDENT
from lib.xml_text import MOST_IN_A_PROPERTY, plain

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

LANGUAGE = "en-GB"
FOOTER_SIZE = 8
# Of the first slide: its title, and what is below.
FRONT_TITLE_SIZES = (36, 32, 28, *TITLE_SIZES)
FRONT_SIZES = (20, 18, 16, 14, 12, 11)
# What a picture has on a slide of full size, for screens that show more than a projector.
DPI = 160
NARROWEST_PX, WIDEST_PX = 600, 1300
# So near to the room's form a picture is not drawn anew.
NEARLY = (0.85, 1.15)
CHART_SIZE = 14
# Up to so many bars are thinner than their gaps.
MOST_BROAD = 3
# “Light Style 1 - Accent 1”: rules above, below the head and below, no grid. PowerPoint knows its
# looks by such numbers.
TABLE_LOOK = "{3B4B98B0-60AC-42C2-AFA5-B58CD77FA1E5}"
# Whole numbers as such, others as they are.
WHOLE, ANY = "0", "General"
read_record = custom_xml.read_record


def write(packet: Packet, template: bytes | None = None) -> bytes:
    """A packet as a .pptx file.

    Parameters
    ----------
    template
        A department's own .pptx or .potx file, whose look is taken and whose slides are not.

    Raises
    ------
    ReportError
        If the template can't be used.
    """
    from pptx.opc.package import Part as FilePart
    from pptx.opc.packuri import PackURI

    deck = open_deck(template)
    sheets = sheets_of(packet, deck)
    _front(deck, packet)
    for sheet in sheets:
        _add(deck, sheet, packet.origin)
    _tell(deck.presentation.slides[len(sheets)], _asked(packet))
    _set_facts(deck.presentation, packet)
    custom_xml.embed(deck.presentation.part, packet.record, FilePart, PackURI)
    file = io.BytesIO()
    deck.presentation.save(file)
    return file.getvalue()


def _front(deck: Deck, packet: Packet) -> None:
    origin = packet.origin
    slide = deck.presentation.slides.add_slide(deck.front)
    _, subtitle = _title(slide, deck, packet.title, FRONT_TITLE_SIZES)
    texts = (
        f"{origin.cohort}.",
        f"{origin.dataset}: {origin.nature}.",
        origin.date,
        f"{DISCLAIMER}.",
    )
    box = (box_of(subtitle) if subtitle is not None else None) or deck.body
    if subtitle is None:
        subtitle = slide.shapes.add_textbox(0, 0, 0, 0)
    size = next(
        (
            s
            for s in FRONT_SIZES
            if height_of(texts, box.width - 20, s, PARAGRAPH_GAP) <= box.height - 8
        ),
        None,
    )
    if size is None:
        size, box = FRONT_SIZES[-1], Box(deck.body.left, box.top, deck.body.width, box.height)
    place(subtitle, box)
    _write(subtitle, texts, size, PARAGRAPH_GAP)
    _colour(subtitle, deck)
    _foot(slide, deck, origin.line)
    _tell(slide, (*(f"{name}: {value}" for name, value in origin.rows), origin.line))


def _add(deck: Deck, sheet: Sheet, origin: Origin) -> None:
    is_words = isinstance(sheet.content, Bullets)
    layout = deck.worded if is_words else deck.plain
    slide = deck.presentation.slides.add_slide(layout)
    title, held = _title(slide, deck, sheet.title, TITLE_SIZES)
    if box_of(title) != deck.title:
        place(title, deck.title)
    top = deck.body.top
    for texts, size, is_quiet in (
        ([sheet.line] if sheet.line else [], LINE_SIZE, True),
        (sheet.lead, LEAD_SIZE, False),
    ):
        if texts:
            height = height_of(texts, deck.body.width, size, PARAGRAPH_GAP / 2)
            box = Box(deck.body.left, top, deck.body.width, height)
            _text(slide, deck, box, texts, size, is_quiet=is_quiet)
            top += height + GAP
    box = figure_box(sheet, deck)
    _fill(slide, deck, sheet, box, held)
    if sheet.note:
        below = Box(box.left, box.bottom + GAP, box.width, deck.body.bottom - box.bottom - GAP)
        _text(slide, deck, below, [sheet.note], NOTE_SIZE, is_quiet=True)
    _foot(slide, deck, origin.line)
    _tell(slide, (*sheet.notes, origin.line))


def _fill(slide: Slide, deck: Deck, sheet: Sheet, box: Box, held: object | None) -> None:
    content = sheet.content
    if isinstance(content, Bullets):
        _add_bullets(slide, content, box, held)
    elif isinstance(content, Part):
        _add_table(slide, deck, content, sheet.alt, box)
    elif content.bars:
        _add_bars(slide, content.bars, sheet.alt, box)
    else:
        _add_picture(slide, content, box)


def _title(
    slide: Slide, deck: Deck, text: str, sizes: tuple[int, ...]
) -> tuple[object, object | None]:
    """Write the title; give it, and the one other placeholder that can hold text, if any."""
    held = None
    for placeholder in list(slide.placeholders):
        kind = kind_of(placeholder)
        if kind in ("SUBTITLE", "OBJECT") and held is None:
            held = placeholder
        elif kind not in ("TITLE", "CENTER_TITLE"):
            placeholder._element.getparent().remove(placeholder._element)
    title = slide.shapes.title
    if title is None:
        title = slide.shapes.add_textbox(0, 0, 0, 0)
        place(title, deck.title)
    box = box_of(title)
    if box is None:
        box = deck.title
        place(title, box)
    _write(title, (text,), fitted_size(text, box, sizes) or sizes[-1])
    return title, held


def _add_bullets(slide: Slide, bullets: Bullets, box: Box, held: object | None) -> None:
    shape = held if held is not None else slide.shapes.add_textbox(0, 0, 0, 0)
    place(shape, box)
    _write(shape, bullets.texts, bullets.size, PARAGRAPH_GAP, inset=0)
    for paragraph in shape.text_frame.paragraphs:
        _bullet(paragraph)


def _bullet(paragraph: object) -> None:
    """Give a paragraph a bullet, whatever its place has, hanging as it was measured."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls
    from pptx.util import Pt

    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(Pt(BULLET)))
    properties.set("indent", str(-Pt(BULLET)))
    properties.append(parse_xml(f'<a:buChar {nsdecls("a")} char="•"/>'))


def _text(
    slide: Slide, deck: Deck, box: Box, texts: object, size: float, *, is_quiet: bool
) -> None:
    shape = slide.shapes.add_textbox(0, 0, 0, 0)
    place(shape, box)
    _write(shape, texts, size, PARAGRAPH_GAP / 2, inset=0)
    if is_quiet:
        _colour(shape, deck)


def _write(
    shape: object, texts: object, size: float, gap: float = 0, inset: float | None = None
) -> None:
    """Put paragraphs into a shape, at a size that was measured and is not shrunk again."""
    from pptx.enum.text import MSO_AUTO_SIZE
    from pptx.util import Pt

    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    if inset is not None:
        for side in ("left", "right", "top", "bottom"):
            setattr(frame, f"margin_{side}", Pt(inset))
    for number, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = plain(text)
        paragraph.space_before, paragraph.space_after = Pt(0), Pt(gap)
        paragraph.line_spacing = 1.0
        for run in paragraph.runs:
            run.font.size, run.font.language_id = Pt(size), _language()


def _language() -> object:
    from pptx.enum.lang import MSO_LANGUAGE_ID

    return MSO_LANGUAGE_ID.ENGLISH_UK


def _colour(shape: object, deck: Deck) -> None:
    """Make small words quiet; in a template they are as dark as its text, to be read for sure."""
    from pptx.dml.color import RGBColor
    from pptx.enum.dml import MSO_THEME_COLOR

    for paragraph in shape.text_frame.paragraphs:
        for run in paragraph.runs:
            if deck.is_own:
                run.font.color.rgb = RGBColor.from_string(LIGHT.muted_text[1:].upper())
            else:
                run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1


def _add_table(slide: Slide, deck: Deck, part: Part, alt: str, box: Box) -> None:
    from pptx.util import Pt

    table = part.table
    heads = [table.columns]
    if table.groups:
        heads.insert(
            0, tuple(name for name, span in table.groups for name in [name, *[""] * (span - 1)])
        )
    rows = [*heads, *table.rows]
    frame = slide.shapes.add_table(
        len(rows), len(table.columns), Pt(box.left - CELL_PADDING / 2), Pt(box.top),
        Pt(sum(part.widths)), Pt(sum(part.heights)),
    )  # fmt: skip
    _describe(frame._element.nvGraphicFramePr.cNvPr, alt)
    made = frame.table
    made.horz_banding = False
    made._tbl.tblPr.find("{*}tableStyleId").text = TABLE_LOOK
    for column, width in zip(made.columns, part.widths, strict=True):
        column.width = Pt(width)
    for place_, (row, texts, height) in enumerate(zip(made.rows, rows, part.heights, strict=True)):
        row.height = Pt(height)
        cells = list(row.cells)
        is_bold = place_ < len(heads) or is_heading(texts)
        if is_heading(texts) and place_ >= len(heads):
            cells[0].merge(cells[-1])
        for cell, text in zip(cells, texts, strict=True):
            _cell(cell, text, part.size, is_bold=is_bold)
    if table.groups:
        _merge_groups(made, table.groups)


def _merge_groups(made: object, groups: tuple[tuple[str, int], ...]) -> None:
    start = 0
    for _, span in groups:
        if span > 1:
            made.cell(0, start).merge(made.cell(0, start + span - 1))
        start += span


def _cell(cell: object, text: str, size: float, *, is_bold: bool) -> None:
    from pptx.util import Pt

    is_indented = text.startswith(INDENT)
    cell.margin_left = Pt(CELL_PADDING / 2 + (INDENTED if is_indented else 0))
    cell.margin_right = Pt(CELL_PADDING / 2)
    cell.margin_top = cell.margin_bottom = Pt(CELL_HEIGHT / 2)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.text = plain(text.removeprefix(INDENT))
    # An empty cell would have letters of 18 points, and its row their height.
    paragraph._p.get_or_add_endParaRPr().set("sz", str(round(100 * size)))
    for run in paragraph.runs:
        run.font.size, run.font.bold = Pt(size), is_bold
        run.font.language_id = _language()


def _add_bars(slide: Slide, bars: Bars, alt: str, box: Box) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Pt

    is_whole = all(value is None or float(value).is_integer() for value in bars.values)
    data = CategoryChartData(number_format=WHOLE if is_whole else ANY)
    data.categories = [plain(name) for name in bars.categories]
    data.add_series(plain(bars.axis), bars.values)
    frame = slide.shapes.add_chart(
        XL_CHART_TYPE.BAR_CLUSTERED, Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height), data
    )
    _describe(frame._element.nvGraphicFramePr.cNvPr, alt)
    _dress(frame.chart, bars, is_whole=is_whole)


def _dress(chart: object, bars: Bars, *, is_whole: bool) -> None:
    """Names from top to bottom as they come, numbers at the bars, no grid."""
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import (
        XL_AXIS_CROSSES,
        XL_LABEL_POSITION,
        XL_TICK_LABEL_POSITION,
        XL_TICK_MARK,
    )
    from pptx.util import Pt

    chart.has_legend = chart.has_title = False
    chart.font.size = Pt(CHART_SIZE)
    names, values = chart.category_axis, chart.value_axis
    names.reverse_order = True
    # The axis of the values is at the foot, and says what they are; the numbers are at the bars.
    names.crosses = XL_AXIS_CROSSES.MAXIMUM
    names.major_tick_mark = values.major_tick_mark = XL_TICK_MARK.NONE
    values.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    values.format.line.fill.background()
    values.minimum_scale = 0
    values.has_major_gridlines = False
    values.has_title = True
    values.axis_title.text_frame.text = plain(bars.axis)
    title = values.axis_title.text_frame.paragraphs[0].runs[0].font
    title.size, title.bold = Pt(CHART_SIZE), False
    plot = chart.plots[0]
    # A bar or two would fill the slide.
    plot.gap_width = 40 if len(bars.categories) > MOST_BROAD else 200
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.show_value, labels.position = True, XL_LABEL_POSITION.OUTSIDE_END
    labels.number_format = WHOLE if is_whole else ANY
    labels.number_format_is_linked = False
    fill = plot.series[0].format.fill
    fill.solid()
    fill.fore_color.rgb = RGBColor.from_string(LIGHT.accent.removeprefix("#").upper())


def _add_picture(slide: Slide, chart: Chart, box: Box) -> None:
    """A chart as a picture, drawn as wide as it takes to fill the room with large letters."""
    from pptx.util import Pt

    spec = pictures.untitled(chart.spec)
    drawn = pictures.svg(spec)
    width, height = pictures.size_px(drawn)
    wished = max(NARROWEST_PX, min(height * box.width / box.height, WIDEST_PX))
    if not NEARLY[0] < wished / width < NEARLY[1]:
        drawn = pictures.svg(spec, round(wished))
        width, height = pictures.size_px(drawn)
    scale = min(box.width / width, box.height / height)
    picture = io.BytesIO(pictures.raster(drawn, round(DPI * scale)))
    left = box.left + (box.width - width * scale) / 2
    shape = slide.shapes.add_picture(
        picture, Pt(left), Pt(box.top), Pt(width * scale), Pt(height * scale)
    )
    _describe(shape._element.nvPicPr.cNvPr, chart.alt)


def _describe(properties: object, alt: str) -> None:
    properties.set("descr", plain(alt))


def _foot(slide: Slide, deck: Deck, line: str) -> None:
    """The honesty line and the number of the slide, in the places that the layout has for them."""
    from pptx.enum.text import PP_ALIGN

    for kind, box in (("ftr", deck.footer), ("sldNum", deck.number)):
        number = kind == "sldNum"
        shape = slide.shapes.add_textbox(0, 0, 0, 0)
        place(shape, box)
        _write(shape, ["" if number else line], FOOTER_SIZE, inset=0)
        shape.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT
        if number:
            _number(shape)
        _colour(shape, deck)
        _name_place(shape, slide, kind)


def _name_place(shape: object, slide: Slide, kind: str) -> None:
    """Say that a shape is the layout's foot or number, if the layout has one."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    for holder in slide.slide_layout.placeholders._element.iter("{*}ph"):
        if holder.get("type") == kind:
            index = f' idx="{holder.get("idx")}"' if holder.get("idx") else ""
            mark = f'<p:ph {nsdecls("p")} type="{kind}" sz="quarter"{index}/>'
            shape._element.nvSpPr.nvPr.append(parse_xml(mark))
            return


def _number(shape: object) -> None:
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    field = (
        f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
        f'<a:rPr lang="{LANGUAGE}" sz="{FOOTER_SIZE * 100 + 200}"/><a:t>‹#›</a:t></a:fld>'
    )
    shape.text_frame.paragraphs[0]._p.append(parse_xml(field))


def _tell(slide: Slide, notes: tuple[str, ...]) -> None:
    """Add to what the speaker reads."""
    frame = slide.notes_slide.notes_text_frame
    told = [frame.text] if frame.text else []
    frame.text = plain("\n".join([*told, *filter(None, notes)]))


def _asked(packet: Packet) -> tuple[str, ...]:
    """Every query once: on the same data it gives the figures again."""
    queries = (f"{each.name}\n{each.sql}" for _, each in each_once(packet))
    return ("The queries behind the figures:", *queries)


def _set_facts(presentation: Presentation, packet: Packet) -> None:
    facts = presentation.core_properties
    facts.title = plain(packet.title)[:MOST_IN_A_PROPERTY]
    facts.language, facts.author = LANGUAGE, ""
    facts.last_modified_by = facts.comments = facts.keywords = facts.subject = ""
    facts.created = facts.modified = datetime.fromisoformat(packet.origin.date).replace(tzinfo=UTC)
