"""What stands on which slide: a packet laid out before anything is drawn.

One message a slide. Nothing is left out and nothing is cut: what does not fit goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lib.export.fitting import LINE_HEIGHT, column_widths, is_heading, least_widths, line_count
from lib.report.content import Block, Chart, Packet, Section, Table, Words
from lib.report.printed import ORIGIN
from lib.report.slide_master import GAP, Box, Deck
from lib.tables import INDENT, RANGE, TextTable

# Sizes of letters in points, the largest that fits being taken.
TITLE_SIZES = (26, 24, 22, 20, 18, 16)
# A finding in smaller letters than these is no title.
FINDING_SIZES = TITLE_SIZES[:4]
WORD_SIZES = (20, 18, 16)
# Rather than a slide more that holds a line or two.
SMALLER_WORD_SIZES = (15, 14)
TABLE_SIZES = (18, 16, 14, 13, 12)
LINE_SIZE, LEAD_SIZE, NOTE_SIZE = 13, 14, 10.5
# In points: both sides of a cell together, and above and below its text together.
CELL_PADDING, CELL_HEIGHT = 10, 5
MOST_COLUMNS = 7
# How much wider than its words a table may be.
MOST_SPREAD = 1.3
MOST_ROWS = 14
# Words above a figure; more of them get a slide of their own.
MOST_LEAD_LINES = 3
# A paragraph longer than this says its first sentence on the slide, the rest in the notes.
LONG_WORDS = 300
# Words without a figure that are not worth a slide of their own.
SHORT_WORDS = 200
BULLET = 18
# How far the name of a row that belongs to the one above stands in.
INDENTED = 10
PARAGRAPH_GAP = 6
COMMENT = "Comment: "
IN_NOTES = "… (in full in the notes)"
NO_FIGURES = "Sections without figures"
CONTINUED = " (continued)"
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-ZÄÖÜ“])")


@dataclass(frozen=True)
class Part:
    """A part of a table that one slide holds, its letters in points, and its measures."""

    table: TextTable
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]


@dataclass(frozen=True)
class Bullets:
    """Paragraphs, with the size of their letters."""

    texts: tuple[str, ...]
    size: float


@dataclass(frozen=True)
class Sheet:
    """One slide.

    Attributes
    ----------
    line
        The question, in small below the title.
    lead
        What stands above the figure: the reader's comment, and whom it is about.
    note
        What stands below it in small; the notes are for the speaker.
    """

    title: str
    content: Chart | Part | Bullets
    line: str = ""
    lead: tuple[str, ...] = ()
    note: str = ""
    notes: tuple[str, ...] = ()
    alt: str = ""


def sheets_of(packet: Packet, deck: Deck) -> list[Sheet]:
    """The slides of a packet, but for the first."""
    told = [each for each in packet.sections if not _is_on_first_slide(each, packet)]
    sheets = [
        sheet for section in told if not _is_short(section) for sheet in _section(section, deck)
    ]
    sheets += _short([section for section in told if _is_short(section)], deck)
    origin = Table(ORIGIN, TextTable(("What", "Value"), list(packet.origin.rows)))
    return sheets + _tables(origin, "", (), (), deck)


def height_of(texts: Sequence[str], width: float, size: float, gap: float = 0) -> float:
    """How high paragraphs are, in points."""
    lines = sum(line_count(text, width, size) for text in texts)
    return lines * size * LINE_HEIGHT + gap * len(texts)


def fitted_size(text: str, box: Box, sizes: Sequence[float] = TITLE_SIZES) -> float | None:
    """The largest size at which a title fits; None if none does."""
    for size in sizes:
        lines = line_count(text, box.width - CELL_PADDING * 2, size, bold=True)
        if lines * size * LINE_HEIGHT <= box.height - CELL_HEIGHT:
            return size
    return None


def figure_box(sheet: Sheet, deck: Deck) -> Box:
    """Where the figure of a slide is: below the line and the lead, above the note."""
    body, top = deck.body, deck.body.top
    for texts, size in (([sheet.line] if sheet.line else [], LINE_SIZE), (sheet.lead, LEAD_SIZE)):
        if texts:
            top += height_of(texts, body.width, size, PARAGRAPH_GAP / 2) + GAP
    box = body.below(top)
    if sheet.note:
        taken = height_of([sheet.note], body.width, NOTE_SIZE) + GAP
        box = replace(box, height=box.height - taken)
    return box


def _is_on_first_slide(section: Section, packet: Packet) -> bool:
    """Whether a section says nothing but whom the packet is about, as the first slide does."""
    said = [block.text if isinstance(block, Words) else "" for block in section.blocks]
    return not section.comment and set(said) <= {f"{packet.origin.cohort}."}


def _is_short(section: Section) -> bool:
    """Whether a section says only in a line why there is nothing to see."""
    words = sum(len(block.text) for block in section.blocks if isinstance(block, Words))
    return not section.comment and not any(section.figures) and words <= SHORT_WORDS


def _short(sections: list[Section], deck: Deck) -> list[Sheet]:
    """Sections of a line each, on one slide behind the others, so that none is nearly empty."""
    if not sections:
        return []
    if len(sections) == 1:
        return _section(sections[0], deck)
    told = [f"{each.title} {' '.join(block.text for block in each.blocks)}" for each in sections]
    return list(_bullets(NO_FIGURES, told, (), deck))


def _section(section: Section, deck: Deck) -> list[Sheet]:
    comment = [
        COMMENT + text if place == 0 else text
        for place, text in enumerate(section.comment_paragraphs)
    ]
    sheets: list[Sheet] = []
    waiting, has_figures = list(comment), any(section.figures)
    further: list[str] = []
    for block in _words_first(section.blocks, deck):
        if isinstance(block, Words):
            said, rest = _spoken(block, has_figures=has_figures)
            waiting.append(said)
            further += rest
            continue
        lead: tuple[str, ...] = ()
        if waiting and _is_lead(waiting, deck):
            lead = tuple(waiting)
        elif waiting:
            sheets += _bullets(section.title, waiting, (*further, *comment), deck)
        waiting, notes = [], (*further, *comment)
        further = []
        sheets += _figure(block, section.title, lead, notes, deck)
    if waiting:
        sheets += _bullets(section.title, waiting, (*further, *comment), deck)
    return sheets


def _words_first(blocks: Sequence[Block], deck: Deck) -> list[Block]:
    """The blocks, a few words that follow a figure before it, whose slide has room for them.

    Words speak of the figure that they follow, but for remarks, which say what there is not. A
    remark between a chart and the same in numbers is seen above both.
    """
    groups: list[tuple[list[Block], Block | None]] = [([], None)]
    for block in blocks:
        groups[-1][0].append(block)
        if not isinstance(block, Words):
            groups[-1] = (groups[-1][0][:-1], block)
            groups.append(([], None))
    for (words, _), (after, following) in pairwise(groups):
        speaks_of_it = following is None or not any(each.is_remark for each in after)
        if speaks_of_it and _is_lead([each.text for each in (*words, *after)], deck):
            words += after
            after.clear()
    for (words, figure), (after, following) in pairwise(groups):
        if figure and following and figure.says and figure.says == following.says:
            both = [each for each in after if each.is_remark and each not in words]
            if _is_lead([each.text for each in (*words, *both)], deck):
                words += both
    return [each for words, figure in groups for each in (*words, *[figure] * (figure is not None))]


def _is_lead(texts: Sequence[str], deck: Deck) -> bool:
    return sum(line_count(text, deck.body.width, LEAD_SIZE) for text in texts) <= MOST_LEAD_LINES


def _spoken(words: Words, *, has_figures: bool) -> tuple[str, list[str]]:
    """What of a paragraph is on the slide, and what in the notes: remarks are always seen."""
    if words.is_remark or not has_figures or len(words.text) <= LONG_WORDS:
        return words.text, []
    first, *rest = _SENTENCE.split(words.text, maxsplit=1)
    return (f"{first} {IN_NOTES}" if rest else first), [words.text]


def _figure(
    figure: Block, section: str, lead: tuple[str, ...], notes: tuple[str, ...], deck: Deck
) -> list[Sheet]:
    """The slides of a chart or table: its title is what is seen, if that fits."""
    said = figure.says if fitted_size(figure.says, deck.title, FINDING_SIZES) else ""
    title = said or figure.title
    asked = dict.fromkeys(text for text in (section, figure.title) if text != title)
    line = "  |  ".join(asked)
    spoken = tuple(dict.fromkeys((figure.says, figure.title, *figure.notes, *notes)))
    if isinstance(figure, Table):
        named = replace(figure, title=title)
        return _tables(named, line, lead, spoken, deck)
    return [Sheet(title, figure, line, lead, notes=spoken, alt=figure.alt)]


def _tables(
    table: Table, line: str, lead: tuple[str, ...], spoken: tuple[str, ...], deck: Deck
) -> list[Sheet]:
    """As many slides as a table needs at a size that can be read."""
    has_ranges = any("⟨" in text for row in table.table.rows for text in row)
    note = next((note for note in table.notes if has_ranges and RANGE in note), "")
    empty = Sheet(table.title, Bullets((), 0), line, lead, note, spoken)
    first = figure_box(empty, deck)
    # The lead is on the first slide alone, but rows are measured once.
    parts = _parts(table.table, first)
    sheets = []
    for place, part in enumerate(parts, start=1):
        title = table.title if len(parts) == 1 else f"{table.title} ({place}/{len(parts)})"
        alt = f"Table: {title}, {len(part.table.rows)} rows."
        own = note if any("⟨" in text for row in part.table.rows for text in row) else ""
        sheets.append(
            replace(
                empty, title=title, content=part, lead=lead if place == 1 else (), note=own, alt=alt
            )
        )
    return sheets


def _parts(table: TextTable, box: Box) -> list[Part]:
    """The fewest slides that hold a table, with the largest letters that need no more of them."""
    room = replace(box, width=box.width + CELL_PADDING)
    found = [
        _slides_at(table, size, room)
        for size in TABLE_SIZES
        if size == TABLE_SIZES[-1] or _fits_columns(table, size, room.width)
    ]
    return min(found, key=len)


def _slides_at(table: TextTable, size: float, box: Box) -> list[Part]:
    pieces = list(_by_columns(table, size, box.width))
    measured = [_measured(piece, size, box.width) for piece in pieces]
    n_heads = 2 if table.groups else 1
    head = max(sum(each.heights[:n_heads]) for each in measured)
    # The parts of a row are as high as the highest, so that slides go on at the same row.
    rows = [max(some) for some in zip(*(each.heights[n_heads:] for each in measured), strict=True)]
    room = box.height - head
    if sum(rows) > room or len(rows) > MOST_ROWS:
        # A slide may begin with the heading of the last one.
        room -= size * LINE_HEIGHT + CELL_HEIGHT
    return [
        _measured(_continued(piece, start, stop), size, box.width, piece)
        for start, stop in _balanced(table.rows, rows, room)
        for piece in pieces
    ]


def _fits_columns(table: TextTable, size: float, width: float) -> bool:
    broad = sum(least_widths(table, size, CELL_PADDING))
    return broad <= width and len(table.columns) <= MOST_COLUMNS


def _by_columns(table: TextTable, size: float, width: float) -> Iterator[TextTable]:
    """The table in as few parts of its columns as fit, each with the names of the rows.

    Columns below one name stay together.
    """
    spans = [span for _, span in table.groups[1:]] or [1] * (len(table.columns) - 1)
    for n_parts in range(1, len(spans) + 1):
        pieces = [_piece(table, spans, n_parts, place) for place in range(n_parts)]
        if all(_fits_columns(piece, size, width) for piece in pieces) or n_parts == len(spans):
            yield from pieces
            return


def _piece(table: TextTable, spans: list[int], n_parts: int, place: int) -> TextTable:
    first, last = (len(spans) * each // n_parts for each in (place, place + 1))
    start, stop = (1 + sum(spans[:each]) for each in (first, last))
    return TextTable(
        (table.columns[0], *table.columns[start:stop]),
        [(row[0], *row[start:stop]) for row in table.rows],
        (table.groups[0], *table.groups[1 + first : 1 + last]) if table.groups else (),
    )


def _measured(table: TextTable, size: float, width: float, whole: TextTable | None = None) -> Part:
    """A table with its widths and heights; parts of a whole have the whole's widths."""
    widths = column_widths(whole or table, width, size, CELL_PADDING)
    spread = min(MOST_SPREAD, width / sum(widths))
    widths = [each * spread for each in widths]
    rows = [(*table.columns,), *table.rows]
    heights = [_row_height(row, widths, size, bold=place == 0) for place, row in enumerate(rows)]
    if table.groups:
        # A name stands above at least one column, so that no line of it is narrower.
        names = [name for name, _ in table.groups]
        least = [
            sum(widths[start : start + span])
            for start, span in zip(_starts(table.groups), _spans(table.groups), strict=True)
        ]
        heights.insert(0, _row_height(names, least, size, bold=True))
    return Part(table, size, tuple(widths), tuple(heights))


def _spans(groups: Sequence[tuple[str, int]]) -> list[int]:
    return [span for _, span in groups]


def _starts(groups: Sequence[tuple[str, int]]) -> list[int]:
    spans = _spans(groups)
    return [sum(spans[:place]) for place in range(len(spans))]


def _row_height(row: Sequence[str], widths: Sequence[float], size: float, *, bold: bool) -> float:
    if is_heading(row):
        lines = line_count(row[0], sum(widths) - CELL_PADDING, size, bold=True)
    else:
        lines = max(
            line_count(text, width - CELL_PADDING - _indent(text), size, bold=bold)
            for text, width in zip(row, widths, strict=True)
        )
    return lines * size * LINE_HEIGHT + CELL_HEIGHT


def _indent(text: str) -> float:
    return INDENTED if text.startswith(INDENT) else 0


def _balanced(
    rows: Sequence[tuple[str, ...]], heights: Sequence[float], room: float
) -> list[tuple[int, int]]:
    """From which row to which each slide goes: as few slides as can be, about equally full."""
    fewest = _greedy(rows, heights, room)
    level = sum(heights) / max(1, len(fewest))
    while level < room:
        tried = _greedy(rows, heights, level)
        if len(tried) <= len(fewest):
            return tried
        level *= 1.05
    return fewest


def _greedy(
    rows: Sequence[tuple[str, ...]], heights: Sequence[float], room: float
) -> list[tuple[int, int]]:
    found, start, used = [], 0, 0.0
    for place, height in enumerate(heights):
        is_full = used + height > room or place - start >= MOST_ROWS
        if is_full and place > start:
            # A heading goes with what it heads.
            stop = place - 1 if is_heading(rows[place - 1]) and place - 1 > start else place
            found.append((start, stop))
            start, used = stop, sum(heights[stop:place])
        used += height
    return [*found, (start, len(rows))]


def _continued(table: TextTable, start: int, stop: int) -> TextTable:
    """Some rows of a table; if they begin below a heading, it is repeated."""
    rows = table.rows[start:stop]
    if start and rows and rows[0][0].startswith(INDENT):
        above = next((row for row in reversed(table.rows[:start]) if is_heading(row)), None)
        if above:
            rows = [(above[0] + CONTINUED, *above[1:]), *rows]
    return TextTable(table.columns, rows, table.groups)


def _bullets(
    title: str, texts: Sequence[str], notes: tuple[str, ...], deck: Deck
) -> Iterator[Sheet]:
    """Paragraphs on as many slides as they need."""
    pages = list(_pages(texts, deck.body))
    highest = deck.body.height
    sizes = (s for s in WORD_SIZES if all(_height(page, deck.body, s) <= highest for page in pages))
    size = next(sizes, WORD_SIZES[-1])
    whole = [s for s in SMALLER_WORD_SIZES if _height(texts, deck.body, s) <= highest]
    if len(pages) > 1 and whole:
        pages, size = [list(texts)], whole[0]
    for place, page in enumerate(pages, start=1):
        number = f" ({place}/{len(pages)})" if len(pages) > 1 else ""
        yield Sheet(title + number, Bullets(tuple(page), size), notes=notes)


def _height(texts: Sequence[str], box: Box, size: float) -> float:
    return height_of(texts, box.width - BULLET, size, PARAGRAPH_GAP)


def _pages(texts: Iterable[str], box: Box) -> Iterator[list[str]]:
    size, page = WORD_SIZES[-1], []
    room = box.height
    for text in texts:
        for piece in _pieces(text, box, size, room):
            if page and _height([*page, piece], box, size) > room:
                yield page
                page = []
            page = [*page, piece]
    if page:
        yield page


def _pieces(text: str, box: Box, size: float, room: float) -> Iterator[str]:
    """A paragraph in parts that fit on a slide each, cut between sentences, or else words."""
    if _height([text], box, size) <= room:
        yield text
        return
    used = ""
    for part in re.split(r"(?<=\s)", text):
        if used and _height([used + part], box, size) > room:
            ended = max(used.rfind(sign) for sign in (". ", "? ", "! ", "\n"))
            cut = ended + 1 if ended > len(used) / 2 else len(used)
            yield used[:cut].strip()
            used = used[cut:].lstrip()
        used += part
    if used.strip():
        yield used.strip()
