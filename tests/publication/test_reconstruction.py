"""The method on an invented publication small enough to count every possibility by hand."""

import itertools
import json
import shutil
from collections import Counter
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from lib.errors import PublicationError
from lib.places import DATA
from lib.publication.build import build, build_version, compare, main, prepare
from lib.publication.cells import Intervals, build_cells
from lib.publication.claims import claim_bounds, compile_claims
from lib.publication.courses import draw_cycle_days
from lib.publication.mixing import Mixer, holds
from lib.publication.solver import solve
from lib.publication.source import Claim, number_bounds, read_publication
from lib.warehouse import open_warehouse
from tests.publication.conftest import NAME, write_publication

REFERENCE = DATA / "reference"
# Seeded, not steered draw by draw: what is drawn is checked, not how.
SOURCES = st.integers(0, 2**32).map(Random)
TABLES = ("patients", "cycles", "side_effects", "treatments", "events")


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    publication = write_publication(folder / "publications" / NAME)
    build(publication, folder / "registry")
    return folder / "registry"


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    """The registry of the invented publication, to be changed at will."""
    return shutil.copytree(built_once, tmp_path / "registry")


def rows(registry: Path, table: str) -> pd.DataFrame:
    return pd.read_parquet(registry / f"{table}.parquet")


def test_every_claim_but_the_misprint_holds_in_every_version(built, publication_folder):
    claims = open_warehouse(built, publication_folder.parent).query("publication/claims")
    status = claims.set_index("claim_id")["status"].to_dict()
    assert status.pop("misprint") == "contradicted"
    assert set(status.values()) == {"reproduced"}
    assert set(claims["n_versions"]) == {6}


def test_stated_facts_stand_in_every_version(built):
    a = rows(built, "cycles").query("patient_id == 'A'").groupby("imputation")
    assert [list(days) for _, days in a["day"]] == [[0, 28, 56]] * 6
    assert set(rows(built, "cycles").query("patient_id == 'A'")["dose_g_per_kg"]) == {1.0}
    side_effects = rows(built, "side_effects")
    assert side_effects[
        ["patient_id", "symptom", "cycle_no"]
    ].drop_duplicates().values.tolist() == [["A", "headache", 2]]
    relapses = rows(built, "events").query("kind == 'relapse'")
    assert relapses["day"].tolist() == [56 + 30] * 6
    prior = rows(built, "treatments").query("role == 'prior'")
    assert prior[["patient_id", "drug", "dose"]].drop_duplicates().values.tolist() == [
        ["C", "methotrexate", 15.0]
    ]


def test_provenance_tells_reported_from_derived_from_imputed(built):
    provenance = rows(built, "provenance").set_index(
        ["patient_id", "table_name", "row_key", "column_name"]
    )["status"]
    assert provenance["A", "patients", None, "sex"] == "reported"
    assert provenance["A", "cycles", "3", "day"] == "reported"
    assert provenance["A", "cycles", "1", "day"] == "derived"
    # Two women: A is one, so B and C share the other, differently from version to version.
    assert provenance["B", "patients", None, "sex"] == "imputed"
    # Cycles: median 2.5 of A's 3 and B's, so B has 2 in every version.
    assert provenance["B", "cycles", "2", "cycle_no"] == "derived"


def test_same_seed_same_bytes(built, publication_folder):
    assert compare(publication_folder, built) == []
    manifest = json.loads((built / "manifest.json").read_text())
    assert manifest["imputations"] == 6
    (built / "patients.parquet").write_bytes(b"altered")
    assert compare(publication_folder, built) == ["patients.parquet"]


def test_command_line_names_what_differs(built, publication_folder, capsys):
    options = ["--publication", str(publication_folder), "--out", str(built), "--check"]
    assert main(options) == 0
    (built / "diagnostics.json").write_text("{}")
    assert main(options) == 1
    assert "diagnostics.json" in capsys.readouterr().out


def test_what_stood_before_stays_if_a_claim_fails(built, publication_folder, monkeypatch):
    def fail(*_: object) -> None:
        raise PublicationError("Claims that do not hold: women")

    before = {path.name: path.read_bytes() for path in built.iterdir()}
    siblings = set(built.parent.iterdir())
    monkeypatch.setattr("lib.publication.build.check_claims", fail)
    with pytest.raises(PublicationError, match="women"):
        build(publication_folder, built, imputations=2)
    assert {path.name: path.read_bytes() for path in built.iterdir()} == before
    assert set(built.parent.iterdir()) == siblings


def test_a_finished_build_replaces_what_stood_before(built, publication_folder):
    build(publication_folder, built, imputations=2)
    manifest = open_warehouse(built, publication_folder.parent).manifest
    assert manifest.imputations == 2


def test_solver_and_mixer_draw_from_sources_of_their_own(publication_folder, monkeypatch):
    seeds = []

    class Listening(Mixer):
        def mix(self, codes: list[int], moves: int, seed: str) -> tuple[list[int], int]:
            seeds.append(seed)
            return codes, moves

    def listening_solve(cells: object, claims: object, seed: str) -> list[int]:
        seeds.append(seed)
        return []

    monkeypatch.setattr("lib.publication.build.Mixer", Listening)
    monkeypatch.setattr("lib.publication.build.solve", listening_solve)
    for imputation in (1, 2):
        build_version(publication_folder, imputation)
    assert len(set(seeds)) == len(seeds) == 4


def test_claims_that_exclude_each_other_are_named(tmp_path, capsys):
    impossible = "four,women,count,,=,3,0,,Results,p. 9,Women again"
    folder = write_publication(tmp_path / "impossible_2026", claims=impossible)
    assert main(["--publication", str(folder), "--out", str(tmp_path / "out")]) == 2
    message = capsys.readouterr().err
    assert "sex" in message
    assert "contradictory" in message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("file", "line", "named"),
    [
        ("facts", "Z,patients,,sex,female,p. 1,", "unknown patient Z"),
        ("claims", "x,men,count,,=,1,0,,Results,p. 1,Men", "unknown population men"),
        ("claims", "x,all,mean,n_cycles,=,1,0,,Results,p. 1,Mean", "statistic must be one of"),
        ("patients", "D,gout", "unknown diagnosis gout"),
    ],
)
def test_a_malformed_row_is_named(tmp_path, file, line, named):
    folder = write_publication(tmp_path / "malformed_2026", **{file: line})
    with pytest.raises(PublicationError, match=named):
        read_publication(folder, REFERENCE)


@pytest.mark.parametrize(
    ("file", "line", "named"),
    [
        (
            "claims",
            "top,all,max,age_at_first_ivig_years,=,40,0,,Results,p. 1,Oldest",
            "claim top: no age_at_first_ivig_years that A may have fits the printed max 40",
        ),
        ("claims", "top,all,max,n_cycles,=,many,0,,Results,p. 1,Most", "claim top, value: 'many'"),
        ("claims", "top,all,max,n_cycles,=,4,no,,Results,p. 1,Most", "claim top, decimals: 'no'"),
        ("claims", "n,women,count,,=,some,0,,Results,p. 1,Women", "claim n, value: 'some'"),
        ("populations", "old,n_cycles,,few,", "n_cycles: 'few' is no number"),
        (
            "facts",
            "B,patients,,age_at_first_ivig_years,old,p. 1,",
            "B: age_at_first_ivig_years: 'old'",
        ),
        ("facts", "B,patients,,age_at_first_ivig_years,>=60,p. 1,", "B: no value of age_at_first"),
        ("facts", "C,cycles,,n_cycles,1|few,p. 1,", "C: n_cycles: 'few' is no number"),
        ("facts", "B,cycles,2-3,interval_days,often,p. 1,", "B: interval_days: 'often'"),
        ("plausible_ranges", "body_weight_kg,all,slim,90,1,,guess", "A: body_weight_kg: 'slim'"),
    ],
)
def test_a_value_that_is_no_number_or_leaves_none_is_named(tmp_path, file, line, named):
    folder = write_publication(tmp_path / "malformed_2026", **{file: line})
    with pytest.raises(PublicationError, match=named):
        prepare(folder)


def test_a_missing_file_is_named(publication_folder):
    (publication_folder / "claims.csv").unlink()
    with pytest.raises(PublicationError, match="claims.csv"):
        read_publication(publication_folder, REFERENCE)


def possible_ages() -> list[tuple[int, ...]]:
    """Ages of three patients with median 50 and minimum 48, counted out by hand."""
    ages = itertools.product(range(48, 53), repeat=3)
    return [three for three in ages if sorted(three)[1] == 50 and min(three) == 48]


def test_mixing_reaches_everything_possible_and_prefers_nothing(publication_folder):
    cells = build_cells(read_publication(publication_folder, REFERENCE))
    claims = compile_claims(cells)
    numbers = [cells.index[patient, "age_at_first_ivig_years"] for patient in "ABC"]
    mixer = Mixer(cells, claims)
    codes, seen = solve(cells, claims, seed=1), Counter()
    for seed in range(1500):
        codes, _ = mixer.mix(codes, 60, seed)
        seen[tuple(codes[number] // 20 for number in numbers)] += 1
    assert set(seen) == set(possible_ages())
    # Uniform over the 15 possibilities; the walk's seed is fixed, so this can't flicker.
    assert chisquare([seen[ages] for ages in possible_ages()]).pvalue > 0.001


@pytest.mark.parametrize("seed", range(5))
def test_solver_and_mixer_agree_on_every_claim(publication_folder, seed):
    cells = build_cells(read_publication(publication_folder, REFERENCE))
    claims = compile_claims(cells)
    start = solve(cells, claims, seed)
    mixed, accepted = Mixer(cells, claims).mix(start, 500, seed)
    assert accepted > 0
    assert all(holds(claim, codes) for claim in claims for codes in (start, mixed))


def claim(value: str, decimals: str, operator: str = "=") -> Claim:
    return Claim("c", "all", "min", "n_cycles", operator, value, decimals, "", "", "", "")


@pytest.mark.parametrize(
    ("value", "decimals", "operator", "holding", "failing"),
    [
        ("1", "0", "=", [50, 149], [49, 150]),  # 0.5 rounds up to 1, 1.5 to 2
        ("4.5", "1", "=", [445, 454], [444, 455]),
        ("6", "0", ">=", [600, 601], [599]),
        ("6", "0", "<=", [600, 599], [601]),
    ],
)
def test_bounds_of_a_claim_are_those_of_rounding_half_up(
    value, decimals, operator, holding, failing
):
    bounds = claim_bounds(claim(value, decimals, operator), 100)  # in hundredths
    assert all(bounds.holds(figure) for figure in holding)
    assert not any(bounds.holds(figure) for figure in failing)


@given(st.data())
def test_cycle_days_keep_their_intervals_and_their_duration(data):
    n_cycles = data.draw(st.integers(1, 12))
    lower = data.draw(st.lists(st.integers(1, 60), min_size=n_cycles - 1, max_size=n_cycles - 1))
    upper = [low + data.draw(st.integers(0, 90)) for low in lower]
    duration = data.draw(st.integers(sum(lower), sum(upper)))
    source = data.draw(SOURCES)
    intervals = Intervals(tuple(lower), tuple(upper), ())
    days = draw_cycle_days(intervals, n_cycles, duration, source)
    gaps = [later - earlier for earlier, later in itertools.pairwise(days)]
    assert days[0] == 0
    assert days[-1] == duration
    assert len(days) == n_cycles
    assert all(lo <= gap <= hi for lo, gap, hi in zip(lower, gaps, upper, strict=True))


@given(st.integers(3, 20), SOURCES)
def test_intervals_that_grew_are_drawn_growing(n_cycles, source):
    intervals = Intervals(
        (28,) * (n_cycles - 1), (120,) * (n_cycles - 1), (range(2, n_cycles + 1),)
    )
    days = draw_cycle_days(intervals, n_cycles, 70 * (n_cycles - 1), source)
    gaps = [later - earlier for earlier, later in itertools.pairwise(days)]
    assert gaps == sorted(gaps)


def test_a_duration_that_no_intervals_fit_is_refused():
    with pytest.raises(PublicationError, match="3 cycles can't span 10 days"):
        draw_cycle_days(Intervals((28, 28), (56, 56), ()), 3, 10, None)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("6", ("6", "6")),
        ("0.5", ("0.5", "0.5")),
        ("2..5", ("2", "5")),
        (">=6", ("6", "")),
        ("<=3", ("", "3")),
        ("-12..-3", ("-12", "-3")),
        ("female", None),
    ],
)
def test_number_bounds(text, bounds):
    assert number_bounds(text) == bounds
