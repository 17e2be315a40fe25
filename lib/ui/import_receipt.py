"""What was read into a registry: said once more after it was taken in, with all that was odd."""

from dataclasses import dataclass, replace

import streamlit as st

from lib.figures import counted
from lib.registry.importer.reading import Reading
from lib.registry.sheets import DATE, SHEETS
from lib.ui import own_registry
from lib.ui.data import datasets, warehouse
from lib.ui.import_report import list_findings, show_understanding
from lib.ui.import_spellings import forget_spellings
from lib.ui.notice import as_text
from lib.view import DATASET

# In the session: what was offered for import last.
_RECEIPT = "import_receipt"


@dataclass(frozen=True)
class _Receipt:
    """``box`` is the key of the files' box: a later one tells that they were taken in.

    ``reading`` holds no rows, no examples and no dates any more. ``dataset`` and ``name`` are
    known once the registry is there.
    """

    box: str
    counts: str
    reading: Reading
    dataset: str = ""
    name: str = ""


def keep(reading: Reading, box: str) -> None:
    """Remember what is offered for import, until the next files are read."""
    st.session_state.pop(_RECEIPT, None)
    if reading.can_be_imported:
        st.session_state[_RECEIPT] = _Receipt(box, _counts(reading), _without_data(reading))


def delete_all() -> None:
    """Delete the session's own registry, and what is remembered of the files that it came from."""
    st.session_state.pop(_RECEIPT, None)
    forget_spellings()
    # Last: where that can't be recorded, all is deleted nevertheless.
    own_registry.delete()


def show(box: str) -> None:
    """Say what was taken in from an earlier box, as long as that registry is there."""
    receipt = st.session_state.get(_RECEIPT)
    if receipt is None or receipt.box == box:
        return
    if not receipt.dataset:
        name = warehouse().manifest.name
        receipt = replace(receipt, dataset=st.session_state[DATASET], name=name)
        st.session_state[_RECEIPT] = receipt
    if receipt.dataset not in datasets():
        st.session_state.pop(_RECEIPT)
        return
    st.success(
        f"{receipt.counts} are in **{as_text(receipt.name)}** now.", icon=":material/task_alt:"
    )
    if receipt.reading.findings:
        n_warnings = counted(f"{len(receipt.reading.findings):,}", "warning")
        with st.expander(f"{n_warnings} that you let stand", icon=":material/warning:"):
            list_findings(receipt.reading)
    show_understanding(receipt.reading)


def _counts(reading: Reading) -> str:
    patients, cycles = reading.tables["patients"], reading.tables["cycles"]
    n_centres = len(patients["centre"].unique())
    return (
        f"{counted(f'{patients.num_rows:,}', 'patient')}, "
        f"{counted(f'{cycles.num_rows:,}', 'cycle')} and "
        f"{counted(f'{n_centres:,}', 'centre')}"
    )


def _without_data(reading: Reading) -> Reading:
    dated = {
        (entry.sheet, entry.column)
        for entry in reading.interpretations
        if _is_date(*entry.target.split("."))
    }
    return replace(
        reading,
        interpretations=tuple(replace(each, examples=()) for each in reading.interpretations),
        findings=tuple(
            replace(each, value=None) if (each.sheet, each.column) in dated else each
            for each in reading.findings
        ),
        user_sheets=(),
        tables={},
    )


def _is_date(table: str, column: str) -> bool:
    return SHEETS[table].accepted[column].type == DATE
