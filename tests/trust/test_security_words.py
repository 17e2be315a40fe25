"""What SECURITY.md and the threat model name is there: tests, commands, files, anchors."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.browser.harness import ROOT

PAGES = ("SECURITY.md", "docs/threat_model.md")
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
MODULE = re.compile(r"`?python -m ((?:lib|tests)\.[\w.]+)")
TARGET = re.compile(r"`make ([\w-]+)`")
FILE = re.compile(r"`(\.?[\w-]+(?:/[\w.-]+)+|[\w-]+\.(?:txt|md|toml))`")
LINK = re.compile(r"\]\((?P<path>[^)#\s]*)(?:#(?P<anchor>[\w-]+))?\)")


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_is_there(page: str):
    named = TEST.findall(text_of(page))
    assert named or page != "SECURITY.md"
    for path, function in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        there = {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
        assert function in there if function else any(each.startswith("test_") for each in there)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_file_that_is_named_is_there(page: str):
    text = text_of(page)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in TARGET.findall(text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for module in MODULE.findall(text):
        assert find_spec(module), module
    for file in FILE.findall(text):
        assert (ROOT / file).exists(), file
    for link in LINK.finditer(text):
        path = (ROOT / page).parent / link["path"] if link["path"] else ROOT / page
        assert path.exists(), link[0]
        assert link["anchor"] is None or link["anchor"] in anchors(path), link[0]


def test_the_threat_model_is_one_page():
    assert len(text_of("docs/threat_model.md").split()) <= 800


def test_no_figure_stands_without_a_date():
    """A cell of the last column says that it was not run, or on which day it was."""
    table = text_of("SECURITY.md").partition("| measured |\n")[2].partition("\n\n")[0]
    rows = table.splitlines()[1:]
    assert len(rows) >= 13
    for row in rows:
        measured = row.rstrip("| ").rpartition("|")[2]
        assert "not yet run in full" in measured or re.search(r"\d{1,2} \w+ 20\d\d", measured), row
