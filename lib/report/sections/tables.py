"""The publication's two tables, and Table 1 in groups."""

from collections.abc import Iterator
from functools import partial

from lib import written
from lib.beside import Told
from lib.figures import MISSING, counted
from lib.report.content import Block
from lib.report.sections.kind import LONGEST_TITLE, Kind, outcome_words, table
from lib.report.subject import Inquiry, Option
from lib.table_one import GROUPINGS, STATISTICS
from lib.tables import COUNTS, TextTable, unsized
from lib.traits import NOT_RECORDED

BY = Option("summary_tables_by", "Columns", tuple(GROUPINGS))
STATISTIC = Option("summary_tables_statistic", "Numbers", tuple(STATISTICS))


def build_published(name: str, inquiry: Inquiry) -> Iterator[Block]:
    """One of the publication's tables, counted again in this cohort."""
    title, *_ = written.PUBLISHED_TABLES[name]
    told = written.published(name, inquiry)
    yield table(inquiry, title, told, says=SAYS[name](told.table.rows))


def _outcomes(rows: list[tuple[str, ...]]) -> str:
    said = dict(rows)
    return outcome_words(*(said[label] for label in COUNTS.values()))


def _largest(rows: list[tuple[str, ...]]) -> str:
    """Cycles and dose of the diagnosis group with most patients, if it is certain which it is."""
    sizes = [unsized(row[0])[1] for row in rows]
    if not rows or not all(size.isdigit() for size in sizes):
        return ""
    most = max(map(int, sizes))
    if sizes.count(str(most)) > 1:
        return ""
    name, cycles, dose, _ = rows[sizes.index(str(most))]
    if MISSING in (cycles, dose):
        return ""
    of_all = "Largest group: " * (len(rows) > 1)
    return (
        f"{of_all}{name}, {counted(cycles, 'cycle')}, {dose} g/kg{' in the median' * (most > 1)}."
    )


SAYS = {"table_i": _outcomes, "table_ii": _largest}


def build_characteristics(inquiry: Inquiry) -> Iterator[Block]:
    """Table 1 by what the reader chose."""
    by, statistic = inquiry.choice(BY), inquiry.choice(STATISTIC)
    told = written.characteristics(by, statistic, inquiry)
    title = written.characteristics_title(by)
    yield table(inquiry, title, _once(told), says=_groups(by, told.table.columns[1:]))


def _once(told: Told) -> Told:
    """A table whose one group is the whole cohort, which stands in it once; others as they are."""
    heads = [unsized(head) for head in told.table.columns[1:]]
    if len(heads) != 2 or heads[0][1] != heads[1][1]:
        return told
    rows = [row[:2] for row in told.table.rows]
    note = f"All are of one group, which has no column of its own: {heads[1][0].lower()}."
    table = TextTable(told.table.columns[:2], rows)
    return told._replace(table=table, notes=[*told.notes, note])


def _groups(by: str, columns: tuple[str, ...]) -> str:
    """How many patients, and the groups by name if they fit a title."""
    everybody, *groups = columns
    n_patients = counted(unsized(everybody)[1], "patient")
    if not groups:
        return f"{n_patients}."
    named = f"{n_patients}: {', '.join(groups)}."
    if len(named) <= LONGEST_TITLE:
        return named
    n_groups = sum(NOT_RECORDED not in group for group in groups)
    return f"{n_patients} by {by}: {counted(str(n_groups), 'group')}."


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
