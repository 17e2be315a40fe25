"""Forms of charts that are kept on disk: taken again, and never when the code has changed."""

import json
from pathlib import Path

import pytest

from lib.charts import kept as kept_module
from lib.charts.kept import kept


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept_module, "FOLDER", tmp_path / "forms")
    return tmp_path / "forms"


def builder() -> tuple[object, list[tuple]]:
    """A form as a server that has just started sees it, and what it really had to build."""
    built = []

    @kept
    def form(*arguments: object) -> dict:
        built.append(arguments)
        return {"arguments": list(arguments)}

    return form, built


def test_a_form_is_built_once_and_read_after_the_next_start():
    first, built = builder()
    assert first("a", 1) == first("a", 1) == {"arguments": ["a", 1]}
    assert built == [("a", 1)]
    second, built_again = builder()
    assert second("a", 1) == {"arguments": ["a", 1]}
    assert built_again == []
    assert second("b", 1) == {"arguments": ["b", 1]}
    assert built_again == [("b", 1)]


def test_a_form_of_other_sources_is_built_anew(monkeypatch: pytest.MonkeyPatch):
    builder()[0]("a")
    monkeypatch.setattr(kept_module, "_sources", lambda: "changed")
    form, built = builder()
    form("a")
    assert built == [("a",)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sources": 1}'])
def test_a_damaged_file_is_built_anew(folder: Path, text: str):
    builder()[0]("a")
    (file,) = folder.iterdir()
    file.write_text(text)
    form, built = builder()
    assert form("a") == {"arguments": ["a"]}
    assert built == [("a",)]
    assert json.loads(file.read_text())["form"] == {"arguments": ["a"]}


def test_where_nothing_may_be_written_the_form_is_built_all_the_same(folder: Path):
    folder.write_text("a file where the folder should be")
    form, built = builder()
    assert form("a") == {"arguments": ["a"]}
    assert built == [("a",)]
