"""Spellings that were not understood: what they may mean, and what the reader says they do."""

import streamlit as st

from lib.figures import counted
from lib.registry.importer.reading import Interpretation, Reading, Suggestion
from lib.registry.language import in_both, says_less
from lib.registry.schema import Column
from lib.registry.sheets import SHEETS
from lib.ui.notice import as_text
from lib.ui.prose import note

# In the session: what the reader says that a spelling means, by table, column and spelling. It
# holds for other files, too: a mended one asks nothing again.
_SPELLINGS = "import_spellings"
# More than anybody decides one by one: then the file is better mended.
MOST_SHOWN = 20
# What is said of a suggestion that is a class, and no drug, and of one that is only a part.
LESS = ": only the class, the drug itself is lost"
PART = ": the other words are lost"
WHAT_HAPPENS = (
    "Take a suggestion, and the spelling is read as it in every row of the column; your file stays "
    "as it is. What you decide stands under “How your columns were understood”, and holds for the "
    "files that you upload next in this session."
)


def spellings() -> dict[tuple[str, str, str], str]:
    """What the reader decided so far, as `Options` has it."""
    return dict(st.session_state.get(_SPELLINGS, {}))


def forget_spellings() -> None:
    """Let go of what was decided."""
    st.session_state.pop(_SPELLINGS, None)


def offer_suggestions(reading: Reading) -> None:
    """Draw what was decided, to be taken back, and what can be: one button a suggestion."""
    decided = {
        (*entry.target.split("."), text): (entry, value)
        for entry in reading.interpretations
        for text, value in entry.decided
    }
    suggestions = reading.suggestions
    if not (decided or suggestions):
        return
    st.subheader("Did you mean …?")
    note(WHAT_HAPPENS)
    for place, (entry, value) in decided.items():
        _draw_decided(place, entry, value)
    for suggestion in suggestions[:MOST_SHOWN]:
        _draw_suggestion(suggestion)
    clear = {each.place: each.only_value for each in suggestions if each.only_value}
    if len(clear) > 1:
        st.button(
            f"Take the {len(clear)} for which there is one suggestion that loses nothing",
            icon=":material/done_all:",
            key="import_take_all",
            on_click=_decide,
            args=(clear,),
        )
    if len(suggestions) > MOST_SHOWN:
        note(f"{len(suggestions) - MOST_SHOWN} more are below, under “What to mend”.")


def _draw_decided(place: tuple[str, str, str], entry: Interpretation, value: str) -> None:
    *_, text = place
    with st.container(horizontal=True, vertical_alignment="center"):
        meant = in_both(_column(place), value)
        words = f"{entry.sheet}, {entry.column}: you decided that “{text}” is {meant}."
        st.markdown(as_text(words), width="content")
        st.button(
            "Take it back",
            icon=":material/undo:",
            key=f"import_undo_{place}",
            on_click=_take_back,
            args=(place,),
        )


def _draw_suggestion(suggestion: Suggestion) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        rows = counted(f"{suggestion.n_rows:,}", "row")
        words = f"{suggestion.sheet}, {suggestion.column}: “{suggestion.text}” ({rows}) means"
        st.markdown(as_text(words), width="content")
        for value in suggestion.values:
            st.button(
                as_text(_in_words(suggestion, value)),
                icon=":material/spellcheck:",
                key=f"import_take_{suggestion.place}_{value}",
                on_click=_decide,
                args=({suggestion.place: value},),
            )


def _in_words(suggestion: Suggestion, value: str) -> str:
    """A value, and what is lost if the spelling is taken for it."""
    lost = LESS if says_less(value) else PART * suggestion.loses_words(value)
    return in_both(suggestion.column_of_schema, value) + lost


def _column(place: tuple[str, str, str]) -> Column:
    table, name, _ = place
    return SHEETS[table].accepted[name]


def _decide(meant: dict[tuple[str, str, str], str]) -> None:
    st.session_state[_SPELLINGS] = spellings() | meant


def _take_back(place: tuple[str, str, str]) -> None:
    st.session_state[_SPELLINGS] = {at: value for at, value in spellings().items() if at != place}
