"""Whom a packet is about: a registry and the view of it, as a link of the dashboard says it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from lib.ask import frame_of, rows_of, size_of
from lib.cohort import LEFT_OUT, PARAMETERS, Cohort, allowed_values, cohort_from_url
from lib.disclosure import withheld_words
from lib.disclosure_rules import rules_of
from lib.errors import UserFacingError
from lib.figures import format_figure
from lib.named_cohorts import NamedCohort, from_link
from lib.registry.store import Manifest
from lib.report.content import Question
from lib.view import DATASET, NAMED
from lib.warehouse import Warehouse

# Not imported to run: charts of single patients alone need it.
if TYPE_CHECKING:
    import pandas as pd

# What stands before the parameters of a link: an address, and its question mark.
ADDRESS = re.compile(r"^(?:(?:https?://|/)[^?]*)?\??", re.IGNORECASE)
EVERYBODY = Cohort()

View = Mapping[str, tuple[str, ...]]


class ReportError(UserFacingError):
    """A packet can't be made as it was asked for; nothing was written."""


@dataclass(frozen=True)
class Option:
    """What can be chosen for a section; named as the page's URL parameter that chooses the same.

    Attributes
    ----------
    values
        Those possible, the first one being the default; None for any text.
    """

    name: str
    label: str
    values: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Subject:
    """A registry and a cohort of it.

    Attributes
    ----------
    dataset
        What a link calls the registry.
    k
        The threshold that it is told with; 0 for all of it.
    view
        The parameters of the link, without the address.
    sections
        What is in the packet: the titles by the names of its sections.
    """

    source: Warehouse
    dataset: str
    k: int
    view: View
    cohort: Cohort
    named: tuple[NamedCohort, ...] = ()
    sections: Mapping[str, str] = field(default_factory=dict)

    @property
    def manifest(self) -> Manifest:
        """What the registry says of itself."""
        return self.source.manifest

    @property
    def sha256(self) -> str:
        """The version of its data: of the manifest, which names every file with its checksum."""
        return hashlib.sha256(self.manifest.text.encode()).hexdigest()

    @property
    def link(self) -> str:
        """The part of a link that opens the view."""
        return urlencode(self.view, doseq=True)

    @property
    def is_nobody(self) -> bool:
        """Whether nobody is in the cohort in any version."""
        return not self._size(self.cohort)["n_patients_highest"]

    @property
    def count(self) -> str:
        """``12 of 32 patients``."""
        row, everybody = self._size(self.cohort), self._size(EVERYBODY)
        n = format_figure(row["n_patients"], row["n_patients_lowest"], row["n_patients_highest"], 0)
        return f"{n} of {everybody['n_patients_highest']} patients"

    @property
    def words(self) -> str:
        """``12 of 32 patients: dermatomyositis``."""
        return f"{self.count}: {self.cohort.words or 'all patients'}"

    def _size(self, cohort: Cohort) -> dict:
        return size_of(self.source, self.k, cohort)


@dataclass
class Inquiry:
    """What one section asks of its subject; it writes down what was asked."""

    subject: Subject
    _asked: dict[Question, None] = field(default_factory=dict)

    @property
    def cohort(self) -> Cohort:
        """Whom the packet is about."""
        return self.subject.cohort

    @property
    def manifest(self) -> Manifest:
        """What the registry says of itself."""
        return self.subject.manifest

    @property
    def k(self) -> int:
        """The threshold that the registry is told with; 0 for all of it."""
        return self.subject.k

    @property
    def first_version(self) -> int:
        """A version that can be shown alone: the first one, 0 in recorded data."""
        return min(1, self.manifest.imputations)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What was asked so far, in that order."""
        return tuple(self._asked)

    def records(self, name: str, **parameters: object) -> list[dict]:
        """The rows of a query that has the cohort as ``$cohort``."""
        return self.ask(name, self.cohort, **parameters)

    def ask(self, name: str, cohort: Cohort | None, **parameters: object) -> list[dict]:
        """The rows of a query of another cohort, or of one that has none."""
        asked = self._noted(name, cohort, parameters)
        return [dict(row) for row in rows_of(self.subject.source, self.subject.k, *asked)]

    def frame(self, name: str, cohort: Cohort | None, **parameters: object) -> pd.DataFrame:
        """As `ask`, as a DataFrame."""
        asked = self._noted(name, cohort, parameters)
        return frame_of(self.subject.source, self.subject.k, *asked).copy(deep=False)

    def _noted(self, name: str, cohort: Cohort | None, parameters: Mapping[str, object]) -> tuple:
        asked = name, cohort, tuple(parameters.items())
        self._asked[Question(*asked)] = None
        return asked

    def withheld(self, name: str) -> str:
        """Why nothing of a query may be told, because it is of single patients; else empty."""
        why = rules_of(name).withheld if self.subject.k else None
        return withheld_words(why, self.subject.k) if why else ""

    def choice(self, option: Option) -> str:
        """What the view chooses.

        Raises
        ------
        ReportError
            If it chooses what does not exist.
        """
        chosen = self.subject.view.get(option.name, ())
        if not chosen:
            return option.values[0] if option.values else ""
        if option.values and chosen[-1] not in option.values:
            raise ReportError(
                f"The view asks for {option.name}={chosen[-1][:60]}, which does not exist. "
                f"Possible are: {', '.join(option.values)}."
            )
        return chosen[-1]

    def choices(self, option: Option) -> tuple[str, ...]:
        """As `choice`, of a parameter that may be repeated, or hold several between commas."""
        return tuple(
            part.strip()
            for text in self.subject.view.get(option.name, ())
            for part in text.split(",")
            if part.strip()
        )


def read_view(text: str) -> View:
    """The parameters of a link, or of the part behind its question mark.

    Raises
    ------
    ReportError
        If a part of it is no parameter with a value: left out, it would select others.
    """
    query = ADDRESS.sub("", text.strip())
    try:
        read = parse_qs(query, keep_blank_values=True, strict_parsing=bool(query))
    except ValueError:
        raise ReportError(
            f"The view “{query[:80]}” can't be read. Write it as a link of the dashboard has it "
            "behind its “?”, such as diagnosis=dermatomyositis&dose_tier=1."
        ) from None
    if empty := next((name for name, values in read.items() if not all(values)), None):
        raise ReportError(f"The view has no value for “{empty[:60]}”. Give one, or leave it out.")
    return {name: tuple(values) for name, values in read.items()}


def read_subject(view: View, source: Warehouse, dataset: str, k: int) -> Subject:
    """The cohort that a view selects of an opened registry.

    Raises
    ------
    ReportError
        If a part of the filter can't be used: without it the packet would be of other patients.
    """
    allowed = allowed_values(rows_of(source, 0, "cohort/facets", EVERYBODY))
    cohort, problems = cohort_from_url(
        {name: list(values) for name, values in view.items()}, allowed
    )
    named, unread = from_link(view.get(NAMED, ()), dataset, allowed)
    if problems := [*problems, *unread]:
        raise ReportError(f"The packet was not made. {problems[0].replace(LEFT_OUT, '')}")
    kept = {name: values for name, values in view.items() if name not in (*PARAMETERS, DATASET)}
    chosen = {name: tuple(values) for name, values in cohort.query_params.items()}
    return Subject(source, dataset, k, {DATASET: (dataset,)} | chosen | kept, cohort, named)
