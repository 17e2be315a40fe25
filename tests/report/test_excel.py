"""The packet as a workbook, opened again: every figure is the packet's, and nothing is hidden."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from lib.export.delimited import LAYER, chart_frame
from lib.export.workbook import text_of
from lib.registry.dictionary import dictionary
from lib.report.content import Chart, Packet, Table
from lib.report.excel import read_record, write
from lib.report.public import ids_in
from lib.report.sections import SECTIONS
from lib.report.subject import EVERYBODY, ReportError, Subject
from lib.tables import INDENT
from tests.report.packets import FOLDERS, VIEWS, composed, full_packet, made, opened, written


@pytest.fixture(scope="module", params=VIEWS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def packet(name: str) -> Packet:
    return full_packet(name)


@pytest.fixture(scope="module")
def content(name: str) -> bytes:
    return written(name, "xlsx")


@pytest.fixture(scope="module")
def workbook(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def numbered(packet: Packet) -> dict[str, Chart | Table]:
    """Each figure by the number at the beginning of its sheet's name."""
    return {
        f"{number}.{place}": figure
        for number, section in enumerate(packet.sections, start=1)
        for place, figure in enumerate(section.figures, start=1)
    }


def sheet_of(workbook: Workbook, number: str):
    return next(sheet for sheet in workbook if sheet.title.startswith(f"{number} "))


def test_every_figure_has_a_sheet_and_the_contents_lead_to_it(packet: Packet, workbook: Workbook):
    names = workbook.sheetnames
    assert names[0] == "Contents"
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 31 for name in names)
    assert set(numbered(packet)) == {n.split()[0] for n in names if re.match(r"\d+\.\d+ ", n)}
    links = [cell.hyperlink for row in workbook["Contents"] for cell in row if cell.hyperlink]
    assert all(link.target is None for link in links)
    targets = [link.location.removeprefix("'").removesuffix("'!A1") for link in links]
    assert [name.replace("''", "'") for name in targets] == names[1:-1]


def test_every_cell_of_a_table_is_the_one_of_the_packet(packet: Packet, workbook: Workbook):
    n_numbers = 0
    for number, figure in numbered(packet).items():
        if isinstance(figure, Chart):
            continue
        first = 4 if figure.table.groups else 3
        rows = sheet_of(workbook, number).iter_rows(min_row=first, values_only=True)
        for printed, row in zip(figure.table.rows, rows, strict=False):
            assert text_of(row[0]) == printed[0].removeprefix(INDENT)
            for text, value in zip(printed[1:], row[1:], strict=False):
                if isinstance(value, str) or value is None:
                    assert text_of(value) == text
                else:
                    n_numbers += 1
                    assert value == float(text.replace("−", "-"))
    assert n_numbers or not list(numbered(packet))


def test_behind_every_chart_stand_its_rows(packet: Packet, workbook: Workbook):
    for number, figure in numbered(packet).items():
        if isinstance(figure, Table):
            continue
        # The names of rows stand with their marks.
        drawn = [row for row in chart_frame(figure).to_dict("records") if row.get(LAYER) != "rows"]
        heads, *rows = sheet_of(workbook, number).iter_rows(min_row=2, values_only=True)
        heads = [head for head in heads if head]
        assert not {"x", "y", "color", "fill_opacity", "n_patients_lowest"} & {*heads}
        # A row that only places a mark has none.
        rows = rows[: next(at for at, row in enumerate(rows) if not any(row))]
        assert 0 < len(rows) <= len(drawn)
        known = {value for row in drawn for value in row.values() if value is not None}
        known |= {each.replace("|", ", ") for each in known if isinstance(each, str)}
        values = [value for row in rows for value in row if value is not None]
        assert {text_of(each) if isinstance(each, str) else each for each in values} <= known
        for name, told in (("n_patients", "patients (count)"), ("statement", "statement")):
            if name in drawn[0]:
                at = heads.index(told)
                # What is not known is no number, and unlike itself.
                wanted = [row[name] for row in drawn if row[name] and row[name] == row[name]]
                assert [row[at] for row in rows if row[at]] == wanted


def test_nothing_is_a_formula_or_leads_out_of_the_file(content: bytes, workbook: Workbook):
    assert not any(
        cell.data_type in "fe" for sheet in workbook for row in sheet.iter_rows() for cell in row
    )
    with ZipFile(BytesIO(content)) as file:
        assert not any("externalLink" in name or "vba" in name for name in file.namelist())
        relations = [file.read(name) for name in file.namelist() if name.endswith(".rels")]
    assert not any(b"External" in each for each in relations)


def test_it_says_where_it_comes_from_what_was_asked_and_what_columns_mean(
    packet: Packet, workbook: Workbook
):
    rows = {row[:2] for row in workbook["Where it is from"].iter_rows(values_only=True)}
    assert set(packet.origin.rows) <= rows
    sql = "\n".join(text_of(row[0]) for row in workbook["SQL"].iter_rows(values_only=True))
    questions = [question for section in packet.sections for question in section.questions]
    assert questions
    assert all(question.sql.rstrip() in sql for question in questions)
    meanings = list(workbook["Dictionary"].iter_rows(min_row=3, values_only=True))
    assert [row[1] for row in meanings[: len(dictionary().rows)]] == [
        row[1] for row in dictionary().rows
    ]
    method = "\n".join(text_of(row[2]) for row in workbook["Method"].iter_rows(values_only=True))
    assert all(section.comment in method for section in packet.sections)
    notes = [note for figure in numbered(packet).values() for note in figure.notes]
    assert all(note in method for note in notes)
    for number in numbered(packet):
        cells = [text_of(row[0]) for row in sheet_of(workbook, number).iter_rows(values_only=True)]
        assert packet.origin.line in cells[-1]
        assert packet.origin.cohort in cells[-1]


def test_the_record_comes_back_as_it_was_and_is_not_seen(
    packet: Packet, content: bytes, workbook: Workbook
):
    assert workbook["record"].sheet_state == "veryHidden"
    assert workbook.active.title == "Contents"
    assert read_record(content) == packet.record
    assert packet.record


def test_sheets_can_be_read_and_printed(packet: Packet, workbook: Workbook):
    for number in numbered(packet):
        sheet = sheet_of(workbook, number)
        assert sheet.freeze_panes
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows


@pytest.mark.parametrize(("k", "n_left"), [(0, 261), (5, "260–264")])
def test_of_recorded_data_nothing_is_said_of_versions(k: int, n_left: int | str):
    """What is open of a registry that is shared outside is so by its steps, and said once."""
    sections = ("cohort", "response", "comparison")
    packet = made(composed("diagnosis=dermatomyositis", *sections), "demo_registry", k=k)
    figures = numbered(packet)
    workbook = load_workbook(BytesIO(write(packet)))
    told = "\n".join(
        text_of(cell.value)
        for number in figures
        for row in sheet_of(workbook, number).iter_rows()
        for cell in row
    )
    assert "reconstructed" not in told
    assert "over the versions" not in told
    steps = next(at for at, each in figures.items() if each.title.startswith("Which criterion"))
    heads, _, left = sheet_of(workbook, steps).iter_rows(min_row=2, max_row=4, values_only=True)
    assert dict(zip(heads, left, strict=True))["patients (count)"] == n_left
    differences = [each for each in figures.values() if each.title.startswith("Shares of patients")]
    assert [any("in steps of 5" in note for note in each.notes) for each in differences] == [k > 0]


@pytest.mark.parametrize("dataset", FOLDERS)
def test_behind_the_charts_of_a_public_packet_no_row_names_a_patient(dataset: str):
    names = [name for name, kind in SECTIONS.items() if not kind.names_patients]
    packet = made(composed("", *names, is_public=True), dataset)
    ids = ids_in(Subject(opened(FOLDERS[dataset]), dataset, 0, {}, EVERYBODY))
    workbook = load_workbook(BytesIO(write(packet)))
    for sheet in workbook:
        cells = {text_of(cell.value) for row in sheet.iter_rows() for cell in row}
        assert not ids.are_in("\n".join(cells)), sheet.title


@pytest.mark.parametrize("broken", [b"", b"no workbook", b"PK\x03\x04broken"])
def test_a_file_without_a_record_is_refused_in_a_sentence(broken: bytes):
    with pytest.raises(ReportError, match="no record"):
        read_record(broken)


def test_another_workbook_has_no_record():
    file = BytesIO()
    Workbook().save(file)
    with pytest.raises(ReportError, match="no record"):
        read_record(file.getvalue())
