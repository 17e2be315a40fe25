"""The command as it is typed: files, exit codes, and one sentence for what can't be done."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from lib.report.__main__ import main
from lib.report.composition import Chosen, Composition
from lib.report.formats import FORMATS
from tests.registries import write_clinic

ROOT = Path(__file__).parents[2]
REDUCED = "diagnosis=dermatomyositis&dose_tier=1"


class Done(NamedTuple):
    """How the command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def report(capsys: pytest.CaptureFixture) -> Callable[..., Done]:
    """The command, without the seconds that a process of its own takes to start."""

    def run(*arguments: object) -> Done:
        code = main([str(each) for each in arguments])
        return Done(code, *capsys.readouterr())

    return run


def test_it_is_a_command(tmp_path: Path):
    out = tmp_path / "packet.html"
    asked = [sys.executable, "-m", "lib.report", "--sections", "table_i", "--out", str(out)]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "32 of 32 patients" in done.stdout
    assert out.is_file()


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_packet_is_made_and_its_figures_are_found_again(report, suffix: str, tmp_path: Path):
    out = tmp_path / f"packet.{suffix}"
    made = report("--view", REDUCED, "--sections", "cohort,table_i,response", "--out", out)
    assert made.returncode == 0, made.stderr
    assert "3 of 32 patients: dermatomyositis · 1 g/kg per cycle" in made.stdout
    assert [each.name for each in tmp_path.iterdir()] == [out.name]
    verified = report("--verify", out)
    assert verified.returncode == 0, verified.stderr
    assert "The present data give the same 9 figures and texts" in verified.stdout


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A clinic's own registry: the demo's patients, as if recorded."""
    return write_clinic(tmp_path / "clinic", n_patients=None)


def test_what_differs_is_named_and_the_exit_code_says_so(report, registry: Path, tmp_path: Path):
    out = tmp_path / "packet.html"
    asked = ("--registry", registry)
    assert report(*asked, "--sections", "table_i", "--out", out).returncode == 0

    def one_responder_less(rows: dict[str, list[dict]]) -> None:
        next(row for row in rows["patients"] if row["response"] == "response")["response"] = None

    write_clinic(registry, None, one_responder_less)
    verified = report(*asked, "--verify", out)
    assert verified.returncode == 1
    assert "differs: 1.1 Table I. The cohort. Response rate, n, Cohort:" in verified.stdout
    assert "2 of 3 figures and texts differ." in verified.stdout


def test_a_saved_composition_is_made(report, tmp_path: Path):
    saved, out = tmp_path / "packet.json", tmp_path / "packet.html"
    sections = (Chosen("table_ii", "Our question", "Our comment"),)
    saved.write_text(Composition(REDUCED, sections, "Thursday").to_json(), encoding="utf-8")
    assert report("--composition", saved, "--out", out).returncode == 0
    page = out.read_text(encoding="utf-8")
    assert all(words in page for words in ("Thursday", "Our question", "Our comment"))


def test_a_threshold_holds_in_the_file(report, registry: Path, tmp_path: Path):
    out = tmp_path / "packet.html"
    asked = ("--registry", registry, "--disclosure", "5", "--sections", "cohort,timelines,table_i")
    made = report(*asked, "--out", out)
    assert made.returncode == 0, made.stderr
    page = out.read_text(encoding="utf-8")
    assert "shared outside: counts in steps of 5" in page
    assert "SYN-" not in page


def refusals(tmp_path: Path) -> dict[str, tuple[tuple, str]]:
    """Arguments by what is wrong with them, and what has to be said."""
    out = tmp_path / "packet.html"
    text = tmp_path / "notes.txt"
    text.write_text("no packet", encoding="utf-8")
    no_packet = tmp_path / "other.html"
    no_packet.write_text("<p>no packet</p>", encoding="utf-8")
    return {
        "no place": ((), "--out FILE"),
        "no folder": (("--out", tmp_path / "none" / "packet.html"), "There is no folder"),
        "a folder": (("--out", tmp_path, "--format", "html"), "is a folder"),
        "another ending": (("--format", "pdf", "--out", out), "Name it packet.pdf"),
        "no parameter": (("--view", "dermatomyositis", "--out", out), "can't be read"),
        "unknown": (
            ("--view", "diagnose=pemphigus", "--out", out),
            "“diagnose”, which is no field",
        ),
        "no format": (("--out", tmp_path / "packet.odt"), "There are: html, pdf, docx, pptx, xlsx"),
        "no value": (("--view", "diagnosis=gout", "--out", out), "diagnosis “gout”"),
        "no dataset": (("--view", "dataset=own", "--out", out), "There is no dataset “own”"),
        "no section": (("--sections", "weather", "--out", out), "no section “weather”"),
        "public": (("--sections", "timelines", "--public", "--out", out), "The packet is public"),
        "no registry": (("--registry", tmp_path / "none", "--out", out), "none"),
        "template": (("--out", out, "--template", text), "with --format pptx alone"),
        "no presentation": (("--out", tmp_path / "a.pptx", "--template", text), "presentation"),
        "no composition": (("--composition", text, "--out", out), "no JSON text"),
        "nothing to verify": (("--verify", tmp_path / "none.html"), "can't be read"),
        "no record": (("--verify", no_packet), "no record"),
    }


def test_what_can_not_be_done_is_said_in_one_sentence_and_leaves_no_file(report, tmp_path: Path):
    for case, (arguments, said) in refusals(tmp_path).items():
        before = sorted(tmp_path.iterdir())
        done = report(*arguments)
        assert done.returncode == 2, case
        assert said in done.stderr, case
        assert "Traceback" not in done.stderr, case
        assert sorted(tmp_path.iterdir()) == before, case


def test_a_full_disk_leaves_what_was_there(tmp_path: Path):
    # No file may grow beyond 20 kB: a packet does.
    out = tmp_path / "packet.html"
    out.write_text("the packet of before", encoding="utf-8")
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
    ignore = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    run = "import runpy; runpy.run_module('lib.report', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", limit + ignore + run, "--sections", "overview", "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "can't be written" in done.stderr
    assert out.read_text(encoding="utf-8") == "the packet of before"
    assert len(list(tmp_path.iterdir())) == 1
