"""What a user says in advance about files that can be read in more than one way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DECIMALS = ("comma", "point")
DATE_FORMATS = ("dmy", "mdy", "ymd")
ENCODINGS = ("utf-8", "utf-16", "windows-1252", "mac-roman", "cp850")
DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t"}
DOSE_UNITS = ("g/kg", "mg/kg", "g")
# What a word for a grade is: “moderate” as in CTCAE, or as anybody says it.
AS_CTCAE, NOT_CTCAE = GRADE_WORDS = ("ctcae", "none")

# What can become of a registry that is there already; the first two keep what they don't replace.
APPEND, REPLACE_CENTRES, REPLACE_ALL = HOWS = ("append", "replace-centres", "replace-all")

# Which option settles which kind of question.
OPTION_OF = {
    "decimal": "--decimal",
    "date": "--date-format",
    "unit": "--dose-unit",
    "grade": "--grade-words",
    "sheet": "--sheet",
}
# Where a whole sheet is asked about, and what is answered if it holds nothing for the registry.
NO_COLUMN, LEFT_OUT = "", "none"


@dataclass(frozen=True)
class Options:
    """None leaves a question to the values themselves; what they leave open is asked.

    ``answers`` settles single columns, by (kind of question, sheet, heading) as the user calls
    them: one column can leave its unit open and its decimal mark. ``spellings`` says which value
    of a list is meant, by (table, column, what stands there) as the schema calls them, so that it
    holds in other files, too.
    """

    decimal: str | None = None
    date_format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    dose_unit: str | None = None
    grade_words: str | None = None
    answers: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    spellings: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def answer(self, kind: str, sheet: str, heading: str) -> str | None:
        """What was said of a column, else of all columns; ``kind`` as in `OPTION_OF`."""
        everywhere = {
            "decimal": self.decimal,
            "date": self.date_format,
            "unit": self.dose_unit,
            "grade": self.grade_words,
        }
        return self.answers.get((kind, sheet, heading), everywhere.get(kind))

    def meant(self, table: str, column: str) -> dict[str, str]:
        """What the user said is meant by what stands in a column."""
        return {
            text: value
            for (of_table, of_column, text), value in self.spellings.items()
            if (of_table, of_column) == (table, column)
        }


@dataclass(frozen=True)
class Existing:
    """A registry that is there already, and what is to become of it: one of `HOWS`."""

    folder: Path
    how: str
