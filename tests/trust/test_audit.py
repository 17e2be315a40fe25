"""The audit log: a line an action, of anybody's process, and no value of a patient in any."""

import json
import re
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.errors import UserFacingError
from lib.places import CASE_SERIES
from lib.registry.store import MANIFEST, parse_manifest
from lib.serving.audit import AUDIT_LOG, Action, Entry, append
from lib.ui.packet import FORMAT_PARAMETER
from tests.registry.clinic import CYCLES, sheets, write_workbook
from tests.screen import open_app

CANARY = "CANARY-4711"
KEYS = ["at", "who", "action", "dataset", "data_version"]
QUERY = "select 1 as one from patient_facts where patient_id = 'CANARY-4711'"
N_PROCESSES, N_LINES = 4, 500


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "audit.jsonl"
    monkeypatch.setenv(AUDIT_LOG, str(file))
    return file


def entries(log: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def clinic(folder: Path) -> Path:
    """A workbook whose cells, ids and name are all told apart from anything else."""
    patients = [
        ["patient_id", "centre", "diagnosis", "sex", "age_at_first_ivig_years"],
        [CANARY, CANARY, "dermatomyositis", "female", 54],
    ]
    cycles = [CYCLES[0], [CANARY, 1, 0, 2]]
    content = sheets(patients=patients, cycles=cycles)
    return write_workbook(folder / f"{CANARY}.xlsx", content)


def test_a_walk_through_the_app_is_recorded_without_any_value(log: Path, tmp_path: Path):
    """Saving, taking a figure away and a refused login are in tests/browser/test_hospital.py."""
    app = open_app("import", {"diagnosis": ["dermatomyositis"]})
    [box] = app.get("file_uploader")
    box.set_value([(f"{CANARY}.xlsx", clinic(tmp_path).read_bytes(), "")]).run()
    app.text_input(key="import_name").set_value(CANARY).run()
    app.button(key="import_take_in").click().run()
    app.switch_page("pages/sql.py").run()
    app.text_area(key="sql_text").set_value(QUERY).run()
    app.button(key="sql_run").click().run()
    app.query_params[FORMAT_PARAMETER] = ["html"]
    app.switch_page("pages/report.py").run()
    app.button(key="packet_make").click().run()
    app.switch_page("pages/import.py").run()
    app.button(key="import_delete").click().run()

    assert not app.exception and not app.error
    lines = entries(log)
    assert [(each["action"], each["dataset"]) for each in lines] == [
        ("opened a dataset", "case_series"),
        ("imported into the session", "own"),
        ("opened a dataset", "own"),
        # That of the page, and the reader's.
        ("ran a query", "own"),
        ("ran a query", "own"),
        ("made a file", "own"),
        ("deleted own data", "own"),
        ("opened a dataset", "case_series"),
    ]
    published = parse_manifest(CASE_SERIES / MANIFEST).version
    versions = [each["data_version"] for each in lines]
    assert versions[0] == versions[-1] == published
    [own] = set(versions[1:-1])
    assert own != published
    [who] = {each["who"] for each in lines}
    assert re.fullmatch(r"session-[0-9a-f]{16}", who)
    for each in lines:
        assert list(each) == KEYS
        age = datetime.now(UTC) - datetime.fromisoformat(each["at"])
        assert timedelta() <= age < timedelta(minutes=5)
    text = log.read_text(encoding="utf-8")
    assert not [word for word in (CANARY, "dermatomyositis", "select", "007") if word in text]
    assert log.stat().st_mode & 0o077 == 0


def write_lines(n: int) -> None:
    for _ in range(N_LINES):
        append(Entry(f"process-{n}", Action.OPENED, "case_series", "x" * 200))


def test_lines_of_several_processes_stay_whole(log: Path):
    with ProcessPoolExecutor(N_PROCESSES) as pool:
        list(pool.map(write_lines, range(N_PROCESSES)))
    written = [each["who"] for each in entries(log)]
    assert {who: written.count(who) for who in written} == {
        f"process-{n}": N_LINES for n in range(N_PROCESSES)
    }


def test_what_can_not_be_recorded_does_not_happen(log: Path):
    log.mkdir()
    app = open_app("overview", {})
    [error] = app.error
    assert "The audit log (AUDIT_LOG) can't be written" in error.value.replace("\\", "")
    assert not app.get("vega_lite_chart")
    with pytest.raises(UserFacingError, match="Is a directory"):
        append(Entry("anybody", Action.QUERIED))


def test_without_the_setting_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv(AUDIT_LOG, raising=False)
    monkeypatch.chdir(tmp_path)
    append(Entry("anybody", Action.QUERIED))
    assert not list(tmp_path.iterdir())
