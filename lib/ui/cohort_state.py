"""Which registry and cohort this session looks at: the URL is the state.

It survives a change of page.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

import streamlit as st

from lib.ask import size_of
from lib.cohort import (
    FIELDS,
    PARAMETERS,
    Cohort,
    FilterField,
    allowed_values,
    cohort_from_url,
)
from lib.datasets import DEFAULT_DATASET, OWN
from lib.figures import format_figure
from lib.ui.data import dataset, datasets, records, warehouse
from lib.ui.disclosure import threshold
from lib.ui.named_cohorts import named_params, read_named_cohorts
from lib.ui.remembered import forget_all
from lib.ui.streamlit_internals import forget_pages_directory, is_opened_from_history
from lib.view import BESIDE, DATASET, NAMED

# What the parameter ``beside`` says.
ON = "1"
VIEW_PARAMETERS = (DATASET, BESIDE, NAMED, *PARAMETERS)
# The cohorts before the last changes of the filter, in the session; as many as anybody goes back.
EARLIER = "earlier_cohorts"
MOST_EARLIER = 50
# All that the pages write themselves is shorter: ten named cohorts, a packet and a filter.
MAX_LINK_CHARACTERS = 32_000
# In the session: the view that the next run shows and then puts into the URL.
_UNWRITTEN = "unwritten_view"
# In the session: sentences of runs that ended before they showed them, on the way to another page.
_UNSAID = "unsaid_notices"
OWN_IS_GONE = (
    "The link asks for a registry of your own, which was kept in the memory of one session only "
    "and is gone, so the published series is shown. Import it again on the page Import."
)


def size(cohort: Cohort) -> dict:
    """How many patients a cohort has of the registry on the screen, see `lib.ask.size_of`."""
    return size_of(warehouse(), threshold(warehouse()), cohort)


def count_in_words(cohort: Cohort) -> str:
    """``12 of 32 patients``."""
    n = size(cohort)
    count = format_figure(n["n_patients"], n["n_patients_lowest"], n["n_patients_highest"], 0)
    return f"{count} of {n_in_registry()} patients"


def n_in_registry() -> int:
    """How many patients the registry has; in the largest version, should they differ."""
    return size(Cohort())["n_patients_highest"]


def facets(cohort: Cohort) -> dict[str, list[dict]]:
    """The filter's options by column, with their counts; see ``queries/cohort/facets.sql``."""
    options: dict[str, list[dict]] = {field.column: [] for field in FIELDS}
    for row in records("cohort/facets", cohort):
        if row["field"] is not None:
            options[row["field"]].append(row)
    return options


def number_range(field: FilterField) -> dict | None:
    """The ends of a number in the registry: its row of ``queries/cohort/ranges.sql``, if any."""
    return next((row for row in records("cohort/ranges") if row["field"] == field.column), None)


def read_view(page: str) -> tuple[Cohort, list[str]]:
    """The cohort of this run, and a sentence for each URL parameter that was ignored.

    A sentence is given to every run until one has shown it, see `notices_are_said`: the first
    click of a new session, which a lost process leaves, goes on to another run before that.

    The registry is read first, because it says which values a filter may ask for.

    Following a link of the navigation empties the URL, so a page that opens without any
    parameter of the view takes over the view of the page before. The browser's Back and
    Forward don't: what they open had no filter.
    """
    state = st.session_state
    came_from_another_page = state.get("page", page) != page
    if is_opened_from_history():
        state.pop(_UNWRITTEN, None)
    elif came_from_another_page and not _asked():
        _ask_for(view_params(state["cohort"]))
    too_long = _refuse_long_link()
    asked = _asked()
    notices = too_long + _read_dataset(asked)
    allowed = allowed_values(records("cohort/facets", Cohort()))
    cohort, ignored = cohort_from_url(asked, allowed)
    ignored += read_named_cohorts(asked.get(NAMED, []), allowed) + _read_beside(asked)
    # Together and last: a run that failed leaves neither, and the next one is the first.
    state["page"], state["cohort"] = page, cohort
    state[_UNSAID] = list(dict.fromkeys([*state.get(_UNSAID, []), *notices, *ignored]))
    return cohort, state[_UNSAID]


def notices_are_said() -> None:
    """Let the sentences of `read_view` go, as they stand on the page."""
    st.session_state.pop(_UNSAID, None)


def view_params(cohort: Cohort) -> dict[str, list[str]]:
    """What a link to any page needs to show this cohort of this registry."""
    name = dataset().name
    chosen = {} if name == DEFAULT_DATASET else {DATASET: [name]}
    beside = {BESIDE: [ON]} if st.session_state.get(BESIDE) else {}
    return chosen | beside | cohort.query_params | named_params()


def _read_beside(view: dict[str, list[str]]) -> list[str]:
    asked = view.get(BESIDE, [None])[-1]
    st.session_state[BESIDE] = asked == ON
    if asked in (None, ON):
        return []
    return [
        f"The link asks for {BESIDE} “{asked[:60]}”, which does not exist, so it was ignored. "
        f"{BESIDE}={ON} shows the published series beside the registry."
    ]


def write_beside(is_on: bool) -> None:
    """Put into the URL whether the published series stands beside the registry."""
    st.session_state[BESIDE] = is_on
    _ask_for(view_params(st.session_state["cohort"]))


def _refuse_long_link() -> list[str]:
    """Empty an address that is longer than any that the pages write, and say so.

    Each of its values would be looked at, and each that can't be read have a sentence.
    """
    n_characters = len(urlencode(_in_url(st.query_params), doseq=True))
    if n_characters <= MAX_LINK_CHARACTERS:
        return []
    st.query_params.clear()
    return [
        f"The link has {n_characters:,} characters, and {MAX_LINK_CHARACTERS:,} are possible, so "
        "it was ignored as a whole. Copy it once more from the page that it belongs to."
    ]


def _read_dataset(view: dict[str, list[str]]) -> list[str]:
    asked = view.get(DATASET, [DEFAULT_DATASET])[-1]
    known = datasets()
    st.session_state[DATASET] = asked if asked in known else DEFAULT_DATASET
    if asked in known:
        return []
    if asked == OWN:
        return [OWN_IS_GONE]
    return [
        f"The link asks for the dataset “{asked[:60]}”, which does not exist, so the published "
        f"series is shown. There are: {', '.join(known)}."
    ]


def current_cohort() -> Cohort:
    """The cohort that the frame read for this run; what every page shows."""
    need_frame()
    return st.session_state["cohort"]


def need_frame() -> None:
    """Start the run again, with ``app.py``, if this page was opened without it.

    A new server takes the folder ``pages/`` for Streamlit's old way to have several pages
    until ``app.py`` has called ``st.navigation``. If its very first request asks for a
    page, the page runs alone, and would for ever.
    """
    if "cohort" not in st.session_state:
        forget_pages_directory()
        st.rerun()


def write_cohort(cohort: Cohort) -> None:
    """Put a cohort that the reader chose into the URL; parameters of the page itself stay."""
    state = st.session_state
    if cohort != state["cohort"]:
        state[EARLIER] = [*state.get(EARLIER, []), state["cohort"]][-MOST_EARLIER:]
    _show(cohort)


def can_undo() -> bool:
    """Whether the reader has changed the filter, and not taken it back."""
    return bool(st.session_state.get(EARLIER))


def undo() -> None:
    """Go back to the cohort before the last change of the filter."""
    if can_undo():
        _show(st.session_state[EARLIER].pop())


def _show(cohort: Cohort) -> None:
    # Known at once: a second click may come before the next run has read the URL.
    st.session_state["cohort"] = cohort
    _ask_for(view_params(cohort))


def write_dataset(name: str) -> None:
    """Put another registry into the URL, with the same filter; patient and version go."""
    st.session_state[DATASET] = name
    forget_all()
    # Another registry may not know the values of before.
    st.session_state[EARLIER] = []
    _ask_for(view_params(st.session_state["cohort"]))


def leave_for(name: str) -> None:
    """Show another registry, with nothing of the view that could not be read of this one."""
    st.session_state[DATASET] = name
    forget_all()
    _ask_for({} if name == DEFAULT_DATASET else {DATASET: [name]})


def _ask_for(view: dict[str, list[str]]) -> None:
    st.session_state[_UNWRITTEN] = view


def write_url() -> None:
    """Put the view that this run showed into the URL, if it is another than before.

    Last of all, because the browser takes as long to change its address as to draw a table. A run
    that does not come so far leaves it to the next.
    """
    view = st.session_state.pop(_UNWRITTEN, None)
    if view is None:
        return
    # One by one: Streamlit lets nobody write the parameters that a page's own widgets keep. And
    # none that stays: for each that is written, the browser draws the page once more.
    present = _in_url(VIEW_PARAMETERS)
    for name in VIEW_PARAMETERS:
        if name in view and view[name] != present.get(name):
            st.query_params[name] = view[name]
        elif name in present and name not in view:
            del st.query_params[name]


def url_params() -> dict[str, list[str]]:
    """The parameters of the URL, as they are once the present view has been written."""
    others = [name for name in st.query_params if name not in VIEW_PARAMETERS]
    return _in_url(others) | _asked()


def _asked() -> dict[str, list[str]]:
    """The view that this run is to show."""
    unwritten = st.session_state.get(_UNWRITTEN)
    return _in_url(VIEW_PARAMETERS) if unwritten is None else unwritten


def _in_url(names: Iterable[str]) -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in names if name in st.query_params}
