"""What the filter in the sidebar shows: every field with the live counts of its options."""

from lib.cohort import FIELDS, Cohort, FilterField
from lib.figures import Step
from lib.ui.cohort_state import facets, n_in_registry, number_range

# Of a long list, so many options are shown before the reader asks for more.
FEW = 8


def filter_fields(cohort: Cohort) -> list[dict]:
    """The fields of the filter for the present cohort, as `lib.ui.sidebar` draws them.

    A field by which the registry's patients do not differ is left out, unless the cohort asks
    for it all the same.
    """
    options, everybody = facets(cohort), facets(Cohort())
    # What the bar of a count is in proportion to.
    n_all = n_in_registry()
    return [
        {
            "name": field.name,
            "label": field.label,
            "kind": field.kind,
            "total": n_all,
            **_PANEL_FIELDS[field.kind](field, options[field.column], cohort),
        }
        for field in FIELDS
        if cohort.values(field.name) or _tells_apart(field, everybody[field.column], n_all)
    ]


def _tells_apart(field: FilterField, options: list[dict], n_all: int) -> bool:
    if field.kind == "range" and not options:
        # Its bins are not told of this registry, but that it has some.
        return number_range(field) is not None
    return any(option["n_patients_lowest"] < n_all for option in options)


def _options(field: FilterField, options: list[dict], cohort: Cohort) -> dict:
    selected = cohort.values(field.name)
    has_levels = any(option["parent"] is not None for option in options)
    return {
        "few": len(options) if has_levels else FEW,
        "options": [
            {
                "value": option["value"],
                "label": f"{option['value']} {field.unit}".strip(),
                "level": int(option["parent"] is not None),
                "selected": option["value"] in selected,
                **_count(option),
            }
            for option in options
        ],
    }


def _list(field: FilterField, options: list[dict], cohort: Cohort) -> dict:
    whole = sum(option["value"] in ("any", "none") for option in options)
    return _options(field, options, cohort) | {
        "few": whole + FEW,
        "match": cohort.match(field.name),
    }


def _range(field: FilterField, options: list[dict], cohort: Cohort) -> dict:
    selected = cohort.values(field.name)
    known = number_range(field)
    # A link may ask for a number that this registry has of nobody.
    lower, upper = (known["lowest"], known["highest"]) if known else selected
    return {
        "unit": field.unit,
        "lower": lower,
        "upper": upper,
        "decimals": field.decimals,
        "selected": list(selected) or None,
        "bins": [
            {
                "lower": option["bin_lower"],
                "upper": option["bin_lower"] + known["bin_width"],
                **_count(option),
            }
            for option in options
        ],
    }


def _flag(field: FilterField, options: list[dict], cohort: Cohort) -> dict:
    met = [option for option in options if option["value"] == "true"]
    return {"selected": bool(cohort.values(field.name)), **(_count(met[0]) if met else NOBODY)}


def _count(option: dict) -> dict:
    """A count for the panel; ``text`` is what is written of it, if only its step is told."""
    n_patients = option["n_patients"]
    return {
        **({"text": str(n_patients)} if isinstance(n_patients, Step) else {}),
        "count": option["n_patients"],
        "lowest": option["n_patients_lowest"],
        "highest": option["n_patients_highest"],
    }


NOBODY = {"count": 0, "lowest": 0, "highest": 0}
_PANEL_FIELDS = {"options": _options, "list": _list, "range": _range, "flag": _flag}
