"""An error that nobody has foreseen: an id for the reader and for the log, and no value in either.

A server with our own start and handlers runs a script that fails on a patient's value.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from lib.serving.error_ids import as_logged
from tests.browser.harness import ROOT, serving
from tests.reader import in_a_loop, reader

CANARY = "CANARY-7261"
SCRIPT = f"""
import logging
import threading

import streamlit as st

def fail(value="{CANARY}"):
    try:
        int(value)
    except ValueError as error:
        raise LookupError("no weight of " + value) from error

if __name__ == "__main__":
    st.write("drawn before")
    threading.Thread(target=fail).start()
    try:
        fail()
    except LookupError as error:
        logging.getLogger("streamlit").warning("not read: %s", error)
    fail()
else:
    from starlette.routing import Route

    from lib.ui.server import MIDDLEWARE, ROUTES
    from lib.ui.start import load_in_background
    from lib.ui.unforeseen import show_unforeseen

    app = st.App(
        __file__,
        lifespan=load_in_background,
        routes=[*ROUTES, Route("/broken", lambda request: fail())],
        middleware=MIDDLEWARE,
        on_script_error=show_unforeseen,
    )
"""


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[str], str, str]]:
    """What the reader is shown, what a request is answered, and what the log says after both."""
    folder = tmp_path_factory.mktemp("failing")
    script, log = folder / "failing.py", folder / "log"
    script.write_text(SCRIPT, encoding="utf-8")
    with serving(script, environment={"PYTHONPATH": str(ROOT)}, log=log) as (url, _):
        shown = in_a_loop(_errors_shown(url))
        with pytest.raises(HTTPError) as answer:
            urlopen(f"{url}/broken", timeout=10)
        assert answer.value.code == 500
        answered = answer.value.read().decode()
    yield shown, answered, log.read_text(encoding="utf-8")


async def _errors_shown(url: str) -> list[str]:
    async with reader(url) as session:
        run = await session.open()
        kinds = [each.WhichOneof("type") for each in run.elements]
        assert "exception" not in kinds
        return [each.alert.body for each in run.elements if each.WhichOneof("type") == "alert"]


def ids(text: str) -> list[str]:
    return re.findall(r"error ([0-9a-f]{8})\b", text)


def test_the_reader_is_told_an_id_that_the_log_has_with_kind_and_place(failed):
    [shown], answered, log = failed
    for told in (shown, answered):
        [known_as] = ids(told)
        assert "Something went wrong that should not" in told
        entry = log.partition(f"error {known_as}\n")[2].partition("\nerror ")[0]
        assert "builtins.LookupError, raised in" in entry
        assert "builtins.ValueError, raised in" in entry
        assert re.search(r"/failing\.py:\d+:fail\n", entry)


def test_nothing_of_the_value_is_told_or_logged(failed):
    shown, answered, log = failed
    for text in (*shown, answered, log):
        assert CANARY not in text
    assert "no weight of" not in log
    # The thread's error, and what a library writes into a message of its own.
    assert "A thread was ended by an error" in log
    assert "not read: LookupError" in log


def test_errors_that_came_together_are_each_logged():
    together = ExceptionGroup(CANARY, [ValueError(CANARY), TypeError(CANARY)])
    logged = as_logged(together)
    assert CANARY not in logged
    assert [name for name in ("ExceptionGroup", "ValueError", "TypeError") if name in logged] == [
        "ExceptionGroup",
        "ValueError",
        "TypeError",
    ]


def test_the_way_of_the_log_is_that_of_the_app_itself():
    """The script above starts as `app.py` does: else it would show nothing of it."""
    app = Path(ROOT / "app.py").read_text(encoding="utf-8")
    for part in ("lifespan=load_in_background", "on_script_error=show_unforeseen"):
        assert part in app and part in SCRIPT
