"""Named cohorts in the session and in the link: they survive a change of page.

Those of the dataset on screen stand in the URL; those of another wait in the session.
"""

import streamlit as st

from lib.cohort import Cohort
from lib.named_cohorts import (
    Allowed,
    NamedCohort,
    added,
    from_file,
    from_link,
    link_texts,
    named,
)
from lib.ui.data import dataset
from lib.view import NAMED

# In the session: the cohorts by dataset, and what the dataset's filters may ask for.
_KEPT = "named_cohorts"
_ALLOWED = "allowed_values"


def named_cohorts() -> tuple[NamedCohort, ...]:
    """The named cohorts of the dataset on screen, in the order in which they were named."""
    return st.session_state.get(_KEPT, {}).get(dataset().name, ())


def named_params() -> dict[str, list[str]]:
    """The part of a link that reopens the named cohorts."""
    texts = link_texts(named_cohorts())
    return {NAMED: texts} if texts else {}


def read_named_cohorts(texts: list[str], allowed: Allowed) -> list[str]:
    """Take the named cohorts from a link's parameters; a sentence for each that was left out.

    A link without any changes nothing: the browser's Back to a view from before the first was
    named would lose them all.
    """
    st.session_state[_ALLOWED] = allowed
    if not texts:
        return []
    cohorts, notices = from_link(texts, dataset().name, allowed)
    _keep(cohorts)
    return notices


def name_cohort(name: str, cohort: Cohort) -> None:
    """Give a cohort a name.

    Raises
    ------
    NamedCohortError
        If it can't have it; nothing is changed then.
    """
    _keep(added(named_cohorts(), [named(name, cohort, dataset().name)]))


def import_cohorts(content: bytes) -> None:
    """Add the named cohorts of a file.

    Raises
    ------
    NamedCohortError
        If the file can't be read or does not fit; nothing is changed then.
    """
    new = from_file(content, dataset().name, st.session_state[_ALLOWED])
    _keep(added(named_cohorts(), new))


def forget_cohort(name: str) -> None:
    """Remove a named cohort."""
    _keep(tuple(each for each in named_cohorts() if each.name != name))


def _keep(cohorts: tuple[NamedCohort, ...]) -> None:
    kept = st.session_state.get(_KEPT, {})
    st.session_state[_KEPT] = kept | {dataset().name: cohorts}
