"""Ask a registry a named question, and get what of the answer may be told.

The one way from a question to its rows: what pages, charts, exports and reports get of a registry
that is shared outside has been through `lib.disclosure` here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from lib.cohort import Cohort
from lib.disclosure import disclosed, refused
from lib.disclosure_rules import rules_of
from lib.errors import WithheldError
from lib.figures import Step
from lib.results import Results, together
from lib.warehouse import Warehouse

# Not imported to run: that takes longer than all the rest of the first page.
if TYPE_CHECKING:
    import pandas as pd

# For a query that lists or draws so many at most: a download has all.
NO_LIMIT = 2**31 - 1


def frame_of(
    source: Warehouse, k: int, name: str, cohort: Cohort | None = None, parameters: tuple = ()
) -> pd.DataFrame:
    """Result of a named query, kept for the next who asks; shared by all, so not to be changed.

    Parameters
    ----------
    source
        The registry.
    k
        Its threshold, 0 if all of it is told; else a count is the text of its step.
    name
        Query, as ``<domain>/<concept>``.
    cohort
        The query's ``$cohort``, if it has one.
    parameters
        (name, value) of the query's other parameters; hashable.

    Raises
    ------
    WithheldError
        If nothing of it may be told.
    """
    source.require(name)
    results = source.results_of(cohort, parameters)
    if k:
        return _frame(results.get(*_shared_rows(source, k, name, parameters, cohort)))
    query = partial(source.query, name, **bound(cohort, parameters))
    return results.get(("frame", name, cohort, parameters), query)


def rows_of(
    source: Warehouse, k: int, name: str, cohort: Cohort | None = None, parameters: tuple = ()
) -> list[dict]:
    """As `frame_of`, one dict a row: of a few hundred rows, faster than a DataFrame."""
    source.require(name)
    results = source.results_of(cohort, parameters)
    if k:
        return results.get(*_shared_rows(source, k, name, parameters, cohort))
    return results.get(*_rows(source, name, parameters, cohort))


def ask_together(source: Warehouse, asked: Iterable[tuple[str, tuple]], cohort: Cohort) -> None:
    """Ask several (name, parameters) of a cohort at once, of a registry that is told whole.

    What is not prepared yet is left to who needs it.
    """
    wanted: dict[Results, list] = {}
    for name, parameters in asked:
        if source.can_answer(name):
            results = source.results_of(cohort, parameters)
            wanted.setdefault(results, []).append(_rows(source, name, parameters, cohort))
    together(wanted)


def bound(cohort: Cohort | None, parameters: Mapping[str, object] | tuple) -> dict[str, object]:
    """The values of a query's parameters: the cohort's criteria, if it has one, and the others."""
    return dict(parameters) if cohort is None else {"cohort": cohort.criteria, **dict(parameters)}


def _rows(
    source: Warehouse, name: str, parameters: tuple, cohort: Cohort | None
) -> tuple[tuple, Callable[[], list[dict]]]:
    """The key of a result, and what computes it."""
    query = partial(source.records, name, **bound(cohort, parameters))
    return ("rows", name, cohort, parameters), query


def _shared_rows(
    source: Warehouse, k: int, name: str, parameters: tuple, cohort: Cohort | None
) -> tuple[tuple, Callable[[], list[dict]]]:
    """As `_rows`, of what may be shown with a threshold; asking raises WithheldError if nothing."""

    def ask() -> list[dict]:
        asked = bound(cohort, parameters)
        rules = rules_of(name)
        sizes = {
            each: _ends(source, asked[each])
            for each in (*rules.asked_of, *rules.sizes_of)
            if isinstance(asked.get(each), str)
        }
        for each in rules.asked_of:
            if why := _refused(source, k, asked[each], sizes[each]):
                raise WithheldError(why)
        results = source.results_of(cohort, parameters)
        rows = results.get(*_rows(source, name, parameters, cohort))
        return disclosed(name, rows, k, asked, sizes)

    return ("shared", k, name, cohort, parameters), ask


def _refused(source: Warehouse, k: int, criteria: str, size: tuple[int, int]) -> str:
    everybody = Cohort().criteria
    n_registry = _ends(source, everybody)[1]
    return refused(size[1], n_registry, k, is_everybody=criteria == everybody)


def size_of(source: Warehouse, k: int, cohort: Cohort) -> dict:
    """How many patients a cohort has: the row of ``cohort/facets`` without a field."""
    return _without_field(rows_of(source, k, "cohort/facets", cohort))


def _ends(source: Warehouse, criteria: str) -> tuple[int, int]:
    """How many patients meet criteria, in the versions with fewest and with most."""
    asked = (("cohort", criteria),)
    row = _without_field(source.results.get(*_rows(source, "cohort/facets", asked, None)))
    return row["n_patients_lowest"], row["n_patients_highest"]


def _without_field(facets: Iterable[dict]) -> dict:
    return next(row for row in facets if row["field"] is None)


def _frame(rows: list[dict]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        [
            {
                name: str(value)
                if isinstance(value, Step) and not name.endswith(("_lowest", "_highest"))
                else value
                for name, value in row.items()
            }
            for row in rows
        ]
    )
