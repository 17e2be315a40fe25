"""What a user says in advance about files that can be read in more than one way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DECIMALS = ("comma", "point")
DATE_FORMATS = ("dmy", "mdy", "ymd")
ENCODINGS = ("utf-8", "utf-16", "windows-1252", "mac-roman", "cp850")
DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t"}
DOSE_UNITS = ("g/kg", "mg/kg", "g")

# Which option settles which kind of question.
OPTION_OF = {"decimal": "--decimal", "date": "--date-format", "unit": "--dose-unit"}


@dataclass(frozen=True)
class Options:
    """None leaves a question to the values themselves; what they leave open is asked.

    ``answers`` settles single columns, by (sheet, heading) as the user calls them.
    """

    decimal: str | None = None
    date_format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    dose_unit: str | None = None
    answers: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def answer(self, kind: str, sheet: str, heading: str) -> str | None:
        """What was said of a column, else of all columns; ``kind`` as in `OPTION_OF`."""
        everywhere = {"decimal": self.decimal, "date": self.date_format, "unit": self.dose_unit}
        return self.answers.get((sheet, heading), everywhere[kind])
