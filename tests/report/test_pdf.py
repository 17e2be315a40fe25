"""The packet as PDF: read back by other programs than the one that set it."""

import io
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

import duckdb
import pytest
from pypdf import PdfReader

from lib.report import pdf_child
from lib.report.content import Chart, Packet, Section, Table
from lib.report.pdf import SQL_FILE, SQL_WIDTH, read_record, write
from lib.report.printed import packed_sql
from lib.report.subject import ReportError
from lib.tables import TextTable
from tests.report.packets import HOSTILE, VIEWS, bare, figures, full_packet, small, texts, written

# Characters: a shorter text is never parted by the end of a page.
LONG = 150


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


@cache
def said(content: bytes) -> str:
    """Its texts in the order in which they were set, by poppler."""
    told = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"],
        input=content,
        capture_output=True,
        check=True,
    )
    return told.stdout.decode()


def without_feet(content: bytes, packet: Packet) -> str:
    """Its texts in one piece, as if it were one page."""
    *pages, _ = map(bare, said(content).split("\f"))
    line = bare(packet.origin.line)
    # A page may begin with a number, so that a foot is known by its whole page alone.
    return "".join(
        page.removesuffix(f"{line}{number}/{len(pages)}")
        for number, page in enumerate(pages, start=1)
    )


def elements(content: bytes) -> Iterator[dict]:
    """The elements of its structure, which those hear who can't see it."""
    to_visit = [read(content).trailer["/Root"]["/StructTreeRoot"]]
    while to_visit:
        element = to_visit.pop()
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            to_visit += element
        elif isinstance(element, dict):
            yield element
            to_visit.append(element.get("/K"))


def is_told(together: str, parts: Iterable[str], words: str) -> bool:
    """Whether a text stands there; a long one word by word, as a page may end within it."""
    if together in words:
        return True
    return len(together) > LONG and all(
        bare(word) in words for part in parts for word in part.split()
    )


@pytest.mark.parametrize("name", VIEWS)
def test_every_cell_stands_in_its_row(name: str):
    packet = full_packet(name)
    words = without_feet(written(name, "pdf"), packet)
    for each in figures(packet, Table):
        for row in (each.table.columns, *each.table.rows):
            assert is_told("".join(map(bare, row)), row, words), row


@pytest.mark.parametrize("name", VIEWS)
def test_every_title_comment_and_note_is_told(name: str):
    packet = full_packet(name)
    words = without_feet(written(name, "pdf"), packet)
    queries = {question.sql for section in packet.sections for question in section.questions}
    # Of the queries below; a line of theirs is broken where the column ends.
    told = [text for text in texts(packet) if text not in queries]
    words += bare(packet.origin.line)
    assert [text for text in told if not is_told(bare(text), [text], words)] == []


@pytest.mark.parametrize("name", VIEWS)
def test_every_query_is_printed_and_attached_to_be_copied(name: str):
    packet, content = full_packet(name), written(name, "pdf")
    [attached] = read(content).attachments[SQL_FILE]
    words = without_feet(content, packet)
    for section in packet.sections:
        for question in section.questions:
            assert question.sql.strip().rstrip(";") in attached.decode()
            assert bare(packed_sql(question.sql, SQL_WIDTH)) in words


def test_a_query_that_is_set_tightly_asks_the_same():
    sql = """-- title: What
-- it's a comment
with
a as (
    select 'two  blanks -- and a dash' as "a  name", 'it''s' as b  -- today's
    , 'of
two lines' as c
),
b as (select 1 as d)

select * from a, b
"""
    packed = packed_sql(sql, 40)
    assert duckdb.sql(packed).fetchall() == duckdb.sql(sql).fetchall()
    assert duckdb.sql(packed).columns == duckdb.sql(sql).columns
    assert packed.startswith("-- title: What\nwith a as (") and "comment" not in packed
    assert len(packed.splitlines()) < len(sql.splitlines())


@pytest.mark.parametrize("name", VIEWS)
def test_every_page_has_its_number_and_says_what_the_data_are(name: str):
    content = written(name, "pdf")
    *pages, end = said(content).split("\f")
    assert end == ""
    assert len(pages) == len(read(content).pages) > 1
    line = bare(full_packet(name).origin.line)
    for number, page in enumerate(pages, start=1):
        assert bare(page).endswith(f"{line}{number}/{len(pages)}")


@pytest.mark.parametrize("name", VIEWS)
def test_it_is_tagged_and_archivable_and_says_title_and_language(name: str):
    packet, reader = full_packet(name), read(written(name, "pdf"))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == packet.title
    about = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in about
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about


@pytest.mark.parametrize("name", VIEWS)
def test_charts_tables_and_headings_are_told_to_those_who_hear_it(name: str):
    packet, found = full_packet(name), list(elements(written(name, "pdf")))
    alts = [element["/Alt"] for element in found if "/Alt" in element]
    assert sorted(alts) == sorted(chart.alt for chart in figures(packet, Chart))
    kinds = [element.get("/S") for element in found]
    assert kinds.count("/THead") == len(figures(packet, Table))
    # The sections, where the packet comes from, and the appendix.
    assert kinds.count("/H1") == len(packet.sections) + 2


@pytest.mark.parametrize("name", VIEWS)
def test_each_section_has_a_bookmark(name: str):
    marks = [mark.title for mark in read(written(name, "pdf")).outline if hasattr(mark, "title")]
    titles = [
        f"{number}. {section.title}"
        for number, section in enumerate(full_packet(name).sections, start=1)
    ]
    assert marks[: len(titles)] == titles


@pytest.mark.parametrize("name", VIEWS)
def test_charts_are_vectors_with_texts_that_can_be_selected(name: str):
    content = written(name, "pdf")
    assert not any(
        shape.get_object()["/Subtype"] == "/Image"
        for page in read(content).pages
        for shape in page["/Resources"].get("/XObject", {}).values()
    )
    for chart in figures(full_packet(name), Chart):
        assert bare(chart.title) in bare(said(content))


@pytest.mark.parametrize("name", VIEWS)
def test_the_record_comes_back(name: str):
    assert read_record(written(name, "pdf")) == full_packet(name).record


@pytest.mark.parametrize("content", [b"", b"no PDF at all", b"%PDF-1.7\n%%EOF"])
def test_a_file_without_a_record_is_said_to_have_none(content: bytes):
    with pytest.raises(ReportError, match="no record"):
        read_record(content)


def test_a_hostile_comment_is_set_as_text():
    content = write(small(comment=HOSTILE, title=HOSTILE, section=HOSTILE))
    assert bare(said(content)).count(bare(HOSTILE)) >= 3
    assert read(content).metadata.title == HOSTILE


def test_the_signs_of_the_data_are_set():
    signs = "⟨1–2⟩ − ≥ ≤ · ○ ● ◐ → µ ü × “x” ’"
    assert bare(signs) in bare(said(write(small(comment=f"1\N{NARROW NO-BREAK SPACE}000 {signs}"))))


def test_a_sign_that_no_font_has_is_named():
    # For private use: no font has it.
    with pytest.raises(ReportError, match="no font of this machine has the sign"):
        write(small(comment="A sign \ue000 of nobody."))


def test_a_layout_that_fails_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pdf_child, "FONTS", {})
    with pytest.raises(Exception, match="The PDF was not made") as error:
        pdf_child.made('{"date": "2026-11-26"}')
    assert "\n" not in str(error.value)


def test_the_same_packet_gives_the_same_bytes():
    packet = small(comment="Twice.")
    assert write(packet) == write(packet)


def test_a_wide_table_is_printed_across_the_page_and_nothing_is_cut_off():
    cell = "28/32 (88% ⟨81–94⟩%)"
    names = ("Characteristic", *(f"Centre {number} (n=7)" for number in range(13)))
    rows = [(f"Row {number}", *[cell] * 13) for number in range(60)]
    wide = Section("table_1", "Wide", (Table("Wide", TextTable(names, rows)),))
    content = write(replace(small(), sections=(wide,)))
    across = [page for page in read(content).pages if page.mediabox.width > page.mediabox.height]
    assert len(across) > 1
    assert bare(said(content)).count(bare(cell)) == 13 * 60
    # Its head stands on each of its pages.
    assert bare(said(content)).count("".join(map(bare, names))) == len(across)
    # Every word is inside the page's margins and none is set over another.
    told = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()
    for page in told.split("<page ")[1:]:
        width = float(re.search(r'width="([\d.]+)"', page)[1])
        boxes = [
            tuple(map(float, box))
            for box in re.findall(
                r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', page
            )
        ]
        assert max(box[2] for box in boxes) <= width - 50
        in_lines = sorted(boxes, key=lambda box: (round(box[1], 1), box[0]))
        for left, right in zip(in_lines, in_lines[1:], strict=False):
            assert round(left[1], 1) != round(right[1], 1) or left[2] <= right[0] + 0.5
