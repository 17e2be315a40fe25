"""What docs/limits.md promises: the constants, a test for each, and the borders that had none."""

import ast
import json
import re
import threading
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from lib.bounds import start, stopped_after
from lib.cohort import Cohort
from lib.errors import QueryRefusedError, SourceError
from lib.named_cohorts import MAX_COHORTS, MAX_NAME_CHARACTERS, NamedCohortError, added, named
from lib.own_query_child import MAX_CHARACTERS, require_one_select
from lib.registry.importer import bounded
from lib.registry.importer.bounded import CHILD, READ_AT_ONCE, _read, read
from lib.registry.importer.handover import Job
from lib.registry.importer.limits import (
    MAX_FILE_MB,
    MAX_FILES_IN_ZIP,
    MAX_UNPACKED_MB,
    MB,
    check_size,
    check_together,
    open_zip,
)
from lib.registry.importer.options import Options
from lib.report.composition import (
    MAX_COMMENT_CHARACTERS,
    MAX_SECTIONS,
    MAX_TITLE_CHARACTERS,
    Chosen,
    Composition,
    from_json,
)
from lib.report.sections import SECTIONS
from lib.report.subject import ReportError
from lib.ui import data
from lib.ui.cohort_state import MAX_LINK_CHARACTERS, MOST_EARLIER
from tests.browser.harness import ROOT
from tests.registries import write_clinic
from tests.registry.clinic import sheets, write_csvs

ROW = re.compile(
    r"^\|([^|]+)\|([^|]+)\|([^|]+)\| `([^:|]+):([^|]+)` \| `([^:|]+)::([^|]+)` \|$", re.MULTILINE
)
PAGE = (ROOT / "docs/limits.md").read_text(encoding="utf-8")


def constant(path: str, name: str) -> object:
    """A value as it is written in a file of the program; ``NAME.key`` is one of a dict."""
    text = (ROOT / path).read_text(encoding="utf-8")
    name, _, key = name.partition(".")
    if path.endswith(".toml"):
        return tomllib.loads(text)[name][key]
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            found = ast.literal_eval(node.value)
            return found[key] if key else found
    raise LookupError(f"{path} has no constant {name}")


def test_each_limit_is_what_the_program_says_and_has_its_test():
    rows = ROW.findall(PAGE)
    # Every line of a table is one of them, but its head and the rule below.
    assert len(rows) == len([line for line in PAGE.splitlines() if line.startswith("|")]) - 2 * 3
    for what, bound, _, path, name, test_file, test in rows:
        found = constant(path, name)
        said = found if isinstance(found, str) else f"{found:,}".removesuffix(".0")
        assert said == bound.strip(), what
        assert f"def {test}(" in (ROOT / test_file).read_text(encoding="utf-8"), what


def test_a_file_at_the_border_is_read_and_one_byte_more_is_not(tmp_path: Path):
    path = tmp_path / "patients.csv"
    for n_bytes in (MAX_FILE_MB * MB, MAX_FILE_MB * MB + 1):
        with path.open("wb") as file:
            file.truncate(n_bytes)
        if n_bytes == MAX_FILE_MB * MB:
            check_size(path)
    with pytest.raises(SourceError, match="150 MB are allowed. Save it"):
        check_size(path)


def test_files_together_at_the_border():
    check_together(MAX_UNPACKED_MB * MB)
    with pytest.raises(SourceError, match="400 MB are allowed. Remove some"):
        check_together(MAX_UNPACKED_MB * MB + 1)


def test_a_zip_of_as_many_files_as_allowed_is_opened_and_of_one_more_not(tmp_path: Path):
    path = tmp_path / "clinic.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(MAX_FILES_IN_ZIP):
            archive.writestr(f"{number}.csv", "a;b")
    open_zip(path).close()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("more.csv", "a;b")
    with pytest.raises(SourceError, match="was not opened. Save the sheets"):
        open_zip(path)


def test_a_process_that_computes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # However busy the machine is: by the processor's time, not by the clock.
    monkeypatch.setattr(bounded, "CLOCK_PER_CPU", 60)
    (tmp_path / "out").mkdir()
    lines = "".join(f"P{number};Köln;dermatomyositis\n" for number in range(200_000))
    path = tmp_path / "patients.csv"
    path.write_text("patient_id;centre;diagnosis\n" + lines, encoding="utf-8")
    with pytest.raises(SourceError, match="took longer than 1 seconds and was stopped. Save"):
        _read(Job([path], Options(), None, tmp_path / "out", cpu_seconds=1), waiting=print)


def test_a_process_that_only_waits_is_ended_by_the_clock():
    with start(CHILD) as child, stopped_after(child, 1) as is_late:
        # It waits for a job that never comes.
        assert child.wait(timeout=60) != 0
    assert is_late.is_set()


def test_imports_take_turns(tmp_path: Path):
    folder = write_csvs(tmp_path / "clinic", sheets())
    at_once, told = [0], []
    is_over = threading.Event()

    def count() -> None:
        while not is_over.wait(0.02):
            children = psutil.Process().children()
            at_once.append(sum(CHILD in _words(child) for child in children))

    counting = threading.Thread(target=count)
    counting.start()
    try:
        with ThreadPoolExecutor(READ_AT_ONCE + 1) as threads:
            reads = [
                threads.submit(read, [folder], waiting=told.append) for _ in range(READ_AT_ONCE + 1)
            ]
            readings = [each.result() for each in reads]
    finally:
        is_over.set()
        counting.join()
    assert all(reading.can_be_imported for reading in readings)
    assert max(at_once) == READ_AT_ONCE
    assert set(told) == {1}


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_a_link_at_the_border_is_read_and_a_longer_one_is_ignored_as_a_whole():
    def script() -> None:
        import streamlit as st

        from lib.ui.cohort_state import read_view

        cohort, notices = read_view("overview")
        st.text(f"{cohort.query_string} {notices}")

    for n_characters, is_read in ((MAX_LINK_CHARACTERS, True), (MAX_LINK_CHARACTERS + 1, False)):
        app = AppTest.from_function(script, default_timeout=60)
        app.query_params["sex"] = "female"
        app.query_params["x"] = "y" * (n_characters - len("sex=female&x="))
        app.run()
        [said] = [each.value for each in app.text]
        assert said.startswith("sex=female []") == is_read
        assert ("32,001 characters, and 32,000 are possible" in said) != is_read
        assert bool(app.query_params) == is_read


def test_as_many_named_cohorts_as_a_link_keeps():
    ten = [named(f"Cohort {n}", Cohort.of(age=(n, n + 1)), "demo") for n in range(MAX_COHORTS)]
    assert len(added((), ten)) == MAX_COHORTS
    with pytest.raises(NamedCohortError, match="11 named cohorts, and a link keeps 10. Remove"):
        added(ten, [named("One more", Cohort(), "demo")])


def test_a_name_of_a_cohort_at_the_border():
    assert named("n" * MAX_NAME_CHARACTERS, Cohort(), "demo").name == "n" * MAX_NAME_CHARACTERS
    with pytest.raises(NamedCohortError, match="at most 40 printable"):
        named("n" * (MAX_NAME_CHARACTERS + 1), Cohort(), "demo")


def packet(**changes: object) -> bytes:
    whole = json.loads(Composition("", (Chosen("overview"),)).to_json())
    return json.dumps(whole | changes).encode()


def test_parts_of_a_packet_at_their_borders():
    title, comment = "t" * MAX_TITLE_CHARACTERS, "c" * MAX_COMMENT_CHARACTERS
    full = {"title": title, "sections": [asdict(Chosen("overview", title, comment))]}
    assert from_json(packet(**full), SECTIONS).sections[0].comment == comment
    with pytest.raises(ReportError, match="201 characters; 200 are possible"):
        from_json(packet(title=title + "t"), SECTIONS)
    with pytest.raises(ReportError, match="5,001 characters; 5,000 are possible"):
        from_json(packet(sections=[asdict(Chosen("overview", "", comment + "c"))]), SECTIONS)
    many = [asdict(Chosen("overview"))] * MAX_SECTIONS
    # As many are read, and then found to be one and the same.
    with pytest.raises(ReportError, match="named twice"):
        from_json(packet(sections=many), SECTIONS)
    with pytest.raises(ReportError, match="more than 40 sections"):
        from_json(packet(sections=[*many, many[0]]), SECTIONS)


def test_a_query_of_as_many_characters_as_allowed_is_read_and_one_more_is_not():
    text = "select 1 -- " + "x" * (MAX_CHARACTERS - len("select 1 -- "))
    require_one_select(text)
    with pytest.raises(QueryRefusedError, match="has 20,001 characters. Shorten it"):
        require_one_select(text + "x")


def test_of_more_registries_than_are_kept_open_the_oldest_goes(own_cache: None, tmp_path: Path):
    write_clinic(tmp_path / "clinic", 3)
    opened = [data._opened(tmp_path / "clinic", n) for n in range(data.MOST_OPEN)]
    assert data._opened(tmp_path / "clinic", 0) is opened[0]
    data._opened(tmp_path / "clinic", data.MOST_OPEN)
    # The second was asked for longest ago.
    assert data._opened(tmp_path / "clinic", 0) is opened[0]
    assert data._opened(tmp_path / "clinic", 1) is not opened[1]


def test_undo_goes_back_as_many_steps_as_are_kept():
    def script() -> None:
        import streamlit as st

        from lib.cohort import Cohort
        from lib.ui import cohort_state

        st.session_state["cohort"] = Cohort()
        for n in range(60):
            cohort_state.write_cohort(Cohort.of(age=(n, n + 1)))
        n_steps = 0
        while cohort_state.can_undo():
            cohort_state.undo()
            n_steps += 1
        st.text(n_steps)

    app = AppTest.from_function(script, default_timeout=60).run()
    assert [each.value for each in app.text] == [str(MOST_EARLIER)]
