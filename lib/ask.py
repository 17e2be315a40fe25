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
from lib.errors import WithheldError
from lib.figures import Step
from lib.warehouse import Warehouse

# Not imported to run: that takes longer than all the rest of the first page.
if TYPE_CHECKING:
    import pandas as pd


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
    if k:
        return _frame(source.results.get(*_shared_rows(source, k, name, parameters, cohort)))
    query = partial(source.query, name, **bound(cohort, parameters))
    return source.results.get(("frame", name, cohort, parameters), query)


def rows_of(
    source: Warehouse, k: int, name: str, cohort: Cohort | None = None, parameters: tuple = ()
) -> list[dict]:
    """As `frame_of`, one dict a row: of a few hundred rows, faster than a DataFrame."""
    if k:
        return source.results.get(*_shared_rows(source, k, name, parameters, cohort))
    return source.results.get(*_rows(source, name, parameters, cohort))


def ask_together(source: Warehouse, asked: Iterable[tuple[str, tuple]], cohort: Cohort) -> None:
    """Ask several (name, parameters) of a cohort at once, of a registry that is told whole."""
    source.results.together([_rows(source, *each, cohort) for each in asked])


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
        # The sizes of cohorts are what is told of those that are too small, too.
        if name != "cohort/facets":
            for criteria in _criteria(cohort, parameters):
                if why := _refused(source, k, criteria):
                    raise WithheldError(why)
        return disclosed(name, source.results.get(*_rows(source, name, parameters, cohort)), k)

    return ("shared", k, name, cohort, parameters), ask


def _criteria(cohort: Cohort | None, parameters: tuple) -> list[str]:
    """The cohorts that a query is asked of."""
    asked = bound(cohort, parameters)
    return [asked[name] for name in ("cohort", "other") if name in asked]


def _refused(source: Warehouse, k: int, criteria: str) -> str:
    everybody = Cohort().criteria
    n_patients, n_registry = (_size(source, each) for each in (criteria, everybody))
    return refused(n_patients, n_registry, k, is_everybody=criteria == everybody)


def _size(source: Warehouse, criteria: str) -> int:
    """How many patients meet criteria, in the version with most."""
    asked = (("cohort", criteria),)
    rows = source.results.get(*_rows(source, "cohort/facets", asked, None))
    return next(row["n_patients_highest"] for row in rows if row["field"] is None)


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
