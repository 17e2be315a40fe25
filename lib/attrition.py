"""What each criterion of a filter leaves of the patients, and whom it takes."""

from lib.cohort import Cohort
from lib.figures import format_figure
from lib.tables import NOT_TOLD, TextTable

EVERYBODY = "All patients"
# As many are named on screen; the CSV has all of them.
MOST_NAMED = 12
# Of a step that took more, nobody is named on screen: that would be a list of a large registry's.
MOST_ASKED_FOR = 1000
TOO_MANY = "too many to be named here"
COLUMNS = ("Criterion", "Taken", "Who was taken")


def steps(cohort: Cohort) -> list[Cohort]:
    """Everybody, then the cohort with one more of its criteria at a time, in the filter's order."""
    names = list(cohort.words_by_field)
    return [cohort.changed(**dict.fromkeys(names[n_kept:], ())) for n_kept in range(len(names) + 1)]


def step_words(cohort: Cohort) -> list[str]:
    """The words of each of the `steps`: what it asks beyond the one before."""
    return [EVERYBODY, *cohort.words_by_field.values()]


def attrition_table(rows: list[dict], words: list[str]) -> TextTable:
    """One row a criterion: how many it took, and whom.

    Parameters
    ----------
    rows
        Rows of ``cohort/attrition``, at least one.
    words
        See `step_words`.
    """
    cells = [
        (asked, count(row, "n_taken"), taken_words(row))
        for row, asked in zip(rows[1:], words[1:], strict=True)
    ]
    return TextTable(COLUMNS, cells)


def count(row: dict, name: str) -> str:
    """A count with its range over the versions: ``6 ⟨5–8⟩``."""
    return format_figure(row[name], row[f"{name}_lowest"], row[f"{name}_highest"], 0)


def taken_words(row: dict) -> str:
    """Who was taken, if it is told; in angle brackets those who were in some versions only."""
    if row["taken"] is None:
        return NOT_TOLD
    if not row["is_named"]:
        return TOO_MANY
    always, sometimes = (_listed(row[name]) for name in ("taken", "taken_in_some"))
    return ", ".join(filter(None, [always, sometimes and f"⟨{sometimes}⟩"])) or "nobody"


def _listed(patients: list[str]) -> str:
    further = len(patients) - MOST_NAMED
    return ", ".join(patients[:MOST_NAMED]) + (f" and {further} more" if further > 0 else "")
