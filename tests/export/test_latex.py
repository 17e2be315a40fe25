"""LaTeX: whatever a table holds, it compiles, and to that."""

import re

from hypothesis import example, given

from lib.export.latex import SIGNS, escaped, table_latex
from tests.export.samples import GROUPED, LABEL, hostile, tables

# All that LaTeX may be told by a text: escaped signs, and groups that hold one sign or none.
TOKENS = re.compile(
    r"(?:\\(?:text\w+|ldots)\{\}|\\[{}$&#%_]|\$(?:-|\\[a-z]+)\$|\{[\[\]*]\}|\{\}|~|``"
    r"|[^\\{}$&#%_^~<>|\"\[\]*`\n\r])*"
)
BACK = {told: sign for sign, told in SIGNS.items()}


def cells_of(row: str) -> list[str]:
    return re.split(r"(?<!\\) ?& ?", row.removesuffix(r" \\"))


def rows_of(text: str) -> list[str]:
    inner = text[text.index("\\toprule\n") : text.index("\\bottomrule")]
    return [line for line in inner.splitlines() if line.endswith("\\\\")]


@given(hostile)
def test_a_text_tells_latex_nothing(text: str):
    assert TOKENS.fullmatch(escaped(text))


@given(hostile.filter(lambda text: not re.search(r"[\s“”’\"`'\u200b]", text)))
@example("—")
@example("a–-—b")
@example("<-")
@example("{}-")
def test_a_text_is_set_as_it_is(text: str):
    parts = sorted(filter(lambda told: told not in "-'", BACK), key=len, reverse=True)
    # A sign that is told by a command keeps the group behind it; other groups keep signs apart.
    pattern = re.compile("|".join(map(re.escape, parts)) + r"|\{\}(?=[-',?!`])")
    told = pattern.sub(lambda match: BACK.get(match[0], ""), escaped(text))
    assert in_hyphens(told) == in_hyphens(text)


def in_hyphens(text: str) -> str:
    """Dashes as LaTeX writes them; as many hyphens have empty groups between them."""
    return text.replace("—", "---").replace("–", "--")


@given(tables())
def test_a_table_has_its_cells_and_its_braces_are_balanced(table):
    text = table_latex(table, LABEL).decode()
    rows = rows_of(text)
    assert len(rows) == len(table.table.rows) + 1
    assert {len(cells_of(row)) for row in rows} == {len(table.table.columns)}
    bare = re.sub(r"\\[{}\\]", "", text)
    depth = 0
    for sign in bare:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert text.count("\\begin{") == text.count("\\end{") == 2


def test_numbers_groups_notes_and_what_it_is():
    text = table_latex(GROUPED, LABEL).decode()
    assert "\\usepackage{booktabs}" in text
    assert "\\caption{Responders}" in text
    assert "\\multicolumn{1}{c}{} & \\multicolumn{2}{c}{Patients}" in text
    assert "\\quad female & 12 & 7 & +0.50 & -5 \\\\" in text
    assert "All & 20 & -- & 3/4 & 6 $\\langle$4--9$\\rangle$ \\\\" in text
    assert escaped(LABEL.line) in text
    assert escaped(GROUPED.notes[0]) in text
