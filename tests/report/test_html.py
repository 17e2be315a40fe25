"""The packet as HTML: read back as a reader's browser reads it."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from lib.report.content import Chart, Table
from lib.report.html import read_record, write
from lib.report.subject import ReportError
from tests.report.packets import HOSTILE, VIEWS, bare, figures, full_packet, small, texts, written


class Reader(HTMLParser):
    """The texts of a file, the cells of its tables, and every address that it names."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tables: list[list[str]] = []
        self.images: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.scripts: list[str] = []
        self.words = ""
        self._inside: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.addresses += [given[name] for name in ("href", "src", "xlink:href") if name in given]
        if tag == "script":
            self.scripts.append(given.get("type"))
        if given.get("role") == "img":
            self.images.append(given["aria-label"])
        if tag == "table":
            self.tables.append([])
        if tag in {"th", "td"}:
            self.tables[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if {"script", "style"} & set(self._inside[-1:]):
            return
        self.words += data
        if {"th", "td"} & set(self._inside):
            self.tables[-1][-1] += data


@pytest.mark.parametrize("name", VIEWS)
def test_every_cell_stands_in_its_table(name: str):
    found = [[bare(cell) for cell in cells if bare(cell)] for cells in
             Reader(written(name, "html")).tables]  # fmt: skip
    expected = [
        [
            bare(cell)
            for cell in (
                *(name for name, _ in each.table.groups),
                *each.table.columns,
                *(cell for row in each.table.rows for cell in row),
            )
            if bare(cell)
        ]
        for each in figures(full_packet(name), Table)
    ]
    assert found == expected


@pytest.mark.parametrize("name", VIEWS)
def test_every_title_comment_note_and_query_is_told(name: str):
    words = bare(Reader(written(name, "html")).words)
    assert [text for text in texts(full_packet(name)) if bare(text) not in words] == []


@pytest.mark.parametrize("name", VIEWS)
def test_every_chart_is_a_drawing_that_says_what_it_shows(name: str):
    assert Reader(written(name, "html")).images == [
        chart.alt for chart in figures(full_packet(name), Chart)
    ]


@pytest.mark.parametrize("name", VIEWS)
def test_no_two_elements_have_the_same_id_and_every_reference_finds_its_own(name: str):
    content = written(name, "html")
    ids = Reader(content).ids
    assert len(ids) == len(set(ids))
    referred = re.findall(r"url\(#([^)]+)\)|href='#([^']+)'", content.decode())
    assert {first or second for first, second in referred} <= set(ids)


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_but_the_link_to_the_view_leads_out(name: str):
    packet, found = full_packet(name), Reader(written(name, "html"))
    outside = {address for address in found.addresses if not address.startswith("#")}
    assert outside == {packet.origin.link}
    assert found.scripts == ["application/json"]


@pytest.mark.parametrize("name", VIEWS)
def test_the_record_comes_back(name: str):
    record = read_record(written(name, "html"))
    assert json.loads(record) == json.loads(full_packet(name).record)


def test_a_record_that_holds_markup_comes_back():
    record = json.dumps({"title": "</script><!--<script>" + HOSTILE, "slash": "\\u003c"})
    content = write(replace(small(), record=record))
    assert json.loads(read_record(content)) == json.loads(record)
    assert Reader(content).scripts == ["application/json"]


@pytest.mark.parametrize("content", [b"", b"<p>", b"\xff\xfe%PDF", b"<script>{}</script>"])
def test_a_file_without_a_record_is_said_to_have_none(content: bytes):
    with pytest.raises(ReportError, match="no record"):
        read_record(content)


def test_a_view_without_the_address_of_a_server_is_no_link():
    packet = small()
    for link in ("?dataset=case_series", "javascript:alert(1)"):
        content = write(replace(packet, origin=replace(packet.origin, link=link)))
        outside = [each for each in Reader(content).addresses if not each.startswith("#")]
        assert outside == []
        assert link in Reader(content).words
