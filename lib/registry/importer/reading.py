"""What came of reading a user's files: how they were understood, what is open, what is wrong."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import pyarrow as pa

from lib.registry.findings_report import UserSheet, to_workbook
from lib.registry.importer.finding import Finding
from lib.registry.importer.options import OPTION_OF
from lib.registry.language import leaves_out_words, says_less
from lib.registry.schema import Column
from lib.registry.sheets import SHEETS

SOURCE_ROW = "source_row"
# Read, converted and forgotten; nothing of it is ever shown.
SECRET = ("birth_date",)


@dataclass(frozen=True)
class Interpretation:
    """How one column is read. ``examples`` are pairs of what stands there and what it means.

    ``ambiguous`` lists the readings to choose from if the values leave more than one. ``decided``
    are pairs of a spelling and the value that the user, and not the importer, took it for.
    """

    sheet: str
    column: str
    target: str
    reading: str
    examples: tuple[tuple[str, str], ...] = ()
    ambiguous: tuple[str, ...] = ()
    decided: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Question:
    """A column that can be read in more than one way; ``option`` settles it for all columns.

    ``choices`` are pairs of what to answer and what the example would mean then. Of ``kind``
    “sheet” it is asked what a whole sheet holds: ``column`` is empty then, and ``row`` is None.
    """

    sheet: str
    column: str
    kind: str
    row: int | None
    example: str
    choices: tuple[tuple[str, str], ...]

    @property
    def option(self) -> str:
        """The option of the command line that settles it."""
        return OPTION_OF[self.kind]


@dataclass(frozen=True)
class SheetReading:
    """One sheet of the user: where its rows came to. ``table`` is None if it was not understood.

    ``n_rows`` counts the rows under the heading that are not empty; each is imported or reported.
    """

    file: str
    sheet: str
    table: str | None
    form: str
    heading_row: int
    n_rows: int
    n_empty: int
    n_imported: int
    n_reported: int

    def in_words(self, n_with_findings: int) -> str:
        """How many rows there are, and of how many something is said."""
        rows = f"{self.n_rows:,} row{'s' * (self.n_rows != 1)}"
        if self.table is None:
            return f"{self.sheet}: {rows}, left out."
        lost = f", {self.n_reported:,} of them not readable" if self.n_reported else ""
        empty = f", {self.n_empty:,} empty ones between" if self.n_empty else ""
        found = f"{n_with_findings:,}" if n_with_findings else "none"
        return f"{self.sheet}: {rows}{lost}{empty}; {found} with findings."


@dataclass(frozen=True)
class CentreChange:
    """Of one centre: patients that are there, are taken out of it, and are added."""

    centre: str
    n_there: int
    n_taken_out: int
    n_added: int

    @property
    def n_kept(self) -> int:
        """How many of those there stay as they are."""
        return self.n_there - self.n_taken_out

    @property
    def n_after(self) -> int:
        """How many there will be."""
        return self.n_kept + self.n_added


@dataclass(frozen=True)
class Joined:
    """The registry that a reading is joined with, what becomes of it, and of each centre.

    ``version`` is that of its data when it was read; ``n_rows_kept`` counts rows of all tables.
    """

    name: str
    how: str
    version: str
    n_rows_kept: int
    centres: tuple[CentreChange, ...]


@dataclass(frozen=True)
class Suggestion:
    """A spelling of a column that is in no list, in how many rows, and what it may mean.

    ``sheet`` and ``column`` are called as in the first sheet that has it, ``target`` as in the
    schema.
    """

    sheet: str
    column: str
    target: str
    text: str
    n_rows: int
    values: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str, str]:
        """How `Options.spellings` calls it."""
        table, _, column = self.target.partition(".")
        return table, column, self.text

    @property
    def column_of_schema(self) -> Column:
        """The column that the spelling is in."""
        table, name, _ = self.place
        return SHEETS[table].accepted[name]

    def loses_words(self, value: str) -> bool:
        """Whether the spelling has words that a value has nothing of."""
        return leaves_out_words(self.column_of_schema, value, self.text)

    @property
    def only_value(self) -> str | None:
        """What it may be taken for without looking: the one value, if that says no less."""
        if len(self.values) != 1 or says_less(self.values[0]) or self.loses_words(self.values[0]):
            return None
        return self.values[0]


@dataclass(frozen=True)
class Reading:
    """All that reading gave. ``tables`` are typed as the schema says, with ``source_row``.

    ``user_sheets`` hold the rows of which something is said, for the report that marks them. With
    ``joined``, ``tables`` hold the rows that are kept of that registry, too, before the new ones.
    """

    sheets: tuple[SheetReading, ...]
    interpretations: tuple[Interpretation, ...]
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    user_sheets: tuple[UserSheet, ...] = field(repr=False)
    tables: Mapping[str, pa.Table] = field(repr=False)
    joined: Joined | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stand in the way of an import."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def can_be_imported(self) -> bool:
        """Nothing is wrong and nothing is open; warnings are for the user to judge."""
        return not self.errors and not self.questions

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """The spellings that were not understood and may mean something, in their order."""
        targets = {(entry.sheet, entry.column): entry.target for entry in self.interpretations}
        found = [finding for finding in self.findings if finding.suggestions]
        of_targets = [(targets[f.sheet, f.column], f.value, f.suggestions) for f in found]
        n_rows = Counter(of_targets)
        first = dict(zip(reversed(of_targets), reversed(found), strict=True))
        return tuple(
            Suggestion(first[place].sheet, first[place].column, *place[:2], n, place[2])
            for place, n in n_rows.items()
        )

    def sheets_in_words(self) -> list[str]:
        """A sentence a sheet: how many rows, and of how many something is said."""
        rows_found = {(f.sheet, f.row) for f in self.findings if f.row is not None}
        return [
            sheet.in_words(
                sum(found == sheet.sheet and row > sheet.heading_row for found, row in rows_found)
            )
            for sheet in self.sheets
        ]

    def report(self) -> dict:
        """Everything but the data themselves, as JSON can hold it, with the findings counted."""
        questions = [asdict(question) | {"option": question.option} for question in self.questions]
        return {
            "can_be_imported": self.can_be_imported,
            "sheets": [asdict(sheet) for sheet in self.sheets],
            "interpretations": [asdict(entry) for entry in self.interpretations],
            "questions": questions,
            "joined": asdict(self.joined) if self.joined else None,
            "findings_by_rule": dict(Counter(finding.rule for finding in self.findings)),
            "findings": [asdict(finding) for finding in self.findings],
        }

    def findings_workbook(self) -> bytes:
        """The findings as an Excel file, with the rows they are of and the cells marked."""
        secret = {
            (entry.sheet, entry.column)
            for entry in self.interpretations
            if entry.target.split(".")[-1] in SECRET
        }
        return to_workbook(self.findings, self.user_sheets, secret)
