"""What holds of all of lib.stats: it starts fast, names its sources and judges nothing."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import lib.stats

ROOT = Path(__file__).parents[2]
SOURCES = sorted(ROOT.joinpath("lib", "stats").glob("*.py"))
FUNCTIONS = [
    value for name in lib.stats.__all__ if inspect.isfunction(value := getattr(lib.stats, name))
]


def test_scipy_is_not_imported_before_it_is_needed():
    loaded = "import sys, lib.stats; print([name for name in sys.modules if 'scipy' in name])"
    found = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_nothing_is_called_significant(source: Path):
    assert "significan" not in source.read_text().lower()


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_a_function_documents_its_method(function):
    sections = ["Parameters", "Returns", "Raises", "References"]
    exempt = {
        "choose_test": {"References"},
        "numbers_at_risk": {"Returns", "References"},
        "median_survival": {"Raises"},
    }
    for section in sections:
        is_there = f"\n{section}\n---" in inspect.getdoc(function)
        assert is_there or section in exempt.get(function.__name__, set()), section
