"""What a page leaves out of a registry that is shared outside, and why, in its place."""

from lib.disclosure import withheld_words
from lib.disclosure_rules import rules_of
from lib.ui.data import warehouse
from lib.ui.disclosure import threshold
from lib.ui.prose import note

NO_SUMS = (
    "Sums, means and rates per cycle or year are not shown of a registry that is shared outside: "
    "two filters would tell what a single patient adds."
)


def is_withheld(query_name: str) -> bool:
    """Whether nothing of a query's result may be shown, because it is of single patients."""
    return bool(threshold(warehouse()) and rules_of(query_name).withheld)


def sums_note() -> list[str]:
    """Why sums and what is computed of them are missing, where they are."""
    return [NO_SUMS] if threshold(warehouse()) else []


def say_withheld(query_name: str) -> bool:
    """As `is_withheld`; writes why in the place of what would be drawn."""
    if not is_withheld(query_name):
        return False
    note(withheld_words(rules_of(query_name).withheld, threshold(warehouse())))
    return True
