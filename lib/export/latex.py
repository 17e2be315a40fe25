"""A table as LaTeX: booktabs, a caption, the notes below; any text in it compiles as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lib.export.label import Label
from lib.report.content import Table
from lib.tables import INDENT, TextTable
from lib.xml_text import plain

# A column whose longest cell has more characters breaks its lines.
MOST_UNBROKEN = 40
WIDE = "p{.3\\linewidth}"
HEAD = "% In the preamble: \\usepackage{booktabs}\n"
# Signs that mean something to LaTeX, and those that its usual fonts lack.
SIGNS = {
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "$": "\\$",
    "&": "\\&",
    "#": "\\#",
    "%": "\\%",
    "_": "\\_",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    "<": "\\textless{}",
    ">": "\\textgreater{}",
    "|": "\\textbar{}",
    '"': "''",
    "`": "\\textasciigrave{}",
    # Behind the end of a row these would be an option of it.
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{EN DASH}": "--",
    "\N{EM DASH}": "---",
    "\N{MINUS SIGN}": "$-$",
    "\N{MULTIPLICATION SIGN}": "$\\times$",
    "\N{LESS-THAN OR EQUAL TO}": "$\\leq$",
    "\N{GREATER-THAN OR EQUAL TO}": "$\\geq$",
    "\N{MATHEMATICAL LEFT ANGLE BRACKET}": "$\\langle$",
    "\N{MATHEMATICAL RIGHT ANGLE BRACKET}": "$\\rangle$",
    "\N{RIGHTWARDS ARROW}": "$\\rightarrow$",
    "\N{BLACK CIRCLE}": "$\\bullet$",
    "\N{WHITE CIRCLE}": "$\\circ$",
    "\N{CIRCLE WITH LEFT HALF BLACK}": "$\\odot$",
    "\N{MIDDLE DOT}": "$\\cdot$",
    "\N{LEFT DOUBLE QUOTATION MARK}": "``",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "''",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{HORIZONTAL ELLIPSIS}": "\\ldots{}",
}
# Between two signs, until each has been escaped.
APART = "\N{ZERO WIDTH SPACE}"
# Two of these in a row would become one other sign.
TWICE = re.compile(r"([-',?!])(?=[-',`?!])")


def table_latex(table: Table, label: Label) -> bytes:
    """The table as a float of its own, to be put into an article."""
    lines = [
        HEAD + "\\begin{table}",
        "\\centering",
        f"\\caption{{{escaped(table.title)}}}",
        f"\\begin{{tabular}}{{{_form(table.table)}}}",
        "\\toprule",
        *_heads(table.table),
        "\\midrule",
        *map(_row, table.table.rows),
        "\\bottomrule",
        "\\end{tabular}",
        *(f"\n\\par\\smallskip\\footnotesize {escaped(note)}" for note in table.notes),
        f"\n\\par\\smallskip\\footnotesize {escaped(label.line)}",
        "\\end{table}",
    ]
    return "\n".join([*lines, ""]).encode()


def escaped(text: str) -> str:
    """A text that LaTeX sets as it is."""
    apart = TWICE.sub(f"\\1{APART}", _without_marks(text))
    return "".join(SIGNS.get(sign, sign) for sign in apart).replace(APART, "{}")


def _without_marks(text: str) -> str:
    """An empty line would end the cell's paragraph; what has no width is left out."""
    return re.sub(r"[\t\n\v\f\r\x85\u2028\u2029]+", " ", plain(text)).replace(APART, "")


def _form(table: TextTable) -> str:
    columns = zip(*[table.columns, *table.rows], strict=True)
    longest = [max(map(len, cells)) for cells in columns]
    return "".join(
        WIDE if n > MOST_UNBROKEN else "l" if place == 0 else "r" for place, n in enumerate(longest)
    )


def _heads(table: TextTable) -> Iterator[str]:
    if table.groups:
        cells = [f"\\multicolumn{{{n}}}{{c}}{{{escaped(name)}}}" for name, n in table.groups]
        yield f"{' & '.join(cells)} \\\\"
    yield _row(table.columns)


def _row(cells: tuple[str, ...]) -> str:
    name, *others = cells
    first = f"\\quad {escaped(name.strip())}" if name.startswith(INDENT) else escaped(name)
    return f"{' & '.join([first, *map(escaped, others)])} \\\\"
