"""The SQL page: when a query is asked, when it is not, and what it says of the answer."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.errors import QueryStoppedError
from lib.own_query import Answer
from lib.ui import own_query
from lib.ui.notice import as_text
from tests.screen import html_of, open_app

PICTURE = "![](https://x.y/a.png)"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that were asked; each is answered by its own text."""
    texts: list[str] = []

    def answer(_source: object, text: str) -> Answer:
        texts.append(text)
        if text == "slow":
            raise QueryStoppedError("The query took too long.")
        return Answer(pd.DataFrame({"text": [text]}), False)

    monkeypatch.setattr(own_query, "ask", answer)
    return texts


def write(app: AppTest, text: str) -> AppTest:
    return app.text_area(key="sql_text").set_value(text).run()


def click_run(app: AppTest) -> AppTest:
    return app.button(key="sql_run").click().run()


def test_the_example_is_asked_on_the_first_visit_and_no_more(asked: list[str]):
    app = open_app("sql", {})
    assert len(asked) == 1
    assert "patient_facts" in asked[0]
    app.query_params["sex"] = "female"
    app.run()
    app.switch_page("pages/overview.py").run()
    app.switch_page("pages/sql.py").run()
    assert len(asked) == 1
    assert app.dataframe[0].value["text"].tolist() == asked


def test_a_query_is_asked_when_run_is_clicked(asked: list[str]):
    app = write(open_app("sql", {}), "select 1")
    assert len(asked) == 1
    assert "The query was changed since" in html_of(app)
    click_run(app)
    assert asked[1:] == ["select 1"]
    assert app.dataframe[0].value["text"].tolist() == ["select 1"]
    assert "The query was changed since" not in html_of(app)


def test_a_query_that_was_stopped_is_asked_again_by_the_next_click(asked: list[str]):
    app = click_run(write(open_app("sql", {}), "slow"))
    assert as_text("The query took too long.") == app.error[0].value
    app.run()
    assert asked[1:] == ["slow"]
    click_run(app)
    assert asked[1:] == ["slow", "slow"]


def test_the_answer_of_one_dataset_is_not_shown_as_that_of_another(asked: list[str]):
    app = open_app("sql", {})
    app.query_params["dataset"] = "demo_registry"
    app.run()
    assert len(asked) == 1
    assert not app.dataframe
    assert "Not asked of this dataset yet" in html_of(app)
    click_run(app)
    assert len(asked) == 2
    assert app.dataframe


def test_a_refusal_repeats_the_words_of_a_query_as_text():
    app = click_run(write(open_app("sql", {}), 'select * from "![](https://x.y/a.png)"'))
    assert as_text(PICTURE) in app.error[0].value
    assert PICTURE not in app.error[0].value
