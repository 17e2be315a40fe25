"""What the filter in the sidebar shows: every field with the live counts of its options."""

import math

from lib.cohort import FIELDS, Cohort, FilterField
from lib.ui.cohort_state import facets, n_in_registry


def filter_fields(cohort: Cohort) -> list[dict]:
    """The fields of the filter for the present cohort, as `lib.ui.sidebar` draws them."""
    options = facets(cohort)
    # What the bar of a count is in proportion to.
    n_all = n_in_registry()
    return [
        {
            "name": field.name,
            "label": field.label,
            "kind": field.kind,
            "total": n_all,
            **_PANEL_FIELDS[field.kind](field, options[field.column], cohort.values(field.name)),
        }
        for field in FIELDS
    ]


def _options(field: FilterField, options: list[dict], selected: tuple) -> dict:
    return {
        "options": [
            {
                "value": option["value"],
                "label": f"{option['value']} {field.unit}".strip(),
                "level": int(option["parent"] is not None),
                "selected": option["value"] in selected,
                **_count(option),
            }
            for option in options
        ]
    }


def _range(field: FilterField, options: list[dict], selected: tuple) -> dict:
    bins = [
        {
            "lower": option["bin_lower"],
            "upper": option["bin_lower"] + field.bin_width,
            **_count(option),
        }
        for option in options
    ]
    return {
        "unit": field.unit,
        "lower": math.floor(bins[0]["lower"]),
        "upper": math.ceil(bins[-1]["upper"]),
        "selected": list(selected) or None,
        "bins": bins,
    }


def _flag(field: FilterField, options: list[dict], selected: tuple) -> dict:
    del field
    met = [option for option in options if option["value"] == "true"]
    return {"selected": bool(selected), **(_count(met[0]) if met else NOBODY)}


def _count(option: dict) -> dict:
    return {
        "count": option["n_patients"],
        "lowest": option["n_patients_lowest"],
        "highest": option["n_patients_highest"],
    }


NOBODY = {"count": 0, "lowest": 0, "highest": 0}
_PANEL_FIELDS = {"options": _options, "range": _range, "flag": _flag}
