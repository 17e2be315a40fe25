"""Figures and texts that exports are tried with."""

from hypothesis import strategies as st

from lib.export.label import Label
from lib.report.content import Table
from lib.tables import INDENT, TextTable
from lib.xml_text import FORBIDDEN

LABEL = Label("6 of 32 patients: dermatomyositis", "A series: Recorded data", "24884148")
# What a file can hold as it is.
words = st.text(max_size=30).filter(lambda text: not FORBIDDEN.search(text))
# As people write it to make a program do something.
HOSTILE = (
    "=1+1", "+A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''+1", "=cmd|' /C calc'!A0", "#N/A",
    "_x0041_", "a|b", "\\|", "`x`", "<script>alert(1)</script>", "&amp;", "$x^2$", "100%", "a_b",
    "{", "}}", "\\end{tabular}", "\\\\", "[1]", "*", "~", "# not a heading", "- item", "a\nb",
    "-5", "-0.5", "12", "007", "1.50", "6 ⟨4–9⟩", "+9 (−12 to 31)", "−3", "< 0.001", "90% (75–98)",
)  # fmt: skip
hostile = st.one_of(words, st.sampled_from(HOSTILE))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Any table: titles, notes and cells hold any text; some rows are indented."""
    n_columns = draw(st.integers(1, 4))
    row = st.lists(hostile, min_size=n_columns, max_size=n_columns).map(tuple)
    rows = [
        (INDENT + name, *cells) if draw(st.booleans()) else (name, *cells)
        for name, *cells in draw(st.lists(row, max_size=5))
    ]
    notes = tuple(draw(st.lists(hostile, max_size=2)))
    return Table(draw(hostile), TextTable(draw(row), rows), notes)


GROUPED = Table(
    "Responders",
    TextTable(
        ("Group", "Here", "Published", "Here", "Published"),
        [
            ("Sex", "", "", "", ""),
            (f"{INDENT}female", "12", "7", "+0.50", "-5"),
            ("All", "20", "–", "3/4", "6 ⟨4–9⟩"),
        ],
        (("", 1), ("Patients", 2), ("Share", 2)),
    ),
    ("⟨lowest–highest⟩: range over versions.",),
)
