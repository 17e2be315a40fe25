"""Which two cohorts are set side by side, and what a cohort can be compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter

from lib.cohort import FIELDS_BY_NAME, Cohort
from lib.named_cohorts import OTHER_DOSES, REST
from lib.palette import DOSE_TIERS

REST_WORDS = "everybody who is not in A"


@dataclass(frozen=True)
class Pair:
    """Two cohorts as the queries ask for them; ``names`` are what the reader calls them."""

    names: tuple[str, str]
    cohort: Cohort
    other: Cohort
    less_first: bool

    @property
    def parameters(self) -> dict[str, object]:
        """The queries' parameters beside ``$cohort``."""
        return {"other": self.other.criteria, "less_first": self.less_first}

    @property
    def chosen_by(self) -> frozenset[str]:
        """The filter's fields that either of them was chosen by."""
        return frozenset(self.cohort.words_by_field) | frozenset(self.other.words_by_field)

    @property
    def words(self) -> tuple[str, str]:
        """Who both of them are."""
        second = REST_WORDS if self.less_first else self.other.words
        return self.cohort.words or "all patients", second or "all patients"


def example(options: Mapping[str, list[dict]]) -> Cohort | None:
    """A cohort that is worth setting against the rest of a registry; None if all are alike.

    Those with the most frequent diagnosis, or one sex: both are settled before therapy, so that
    what came of it can be compared, and not only described as by dose.

    Parameters
    ----------
    options
        Rows of ``cohort/facets`` of the whole registry, by field.
    """
    for name in ("diagnosis", "sex"):
        found = [
            row
            for row in options[FIELDS_BY_NAME[name].column]
            if row["parent"] is None and row["value"] != "unknown"
        ]
        if len(found) > 1:
            commonest = max(found, key=itemgetter("n_patients_lowest"))
            return Cohort.of(**{name: [commonest["value"]]})
    return None


def other_doses(cohort: Cohort) -> Cohort | None:
    """Who meets the same criteria at the other usual doses; None if no dose is asked, or each."""
    asked = cohort.values("dose_tier")
    others = [tier for tier in DOSE_TIERS if tier not in asked]
    return cohort.changed(dose_tier=others) if asked and others else None


def seconds(first: Cohort, known: Iterable[str]) -> list[str]:
    """What a cohort can be compared with: the rest, its own at other doses, the known ones."""
    return [REST, *[OTHER_DOSES] * (other_doses(first) is not None), *known]


def pair_of(first: str, second: str, known: Mapping[str, Cohort]) -> Pair:
    """Two of the known cohorts by their names; the second may be one of `seconds`."""
    if second == OTHER_DOSES and (others := other_doses(known[first])):
        return Pair((first, second), known[first], others, False)
    is_rest = second == REST
    # Everybody, of whom the query leaves out the first.
    return Pair((first, second), known[first], Cohort() if is_rest else known[second], is_rest)
