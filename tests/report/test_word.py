"""The packet as a Word document, opened again by python-docx."""

import io
import re
import struct
from functools import cache

import pytest
from docx import Document
from docx.document import Document as DocxDocument
from docx.oxml.ns import qn

from lib.export.word_table import TABLE_STYLE, table_document
from lib.report import word
from lib.report.content import Chart, Table, Words
from lib.tables import INDENT, TextTable
from tests.report.packets import FOLDERS, VIEWS, figures, full_packet, written

LINE = "Synthetic data: no real patient · data c01bd24c"


@cache
def opened(name: str) -> DocxDocument:
    """A full packet, read once: no test changes it."""
    return Document(io.BytesIO(written(name, "docx")))


def styled(document: object, name: str) -> list[str]:
    return [each.text for each in document.paragraphs if each.style.name == name]


def cells(row: object) -> list[str]:
    """The texts of a row; a heading that spans all columns counts once."""
    once = dict.fromkeys(cell._tc for cell in row.cells)
    return ["".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in once]


def lines(row: tuple[str, ...]) -> list[str]:
    """How a row of a packet's table is written: a heading is one cell."""
    is_heading = row[0] and len(row) > 1 and not any(row[1:])
    return [row[0]] if is_heading else [row[0].removeprefix(INDENT), *row[1:]]


@pytest.mark.parametrize("name", VIEWS)
def test_every_table_is_a_real_one_with_all_of_its_cells(name: str):
    *made, _origin = opened(name).tables
    wanted = figures(full_packet(name), Table)
    assert len(made) == len(wanted)
    for table, figure in zip(made, wanted, strict=True):
        told = figure.table
        assert [cells(row) for row in table.rows] == [
            list(told.columns),
            *(lines(row) for row in told.rows),
        ]
        assert table.style.name == TABLE_STYLE


@pytest.mark.parametrize("name", VIEWS)
def test_heads_are_repeated_and_rows_are_not_split(name: str):
    for table in opened(name).tables[:-1]:
        head, *rows = table.rows
        assert head._tr.trPr.find(qn("w:tblHeader")) is not None
        for row in (head, *rows):
            assert row._tr.trPr.find(qn("w:cantSplit")) is not None
        assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in rows)


@pytest.mark.parametrize("name", VIEWS)
def test_columns_are_as_wide_together_as_the_page_at_most(name: str):
    widest = max(s.page_width - s.left_margin - s.right_margin for s in opened(name).sections)
    for table in opened(name).tables:
        assert sum(column.width for column in table.columns) <= widest + 12_700


@pytest.mark.parametrize("name", VIEWS)
def test_captions_are_numbered_by_word_and_in_their_order(name: str):
    captions = styled(opened(name), "Caption")
    for kind, figure in (("Table", Table), ("Figure", Chart)):
        own = [text for text in captions if text.startswith(kind)]
        wanted = [each.title for each in figures(full_packet(name), figure)]
        assert [re.match(rf"{kind} (\d+)\. ", text)[1] for text in own] == [
            str(number) for number in range(1, len(wanted) + 1)
        ]
        for text, title in zip(own, wanted, strict=True):
            assert title.endswith(text.split(". ", 1)[1])
    codes = [each.text.strip() for each in opened(name).element.body.iter(qn("w:instrText"))]
    assert sum(code.startswith("SEQ ") for code in codes) == len(captions)
    assert codes[0].startswith("TOC ")


@pytest.mark.parametrize("name", FOLDERS)
def test_charts_are_pictures_at_300_dpi_with_alternative_texts(name: str):
    document = opened(name)
    wanted = figures(full_packet(name), Chart)
    shapes = document.inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in shapes] == [each.alt for each in wanted]
    for shape in shapes:
        name = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        across, down = struct.unpack(">II", document.part.related_parts[name].blob[16:24])
        assert across / shape.width.inches >= 298
        assert across / down == pytest.approx(shape.width / shape.height, rel=0.01)
        assert shape.width.inches < 7 and shape.height.inches < 9


def test_a_broad_table_lies_across_and_the_rest_stands_upright():
    sections = opened("case_series").sections
    across = [section.page_width > section.page_height for section in sections]
    assert True in across and across[0] is across[-1] is False


@pytest.mark.parametrize("name", VIEWS)
def test_notes_remarks_and_comments_have_styles_of_their_own(name: str):
    document = opened(name)
    notes, remarks = styled(document, "Table note"), styled(document, "Remark")
    for section in full_packet(name).sections:
        for block in section.blocks:
            if isinstance(block, Words):
                said = remarks if block.is_remark else styled(document, "Normal")
                assert block.text in said
            else:
                assert set(block.notes) <= set(notes)
    assert styled(document, "Reader's comment") == [
        paragraph.strip()
        for section in full_packet(name).sections
        for paragraph in section.comment.split("\n\n")
        if paragraph
    ]


@pytest.mark.parametrize("name", VIEWS)
def test_origin_contents_foot_and_queries_are_there(name: str):
    document, made = opened(name), full_packet(name)
    # What is of the machinery comes after what is of the patients.
    origin = document.tables[-1]
    assert [tuple(cells(row)) for row in origin.rows] == [*made.origin.rows]
    titles = [section.title for section in made.sections]
    heads = styled(document, "Heading 1")
    assert heads[:-2] == titles
    assert styled(document, "Nature of the data") == [*made.origin.front]
    assert styled(document, "Contents entry") == heads
    foot = "\n".join(each.text for each in document.sections[0].footer.paragraphs)
    assert made.origin.line in foot and "Page 1 of 1" in foot
    assert all(section.footer.is_linked_to_previous for section in list(document.sections)[1:])
    queries = styled(document, "SQL")
    asked = {each.sql for section in made.sections for each in section.questions}
    assert set(map(without_comments, queries)) == set(map(without_comments, asked))
    assert len(queries) == len(set(queries))


def without_comments(sql: str) -> str:
    """A query without its comments and blanks."""
    return re.sub(r"\s", "", re.sub(r"(?m)^\s*--.*$", "", sql))


def test_links_of_the_contents_lead_to_their_headings():
    body = opened("case_series").element.body
    targets = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    marks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert targets == marks


def test_nobody_is_named_as_the_author_and_the_language_is_english():
    facts = opened("case_series").core_properties
    assert (facts.title, facts.author, facts.last_modified_by) == (
        full_packet("case_series").title,
        "",
        "",
    )
    assert facts.language == "en-GB"


@pytest.mark.parametrize("name", VIEWS)
def test_the_record_comes_back_also_when_the_document_was_saved_again(name: str):
    assert word.read_record(written(name, "docx")) == full_packet(name).record
    once_more = io.BytesIO()
    opened(name).save(once_more)
    assert word.read_record(once_more.getvalue()) == full_packet(name).record


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF"])
def test_a_file_that_is_none_has_no_record(content: bytes):
    assert word.read_record(content) == ""


def test_a_document_without_a_record_has_none():
    table = Table("Doses", TextTable(("Dose", "n"), [("1 g/kg", "4")]))
    assert word.read_record(table_document(table, LINE)) == ""


def test_one_table_by_itself_has_its_caption_notes_and_the_honesty_line():
    table = Table(
        "Table II. Doses",
        TextTable(
            ("Dose", "Here", "Published", "Here", "Published"),
            [("By tier", "", "", "", ""), (f"{INDENT}1 g/kg", "4", "=1+1", "<b>", "\x0c")],
            (("", 1), ("Patients", 2), ("Responded, n/N", 2)),
        ),
        ("No difference is tested.",),
    )
    document = Document(io.BytesIO(table_document(table, LINE)))
    (made,) = document.tables
    assert [cells(row) for row in made.rows] == [
        ["", "Patients", "Responded, n/N"],
        ["Dose", "Here", "Published", "Here", "Published"],
        ["By tier"],
        ["1 g/kg", "4", "=1+1", "<b>", "\N{REPLACEMENT CHARACTER}"],
    ]
    repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in made.rows]
    assert repeated == [True, True, False, False]
    names = [row.cells[0].paragraphs[0].style.name for row in made.rows]
    assert names == ["Table head", "Table head", "Table heading", "Table text indented"]
    assert [each.text for each in document.paragraphs] == [
        "Table 1. Doses",
        "No difference is tested.",
        LINE,
    ]


def test_an_empty_packet_still_says_what_it_is_about():
    text = "\n".join(each.text for each in opened("nobody").paragraphs)
    assert "0 of 32 patients: aged 0–1 years" in text
    assert "No patient meets all of these criteria" in text
