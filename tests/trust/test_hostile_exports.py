"""Hostile texts in everything that can be taken away: they stay texts, wherever they are opened."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from lib.charts.overview import outcomes
from lib.cohort import Cohort
from lib.export.formats import CHART_FORMATS, TABLE_FORMATS, Format
from lib.export.label import Label
from lib.palette import LIGHT
from lib.report.content import Chart, Packet, Table
from lib.report.formats import FORMATS
from lib.tables import TextTable
from lib.warehouse import Warehouse, open_warehouse
from lib.xml_text import plain
from tests.export.test_delimited import is_formula
from tests.export.test_html_table import KNOWN
from tests.export.test_latex import TOKENS
from tests.export.test_markdown import cells_of as markdown_cells
from tests.report.packets import composed, made
from tests.trust.hostile import NAME, write_hostile
from tests.trust.payloads import FAMILIES, HELD, PAYLOADS, some_of_each

N_COLUMNS = 4
# Of the signs that the fonts of the program have for sure.
LAST_LATIN = "\u024f"
# As a browser reads HTML and XML.
RUNS = {"script", "iframe", "object", "embed", "foreignobject", "animate", "set", "base"}
OUTWARD = re.compile(r"evil\.example|javascript:|canary", re.IGNORECASE)
LABEL = Label(f"all patients: {PAYLOADS[0]}", f"{NAME}: Recorded data", "24884148")
"""A cohort and a registry whose words are payloads, too."""


def table_of(texts: tuple[str, ...]) -> Table:
    """A table of them: title, headings, cells and notes."""
    rows = [tuple(texts[at : at + N_COLUMNS]) for at in range(0, len(texts), N_COLUMNS)]
    rows = [row + ("",) * (N_COLUMNS - len(row)) for row in rows]
    return Table(texts[0], TextTable(texts[:N_COLUMNS], rows), tuple(texts[-3:]))


class Elements(HTMLParser):
    """The elements of a file, and what each attribute says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag if ("type", "application/json") not in attrs else "record")
        self.attributes += [(name, value or "") for name, value in attrs]

    def assert_nothing_runs_or_asks(self) -> None:
        assert not self.names & RUNS
        for name, value in self.attributes:
            assert not name.startswith("on"), (name, value)
            leads = name in {"href", "src", "srcset", "xlink:href", "style", "data", "background"}
            assert not (leads and OUTWARD.search(value)), (name, value)


def in_workbook(content: bytes) -> None:
    book = load_workbook(BytesIO(content))
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
        assert cell.data_type not in "fe", cell.value
        assert cell.hyperlink is None or cell.hyperlink.target is None
    assert not outside(content)


def in_office(content: bytes) -> None:
    assert not outside(content)
    with ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith(".xml"):
                for element in ElementTree.fromstring(archive.read(name)).iter():
                    if bare(element.tag) in {"instrText", "fldSimple"}:
                        told = f"{element.text} {element.attrib}"
                        assert not OUTWARD.search(told), told


def bare(name: str) -> str:
    """A name of XML without its namespace."""
    return name.split("}")[-1]


def outside(content: bytes) -> list[str]:
    """Where the parts of an Office file lead that are no parts of it, if a payload says so."""
    found = []
    with ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith(".rels"):
                links = ElementTree.fromstring(archive.read(name))
                found += [link.get("Target") for link in links if link.get("TargetMode")]
    return [target for target in found if OUTWARD.search(target)]


def in_csv(content: bytes) -> None:
    text = content.decode("utf-8-sig")
    [first] = csv.reader(io.StringIO(text.split("\r\n")[0]), delimiter=",")
    dialect = {"sep": ",", "decimal": "."} if len(first) > 1 else {"sep": ";", "decimal": ","}
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=dialect["sep"]):
        assert not [cell for cell in row if is_formula(cell, dialect)]


def in_html(content: bytes) -> None:
    found = Elements(content.decode())
    found.assert_nothing_runs_or_asks()
    assert found.names <= KNOWN


def in_svg(content: bytes) -> None:
    for element in ElementTree.fromstring(content).iter():
        assert bare(element.tag).lower() not in RUNS
        for name, value in element.attrib.items():
            assert not bare(name).startswith("on")
            assert not (bare(name) in {"href", "style"} and OUTWARD.search(value))


def in_latex(content: bytes) -> None:
    for line in content.decode().splitlines():
        if line.endswith("\\\\"):
            for cell in re.split(r"(?<!\\) ?& ?", line.removesuffix(r" \\")):
                assert TOKENS.fullmatch(cell.removeprefix("\\quad ")) or "multicolumn" in cell, cell


def in_markdown(content: bytes) -> None:
    rows = [line for line in content.decode().split("\n") if line.startswith("| ")]
    assert {len(markdown_cells(row)) for row in rows[2:]} <= {N_COLUMNS, 0}
    assert not re.search(r"(?<!\\)(?:\\\\)*<(?!small|/small|br)", "".join(rows))


def in_picture(content: bytes) -> None:
    assert content.startswith(b"\x89PNG")


CHECKS = {
    ".xlsx": in_workbook, ".docx": in_office, ".pptx": in_office, ".csv": in_csv, "_de.csv": in_csv,
    ".html": in_html, ".tex": in_latex, ".md": in_markdown, ".svg": in_svg, ".png": in_picture,
}  # fmt: skip


@pytest.mark.parametrize("form", TABLE_FORMATS, ids=lambda form: form.ending)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_table_of_them(form: Format, family: str):
    texts = FAMILIES[family]
    content = form.write(table_of(texts), LABEL)
    CHECKS[form.ending](content)


def test_words_are_words_in_a_document():
    content = next(form for form in TABLE_FORMATS if form.ending == ".docx").write(
        table_of(PAYLOADS), LABEL
    )
    cells = [cell.text for row in Document(BytesIO(content)).tables[0].rows for cell in row.cells]
    told = {"".join(cell.split()) for cell in cells}
    assert {"".join(plain(text).split()) for text in PAYLOADS} <= told | {""}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A registry of some of each family."""
    texts = dict.fromkeys((*some_of_each(3), *FAMILIES["writing"], *FAMILIES["control characters"]))
    texts = [text for text in texts if text in HELD]
    yield open_warehouse(write_hostile(tmp_path_factory.mktemp("hostile") / "registry", texts))


@pytest.mark.parametrize("form", CHART_FORMATS, ids=lambda form: form.ending)
def test_a_chart_of_them(source: Warehouse, form: Format):
    counts = source.records("overview/counts", cohort=Cohort().criteria)
    rows = [row for row in counts if row["field"] == "centre"]
    assert len(rows) > 20
    chart = Chart(PAYLOADS[0], outcomes(rows, "centre", LIGHT), PAYLOADS[1])
    CHECKS[form.ending](form.write(chart, LABEL))


@pytest.fixture(scope="module")
def packet(source: Warehouse) -> Packet:
    return made(composed(""), source=source, k=0)


def packet_of(folder: Path, texts: Sequence[str]) -> Packet:
    return made(composed(""), source=open_warehouse(write_hostile(folder, texts)), k=0)


def assert_pdf(packet: Packet) -> None:
    content = FORMATS["pdf"].write(packet)
    assert content.startswith(b"%PDF") and b"/JavaScript" not in content
    pages = PdfReader(BytesIO(content)).pages
    assert "\N{REPLACEMENT CHARACTER}" in "".join(page.extract_text() for page in pages)


def test_a_pdf_of_control_characters(tmp_path: Path):
    """No font has them: a mark stands in their place."""
    texts = [text for text in FAMILIES["control characters"] if text in HELD]
    assert_pdf(
        packet_of(tmp_path / "registry", [text for text in texts if max(text) <= LAST_LATIN])
    )


@pytest.mark.parametrize("name", ["html", "xlsx"])
def test_a_packet_of_them(packet: Packet, name: str):
    content = FORMATS[name].write(packet)
    if name == "html":
        Elements(content.decode()).assert_nothing_runs_or_asks()
    else:
        in_workbook(content)


@pytest.mark.long
def test_a_packet_of_all_of_them(tmp_path: Path):
    packet = packet_of(tmp_path / "all", HELD)
    for name in ("html", "xlsx", "docx", "pptx"):
        content = FORMATS[name].write(packet)
        if name == "html":
            Elements(content.decode()).assert_nothing_runs_or_asks()
        else:
            CHECKS[f".{name}"](content)
    latin = [text for text in HELD if max(text) <= LAST_LATIN]
    assert_pdf(packet_of(tmp_path / "latin", latin))
    print(  # noqa: T201
        f"hostile text: {len(PAYLOADS)} payloads in {len(TABLE_FORMATS)} formats of tables, "
        f"{len(HELD)} in packets of 4 formats, {len(latin)} in a PDF: 0 formulas, 0 scripts"
    )
