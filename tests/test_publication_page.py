"""The page that holds the data against the publication: every claim, and why to believe it."""

import csv
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.datasets import DATASETS
from lib.errors import PublicationError, RegistryError
from lib.places import CASE_SERIES, PUBLICATIONS
from lib.published import (
    DIAGNOSTICS,
    DIAGNOSTICS_COLUMNS,
    read_citation,
    read_decisions,
    read_diagnostics,
    read_remark,
)
from lib.registry.store import read_manifest
from lib.ui import data
from lib.ui.notice import as_text
from lib.verdicts import claims_table, narrow, recomputed_words, status_words, verdict
from lib.warehouse import open_warehouse
from tests.registries import open_tables
from tests.screen import texts

APP = Path(__file__).parents[1] / "app.py"
MANIFEST = read_manifest(CASE_SERIES)

CLAIM = {
    "claim_id": "X1",
    "section": "Results",
    "locator": "Results, paragraph 1",
    "statement": "Women",
    "population": "women",
    "statistic": "count",
    "measure": None,
    "published": "24",
    "decimals": 0,
    "recomputed": 24.0,
    "recomputed_lowest": 24.0,
    "recomputed_highest": 24.0,
    "recomputed_values": None,
    "n_versions": 100,
    "n_versions_holding": 100,
    "status": "reproduced",
    "contradictory": None,
}


def claims_with(*changes: dict) -> pd.DataFrame:
    return pd.DataFrame([CLAIM | change for change in changes])


def published_claims() -> list[dict]:
    path = PUBLICATIONS / MANIFEST.publication / "claims.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def open_page(**params: str) -> AppTest:
    """Open the page as a link with these URL parameters does."""
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    app.query_params.update(params)
    return app.switch_page("pages/publication.py").run()


def test_every_published_claim_holds_in_every_version():
    found = open_warehouse().query("publication/claims")
    binding = found[found["contradictory"].isna()]
    failing = binding[binding["status"] != "reproduced"]
    assert failing[["claim_id", "statement", "published", "recomputed"]].empty
    assert len(found) == len(published_claims()) >= 100
    assert set(found["n_versions"]) == {MANIFEST.imputations} == {100}


def test_the_page_says_at_once_how_many_statements_hold():
    app = open_page()
    binding = [claim for claim in published_claims() if not claim["contradictory"]]
    assert not app.exception
    expected = f"{len(binding)} of {len(published_claims())} statements reproduced"
    assert f"{expected} in all 100 versions" in app.subheader[0].value


def test_every_statement_stands_in_the_table():
    assert texts(open_page()).count('class="statement">') - 1 == len(published_claims())


def test_the_citation_is_linked_and_licensed():
    shown = texts(open_page())
    assert "Licence: " in shown
    assert "](https://" in shown


def test_a_link_opens_one_section():
    section = published_claims()[0]["section"]
    n_expected = sum(claim["section"] == section for claim in published_claims())
    app = open_page(publication_section=section)
    assert f"{n_expected} of {len(published_claims())} statements" in texts(app)
    assert app.selectbox(key="publication_section").value == section


def test_the_cohort_does_not_narrow_the_statements():
    app = open_page(sex="male")
    assert f"{len(published_claims())} of {len(published_claims())} statements" in texts(app)


def test_a_search_that_finds_nothing_offers_the_way_back():
    app = open_page(publication_search="no such words")
    assert "No statement fits" in texts(app)
    assert not app.exception


@pytest.mark.parametrize("name", ["publication_section", "publication_status", "publication_view"])
def test_a_tampered_link_is_answered(name: str):
    app = open_page(**{name: "nonsense"})
    assert not app.exception
    assert any("nonsense" in warning.value for warning in app.warning)
    assert f"{len(published_claims())} of {len(published_claims())} statements" in texts(app)


def test_the_decisions_are_those_of_the_readme():
    readme = (PUBLICATIONS / MANIFEST.publication / "README.md").read_text(encoding="utf-8")
    first_question = readme.partition("## Decisions")[2].split("\n| ")[2].partition(" |")[0]
    assert first_question.endswith("?")
    assert first_question in texts(open_page(publication_view="Decisions"))


def test_the_diagnostics_open():
    app = open_page(publication_view="Diagnostics")
    assert not app.exception
    assert "plausible range" in texts(app)
    assert len(app.dataframe[0].value) > 1


@pytest.mark.usefixtures("own_cache")
def test_a_registry_without_a_publication_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    own = open_tables(
        tmp_path / "registry",
        patients="""
            patient_id | response
            A          | response
            B          | no response
        """,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
            B          | 1        | 0   | 2
        """,
    )
    monkeypatch.setattr(data, "open_warehouse", lambda folder: own)
    app = open_page()
    assert not app.exception
    assert "not built from a publication" in texts(app)
    assert not app.subheader


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ([{}, {}], "2 of 2 statements reproduced in all 100 versions"),
        (
            [{}, {"status": "contradicted"}, {"status": "not determinable"}],
            "1 of 3 statements reproduced in all 100 versions; 1 contradicted; 1 not determinable",
        ),
        ([{"n_versions": 1}], "1 of 1 statements reproduced"),
    ],
)
def test_the_verdict_counts_what_does_not_hold(changes: list[dict], sentence: str):
    assert verdict(claims_with(*changes)) == sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "24"),
        ({"recomputed_lowest": 22.0, "recomputed_highest": 25.0}, "24 ⟨22–25⟩"),
        ({"recomputed": 0.93, "recomputed_lowest": 0.6, "recomputed_highest": 1.4}, "1"),
        ({"recomputed": 71.5, "recomputed_lowest": 71.5, "recomputed_highest": 71.5}, "72"),
        ({"statistic": "values", "recomputed_values": "headache; nausea"}, "headache; nausea"),
        ({"statistic": "values"}, "–"),
        ({"recomputed": None, "recomputed_lowest": None, "recomputed_highest": None}, "–"),
    ],
)
def test_the_recomputed_figure_reads_like_the_printed_one(change: dict, words: str):
    assert recomputed_words(claims_with(change).iloc[0]) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "reproduced"),
        (
            {"status": "contradicted", "n_versions_holding": 97},
            "contradicted in 3 of 100 versions",
        ),
        (
            {"status": "contradicted", "n_versions": 1, "n_versions_holding": 0},
            "contradicted",
        ),
        (
            {"status": "contradicted", "n_versions_holding": 0, "contradictory": "Table I has 23"},
            "contradicted in 100 of 100 versions: Table I has 23",
        ),
    ],
)
def test_a_status_says_how_many_versions_and_why(change: dict, words: str):
    assert status_words(claims_with(change).iloc[0]) == words


def test_a_search_needs_every_word_anywhere():
    claims = claims_with(
        {}, {"statement": "Men", "locator": "Table I, row 2"}, {"statement": "Age"}
    )
    assert list(narrow(claims, None, [], "table MEN")["statement"]) == ["Men"]
    assert list(narrow(claims, None, [], "men")["statement"]) == ["Women", "Men"]
    assert narrow(claims, None, [], "men (").empty


def test_text_of_a_publication_is_text_in_the_table():
    table = claims_table(claims_with({"statement": "<script>alert(1)</script> & more"}))
    assert "<script>" not in table
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in table


def test_a_status_is_told_by_word_and_icon():
    table = claims_table(claims_with({}, {"status": "not determinable"}))
    assert "check_circle</span> reproduced" in table
    assert "help</span> not determinable" in table


def test_a_citation_links_the_doi_where_there_is_one(tmp_path: Path):
    folder = tmp_path / "invented_2026"
    folder.mkdir()
    (folder / "publication.toml").write_text(
        '[citation]\ntitle = "A title"\nauthors = ["A. One", "B. Two"]\njournal = "J Inv"\n'
        'year = 2026\ndoi = "10.1000/1"\nlicence = "CC BY 4.0"\n'
    )
    assert read_citation("invented_2026", tmp_path) == (
        "A. One, B. Two. **A title.** *J Inv* 2026. "
        "[doi:10.1000/1](https://doi.org/10.1000/1). Licence: CC BY 4.0."
    )


@pytest.mark.parametrize("text", [None, "", "[citation]\ntitle = 'Only a title'", "no toml ["])
def test_a_citation_that_cannot_be_read_is_said_so(tmp_path: Path, text: str | None):
    (tmp_path / "invented_2026").mkdir()
    if text is not None:
        (tmp_path / "invented_2026" / "publication.toml").write_text(text)
    with pytest.raises(PublicationError, match="invented_2026"):
        read_citation("invented_2026", tmp_path)


def test_a_remark_is_read_by_its_subject(tmp_path: Path):
    folder = tmp_path / "invented_2026"
    folder.mkdir()
    (folder / "publication.toml").write_text('[remarks]\nresponse = "Judged by phone."\n')
    read = partial(read_remark, publications=tmp_path)
    assert read("invented_2026", "response") == "Judged by phone."
    assert read("invented_2026", "dose") == ""
    assert read(None, "response") == ""
    (folder / "publication.toml").write_text(
        '[remarks.response]\nall = "By phone."\nA-01 = "Of A."\nB-01 = "Of B."\n'
    )
    assert read("invented_2026", "response") == "By phone. Of A. Of B."
    assert read("invented_2026", "response", {"B-01"}) == "By phone. Of B."
    (folder / "publication.toml").write_text("no toml [")
    with pytest.raises(PublicationError, match="invented_2026"):
        read("invented_2026", "response")


def test_decisions_end_where_the_next_heading_begins(tmp_path: Path):
    folder = tmp_path / "invented_2026"
    folder.mkdir()
    assert read_decisions("invented_2026", tmp_path) == ""
    (folder / "README.md").write_text("# A\n\n## Decisions\n\n| q |\n\n### Detail\n\n## Limits\n")
    assert read_decisions("invented_2026", tmp_path) == "| q |\n\n### Detail"


def test_a_registry_may_have_no_diagnostics(tmp_path: Path):
    assert read_diagnostics(tmp_path) is None


def test_diagnostics_are_read_under_their_headings():
    unknowns = read_diagnostics(CASE_SERIES)
    assert list(unknowns) == list(DIAGNOSTICS_COLUMNS.values())
    assert (unknowns["Cells"] > 0).all()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"variables": 1}', '{"variables": [{"variable": "sex"}]}', "\xff"],
)
def test_damaged_diagnostics_are_a_sentence(tmp_path: Path, text: str):
    (tmp_path / DIAGNOSTICS).write_bytes(text.encode("latin-1"))
    with pytest.raises(RegistryError, match=f"{DIAGNOSTICS} .* can't be read"):
        read_diagnostics(tmp_path)


def test_damaged_diagnostics_leave_the_page_standing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(CASE_SERIES, tmp_path, dirs_exist_ok=True)
    (tmp_path / DIAGNOSTICS).write_text("{")
    damaged = replace(DATASETS["case_series"], folder=tmp_path)
    monkeypatch.setitem(DATASETS, "case_series", damaged)
    app = open_page(publication_view="Diagnostics")
    assert not app.exception
    assert as_text("can't be read") in app.error[0].value
