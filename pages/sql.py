"""SQL: a question of the reader's own to the present dataset, within limits."""

import streamlit as st

from lib.charts.own_query import MARKS, own_chart
from lib.errors import QueryRefusedError
from lib.own_query import MAX_ROWS, MAX_SECONDS, Answer
from lib.own_query_child import MAX_ANSWER_MB
from lib.ui import own_query
from lib.ui.chart import draw_chart
from lib.ui.cohort_state import need_frame
from lib.ui.data import warehouse
from lib.ui.frame import show_error
from lib.ui.look import palette
from lib.ui.prose import heading, note
from lib.ui.shown import show_rows
from lib.ui.takeaway import download_buttons, take_away

TITLE = "Own query"
WHOM = "whom the query asks for; the filter does not narrow it"
EXAMPLE = """\
select
    diagnosis_group,
    count(*) as n_patients,
    median(n_cycles) as median_n_cycles
from patient_facts
where imputation = (select min(imputation) from patient_facts)
group by diagnosis_group
order by n_patients desc
"""
RULES = (
    f"One SELECT in DuckDB's SQL, stopped after {MAX_SECONDS:g} seconds and cut at {MAX_ROWS:,} "
    f"rows or {MAX_ANSWER_MB} MB. It runs on a locked copy in memory: nothing here can change the "
    "data or reach a file. The filter on the left does not narrow your query."
)
VERSIONS = (
    "This dataset has {m} versions of each patient: a query without `where imputation = 1` counts "
    "every patient {m} times. A figure of one version is not what the publication says."
)


def main() -> None:
    """Draw the editor beside the tables, and the answer below."""
    need_frame()
    heading("What else do you want to know?")
    own_query.refuse_if_shared()
    editor, tables = st.columns([3, 1], gap="medium")
    with editor:
        text = own_query.edited(EXAMPLE)
        is_clicked = st.button("Run", icon=":material/play_arrow:", key="sql_run")
        versions = warehouse().manifest.imputations
        note(RULES + (f" {VERSIONS.format(m=versions)}" if versions else ""))
    with tables:
        own_query.show_tables()
    if is_clicked or not own_query.last_asked():
        own_query.run(text)
    show_outcome(own_query.last_asked(), text)


def show_outcome(asked: own_query.Asked, text: str) -> None:
    """Draw what came of the last query, and say if it is not that of the editor."""
    if asked.data_version != warehouse().manifest.version:
        note("Not asked of this dataset yet: Run asks it.")
        return
    if asked.text != text:
        note("The query was changed since: below is the answer to the one before, until you Run.")
    if isinstance(asked.outcome, QueryRefusedError):
        show_error(asked.outcome)
    else:
        show_answer(asked.outcome)


def show_answer(answer: Answer) -> None:
    """Draw the rows as a table, or as a chart of two of their columns, and offer them."""
    rows, is_cut = answer
    more = " (there are more; the rest was cut)" if is_cut else ""
    st.markdown(f"**{len(rows):,} rows**{more}")
    if rows.empty:
        return
    view = st.segmented_control(
        "Show as", ["Table", *MARKS], default="Table", required=True, key="sql_view"
    )
    if view == "Table":
        show_rows(TITLE, rows)
        st.dataframe(rows, hide_index=True)
    else:
        names = list(rows.columns)
        x = st.selectbox("Horizontal", names, key="sql_x")
        y = st.selectbox("Vertical", names, index=len(names) - 1, key="sql_y")
        draw_chart(own_chart(rows, view, x, y, palette()))
    download_buttons(TITLE, rows)
    take_away(whom=WHOM)


main()
