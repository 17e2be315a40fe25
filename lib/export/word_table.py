"""A table as Word's own: an author edits its cells, and its look by its styles.

It looks as journals print tables: three rules and no grid, the caption above, notes below.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from lib.export.fitting import column_widths, is_heading, least_widths
from lib.export.word_base import (
    MARGIN_MM,
    PAGE_MM,
    POINTS_PER_MM,
    add_caption,
    add_footer,
    blank_document,
    element,
    style,
    text_width,
    turn,
)
from lib.palette import LIGHT
from lib.report.content import Table
from lib.tables import INDENT, TextTable
from lib.xml_text import plain

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable
    from docx.table import _Cell, _Row

TABLE_STYLE = "Journal table"
HEAD, CELL, INDENTED, HEADING = "Table head", "Table text", "Table text indented", "Table heading"
NOTE = "Table note"
SIZE = 8.5
# On both sides of a cell together, in points.
PADDING = 8
UPRIGHT_WIDTH = (PAGE_MM[0] - 2 * MARGIN_MM) * POINTS_PER_MM
# More columns than this are hard to read on a page that stands upright.
MOST_UPRIGHT = 7
# A table up to this long is kept on one page.
MOST_TOGETHER = 14
# In eighths of a point.
THICK, THIN = 8, 4


def is_wide(table: TextTable) -> bool:
    """Whether a table needs a page that lies across."""
    too_broad = sum(least_widths(table, SIZE, PADDING)) > UPRIGHT_WIDTH
    return too_broad or len(table.columns) > MOST_UPRIGHT


def table_document(table: Table, line: str) -> bytes:
    """A Word file of one table, with the honesty line below it and on every page.

    Parameters
    ----------
    line
        Nature, version and disclaimer, such as `lib.report.content.Origin.line`.
    """
    document = blank_document(plain(table.title))
    turn(document.sections[0], is_wide=is_wide(table.table))
    add_table(document, table)
    document.add_paragraph(plain(line), style=_note_style(document))
    add_footer(document, line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def add_table(document: Document, table: Table) -> None:
    """Add a table to the end of a document: caption, table, notes."""
    add_caption(document, "Table", table.title, is_above=True)
    made = add_grid(document, table.table)
    made._tbl.tblPr.append(element("w:tblCaption", {"w:val": plain(table.title)}))
    add_notes(document, table.notes)


def add_notes(document: Document, notes: tuple[str, ...]) -> None:
    """Add what stands below a table or a figure."""
    name = _note_style(document)
    for note in notes:
        document.add_paragraph(plain(note), style=name)


def add_grid(document: Document, table: TextTable, *, has_head: bool = True) -> WordTable:
    """Add the table alone; without a head its first column tells what a row is."""
    _add_styles(document)
    n_columns = len(table.columns)
    made = document.add_table(rows=0, cols=n_columns, style=TABLE_STYLE)
    made.autofit = False
    _look(made, has_head=has_head)
    if has_head:
        _add_head(made, table)
    rows = [*table.rows]
    is_short = len(rows) <= MOST_TOGETHER
    for place, row in enumerate(rows):
        added = made.add_row()
        _never_split(added)
        _fill(added, row)
        if is_short and place < len(rows) - 1:
            _keep_with_next(added)
    _set_widths(made, column_widths(table, text_width(document), SIZE, PADDING))
    return made


def _fill(row: _Row, texts: tuple[str, ...]) -> None:
    cells = row.cells
    if is_heading(texts):
        _write(cells[0].merge(cells[-1]), texts[0], HEADING)
        return
    name = texts[0]
    _write(cells[0], name.removeprefix(INDENT), INDENTED if name.startswith(INDENT) else CELL)
    for cell, text in zip(cells[1:], texts[1:], strict=True):
        _write(cell, text, CELL)


def _write(cell: _Cell, text: str, name: str) -> None:
    paragraph = cell.paragraphs[0]
    # By its id: to look a style up by its name takes longer than all the rest.
    paragraph._p.style = name.replace(" ", "")
    paragraph.add_run(plain(text))


def _add_head(made: WordTable, table: TextTable) -> None:
    """The names of the columns, below what stands above several of them; again on each page."""
    if table.groups:
        above = made.add_row()
        cells, start = above.cells, 0
        for name, span in table.groups:
            merged = cells[start].merge(cells[start + span - 1])
            _write(merged, name, HEAD)
            if name:
                _rule_below(merged, THIN)
            start += span
        _repeat(above)
    names = made.add_row()
    for cell, name in zip(names.cells, table.columns, strict=True):
        _write(cell, name, HEAD)
        # The style's rule is below the first row alone.
        if table.groups:
            _rule_below(cell, THIN)
    _repeat(names)


def _repeat(row: _Row) -> None:
    _never_split(row)
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))
    _keep_with_next(row)


def _never_split(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))


def _keep_with_next(row: _Row) -> None:
    for cell in row._tr.tc_lst:
        for paragraph in cell.p_lst:
            paragraph.get_or_add_pPr().get_or_add_keepNext()


def _rule_below(cell: _Cell, eighths: int) -> None:
    borders = element("w:tcBorders")
    borders.append(_rule("bottom", eighths))
    cell._tc.get_or_add_tcPr().append(borders)


def _rule(side: str, eighths: int) -> object:
    kind = {"w:val": "single", "w:sz": str(eighths), "w:space": "0"}
    return element(f"w:{side}", kind | {"w:color": LIGHT.text.removeprefix("#")})


def _look(made: WordTable, *, has_head: bool) -> None:
    """Say which rows and columns of the style are special."""
    properties = made._tbl.tblPr
    for old in properties.findall("{*}tblLook"):
        properties.remove(old)
    off_or_on = {"w:firstRow": has_head, "w:firstColumn": not has_head}
    others = dict.fromkeys(("w:lastRow", "w:lastColumn"), False)
    bands = dict.fromkeys(("w:noHBand", "w:noVBand"), True)
    look = {name: str(int(on)) for name, on in (off_or_on | others | bands).items()}
    properties.append(element("w:tblLook", {"w:val": "0620" if has_head else "0680"} | look))


def _set_widths(made: WordTable, points: list[float]) -> None:
    twentieths = [round(20 * width) for width in points]
    for column, width in zip(made._tbl.tblGrid.gridCol_lst, twentieths, strict=True):
        column.w = width * 635
    for row in made._tbl.tr_lst:
        start = 0
        for cell in row.tc_lst:
            span = cell.grid_span
            cell.width = sum(twentieths[start : start + span]) * 635
            start += span


def _note_style(document: Document) -> str:
    from docx.shared import Pt

    def form(made: object) -> None:
        made.paragraph_format.space_before, made.paragraph_format.space_after = Pt(3), Pt(0)

    return style(document, NOTE, 8, color=LIGHT.muted_text, form=form)


def _add_styles(document: Document) -> None:
    """The styles of tables, where the document has none of them yet."""
    from docx.shared import Pt

    def tight(made: object) -> None:
        form = made.paragraph_format
        form.space_before = form.space_after = Pt(1.5)
        form.line_spacing = 1.0

    def bold(made: object) -> None:
        made.font.bold = True

    def heading(made: object) -> None:
        bold(made)
        made.paragraph_format.keep_with_next = True

    def indented(made: object) -> None:
        made.paragraph_format.left_indent = Pt(9)

    style(document, CELL, SIZE, form=tight)
    style(document, HEAD, SIZE, base=CELL, form=bold)
    style(document, HEADING, SIZE, base=CELL, form=heading)
    style(document, INDENTED, SIZE, base=CELL, form=indented)
    if TABLE_STYLE not in document.styles:
        _add_table_style(document)


def _add_table_style(document: Document) -> None:
    """Rules above, below the head and below; the first column in bold if it tells what a row is."""
    from docx.enum.style import WD_STYLE_TYPE

    made = document.styles.add_style(TABLE_STYLE, WD_STYLE_TYPE.TABLE)
    made.base_style, made.quick_style = document.styles["Normal Table"], True
    properties = element("w:tblPr")
    borders = element("w:tblBorders")
    borders.append(_rule("top", THICK))
    borders.append(_rule("bottom", THICK))
    properties.append(borders)
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", {"w:w": str(10 * PADDING), "w:type": "dxa"}))
    properties.append(margins)
    head, first = (element("w:tblStylePr", {"w:type": kind}) for kind in ("firstRow", "firstCol"))
    cell, below = element("w:tcPr"), element("w:tcBorders")
    below.append(_rule("bottom", THIN))
    cell.append(below)
    head.append(cell)
    letters = element("w:rPr")
    letters.append(element("w:b"))
    first.append(letters)
    for part in (properties, head, first):
        made.element.append(part)
