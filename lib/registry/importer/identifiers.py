"""Find what could tell who a patient is, and refuse it: the column is named, never the value."""

import csv
import re
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from lib.registry.importer.finding import Finding
from lib.registry.importer.grid import Cell, Grid, RawColumn
from lib.registry.importer.understood import is_missing, shown
from lib.registry.language import fold
from lib.registry.reference import REFERENCE

UMLAUT = "A-ZÄÖÜ"
LOWER = "a-zäöüß"
# Read in any text: each says of itself what it is.
ANYWHERE = {
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}"),
    "an insurance number": re.compile(r"\b[A-Z]\d{9}\b"),
    "a bank account": re.compile(r"\b[A-Z]{2}\d{2}(?: ?\d{4}){4}(?: ?\d{1,4})?\b"),
    "a telephone number": re.compile(
        r"(?:\+\d{2}|\b00[1-9]\d)[ /()-]*\d(?:[ /()-]*\d){6,}|\b0\d{2,5} ?/ ?\d{4,}|"
        r"(?i:\b(?:tel|telefon|phone|handy|mobil)\b[.: ]*)\+?\d[\d /-]{5,}"
    ),
    "an address": re.compile(
        rf"[{UMLAUT}][{LOWER}-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer)"
        rf" \d+ ?[a-z]?\b|\b\d+ [{UMLAUT}][{LOWER}]+ (?:Street|Road|Avenue|Lane|Drive|Square)\b|"
        rf"(?:^|, ?)\d{{5}} [{UMLAUT}][{LOWER}]{{2,}}$"
    ),
    "a name": re.compile(
        rf"\b(?:Herrn?|Frau|Mr\.?|Mrs\.?|Ms\.?|Miss) (?:Dr\. |Prof\. )*[{UMLAUT}][{LOWER}]{{2,}}"
    ),
    "a date of birth": re.compile(
        r"(?i:\b(?:geb\.?|geboren|born|dob|birth)\b[^\d]{0,12}|\* ?)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    ),
    "a hospital number": re.compile(
        r"(?i:\b(?:mrn|fall-?(?:nr|nummer)|pid|patienten-?nr)\b[.:# ]*)\d{5,}"
    ),
}
# Read in pseudonyms only, where nothing else would stand.
IN_PSEUDONYMS = {
    "a date of birth": re.compile(
        r"\b\d{1,2}\.\d{1,2}\.(?:19|20)?\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b"
    ),
    "a name": re.compile(
        rf"[{UMLAUT}][{LOWER}]+(?:-[{UMLAUT}][{LOWER}]+)?(?:, ?| )[{UMLAUT}][{LOWER}]+\b.*"
    ),
}
LONG_NUMBER = re.compile(r"[1-9]\d{6,}")
# From this share on the whole column is meant, not single cells in it.
WHOLE_COLUMN = 0.3
WRITTEN_OUT = {"no": "number", "nr": "nummer"}
WORD = re.compile(r"[^\W\d_]+")


def refuse_identifiers(
    grid: Grid, columns: list[tuple[str | None, RawColumn]]
) -> Iterator[tuple[RawColumn, list[Finding]]]:
    """Every column that must not be imported, with what is found in it.

    Parameters
    ----------
    columns
        Each with its name in the schema, None if it has none.
    """
    for name, column in columns:
        findings = list(_of_column(grid, name, column))
        if findings:
            yield column, findings


def _of_column(grid: Grid, name: str | None, column: RawColumn) -> Iterator[Finding]:
    if name is None and (what := heading_says(column.heading)):
        yield _refused(grid, column, what, None)
        return
    if name == "patient_id" and _has_hospital_numbers(column):
        yield _refused(grid, column, "a hospital number", None)
        return
    looks = _looks_of(name)
    found = [None if is_missing(cell) else looks(cell) for cell in column.cells]
    counts = np.bincount(column.codes, minlength=len(found))
    n_found = sum(n for n, what in zip(counts, found, strict=True) if what)
    n_known = sum(n for n, cell in zip(counts, column.cells, strict=True) if not is_missing(cell))
    if n_found and n_found >= WHOLE_COLUMN * n_known:
        yield _refused(grid, column, next(filter(None, found)), None)
        return
    for at, what in enumerate(found):
        if what:
            for row in grid.rows[column.codes == at]:
                yield _refused(grid, column, what, int(row))


def heading_says(heading: str) -> str | None:
    """What a column holds that is called so, if it is something that tells who a patient is."""
    words = _words("heading")
    spoken = [fold(word) for word in WORD.findall(heading)]
    whole = fold(" ".join(WRITTEN_OUT.get(word, word) for word in spoken))
    single = (words[word] for word in spoken if word in words and len(word) > 4)
    return words.get(fold(heading)) or words.get(whole) or next(single, None)


def _looks_of(name: str | None) -> Callable[[Cell], str | None]:
    """How the cells of a column are looked at: pseudonyms hold more suspects than other text."""
    patterns = [ANYWHERE] + ([IN_PSEUDONYMS] if name == "patient_id" else [])

    def looks(cell: Cell) -> str | None:
        if not isinstance(cell, str):
            return None
        text = " ".join(cell.split())
        for group in patterns:
            for what, pattern in group.items():
                if pattern.search(text):
                    return what
        return "a name" if _is_name(text, alone=name == "patient_id") else None

    return looks


def _is_name(text: str, *, alone: bool) -> bool:
    """Whether a first name stands beside another capitalised word, or ``alone`` any known name."""
    words = [word for word in WORD.findall(text) if word[0].isupper()]
    folded = [fold(word) for word in words]
    if any(word in _words("institution") for word in map(fold, WORD.findall(text))):
        return False
    first, last = _words("first_name"), _words("surname")
    if alone:
        return any(word in first or word in last for word in folded) and len(words) <= 3
    return (
        2 <= len(words) <= 3
        and len(text.split()) == len(words)
        and (
            (folded[0] in first or folded[-1] in first)
            and any(word not in first for word in folded)
            or any(a in first and b in last for a in folded for b in folded if a != b)
        )
    )


def _has_hospital_numbers(column: RawColumn) -> bool:
    """Whether pseudonyms are long numbers that are not simply counted up."""
    texts = [shown(cell).strip() for cell in column.cells if not is_missing(cell)]
    numbers = [int(text) for text in texts if LONG_NUMBER.fullmatch(text)]
    if len(numbers) < max(1, WHOLE_COLUMN * len(texts)):
        return False
    return max(numbers) - min(numbers) > 10 * len(numbers) or len(numbers) == 1


def _refused(grid: Grid, column: RawColumn, what: str, row: int | None) -> Finding:
    where = "The column looks like" if row is None else "The cell looks as if it held"
    return Finding(
        "error",
        "identifier",
        grid.sheet,
        row,
        column.heading,
        f"{where} {what}, which could tell who a patient is. It is refused, and its value is "
        "shown nowhere.",
        "Delete it, and name patients by pseudonyms such as P001; keep the key in your clinic.",
    )


@cache
def _words(kind: str) -> dict[str, str]:
    """Folded words of a kind → what they stand for."""
    with (REFERENCE / "identifiers.csv").open(encoding="utf-8", newline="") as file:
        return {
            fold(word): row["what"]
            for row in csv.DictReader(file)
            if row["kind"] == kind
            for word in row["words"].split(";")
        }
