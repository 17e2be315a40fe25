"""The sections of a packet, one module each; in the order in which they are offered."""

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
