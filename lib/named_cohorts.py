"""Cohorts with a name: kept in a link, and in a small JSON file that can be passed on.

A filter stands in both as URL parameters, so that what a cohort is stays defined once, in
``lib.cohort``. A file is read as a whole or not at all. Its form::

    {"format": "ivig-named-cohorts", "version": 1, "dataset": "case_series",
     "cohorts": [{"name": "Reduced dose", "filter": {"dose_tier": ["1", "0.5"]}}]}
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from lib.cohort import FIELDS_BY_NAME, PARAMETERS, Cohort, cohort_from_url
from lib.errors import UserFacingError

FORMAT = "ivig-named-cohorts"
VERSION = 1
# What a link can carry: some servers refuse addresses of more than 8,000 characters.
MAX_COHORTS = 10
MAX_NAME_CHARACTERS = 40
MAX_FILTER_CHARACTERS = 600
MAX_FILE_BYTES = 50_000
SEPARATOR = "~"
# What the page Compare calls the cohorts that have no name.
PRESENT = "Present filter"
REST = "Rest of the registry"
OTHER_DOSES = "Same filter, other doses"
RANGE = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")

Allowed = Mapping[str, Collection[str]]


class NamedCohortError(UserFacingError):
    """A named cohort, or a file or link with some, can't be used; nothing was changed."""


@dataclass(frozen=True)
class NamedCohort:
    """A cohort with its name; ``dataset`` is the registry whose patients it selects."""

    name: str
    cohort: Cohort
    dataset: str


def named(name: str, cohort: Cohort, dataset: str) -> NamedCohort:
    """Give a cohort a name.

    Raises
    ------
    NamedCohortError
        If the name is empty, too long, one of the page's own words or holds signs that a link
        can't, or the filter is too long for a link.
    """
    shown = " ".join(name.split())
    if not shown:
        raise NamedCohortError("A cohort needs a name. Write a few words, such as Reduced dose.")
    if len(shown) > MAX_NAME_CHARACTERS or SEPARATOR in shown or not shown.isprintable():
        raise NamedCohortError(
            f"“{shown[:MAX_NAME_CHARACTERS]}” can't be a cohort's name. A name has at most "
            f"{MAX_NAME_CHARACTERS} printable characters and no {SEPARATOR}."
        )
    if shown.lower() in (PRESENT.lower(), REST.lower(), OTHER_DOSES.lower()):
        raise NamedCohortError(f"“{shown}” already means something else here. Choose another name.")
    if len(cohort.query_string) > MAX_FILTER_CHARACTERS:
        raise NamedCohortError(
            f"The filter of “{shown}” takes {len(cohort.query_string):,} characters, and a link "
            f"keeps {MAX_FILTER_CHARACTERS:,} of each cohort. Select fewer values."
        )
    return NamedCohort(shown, cohort, dataset)


def added(kept: Iterable[NamedCohort], new: Iterable[NamedCohort]) -> tuple[NamedCohort, ...]:
    """Both together; one that is there already, with the same filter, is not doubled.

    Raises
    ------
    NamedCohortError
        If a name would stand for two filters, or there would be too many.
    """
    together = {each.name.lower(): each for each in kept}
    for each in new:
        before = together.setdefault(each.name.lower(), each)
        if before.cohort != each.cohort:
            raise NamedCohortError(
                f"There is a cohort “{before.name}” already, with another filter. Choose another "
                "name, or remove that one first."
            )
    if len(together) > MAX_COHORTS:
        raise NamedCohortError(
            f"These would be {len(together)} named cohorts, and a link keeps {MAX_COHORTS}. Remove "
            "some first."
        )
    return tuple(together.values())


def link_texts(cohorts: Iterable[NamedCohort]) -> list[str]:
    """Each cohort as one value of a URL parameter: ``Reduced dose~dose_tier=1&dose_tier=0.5``."""
    return [f"{each.name}{SEPARATOR}{each.cohort.query_string}" for each in cohorts]


def from_link(
    texts: Iterable[str], dataset: str, allowed: Allowed
) -> tuple[tuple[NamedCohort, ...], list[str]]:
    """Read named cohorts from a link; one that can't be read is left out as a whole, and said.

    Parameters
    ----------
    texts
        As written by `link_texts`, or by anybody.
    dataset
        The registry that the link opens.
    allowed
        See `lib.cohort.cohort_from_url`.

    Returns
    -------
    cohorts, notices
        One sentence in ``notices`` for each text that was left out.
    """
    kept: tuple[NamedCohort, ...] = ()
    notices = []
    for text in texts:
        name, separator, query = text.partition(SEPARATOR)
        try:
            if not separator:
                raise NamedCohortError(f"It is not written as name{SEPARATOR}filter.")
            if len(query) > MAX_FILTER_CHARACTERS:
                raise NamedCohortError(
                    f"Its filter has more than {MAX_FILTER_CHARACTERS} characters."
                )
            cohort = _read_filter(name, parse_qs(query, keep_blank_values=True), allowed)
            kept = added(kept, [named(name, cohort, dataset)])
        except NamedCohortError as error:
            notices.append(f"The link's cohort “{name[:60]}” was left out. {error}")
    return kept, notices


def to_file(cohorts: Iterable[NamedCohort], dataset: str) -> bytes:
    """Named cohorts of one registry as a JSON file."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "dataset": dataset,
        "cohorts": [{"name": each.name, "filter": each.cohort.query_params} for each in cohorts],
    }
    return json.dumps(content, indent=2, ensure_ascii=False).encode("utf-8")


def from_file(content: bytes, dataset: str, allowed: Allowed) -> tuple[NamedCohort, ...]:
    """Read a file of named cohorts, all or nothing.

    Parameters
    ----------
    dataset
        The registry on screen; cohorts of another one would select other patients.
    allowed
        See `lib.cohort.cohort_from_url`.

    Raises
    ------
    NamedCohortError
        With the one sentence that says what is wrong with the file.
    """
    entries = _read_entries(content, dataset)
    kept: tuple[NamedCohort, ...] = ()
    for entry in entries:
        name = entry["name"]
        if name.lower() in (each.name.lower() for each in kept):
            raise NamedCohortError(
                f"The file names two cohorts “{name[:60]}”. Give one of them another name."
            )
        cohort = _read_filter(name, entry["filter"], allowed)
        kept = added(kept, [named(name, cohort, dataset)])
    return kept


def _read_entries(content: bytes, dataset: str) -> list[dict]:
    """The entries of a file, each with a name and a filter of the right types."""
    read = _read_frame(content, dataset)
    entries = read["cohorts"]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise NamedCohortError("“cohorts” must be a list of names with filters.")
    for entry in entries:
        _require_keys(entry, ("name", "filter"), "A cohort of the file")
        if not isinstance(entry["name"], str) or not _is_parameters(entry["filter"]):
            raise NamedCohortError(
                "A cohort of the file is not a name with a filter: the name is a text, the filter "
                "has a list of texts for each field."
            )
    return entries


def _read_frame(content: bytes, dataset: str) -> dict:
    """A file that says of itself that it holds named cohorts of this registry."""
    if len(content) > MAX_FILE_BYTES:
        raise NamedCohortError(
            f"The file has {len(content):,} bytes, and one of named cohorts at most "
            f"{MAX_FILE_BYTES:,}. Choose the file that this page exported."
        )
    try:
        read = json.loads(content.decode("utf-8-sig"))
    # Brackets within brackets without end are too deep for the parser.
    except (ValueError, RecursionError):
        raise NamedCohortError(
            "The file is no JSON text. Choose the file that this page exported."
        ) from None
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise NamedCohortError(
            f"The file does not say that it holds named cohorts (“format”: “{FORMAT}”). Choose "
            "the file that this page exported."
        )
    if read.get("version") != VERSION:
        raise NamedCohortError(
            f"The file has version {_quoted(read.get('version'))} of the format, and only version "
            f"{VERSION} can be read. Export it again with this version of the dashboard."
        )
    _require_keys(read, ("format", "version", "dataset", "cohorts"), "The file")
    if read["dataset"] != dataset:
        raise NamedCohortError(
            f"The file's cohorts belong to the dataset {_quoted(read['dataset'])}, and this is "
            f"“{dataset}”. Choose that dataset first, then import again."
        )
    return read


def _require_keys(entry: dict, keys: tuple[str, ...], what: str) -> None:
    wrong = set(keys) ^ entry.keys()
    if wrong:
        raise NamedCohortError(
            f"{what} must have the fields {', '.join(keys)} and no others; "
            f"{_quoted(min(wrong))} is {'unknown' if min(wrong) in entry else 'missing'}."
        )


def _is_parameters(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts)
        for texts in value.values()
    )


def _read_filter(name: str, params: Mapping[str, list[str]], allowed: Allowed) -> Cohort:
    """A filter of which everything can be used; a part of it would be another cohort."""
    for parameter, values in params.items():
        if parameter not in PARAMETERS:
            raise NamedCohortError(
                f"“{name[:60]}” asks for {_quoted(parameter)}, which is no field of the filter. "
                f"Fields are: {', '.join(FIELDS_BY_NAME)}."
            )
        for value in values:
            _require_order(name, parameter, value)
    cohort, notices = cohort_from_url(params, allowed)
    for parameter, values in params.items():
        left = [value for value in values if value not in cohort.query_params.get(parameter, [])]
        if notices or left:
            wrong = left[0] if left else values[-1]
            raise NamedCohortError(
                f"“{name[:60]}” asks for {parameter} {_quoted(wrong)}, which this dataset does not "
                "have or which changes nothing. Correct it, or leave it out."
            )
    return cohort


def _require_order(name: str, parameter: str, value: str) -> None:
    ends = RANGE.fullmatch(value)
    if ends and float(ends[1]) > float(ends[2]):
        raise NamedCohortError(
            f"“{name[:60]}” asks for {parameter} {_quoted(value)}, which contradicts itself: the "
            "lower end stands above the upper one. Swap them."
        )


def _quoted(value: object) -> str:
    return f"“{str(value)[:60]}”"
