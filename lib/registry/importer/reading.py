"""What came of reading a user's files: how they were understood, what is open, what is wrong."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import pyarrow as pa

from lib.registry.findings_report import UserSheet, to_workbook
from lib.registry.importer.finding import Finding
from lib.registry.importer.options import OPTION_OF

SOURCE_ROW = "source_row"
# Read, converted and forgotten; nothing of it is ever shown.
SECRET = ("birth_date",)


@dataclass(frozen=True)
class Interpretation:
    """How one column is read. ``examples`` are pairs of what stands there and what it means.

    ``ambiguous`` lists the readings to choose from if the values leave more than one.
    """

    sheet: str
    column: str
    target: str
    reading: str
    examples: tuple[tuple[str, str], ...] = ()
    ambiguous: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A column that can be read in more than one way; ``option`` settles it for all columns.

    ``choices`` are pairs of what to answer and what the example would mean then.
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


@dataclass(frozen=True)
class Reading:
    """All that reading gave. ``tables`` are typed as the schema says, with ``source_row``.

    ``user_sheets`` hold the rows of which something is said, for the report that marks them.
    """

    sheets: tuple[SheetReading, ...]
    interpretations: tuple[Interpretation, ...]
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    user_sheets: tuple[UserSheet, ...] = field(repr=False)
    tables: Mapping[str, pa.Table] = field(repr=False)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stand in the way of an import."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def can_be_imported(self) -> bool:
        """Nothing is wrong and nothing is open; warnings are for the user to judge."""
        return not self.errors and not self.questions

    def report(self) -> dict:
        """Everything but the data themselves, as JSON can hold it, with the findings counted."""
        questions = [asdict(question) | {"option": question.option} for question in self.questions]
        return {
            "can_be_imported": self.can_be_imported,
            "sheets": [asdict(sheet) for sheet in self.sheets],
            "interpretations": [asdict(entry) for entry in self.interpretations],
            "questions": questions,
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
