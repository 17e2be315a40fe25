"""The cohort filter in the sidebar: facets with live counts, drawn as one component."""

import pandas as pd

from lib.cohort import FIELDS, Cohort, FilterField
from lib.ui.cohort_state import facets, write_cohort
from lib.ui.data import figures
from lib.ui.filter_panel import filter_panel


def cohort_filter(cohort: Cohort) -> None:
    """Draw the filter for the present cohort; a change goes to the URL and reruns the page."""
    counts = facets(cohort)
    everybody = facets(Cohort())
    fields = [
        _PANEL_FIELDS[field.kind](
            field,
            counts[counts["field"] == field.column],
            cohort.values(field.name),
            everybody[everybody["field"] == field.column],
        )
        for field in FIELDS
    ]
    filter_panel(fields, key="filter_panel", on_change=_select)


def _select(selected: dict) -> None:
    write_cohort(Cohort.of(**selected))


def _options(
    field: FilterField, counts: pd.DataFrame, selected: tuple, everybody: pd.DataFrame
) -> dict:
    del everybody
    return {
        **_common(field),
        "options": [
            {
                "value": row.value,
                "label": f"{row.value} {field.unit}".strip(),
                "level": int(isinstance(row.parent, str)),
                "selected": row.value in selected,
                **_count(row),
            }
            for row in counts.itertuples()
        ],
    }


def _range(
    field: FilterField, counts: pd.DataFrame, selected: tuple, everybody: pd.DataFrame
) -> dict:
    bins = [
        {"lower": row.bin_lower, "upper": row.bin_lower + field.bin_width, **_count(row)}
        for row in counts.itertuples()
    ]
    return {
        **_common(field),
        "unit": field.unit,
        "lower": int(everybody["bin_lower"].min()),
        "upper": int(everybody["bin_lower"].max()) + field.bin_width,
        "selected": list(selected) or None,
        "bins": bins,
    }


def _flag(
    field: FilterField, counts: pd.DataFrame, selected: tuple, everybody: pd.DataFrame
) -> dict:
    del everybody
    met = [row for row in counts.itertuples() if row.value == "true"]
    return {**_common(field), "selected": bool(selected), **(_count(met[0]) if met else NOBODY)}


def _common(field: FilterField) -> dict:
    return {"name": field.name, "label": field.label, "kind": field.kind, "total": _registry_size()}


def _count(row: tuple) -> dict:
    return {
        "count": int(row.n_patients),
        "lowest": int(row.n_patients_lowest),
        "highest": int(row.n_patients_highest),
    }


def _registry_size() -> int:
    return int(figures("cohort/size", Cohort())["n_all"].iloc[0])


NOBODY = {"count": 0, "lowest": 0, "highest": 0}
_PANEL_FIELDS = {"options": _options, "range": _range, "flag": _flag}
