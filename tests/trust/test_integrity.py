"""A damaged file is refused by its name, the others stay usable, and nothing is half-written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib import warehouse
from lib.datasets import DATASETS, saved_datasets
from lib.demo_registry.build import write_demo_registry
from lib.errors import RegistryError
from lib.named_queries import QUERIES
from lib.prepared.place import REGISTRY_CACHE
from lib.registry.store import MANIFEST, read_registry
from lib.serving.public import REGISTRY_DIR
from lib.ui import data, openings
from lib.warehouse import open_tables, open_warehouse
from tests.browser.harness import ROOT
from tests.registries import write_clinic
from tests.screen import open_app, texts
from tests.test_queries import EXAMPLES, QUESTIONS, header, name_of

N_PATIENTS = 12
# Every eighth question that is asked in an order.
ASKED = [name_of(path) for path in QUESTIONS if "\norder by" in path.read_text()][::8]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 3)


def empty(path: Path) -> None:
    os.truncate(path, 0)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clinic(tmp_path_factory.mktemp("whole") / "clinic", N_PATIENTS)


@pytest.fixture
def three(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's folder, with three registries."""
    for name in ("berlin", "kiel", "mainz"):
        shutil.copytree(whole, tmp_path / "registries" / name)
    monkeypatch.setenv(REGISTRY_DIR, str(tmp_path / "registries"))
    monkeypatch.setenv("DISCLOSURE_K", "internal")
    return tmp_path / "registries"


def said(app: AppTest) -> str:
    """The sentence in the place of the page, without the marks that keep it from being a link."""
    assert not app.exception
    [error] = app.error
    return error.value.replace("\\", "").replace("\N{WORD JOINER}", "")


@pytest.mark.parametrize(
    ("file", "damage", "sentence"),
    [
        ("cycles.parquet", flip, "missing or differ from the manifest: cycles.parquet"),
        ("events.parquet", Path.unlink, "missing or differ from the manifest: events.parquet"),
        (MANIFEST, cut, f"its {MANIFEST} is missing or damaged"),
        (MANIFEST, empty, f"its {MANIFEST} is missing or damaged"),
    ],
)
def test_one_damaged_among_three_is_refused_by_name_and_the_others_are_a_click_away(
    three: Path, file: str, damage: Callable[[Path], None], sentence: str
):
    damage(three / "kiel" / file)
    assert list(saved_datasets()) == ["berlin", "kiel", "mainz"]
    app = open_app("overview", {"dataset": ["kiel"]})
    assert sentence in said(app)
    [others] = app.selectbox
    # Those that call themselves alike are told apart.
    saved = ["Clinic (berlin)", "Clinic (mainz)"]
    assert others.options == ["Published series", "Demo registry, synthetic", *saved]
    others.set_value("berlin").run()
    assert not app.error and not app.exception
    assert f"{N_PATIENTS} of {N_PATIENTS} patients" in texts(app)
    # Once it is restored it opens, without a new start of the server.
    shutil.copytree(three / "berlin", three / "kiel", dirs_exist_ok=True)
    again = open_app("overview", {"dataset": ["kiel"]})
    assert not again.error
    assert f"{N_PATIENTS} of {N_PATIENTS} patients" in texts(again)


def test_a_registry_that_is_taken_away_is_said(three: Path, monkeypatch: pytest.MonkeyPatch):
    there = saved_datasets()
    shutil.rmtree(three / "kiel")
    with pytest.raises(RegistryError, match="was taken away"):
        data.open_dataset("kiel")
    # Also between the look at the folder and the look at the file.
    monkeypatch.setattr(data, "saved_datasets", lambda: there)
    with pytest.raises(RegistryError, match="was taken away"):
        data.open_dataset("kiel")
    app = open_app("overview", {"dataset": ["berlin"]})
    assert f"{N_PATIENTS} of {N_PATIENTS} patients" in texts(app)


def test_registries_that_call_themselves_alike_are_told_apart(three: Path):
    shutil.copytree(three / "kiel", three / "bonn")
    for folder, name in (("kiel", "Clinic (berlin)"), ("bonn", "Published series")):
        manifest = json.loads((three / folder / MANIFEST).read_text())
        (three / folder / MANIFEST).write_text(json.dumps(manifest | {"name": name}))
    labels = [each.label for each in (*DATASETS.values(), *saved_datasets().values())]
    assert len(set(labels)) == len(labels) == 6
    assert labels[2:] == [
        "Clinic (berlin)",
        "Published series (bonn)",
        "Clinic (berlin) (kiel)",
        "Clinic (mainz)",
    ]


def test_a_folder_that_can_not_be_read_offers_nothing(tmp_path: Path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(REGISTRY_DIR, str(tmp_path / "file"))
    assert saved_datasets() == {}


def flip_every_block(path: Path) -> None:
    content = bytearray(path.read_bytes())
    # Behind the three headers, which DuckDB read when it opened the file.
    for place in range(3 * 4096 + 100, len(content), 1000):
        content[place] ^= 1
    with path.open("r+b") as file:
        file.write(content)


def test_a_prepared_file_damaged_while_open_gives_no_wrong_figure(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(REGISTRY_CACHE, str(tmp_path))
    monkeypatch.setattr(warehouse, "MOST_ROWS_IN_MEMORY", 0)
    in_memory = open_tables(*read_registry(whole))
    opened = open_warehouse(whole)
    flip_every_block(opened.file)
    with pytest.raises(RegistryError, match="damaged or cut short while it was open"):
        opened.tables()
    n_refused = 0
    for name in ASKED:
        asked = {each: EXAMPLES[each] for each in header(QUERIES / f"{name}.sql").parameters}
        try:
            figures = opened.query(name, **asked)
        except RegistryError:
            n_refused += 1
        else:
            pd.testing.assert_frame_equal(figures, in_memory.query(name, **asked), rtol=1e-12)
    assert n_refused


def test_a_page_says_so_and_the_next_run_shows_the_figures(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(REGISTRY_CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(data, "is_large", lambda folder: folder == three / "kiel")
    monkeypatch.setattr(openings, "UNSEEN_SECONDS", 60)
    app = open_app("overview", {"dataset": ["kiel"]})
    flip_every_block(data.open_dataset("kiel").file)
    app.switch_page("pages/timelines.py").run()
    assert "damaged or cut short while it was open" in said(app)
    app.run()
    assert not app.error and not app.exception
    assert f"{N_PATIENTS} of {N_PATIENTS} patients" in texts(app)


def test_a_large_registry_that_is_restored_is_opened_as_a_large_one(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(REGISTRY_CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(warehouse, "MOST_ROWS_IN_MEMORY", 0)
    monkeypatch.setattr(openings, "UNSEEN_SECONDS", 60)
    whole = (three / "kiel" / "cycles.parquet").read_bytes()
    cut(three / "kiel" / "cycles.parquet")
    with pytest.raises(RegistryError, match=r"cycles\.parquet"):
        data.open_dataset("kiel")
    (three / "kiel" / "cycles.parquet").write_bytes(whole)
    # Not in memory, where everybody who opens another registry would wait for it.
    assert data.open_dataset("kiel").file is not None
    assert any(folder == three / "kiel" for _, folder, _ in openings._openings)


def test_a_demo_registry_killed_while_it_is_written_is_the_old_or_the_new_one(tmp_path: Path):
    folder = tmp_path / "demo"
    before = write_demo_registry(folder, patients=20, centres=2, seed=1)
    command = [sys.executable, "-m", "lib.demo_registry", "--patients", "20000", "--out", folder]
    writing = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    unfinished = ".demo.importing-*/cycles.parquet"
    while not list(tmp_path.glob(unfinished)) and writing.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.002)
    writing.send_signal(signal.SIGKILL)
    writing.wait()
    manifest, tables = read_registry(folder)
    assert manifest == before or tables["patients"].num_rows == 20_000
    after = write_demo_registry(folder, patients=30, centres=2, seed=1)
    assert read_registry(folder)[0] == after != before
    assert list(tmp_path.iterdir()) == [folder]


def test_a_demo_registry_takes_the_place_of_nothing_else(tmp_path: Path):
    (tmp_path / "letter.txt").write_text("to keep")
    with pytest.raises(RegistryError, match="is no registry; nothing was written"):
        write_demo_registry(tmp_path, patients=20, centres=2, seed=1)
    assert [each.name for each in tmp_path.iterdir()] == ["letter.txt"]


def test_a_demo_registry_takes_the_place_of_no_clinics(tmp_path: Path):
    clinic = write_clinic(tmp_path / "clinic")
    before = {each: each.read_bytes() for each in clinic.iterdir()}
    with pytest.raises(RegistryError, match="is not synthetic; nothing was written"):
        write_demo_registry(clinic, patients=20, centres=2, seed=1)
    assert {each: each.read_bytes() for each in clinic.iterdir()} == before


def test_a_form_on_a_full_disk_leaves_what_was_there(tmp_path: Path):
    out = tmp_path / "form.zip"
    out.write_text("the form of before")
    # No file may grow beyond 2 kB: a form does.
    bound = (
        "import resource, runpy, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000)); "
        "runpy.run_module('lib.registry.template', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", bound, "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "can't be written: File too large. What was there is as it was." in done.stderr
    assert out.read_text() == "the form of before"
    assert list(tmp_path.iterdir()) == [out]
