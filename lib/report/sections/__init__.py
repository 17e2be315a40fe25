"""The sections of a packet, one module each; in the order in which they are offered."""

from lib.cohort import PARAMETERS
from lib.report.sections import (
    checklist,
    cohort,
    comparison,
    cost,
    honesty,
    method,
    overview,
    patients,
    response,
    side_effects,
    tables,
    timelines,
)
from lib.view import BESIDE, DATASET, NAMED

# The pages' own parameters begin so: a link may hold those that choose nothing of a packet.
PAGES = (
    "summary_tables_",
    "overview_",
    "timelines_",
    "patient_",
    "response_",
    "side_effects_",
    "compare_",
    "dose_and_cost_",
    "publication_",
    "report_",
)
# What a new packet holds.
DEFAULT = ("cohort", "overview", "timelines", "response", "side_effects", "honesty")
SECTIONS = {
    kind.name: kind
    for kind in (
        cohort.SECTION,
        overview.SECTION,
        tables.TABLE_I,
        tables.TABLE_II,
        tables.TABLE_1,
        timelines.SECTION,
        patients.SECTION,
        response.SECTION,
        side_effects.SECTION,
        comparison.SECTION,
        cost.SECTION,
        method.SECTION,
        checklist.SECTION,
        honesty.SECTION,
    )
}


def is_known(parameter: str) -> bool:
    """Whether a parameter of a link is one: of the view, of a section, or a page's own."""
    of_view = (*PARAMETERS, DATASET, NAMED, BESIDE, "packet")
    of_sections = {option.name for kind in SECTIONS.values() for option in kind.options}
    of_sections |= {option.name for option in patients.ON_THE_PAGE}
    return parameter in of_view or parameter in of_sections or parameter.startswith(PAGES)
