"""What only the reader can know of the files: asked, and what was answered, to be taken back."""

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.registry.importer.options import AS_CTCAE, LEFT_OUT, NOT_CTCAE
from lib.registry.importer.reading import Question
from lib.registry.language import sheet_title
from lib.ui.notice import as_text

DATE_WORDS = {
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "ymd": "year, month, day",
}
GRADE_WORDS = {
    AS_CTCAE: "CTCAE grades: mild is 1, moderate 2, severe 3",
    NOT_CTCAE: "no CTCAE grades, and the grade is left empty",
}
# In the session: the reader's answers, by kind of question, sheet and column.
_ANSWERS = "import_answers"
Place = tuple[str, str, str]


def answers() -> Mapping[Place, str]:
    """What was answered so far, as `Options` has it."""
    return dict(st.session_state.get(_ANSWERS, {}))


def forget_answers() -> None:
    """Let go of what was said of columns: other files have others."""
    st.session_state.pop(_ANSWERS, None)


def ask(questions: Sequence[Question]) -> None:
    """Draw what is open, one choice a question, and what was answered."""
    if not (questions or answers()):
        return
    st.subheader("What only you can know")
    for place, answer in answers().items():
        _draw_answered(place, answer)
    for question in questions:
        _draw_question(question)


def _draw_answered(place: Place, answer: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(as_text(_answered_in_words(*place, answer)), width="content")
        st.button(
            "Take it back",
            icon=":material/undo:",
            key=f"import_answer_undo_{place}",
            on_click=_take_back,
            args=(place,),
        )


def _answered_in_words(kind: str, sheet: str, column: str, answer: str) -> str:
    if kind == "sheet":
        held = f"{answer} ({sheet_title(answer, 'de')})" if answer != LEFT_OUT else "nothing of it"
        return f"You said that the sheet “{sheet}” holds {held}."
    said = {
        "unit": f"the doses are in {answer} per cycle",
        "decimal": f"the decimal mark is a {answer}",
        "date": f"the dates are {DATE_WORDS.get(answer, answer)}",
        "grade": f"words for the severity are {GRADE_WORDS.get(answer, answer)}",
    }
    return f"{sheet}, {column}: you said that {said[kind]}."


def _draw_question(question: Question) -> None:
    choices = dict(question.choices)
    place = (question.kind, question.sheet, question.column)
    key = f"import_answer_{place}"
    st.radio(
        as_text(_asked_in_words(question)),
        list(choices),
        index=None,
        format_func=lambda answer, words=choices: as_text(words[answer]),
        horizontal=True,
        key=key,
        on_change=_answer,
        args=(place, key),
    )


def _asked_in_words(question: Question) -> str:
    if question.kind == "sheet":
        return (
            f"The sheet “{question.sheet}” is called like no table of a registry. By its columns "
            "it could be one. What does it hold?"
        )
    return (
        f"{question.sheet}, {question.column}: how is “{question.example}” in row {question.row} "
        "meant? The answer holds for the whole column."
    )


def _answer(place: Place, key: str) -> None:
    st.session_state[_ANSWERS] = answers() | {place: st.session_state[key]}


def _take_back(place: Place) -> None:
    st.session_state[_ANSWERS] = {at: said for at, said in answers().items() if at != place}
