"""The rules across the rows of an imported registry: one file each in ``queries/checks/``.

What single cells must be is checked where they are read; here rows are held against each other.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import duckdb
import pyarrow as pa

from lib.named_queries import QUERIES, read_header, read_query
from lib.preparation import load
from lib.registry.importer.finding import MOST_FINDINGS_OF_A_RULE, Finding
from lib.registry.schema import TABLES

SOURCE_ROW = pa.field("source_row", pa.int64())
# Built in this order, in `queries/courses`: what more than one rule stands on.
PREPARATION = (
    "plain",
    "repeated_rows",
    "patient_courses",
    "cycle_steps",
    "dated_rows",
    "orphans",
    "lookalikes",
)
# Where a finding is; any other column of a rule is for its words.
PLACE = ("sheet", "source_row", "column_name", "value")
# What a rule says of another row: columns with this ending, of the same sheet but for one.
OTHER_ROW = "_row"
ROW_OF_PATIENT = "patient_row"
# How a row is called, given its table and `source_row`.
RowWords = Callable[[str, int], str]
# A clinic's sheets are small. These are for the largest: both cores, and room to sort a million.
SETTINGS = {"memory_limit": "512MB", "threads": 2}


@dataclass(frozen=True)
class Rule:
    """One rule: ``message`` and ``mend`` name columns of its result in braces."""

    name: str
    severity: str
    message: str
    mend: str


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, read from the headers of ``queries/checks/``."""
    names = sorted(path.stem for path in (QUERIES / "checks").glob("*.sql"))
    return tuple(_read_rule(name) for name in names)


def _read_rule(name: str) -> Rule:
    header = read_header(f"checks/{name}")
    return Rule(name, header["severity"], header["message"], header["mend"])


def _number_alone(_table: str, source_row: int) -> str:
    return str(source_row)


def find(tables: Mapping[str, pa.Table], row_words: RowWords = _number_alone) -> list[Finding]:
    """Hold a registry's rows against each other by every rule.

    Parameters
    ----------
    tables
        By name, with the columns and types of the schema and ``source_row``, the row in the
        user's sheet. A table left out is empty; a cell that was not understood is null, and
        no rule blames a null.
    row_words
        What a message calls another row, after the word “row”: its number, unless there is more
        to say, such as the sheet if a table came in several.

    Returns
    -------
    list of Finding
        In the order of the sheets, their rows and the rules; sheets and columns are called as
        in the schema. Of each rule the first 10,000; a last one says how many more there are.
    """
    connection = open_for_checks(tables)
    found = [finding for rule in rules() for finding in findings_of(rule, connection, row_words)]
    return sorted(found, key=_place)


def open_for_checks(tables: Mapping[str, pa.Table]) -> duckdb.DuckDBPyConnection:
    """Load a registry into a locked database with all that the rules stand on."""
    complete = {name: tables.get(name, _schema(name).empty_table()) for name in TABLES}
    connection = load(complete, **SETTINGS)
    for name in PREPARATION:
        connection.execute(read_query(f"courses/{name}"))
    return connection


def _schema(table: str) -> pa.Schema:
    return TABLES[table].arrow_schema.append(SOURCE_ROW)


def findings_of(
    rule: Rule, connection: duckdb.DuckDBPyConnection, row_words: RowWords = _number_alone
) -> Iterator[Finding]:
    """Where one rule is broken; only the first 10,000 places, and then how many more."""
    result = connection.execute(read_query(f"checks/{rule.name}"))
    columns = [column[0] for column in result.description]
    rows = result.fetchmany(MOST_FINDINGS_OF_A_RULE)
    for row in rows:
        yield _finding(rule, dict(zip(columns, row, strict=True)), row_words)
    n_more = sum(map(len, iter(lambda: result.fetchmany(MOST_FINDINGS_OF_A_RULE), [])))
    if n_more:
        message = f"The same in {n_more:,} more rows, which are not listed."
        yield Finding(rule.severity, rule.name, rows[-1][0], None, None, message, rule.mend)


def _finding(rule: Rule, row: Mapping[str, object], row_words: RowWords) -> Finding:
    words = {name: _in_words(value) for name, value in row.items()}
    for name, value in row.items():
        if name.endswith(OTHER_ROW) and name != "source_row":
            table = "patients" if name == ROW_OF_PATIENT else row["sheet"]
            words[name] = row_words(table, value)
    return Finding(
        severity=rule.severity,
        rule=rule.name,
        sheet=row["sheet"],
        row=row["source_row"],
        column=row["column_name"],
        message=rule.message.format_map(words),
        mend=rule.mend.format_map(words),
        value=None if row["value"] is None else words["value"],
    )


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _place(finding: Finding) -> tuple[int, int, str, str]:
    return (
        list(TABLES).index(finding.sheet),
        finding.row or 0,
        finding.column or "",
        finding.rule,
    )
