"""Markdown: each row has its cells, and each cell its text."""

import re

from hypothesis import given

from lib.export.markdown import BREAKS, escaped, table_markdown
from lib.tables import INDENT
from tests.export.samples import GROUPED, LABEL, hostile, tables


def cells_of(row: str) -> list[str]:
    """The cells as GitHub splits them: at every pipe without a backslash."""
    found = re.findall(r"(?:\\.|[^|\\])+", row.strip().removeprefix("|").removesuffix("|"))
    return [cell.strip(" ") for cell in found]


def read(cell: str) -> str:
    return re.sub(r"\\(.)", r"\1", cell)


def shown(text: str) -> str:
    return BREAKS.sub(" ", text).strip(" ")


def table_of(content: bytes) -> list[str]:
    return [line for line in content.decode().split("\n") if line.startswith("| ")]


@given(hostile)
def test_a_text_is_shown_as_it_is(text: str):
    told = escaped(text)
    assert read(told) == shown(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[|<`*_]", told)


@given(tables())
def test_any_table_has_as_many_cells_as_before(table):
    head, rule, *rows = table_of(table_markdown(table, LABEL))
    assert set(rule) <= set("| -:")
    assert len(rows) == len(table.table.rows)
    for row, printed in zip(rows, table.table.rows, strict=True):
        name, *cells = cells_of(row)
        assert [read(cell) for cell in cells] == [shown(text) for text in printed[1:]]
        plain = printed[0].removeprefix(INDENT)
        assert read(name.removeprefix("&emsp;")).strip(" ") == shown(plain)
        assert name.startswith("&emsp;") == printed[0].startswith(INDENT)
    assert len(cells_of(head)) == len(table.table.columns)


def test_a_table_as_it_is_read():
    lines = table_markdown(GROUPED, LABEL).decode().splitlines()
    assert lines[0] == "**Responders**"
    assert lines[2].startswith("| Group | Patients: Here | Patients: Published |")
    assert lines[5] == "| &emsp;female | 12 | 7 | +0.50 | -5 |"
    assert lines[-1].startswith("*6 of 32 patients: dermatomyositis · A series")
