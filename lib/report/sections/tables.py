"""The publication's two tables, and Table 1 in groups."""

from collections.abc import Iterator
from functools import partial

from lib import written
from lib.report.content import Block
from lib.report.sections.kind import Kind, table
from lib.report.subject import Inquiry, Option
from lib.table_one import GROUPINGS, STATISTICS

BY = Option("summary_tables_by", "Columns", tuple(GROUPINGS))
STATISTIC = Option("summary_tables_statistic", "Numbers", tuple(STATISTICS))


def build_published(name: str, inquiry: Inquiry) -> Iterator[Block]:
    """One of the publication's tables, counted again in this cohort."""
    title, *_ = written.PUBLISHED_TABLES[name]
    yield table(inquiry, title, written.published(name, inquiry), says=_says(name, inquiry))


def _says(name: str, inquiry: Inquiry) -> str:
    rows = written.published(name, inquiry).table.rows
    if name == "table_i":
        said = dict(rows)
        return (
            f"Responded {said['Response rate, n']}, side-effects {said['Rate of side-effects, n']}."
        )
    return f"{len(rows)} groups of diagnoses."


def build_characteristics(inquiry: Inquiry) -> Iterator[Block]:
    """Table 1 by what the reader chose."""
    by, statistic = inquiry.choice(BY), inquiry.choice(STATISTIC)
    told = written.characteristics(by, statistic, inquiry)
    columns = ", ".join(told.table.columns[1:])
    yield table(inquiry, written.characteristics_title(by), told, says=f"{columns}.")


TABLE_I = Kind(
    "table_i", "Table I", "How is the cohort described?", partial(build_published, "table_i")
)
TABLE_II = Kind(
    "table_ii",
    "Table II",
    "Which doses and side-effects, by diagnosis?",
    partial(build_published, "table_ii"),
)
TABLE_1 = Kind(
    "table_1", "Table 1 by group", "Who are the patients of each group?", build_characteristics,
    (BY, STATISTIC),
)  # fmt: skip
