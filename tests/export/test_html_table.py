"""A table as a file of HTML: its cells, and no request."""

from html import escape
from html.parser import HTMLParser

from hypothesis import given

from lib.export.html_table import table_page
from tests.export.samples import GROUPED, LABEL, tables

# Elements that a table's file is made of: none of them asks anybody for anything.
KNOWN = {
    "html", "head", "meta", "title", "style", "body", "div", "table", "caption", "colgroup",
    "thead", "tbody", "tr", "th", "td", "small", "span", "p", "footer",
}  # fmt: skip


class Reader(HTMLParser):
    """Collects elements, attributes and the text of each cell."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.rows: list[list[str]] = []
        self.in_cell = False
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.in_cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.in_cell &= tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.rows[-1][-1] += data


@given(tables())
def test_any_table_is_a_file_without_scripts_and_requests(table):
    page = Reader(table_page(table, LABEL))
    assert page.elements <= KNOWN
    assert not page.attributes & {"src", "href", "onload", "onclick", "background"}
    assert len(page.rows) == len(table.table.rows) + 1


def test_it_says_what_it_holds():
    content = table_page(GROUPED, LABEL)
    page = Reader(content)
    assert page.rows[3] == ["female", "12", "7", "+0.50", "-5"]
    assert page.rows[4] == list(GROUPED.table.rows[2])
    assert escape(LABEL.line) in content.decode()
    assert GROUPED.notes[0] in content.decode()
    assert "default-src 'none'" in content.decode()
