"""How files were understood, what is to be answered, and what is to be mended."""

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib.registry.importer.finding import Finding
from lib.registry.importer.options import DATE_FORMATS, DECIMALS, DELIMITERS, ENCODINGS, Options
from lib.registry.importer.reading import Question, Reading
from lib.ui.import_spellings import forget_spellings, spellings
from lib.ui.notice import as_text
from lib.ui.prose import note
from lib.ui.templates import XLSX

BY_ITSELF = "from the file"
DATE_WORDS = {
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "ymd": "year, month, day",
}
# In the session: the reader's answers, by sheet and column.
_ANSWERS = "import_answers"


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
    answers = dict(st.session_state.get(_ANSWERS, {}))
    said = {"answers": answers, "spellings": spellings()}
    return Options(decimal, date_format, encoding, delimiter, **said)


def ask(questions: Sequence[Question]) -> None:
    """Draw what only the reader can know, one choice a column."""
    if not questions:
        return
    st.subheader("What only you can know")
    for question in questions:
        choices = dict(question.choices)
        place = (question.sheet, question.column)
        key = f"import_answer_{question.sheet}_{question.column}"
        st.radio(
            as_text(
                f"{question.sheet}, {question.column}: how is “{question.example}” in row "
                f"{question.row} meant?"
            ),
            list(choices),
            index=None,
            format_func=lambda answer, words=choices: as_text(words[answer]),
            horizontal=True,
            key=key,
            on_change=_answer,
            args=(place, key),
        )


def _answer(place: tuple[str, str], key: str) -> None:
    answers = st.session_state.get(_ANSWERS, {})
    st.session_state[_ANSWERS] = answers | {place: st.session_state[key]}


def forget_answers() -> None:
    """Let go of what was said of columns: other files have others."""
    st.session_state.pop(_ANSWERS, None)
    forget_spellings()


def show_understanding(reading: Reading) -> None:
    """Draw how each sheet and each column was read, with examples."""
    with st.expander("How your columns were understood", icon=":material/translate:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "Sheet": entry.sheet,
                    "Column": entry.column,
                    "Read as": entry.target,
                    "How": entry.reading,
                    "Your own decision": _pairs(entry.decided),
                    "For example": _pairs(entry.examples),
                }
                for entry in reading.interpretations
            ),
            hide_index=True,
        )
        note(
            " ".join(
                f"{sheet.sheet}: {sheet.n_rows} rows, {sheet.n_imported} understood, "
                f"{sheet.n_reported} reported, {sheet.n_empty} empty."
                for sheet in reading.sheets
            )
        )


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    """What stands there, and what it was read as."""
    return " · ".join(map(" → ".join, pairs))


def show_findings(reading: Reading) -> None:
    """Draw what is wrong or odd, counted by rule and narrowed by the reader, and offer it."""
    findings = reading.findings
    if not findings:
        st.success("Nothing is wrong in these sheets.", icon=":material/task_alt:")
        return
    counts = Counter((finding.severity, finding.rule) for finding in findings)
    labels = {
        f"{severity}: {rule.replace('_', ' ')} ({n})": (severity, rule)
        for (severity, rule), n in sorted(counts.items())
    }
    st.subheader("What to mend")
    chosen = st.selectbox(
        "Rule", list(labels), index=None, placeholder="All findings", key="import_rule"
    )
    shown = [
        finding
        for finding in findings
        if chosen is None or (finding.severity, finding.rule) == labels[chosen]
    ]
    st.dataframe(findings_table(shown), hide_index=True, height=min(420, 38 + 35 * len(shown)))
    st.download_button(
        "Findings as Excel, with your cells marked",
        reading.findings_workbook,
        file_name="findings.xlsx",
        mime=XLSX,
        key="import_findings",
        on_click="ignore",
        icon=":material/download:",
    )


def findings_table(findings: Sequence[Finding]) -> pd.DataFrame:
    """The findings as a table, errors first."""
    order = sorted(findings, key=lambda finding: finding.severity != "error")
    return pd.DataFrame(
        {
            "": finding.severity,
            "Sheet": finding.sheet,
            "Row": finding.row,
            "Column": finding.column,
            "Value": finding.value,
            "What is wrong": finding.message,
            "How to mend it": finding.mend,
        }
        for finding in order
    ).astype({"Row": "Int64"})
