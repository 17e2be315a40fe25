"""How files were understood, and what is to be mended or looked at."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from lib.export.mime import XLSX
from lib.markup import cards_html
from lib.registry.importer.finding import Finding
from lib.registry.importer.mistakes import Mistake, mistakes, rows_in_words
from lib.registry.importer.options import DATE_FORMATS, DECIMALS, DELIMITERS, ENCODINGS, Options
from lib.registry.importer.reading import Interpretation, Reading
from lib.registry.language import column_in_both
from lib.ui.import_questions import answers
from lib.ui.import_spellings import spellings
from lib.ui.prose import note

BY_ITSELF = "from the file"
# Columns, and their shares of the width.
FINDINGS = {"Where": 22, "What stands there": 14, "What is wrong": 37, "How to mend it": 27}
COLUMNS = {
    "Your column": 22,
    "Read as": 28,
    "How": 16,
    "Your own decision": 14,
    "For example": 20,
}
# More than anybody mends one by one; the file with the findings has them all.
MOST_SHOWN = 100
IN_THE_WAY = "Mend these in your own file, and upload it again. Errors stand first."
NOT_IN_THE_WAY = (
    "Nothing of this stands in the way. Look whether it is as you mean it; what is not, mend in "
    "your own file and upload it again."
)


def choose_options() -> Options:
    """Draw what can be said in advance, and give it with the answers given so far."""
    with st.expander("If the file is read wrongly", icon=":material/tune:"):
        columns = st.columns(4)
        chosen = [
            column.selectbox(label, [BY_ITSELF, *values], format_func=str, key=f"import_{key}")
            for column, (label, key, values) in zip(
                columns,
                (
                    ("Decimal mark", "decimal", DECIMALS),
                    ("Dates", "date_format", DATE_FORMATS),
                    ("Encoding (CSV)", "encoding", ENCODINGS),
                    ("Separator (CSV)", "delimiter", DELIMITERS),
                ),
                strict=True,
            )
        ]
    decimal, date_format, encoding, delimiter = (
        None if value == BY_ITSELF else value for value in chosen
    )
    said = {"answers": answers(), "spellings": spellings()}
    return Options(decimal, date_format, encoding, delimiter, **said)


def show_understanding(reading: Reading) -> None:
    """Draw how each sheet and each column was read, with examples."""
    with st.expander("How your columns were understood", icon=":material/translate:"):
        rows = [_as_understood(reading, entry) for entry in reading.interpretations]
        st.html(cards_html("How your columns were understood", COLUMNS, rows))
        note(" ".join(reading.sheets_in_words()))


def _as_understood(reading: Reading, entry: Interpretation) -> tuple[str, ...]:
    return (
        f"{_sheet(reading, entry.sheet)}, {entry.column}",
        column_in_both(*entry.target.split(".")),
        entry.reading,
        _pairs(entry.decided),
        _pairs(entry.examples),
    )


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    """What stands there, and what it was read as."""
    return " · ".join(map(" → ".join, pairs))


def _sheet(reading: Reading, sheet: str) -> str:
    """A sheet as the reader knows it: with its file, if there are several."""
    files = {each.sheet: each.file for each in reading.sheets}
    file = files.get(sheet, "")
    is_told = len(set(files.values())) < 2 or file in sheet or file.rpartition(".")[0] == sheet
    return sheet if is_told or not file else f"{sheet} ({file})"


def show_findings(reading: Reading) -> None:
    """Draw what is wrong or odd, and offer it as a file with the cells marked."""
    if not reading.findings:
        st.success("Nothing is wrong in these sheets.", icon=":material/task_alt:")
        return
    st.subheader("What to mend" if reading.errors else "What to look at")
    note(IN_THE_WAY if reading.errors else NOT_IN_THE_WAY)
    list_findings(reading)
    st.download_button(
        "Findings as Excel, with your cells marked",
        reading.findings_workbook,
        file_name="findings.xlsx",
        mime=XLSX,
        key="import_findings",
        on_click="ignore",
        icon=":material/download:",
    )


def list_findings(reading: Reading) -> None:
    """Draw the findings, narrowed by the reader to a rule."""
    shown = mistakes(_chosen(reading.findings))
    rows = [_as_cells(reading, mistake) for mistake in shown[:MOST_SHOWN]]
    forms = [mistake.severity for mistake in shown[:MOST_SHOWN]]
    st.html(cards_html("Findings", FINDINGS, rows, forms))
    if len(shown) > MOST_SHOWN:
        note(
            f"{len(shown) - MOST_SHOWN:,} more are not listed here. Choose a single rule above, or "
            "take the findings as an Excel file: it has all of them."
        )


def _chosen(findings: Sequence[Finding]) -> Sequence[Finding]:
    counts = Counter((finding.severity, finding.rule) for finding in findings)
    if len(counts) < 2:
        return findings
    labels = {
        f"{severity}: {rule.replace('_', ' ')} ({n:,})": (severity, rule)
        for (severity, rule), n in sorted(counts.items())
    }
    chosen = st.selectbox(
        "Show", list(labels), index=None, placeholder="all findings", key="import_rule"
    )
    if chosen is None:
        return findings
    return [each for each in findings if (each.severity, each.rule) == labels[chosen]]


def _as_cells(reading: Reading, mistake: Mistake) -> tuple[str, ...]:
    place = (_sheet(reading, mistake.sheet), mistake.column, rows_in_words(mistake.rows))
    return (
        f"{mistake.severity.capitalize()}: {', '.join(filter(None, place))}",
        mistake.value or "",
        mistake.message,
        mistake.mend,
    )
