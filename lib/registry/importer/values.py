"""Hold every single cell to the schema: required, in the list, within the range.

pandera finds all failing rows of a column at once; the rules are the schema's own, put into its
words, so that the schema stays the only place that states them.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches
from functools import cache

import numpy as np
import pandas as pd
import pandera.pandas as pandera

from lib.registry.importer.conversion import Converted
from lib.registry.importer.finding import Finding
from lib.registry.importer.typed import TypedTable
from lib.registry.language import (
    allowed_values,
    fold,
    in_both,
    says_less,
    value_names,
    value_titles,
)
from lib.registry.schema import Column
from lib.registry.sheets import SHEETS

REQUIRED, LISTED, IN_RANGE = "missing", "not_in_list", "out_of_range"
FEW = 12
MEND_UNLISTED = {
    "diagnoses": "Choose a value from the list. A patient with another diagnosis can't be entered "
    "yet: leave the patient out, in every sheet.",
    "drugs": "Choose a value from the list. A drug that is not in it can't be entered yet: leave "
    "the row out.",
}
N_SUGGESTIONS = 2
# So many spellings are looked at; from 0 to 1, how much less near one may be that is as near.
N_SPELLINGS, AS_NEAR = 8, 0.05
NOT_LISTED = "The value is not one of the list."


def check_values(table: TypedTable, converted: Converted) -> Iterator[Finding]:
    """Every cell of a table that the schema does not allow, unless it was reported already.

    The cells found are marked as reported in ``converted``.
    """
    failing = _failing(table.name, converted.frame)
    for column in SHEETS[table.name].columns:
        for rule, message in _rules(column, table.language).items():
            where = np.zeros(len(converted.frame), bool)
            where[failing.get((column.name, rule), [])] = True
            where &= ~converted.failed[column.name]
            # A column that is not there is one finding, not one a row.
            if rule == REQUIRED and not set(table.giving(column.name)) & set(table.headings):
                continue
            yield from _findings(table, converted.frame, column, rule, message, where)
            converted.failed[column.name] |= where


def _findings(
    table: TypedTable,
    frame: pd.DataFrame,
    column: Column,
    rule: str,
    message: str,
    where: np.ndarray,
) -> Iterator[Finding]:
    values = frame[column.name]

    def shown(at: int) -> str | None:
        value = values.iloc[at]
        return None if pd.isna(value) else f"{value:g}" if column.type == "DOUBLE" else str(value)

    def words(at: int) -> tuple[str, str, str]:
        mend = _mend(column, rule, shown(at), table.language)
        # Beside what it may mean, all that it might be would only be in the way.
        said = NOT_LISTED if meant(at) else message
        return table.heading(column.name, at), said, mend

    def meant(at: int) -> tuple[str, ...]:
        return suggested(column, shown(at)) if rule == LISTED else ()

    return table.findings("error", rule, where, words, shown, meant)


def _rules(column: Column, language: str) -> dict[str, str]:
    """The rules of a column, each with what is said of a cell that breaks it."""
    rules = {}
    if not column.nullable:
        rules[REQUIRED] = (
            "The cell is empty, or says that nothing is known. A value is needed here in every row."
        )
    if _is_listed(column):
        rules[LISTED] = f"{NOT_LISTED} {_allowed(column, language)}"
    if (column.lower, column.upper) != (None, None):
        rules[IN_RANGE] = f"The value is outside what is possible: {_range(column)}."
    return rules


def _failing(table: str, frame: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    """Positions of the failing rows by column and rule."""
    try:
        _pandera_schema(table).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return {
            (column, REQUIRED if check == "not_nullable" else check): group["index"].to_numpy(
                "int64"
            )
            for (column, check), group in cases.groupby(["column", "check"])
        }
    return {}


@cache
def _pandera_schema(table: str) -> pandera.DataFrameSchema:
    return pandera.DataFrameSchema(
        {
            column.name: pandera.Column(checks=_checks(column), nullable=column.nullable)
            for column in SHEETS[table].columns
        }
    )


def _checks(column: Column) -> list[pandera.Check]:
    checks = []
    if _is_listed(column):
        checks.append(pandera.Check.isin(allowed_values(column), error=LISTED))
    if column.lower is not None and column.upper is not None:
        checks.append(pandera.Check.in_range(column.lower, column.upper, error=IN_RANGE))
    elif column.lower is not None:
        checks.append(pandera.Check.ge(column.lower, error=IN_RANGE))
    return checks


def _is_listed(column: Column) -> bool:
    return column.type == "VARCHAR" and bool(allowed_values(column))


def _allowed(column: Column, language: str) -> str:
    titles = value_titles(column, language)
    if len(titles) > FEW:
        return f"The list has {len(titles)} values; the template shows them."
    other = "English" if language == "de" else "German"
    return f"Allowed are {', '.join(titles)}, or the same in {other}."


def _range(column: Column) -> str:
    unit = f" {column.unit}" if column.unit else ""
    if column.upper is None:
        return f"at least {column.lower:g}{unit}"
    return f"{column.lower:g} to {column.upper:g}{unit}"


def _mend(column: Column, rule: str, value: str | None, language: str) -> str:
    if rule == REQUIRED:
        return "Enter the value, or delete the row if it does not belong here."
    if rule == LISTED:
        close = suggested(column, value)
        if close:
            meant = " or ".join(f"“{in_both(column, name, language)}”" for name in close)
            less = " It says less than what stands there." * all(map(says_less, close))
            return f"Perhaps {meant} is meant.{less}"
        return MEND_UNLISTED.get(column.vocabulary, "Choose a value from the list.")
    return "Correct the value; check its unit and its decimal mark."


@cache
def suggested(column: Column, value: str) -> tuple[str, ...]:
    """The values of a column's list that a misspelled one may have meant, in either language."""
    names = value_names(column)
    close = get_close_matches(fold(value), names, n=N_SPELLINGS, cutoff=0.7)
    nearness = [SequenceMatcher(None, name, fold(value)).ratio() for name in close]
    # The two nearest spellings can be of one value, and one that is as near of another.
    near = [
        name
        for at, name in enumerate(close)
        if at < N_SUGGESTIONS or nearness[at] > nearness[0] - AS_NEAR
    ]
    return tuple(dict.fromkeys(names[name] for name in near))[:N_SUGGESTIONS]
