"""Every query is a file whose header is its contract: here the contract is read and kept."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from sqlfluff.api import simple
from sqlfluff.core import FluffConfig

from lib.cohort import Cohort
from lib.disclosure_rules import rules_of
from lib.named_queries import QUERIES, pasteable, read_header, read_query
from lib.own_query import MAX_ROWS, read_answer
from lib.own_query_child import answer, require_one_select
from lib.places import CASE_SERIES, PUBLICATIONS
from lib.preparation import LATER, OF_MANY, PASSING, PREPARATION, load, prepare
from lib.registry import rules
from lib.registry.store import read_registry
from lib.warehouse import Warehouse, open_warehouse

KEYS = ["title", "grain", "params", "columns", "missing"]
RULE_KEYS = [*KEYS, "severity", "message", "mend"]
# What a question tells of patients (lib/disclosure.py); what stands in a table is told by nobody.
QUESTION_KEYS = [*KEYS, "disclosure"]
PATHS = sorted(QUERIES.glob("*/*.sql"))
# `create` statements that the warehouse runs once when it opens, and those of an import.
BUILT = (*PREPARATION, *OF_MANY, *LATER)
DEFINITIONS = [QUERIES / "registry" / f"{name}.sql" for name in BUILT]
IMPORT_DEFINITIONS = [QUERIES / "courses" / f"{name}.sql" for name in rules.PREPARATION]
# The rules of an import; tests/registry/test_rules.py breaks each of them.
RULES = sorted((QUERIES / "checks").glob("*.sql"))
# The others answer a question.
QUESTIONS = [path for path in PATHS if path not in DEFINITIONS + IMPORT_DEFINITIONS + RULES]
MACROS = ("members", "everybody", "cohort", "cohort_in_versions", "cohort_pieces")
CALLS = {name: f"from {name}($criteria)" if name in MACROS else f"from {name}" for name in BUILT}
CALLS["is_drawn"] = "select is_drawn(2, 3, 1, 3, 1) as is_drawn"
CALLS["members_of_both"] = "from members_of_both($criteria, '[]', true)"
CALLS["cut_members"] = "from cut_members($criteria, true)"
CALLS["cut_members_in_stretches"] = CALLS["cut_members"]
CALLS["measured"] = "from measured($criteria, true)"
CALLS["measured_by_counts"] = CALLS["measured"]
CALLS["measured_over_versions"] = "from measured_over_versions($criteria, true)"
CALLS["counted_values"] = (
    "from counted_values((select list({'piece': piece, 'first_seat': first_seat,"
    " 'patients': patients}) from cohort_pieces($criteria)))"
)
CALLS["meets"] = "select meets(null, 30, null, null, 31) as meets"
# The published series has no scores; tests/test_response.py finds those of the demo registry.
NEED_SCORES = ("response/trajectories", "response/score_medians")
# A value for each parameter that a query may have.
EXAMPLES = {
    "by": "diagnosis_group",
    "group_by": "response",
    "page": 1,
    "counted_by": "dose",
    "cohort": Cohort.of(sex=["female"], age=(30, 90)).criteria,
    "patient": "DM-01",
    "patients": ["DM-01", "PV-01"],
    "most_listed": 20,
    "sort": "diagnosis",
    "version": 1,
    "field": "dose_tier",
    "instrument": "DLQI",
    "most_scores": 1000,
    "event": "relapse",
    "steps": [Cohort().criteria, Cohort.of(sex=["female"]).criteria],
    "most_named": 100,
    "most_drawn": 100,
    "since": "onset_day",
    "amount": "g_per_kg",
    "other": Cohort.of(sex=["male"]).criteria,
    "less_first": False,
}


@dataclass(frozen=True)
class Header:
    """What a query says of itself."""

    texts: dict[str, str]

    @property
    def columns(self) -> list[str]:
        """Names of the result's columns: what stands between the commas, less the brackets."""
        text = re.sub(r"\([^()]*\)", "", self.texts["columns"])
        return [name.strip() for name in text.split(",")]

    @property
    def parameters(self) -> set[str]:
        return set(re.findall(r"\$(\w+)", self.texts["params"]))

    @property
    def grain(self) -> list[str]:
        """The columns that identify a row; none if there is one row."""
        match = re.match(r"one row(?:$| per \(([\w, ]+)\))", self.texts["grain"])
        assert match, "grain: write `one row`, or `one row per (column, column)` and what you will"
        return match[1].split(", ") if match[1] else []


def name_of(path: Path) -> str:
    return path.relative_to(QUERIES).with_suffix("").as_posix()


def every(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=name_of)


@cache
def header(path: Path) -> Header:
    return Header(read_header(name_of(path)))


def body(path: Path) -> str:
    """The statement without its comments."""
    return re.sub(r"--.*", "", path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def warehouse() -> Warehouse:
    return open_warehouse()


@pytest.fixture(scope="module")
def result(warehouse: Warehouse):
    """Results of the queries with the example parameters, each run once."""

    @cache
    def run(path: Path) -> pd.DataFrame:
        if path in DEFINITIONS:
            return made_by(warehouse, path)
        parameters = {name: EXAMPLES[name] for name in header(path).parameters}
        return warehouse.query(name_of(path), **parameters)

    return run


def made_by(warehouse: Warehouse, path: Path) -> pd.DataFrame:
    """What a definition made: the rows of the table, or of the macro for the example cohort."""
    if path.stem in PASSING:
        return passing()[path.stem]
    criteria = {"criteria": EXAMPLES["cohort"]}
    call = CALLS[path.stem]
    source = as_large() if path.stem in OF_MANY else warehouse
    source.build()
    with source.connection.cursor() as cursor:
        return cursor.execute(call, criteria if "$criteria" in call else None).df()


@cache
def as_large() -> Warehouse:
    """The published series, prepared as a large registry is."""
    source = open_warehouse()
    for name in OF_MANY:
        source.connection.execute(read_query(f"registry/{name}"))
    return source


@cache
def passing() -> dict[str, pd.DataFrame]:
    """The tables that are gone once a registry is prepared, as they were when they were made."""
    manifest, tables = read_registry(CASE_SERIES)
    found = {}
    with load(tables) as connection:

        @contextmanager
        def look(name: str) -> Iterator[None]:
            yield
            if name in PASSING:
                found[name] = connection.table(name).df()

        prepare(connection, manifest, PUBLICATIONS, look)
    return found


@every(PATHS)
def test_the_header_is_complete(path: Path):
    keys = re.findall(r"^-- (\w+): ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert keys == (RULE_KEYS if path in RULES else QUESTION_KEYS if path in QUESTIONS else KEYS)


@every(PATHS)
def test_the_header_names_the_parameters(path: Path):
    used = set(re.findall(r"\$(\w+)", body(path)))
    assert header(path).parameters == used
    assert used <= EXAMPLES.keys(), "give the new parameter a value in EXAMPLES"


@every(DEFINITIONS + QUESTIONS)
def test_the_result_has_the_columns_of_the_header(path: Path, result):
    assert list(result(path).columns) == columns_of(path)


def columns_of(path: Path) -> list[str]:
    """The columns of a header; `those of <file>` are written in that file."""
    columns = []
    for name in header(path).columns:
        other = re.match(r"those of (\S+)", name)
        columns += columns_of(QUERIES / other[1]) if other else [name]
    return columns


@every([path for path in QUESTIONS if name_of(path) not in NEED_SCORES])
def test_the_query_finds_something(path: Path, result):
    assert not result(path).empty


@every(QUESTIONS)
def test_the_header_says_of_every_column_what_it_tells_of_patients(path: Path):
    rules = rules_of(name_of(path))
    columns = columns_of(path)
    whole = {name for name in columns if not is_end(name, columns)}
    # Withheld altogether, and nothing more to say; or each column once.
    assert rules.columns == (set() if rules.withheld else whole)


def is_end(name: str, columns: list[str]) -> bool:
    """Whether a column is an end of the range of another one over the versions."""
    return any(
        name.endswith(end) and name.removesuffix(end) in columns for end in ("_lowest", "_highest")
    )


@every(QUESTIONS)
def test_the_plan_is_kept_for_the_next_values(path: Path, warehouse: Warehouse):
    """DuckDB plans anew at each run if it can't tell a parameter's type: say it by a cast."""
    if not header(path).parameters:
        # Asked once: see `lib.warehouse.Reader`.
        return
    # Asked anew: of all questions a reader keeps the plans of a few.
    warehouse.query(name_of(path), **{name: EXAMPLES[name] for name in header(path).parameters})
    reader = next(reader for reader in warehouse.idle_readers if name_of(path) in reader.planned)
    (row,) = reader.cursor.execute(
        "select result_types from duckdb_prepared_statements() where name = ?", [name_of(path)]
    ).fetchall()
    assert row[0], "the types of the result are not known before the values are"


@every(QUESTIONS)
def test_a_parameter_has_a_name_or_is_given_to_a_macro(path: Path):
    """Where it is compared with a column, DuckDB plans the query anew at each run."""
    named = r"\$\w+::\w+ ?(\[\])? as \w+"
    given = r"(?<=[(\s])\$\w+(::\w+)?(?=[,)])"
    assert "$" not in re.sub(f"{named}|{given}", "", body(path))


@every(DEFINITIONS + QUESTIONS)
def test_no_two_rows_have_the_same_grain(path: Path, result):
    grain = header(path).grain
    if grain:
        assert not result(path).duplicated(grain).any()
    else:
        assert len(result(path)) == 1


@every(QUESTIONS + RULES)
def test_the_statement_ends_with_its_last_step(path: Path):
    steps = re.findall(r"^(\w+) as \($", body(path), flags=re.MULTILINE)
    _, _, ending = body(path).rpartition("\n\n")
    last = re.fullmatch(r"select \* from (\w+)\n(?:order by\s[\s\S]+\n)?", ending)
    assert last
    assert last[1] == steps[-1]


@pytest.fixture(scope="module")
def no_import() -> duckdb.DuckDBPyConnection:
    return rules.open_for_checks({})


@every([path for path in IMPORT_DEFINITIONS if path.stem != "plain"])
def test_an_import_is_prepared_with_the_columns_of_the_header(
    path: Path, no_import: duckdb.DuckDBPyConnection
):
    columns = no_import.table(path.stem).columns
    assert columns == columns_of(path)


@every(RULES)
def test_a_rule_gives_the_place_first_and_names_only_its_columns(
    path: Path, no_import: duckdb.DuckDBPyConnection
):
    columns = [column[0] for column in no_import.execute(read_query(name_of(path))).description]
    assert columns == columns_of(path)
    assert tuple(columns[:4]) == rules.PLACE
    words = header(path).texts["message"] + header(path).texts["mend"]
    assert set(re.findall(r"\{(\w+)\}", words)) <= set(columns)
    assert header(path).texts["severity"] in ("error", "warning")


@every(PATHS)
def test_the_format_is_sqlfluffs(path: Path):
    config = FluffConfig.from_path(str(path))
    found = simple.lint(path.read_text(encoding="utf-8"), config=config)
    assert [f"{v['start_line_no']}: {v['description']}" for v in found] == []


def test_definitions_are_all_made_and_nothing_else_is_in_their_folder():
    assert sorted(DEFINITIONS) == sorted((QUERIES / "registry").glob("*.sql"))
    assert sorted(IMPORT_DEFINITIONS) == sorted((QUERIES / "courses").glob("*.sql"))


def test_the_index_lists_every_query_with_its_title():
    index = (QUERIES / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\S+)\]\((\S+)\) \| (.+) \|$", index, flags=re.MULTILINE)
    assert listed == [
        (name_of(path), f"{name_of(path)}.sql", header(path).texts["title"]) for path in PATHS
    ]


@every(QUESTIONS)
def test_a_pasted_query_gives_a_reader_the_same_rows(warehouse: Warehouse, path: Path):
    parameters = {name: EXAMPLES[name] for name in header(path).parameters}
    name = name_of(path)
    text = pasteable(name, parameters)
    require_one_select(text)
    warehouse.build()
    pasted = read_answer(answer(warehouse.connection, text, MAX_ROWS)).rows
    pd.testing.assert_frame_equal(pasted, warehouse.query(name, **parameters))
