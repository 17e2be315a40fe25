"""The packet as a presentation, opened again by python-pptx."""

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.slide import Slide
from pptx.util import Pt

from lib.report import powerpoint
from lib.report.content import Chart, Section, Table, Words
from lib.report.subject import ReportError
from lib.tables import INDENT, TextTable
from tests.report.department_slides import renamed, template
from tests.report.packets import (
    COMMENTS,
    FOLDERS,
    LONG,
    MARKUP,
    VIEWS,
    figures,
    full_packet,
    packet_of,
    short_packet,
    written,
)


@cache
def slides(content: bytes) -> tuple[Slide, ...]:
    """The slides of a file; to read it takes as long as many tests."""
    return tuple(Presentation(io.BytesIO(content)).slides)


def seen(slide: object) -> str:
    """Everything that is written on a slide, charts excepted."""
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    texts += [cell.text for table in tables(slide) for row in table.rows for cell in row.cells]
    return "\n".join(texts)


def tables(slide: object) -> list:
    return [shape.table for shape in slide.shapes if shape.has_table]


def notes(slide: object) -> str:
    return slide.notes_slide.notes_text_frame.text


def charts(content: bytes) -> list:
    shapes = (shape for slide in slides(content) for shape in slide.shapes)
    return [shape for shape in shapes if shape.has_chart]


def alt(shape: object) -> str:
    return shape._element.xpath(".//p:cNvPr/@descr")[0]


def sizes(slide: object) -> set[float]:
    frames = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
    frames += [
        cell.text_frame for table in tables(slide) for row in table.rows for cell in row.cells
    ]
    runs = (run for frame in frames for line in frame.paragraphs for run in line.runs if run.text)
    return {run.font.size.pt for run in runs}


@pytest.mark.parametrize("name", VIEWS)
def test_every_cell_of_every_table_is_on_a_slide(name: str):
    told = Counter()
    for slide in slides(written(name, "pptx")):
        for table in tables(slide):
            told.update(cell.text for row in table.rows for cell in row.cells if cell.text)
    wanted = Counter()
    for figure in figures(full_packet(name), Table):
        rows = [figure.table.columns, *figure.table.rows]
        wanted.update(cell.removeprefix(INDENT) for row in rows for cell in row if cell)
    wanted.update(value for row in full_packet(name).origin.rows for value in row)
    assert not wanted - told


@pytest.mark.parametrize("name", VIEWS)
def test_rows_are_told_as_they_are_in_the_table(name: str):
    """Name and cells of a row stand in one row, whatever part of the columns a slide has."""
    rows = {
        tuple(cell.text for cell in row.cells)
        for slide in slides(written(name, "pptx"))
        for table in tables(slide)
        for row in table.rows
    }
    for figure in figures(full_packet(name), Table):
        for row in figure.table.rows:
            plain = tuple(cell.removeprefix(INDENT) for cell in row)
            parts = [each for each in rows if each[0] == plain[0]]
            assert any(set(plain) >= set(each) for each in parts), plain


@pytest.mark.parametrize("name", FOLDERS)
def test_bars_are_native_charts_with_the_same_numbers(name: str):
    wanted = [(each.bars, each.alt) for each in figures(full_packet(name), Chart) if each.bars]
    found = charts(written(name, "pptx"))
    assert len(found) == len(wanted) > 0
    for shape, (bars, words) in zip(found, wanted, strict=True):
        plot = shape.chart.plots[0]
        assert tuple(plot.categories) == bars.categories
        assert tuple(plot.series[0].values) == bars.values
        assert plot.has_data_labels
        assert shape.chart.value_axis.axis_title.text_frame.text == bars.axis
        assert alt(shape) == words


@pytest.mark.parametrize("name", FOLDERS)
def test_other_charts_are_pictures_with_alternative_texts_in_their_own_form(name: str):
    wanted = [each.alt for each in figures(full_packet(name), Chart) if not each.bars]
    pictures = [
        shape
        for slide in slides(written(name, "pptx"))
        for shape in slide.shapes
        if hasattr(shape, "image")
    ]
    assert [alt(picture) for picture in pictures] == wanted
    for picture in pictures:
        across, down = picture.image.size
        assert picture.width / picture.height == pytest.approx(across / down, rel=0.01)


def box(shape: object) -> tuple[int, int, int, int]:
    return shape.left, shape.top, shape.left + shape.width, shape.top + shape.height


def overlap(one: object, other: object) -> bool:
    a, b = box(one), box(other)
    return min(a[2], b[2]) - max(a[0], b[0]) > Pt(1) and min(a[3], b[3]) - max(a[1], b[1]) > Pt(1)


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("has_template", [False, True])
def test_nothing_is_cut_and_nothing_lies_over_something_else(name: str, has_template: bool):
    content = (
        powerpoint.write(full_packet(name), template()) if has_template else written(name, "pptx")
    )
    presentation = Presentation(io.BytesIO(content))
    for slide in presentation.slides:
        for shape in slide.shapes:
            left, top, right, bottom = box(shape)
            assert left >= 0 and top >= 0
            assert right <= presentation.slide_width and bottom <= presentation.slide_height
            if shape.has_table:
                assert shape.height >= sum(row.height for row in shape.table.rows) - Pt(1)
        for one, other in combinations(slide.shapes, 2):
            assert not overlap(one, other), (seen(slide), one.name, other.name)


@pytest.mark.parametrize("name", VIEWS)
def test_letters_can_be_read_from_the_last_row(name: str):
    for slide in slides(written(name, "pptx")):
        assert min(sizes(slide)) >= 8
        for table in tables(slide):
            cells = (cell for row in table.rows for cell in row.cells)
            runs = (
                run for cell in cells for line in cell.text_frame.paragraphs for run in line.runs
            )
            assert min(run.font.size.pt for run in runs) >= 11


@pytest.mark.parametrize("name", VIEWS)
def test_every_slide_says_what_the_data_are_and_which_slide_it_is(name: str):
    for slide in slides(written(name, "pptx")):
        assert full_packet(name).origin.line in seen(slide)
        assert slide._element.xpath('.//a:fld[@type="slidenum"]')
        assert full_packet(name).origin.line in notes(slide)
        assert slide.shapes.title.text_frame.text


def test_the_first_slide_says_who_and_what_and_what_it_is_not_for():
    first = seen(slides(written("demo_registry", "pptx"))[0])
    for words in ("164 of 600 patients", "Synthetic data", "2026-11-26", "not for decisions"):
        assert words in first


def test_a_title_says_what_is_seen_and_the_question_is_below():
    of_diagnoses = next(
        s for s in slides(written("case_series", "pptx")) if "Which diagnoses" in seen(s)
    )
    assert of_diagnoses.shapes.title.text_frame.text == (
        "Most frequent: dermatomyositis, 18 of 32 patients."
    )


@pytest.mark.parametrize("name", VIEWS)
def test_notes_hold_method_and_denominators(name: str):
    told = "\n".join(map(notes, slides(written(name, "pptx"))))
    for section in full_packet(name).sections:
        for figure in section.figures:
            assert all(note in told for note in figure.notes)
        for question in section.questions:
            assert question.sql in told


@pytest.mark.parametrize("name", VIEWS)
def test_words_are_seen_or_their_rest_is_in_the_notes_and_remarks_are_always_seen(name: str):
    made = slides(written(name, "pptx"))
    shown, told = "\n".join(map(seen, made)), "\n".join(map(notes, made))
    for section in full_packet(name).sections:
        for block in section.blocks:
            if isinstance(block, Words):
                assert block.text in (shown if block.is_remark else shown + told)


@pytest.mark.parametrize("name", VIEWS)
def test_comments_are_seen_on_the_first_slide_of_their_section_as_they_were_typed(name: str):
    made = slides(written(name, "pptx"))
    shown = "\n".join(map(seen, made))
    for paragraph in MARKUP.split("\n\n"):
        # A line break within a paragraph is one of PowerPoint's own.
        assert paragraph.strip().replace("\n", "\v") in shown
    titles = {section.name: section.title for section in full_packet(name).sections}
    first = next(slide for slide in made if titles["table_i"] in seen(slide))
    assert all(paragraph in seen(first) for paragraph in COMMENTS["table_i"].split("\n\n"))
    sentence, n = LONG[: LONG.index(".") + 1], LONG.count(".")
    assert shown.count(sentence) == n


def test_sections_without_figures_share_a_slide():
    together = [
        slide for slide in slides(written("nobody", "pptx")) if "Sections without" in seen(slide)
    ]
    assert len(together) >= 1
    assert any(
        seen(slide).count("No patient meets all of these criteria") > 1 for slide in together
    )


def test_whom_it_is_about_is_not_said_twice_if_there_is_nothing_more_to_say_of_it():
    """Of everybody no criterion took anybody: the first slide has said it all."""
    for view, n_slides in (("", 0), ("diagnosis=dermatomyositis", 2)):
        packet = packet_of("case_series", view, "cohort", "table_i")
        silent = tuple(replace(section, comment="") for section in packet.sections)
        content = powerpoint.write(replace(packet, sections=silent))
        about = [slide for slide in slides(content) if "Who is this about?" in seen(slide)]
        assert len(about) == n_slides


def uncommented(view: str, *names: str) -> tuple[Slide, ...]:
    packet = packet_of("case_series", view, *names)
    bare = tuple(replace(section, comment="") for section in packet.sections)
    return slides(powerpoint.write(replace(packet, sections=bare)))


@pytest.mark.parametrize("view", ["", "diagnosis=mucous+membrane+pemphigoid"])
def test_what_is_decided_of_a_response_is_seen_with_its_chart_and_its_table(view: str):
    remarked = [
        slide
        for slide in uncommented(view, "response")
        if "MMP-01 could finally not be evaluated" in seen(slide)
    ]
    assert len(remarked) == 2
    chart, table = remarked
    assert "Who responded?" in seen(chart)
    assert not tables(chart)
    assert "Not evaluable" in seen(table)
    assert tables(table)


@pytest.mark.parametrize("view", ["", "diagnosis=dermatomyositis&dose_tier=1"])
def test_the_citation_has_no_slide_of_its_own(view: str):
    (slide,) = (each for each in uncommented(view, "honesty") if "Katharina Meier" in seen(each))
    assert "345 of 345 statements" in seen(slide)
    assert "(2/2)" not in seen(slide)
    words = next(each for each in slide.shapes if "Katharina" in each.text_frame.text)
    runs = [run for line in words.text_frame.paragraphs for run in line.runs]
    assert min(run.font.size.pt for run in runs) >= 14


def test_a_packet_as_template_leaves_no_record_of_its_own():
    packet = short_packet()
    content = powerpoint.write(packet, template=written("nobody", "pptx"))
    assert powerpoint.read_record(content) == packet.record
    parts = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert sum(name.startswith("customXml/item1") for name in parts) == 1
    assert not any(name.startswith("customXml/item2") for name in parts)


def test_long_tables_go_on_with_their_heading():
    titles = [
        slide.shapes.title.text_frame.text for slide in slides(written("demo_registry", "pptx"))
    ]
    parts = [title for title in titles if "patients by diagnosis group" in title]
    assert len(parts) > 2
    assert parts[-1].endswith(f"({len(parts)}/{len(parts)})")
    text = "\n".join(map(seen, slides(written("demo_registry", "pptx"))))
    assert "(continued)" in text


@pytest.mark.parametrize("name", VIEWS)
def test_the_record_comes_back(name: str):
    assert powerpoint.read_record(written(name, "pptx")) == full_packet(name).record
    once_more = io.BytesIO()
    Presentation(io.BytesIO(written(name, "pptx"))).save(once_more)
    assert powerpoint.read_record(once_more.getvalue()) == full_packet(name).record
    assert powerpoint.read_record(b"no zip") == ""


def test_nobody_is_named_as_the_author():
    facts = Presentation(io.BytesIO(written("case_series", "pptx"))).core_properties
    assert facts.title == full_packet("case_series").title
    assert facts.author == facts.last_modified_by == ""
    assert facts.language == "en-GB"


@pytest.mark.parametrize("main_type", ["presentation", "template", "slideshow"])
def test_a_template_gives_its_look_and_none_of_its_slides(main_type: str):
    packet = short_packet()
    content = powerpoint.write(packet, template(main_type))
    presentation = Presentation(io.BytesIO(content))
    assert (presentation.slide_width, presentation.slide_height) == (9144000, 6858000)
    assert "D9E8F5" in presentation.slide_masters[0]._element.xml
    titles = {section.title for section in packet.sections}
    shown = "\n".join(map(seen, presentation.slides))
    assert all(title in shown for title in titles)
    assert "Example of the department" not in shown
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        everything = b"".join(map(archive.read, names))
        types = archive.read("[Content_Types].xml")
    assert b"presentationml.presentation.main+xml" in types
    assert len(names) == len(set(names))
    assert b"Secret" not in everything and b"Example of the department" not in everything
    n_slides = sum(bool(re.fullmatch(r"ppt/slides/slide\d+\.xml", name)) for name in names)
    assert n_slides == len(presentation.slides)


@pytest.mark.parametrize("without", [PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.FOOTER])
def test_a_template_without_titles_or_feet_is_good_enough(without: PP_PLACEHOLDER):
    made = Presentation(io.BytesIO(template()))
    for holder in (*made.slide_masters, *made.slide_layouts):
        for placeholder in list(holder.placeholders):
            if placeholder.placeholder_format.type == without:
                placeholder._element.getparent().remove(placeholder._element)
    file = io.BytesIO()
    made.save(file)
    content = powerpoint.write(full_packet("nobody"), file.getvalue())
    assert all(full_packet("nobody").origin.line in seen(slide) for slide in slides(content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a PowerPoint presentation"),
        (b"%PDF-1.7", "is not a PowerPoint presentation"),
        (b"PK\x03\x04 and then nothing", "is not a PowerPoint presentation"),
        (template()[:-200], "is not a PowerPoint presentation"),
        (renamed(template(), "somethingElse"), "is not a PowerPoint presentation"),
        (
            template().replace(b"ppt/presentation.xml", b"ppt/presentatiom.xml"),
            "is not a PowerPoint presentation",
        ),
    ],
    # A template holds the time at which it was made: not the same for every worker.
    ids=["nothing", "PDF", "no ZIP", "cut off", "without content types", "without a presentation"],
)
def test_a_template_that_is_none_is_refused_in_words(content: bytes, words: str):
    with pytest.raises(ReportError, match=words) as why:
        powerpoint.write(full_packet("nobody"), content)
    assert "\n" not in str(why.value)


def test_a_word_document_is_no_template_and_macros_are_not_taken_over():
    with pytest.raises(ReportError, match="is not a PowerPoint presentation"):
        powerpoint.write(full_packet("nobody"), written("nobody", "docx"))
    plain = "vnd.openxmlformats-officedocument.presentationml.presentation"
    macros = renamed(template(), "vnd.ms-powerpoint.presentation.macroEnabled", of=plain)
    with pytest.raises(ReportError, match="holds macros"):
        powerpoint.write(full_packet("nobody"), macros)


def test_names_above_columns_stay_above_them_when_the_columns_are_parted():
    names = tuple(f"Figure number {number}" for number in range(6))
    told = TextTable(
        ("Dose", *("Here", "Published") * 6),
        [("By tier", *[""] * 12), (f"{INDENT}1 g/kg", *map(str, range(12)))],
        (("", 1), *((name, 2) for name in names)),
    )
    section = Section("overview", "Doses", (Table("Doses", told),))
    content = powerpoint.write(replace(full_packet("nobody"), sections=(section,)))
    found = {}
    for slide in slides(content)[1:-1]:
        (table,) = tables(slide)
        above, heads, heading, row = ([cell.text for cell in line.cells] for line in table.rows)
        assert heading[0] == "By tier"
        for place in range(1, len(heads), 2):
            assert table.cell(0, place).span_width == 2
            found[above[place]] = (heads[place : place + 2], row[place : place + 2])
    assert found == {
        name: (["Here", "Published"], [str(2 * place), str(2 * place + 1)])
        for place, name in enumerate(names)
    }
