"""The cohort filter: one frozen value ⇄ URL ⇄ SQL criteria ⇄ words.

A filter field is defined once, in ``FIELDS``: its name is the URL parameter and the
key in the selection, its column is the column of ``patient_facts`` that it reads.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

Range = tuple[int, int]
RANGE_FORM = re.compile(r"(\d{1,3})-(\d{1,3})")


def _either(values: Iterable[str]) -> str:
    return " or ".join(values)


def _dose_words(tiers: Iterable[str]) -> str:
    return f"{_either(tiers)} g/kg per cycle"


def _side_effect_words(values: Iterable[str]) -> str:
    names = {"any": "with side-effects", "none": "without side-effects"}
    return _either(names.get(value, f"with {value}") for value in values)


def _age_words(ends: tuple) -> str:
    return f"aged {ends[0]}–{ends[1]} years"


def _individually_reported_words(_: tuple) -> str:
    return "only individually reported patients"


@dataclass(frozen=True)
class FilterField:
    """One field of the filter.

    ``kind`` is ``options`` (any of several values), ``range`` (whole numbers, both ends
    included) or ``flag``. ``words`` turns the selected values into a caption.
    """

    name: str
    label: str
    column: str
    kind: Literal["options", "range", "flag"]
    words: Callable[[tuple], str] = _either
    unit: str = ""
    bin_width: int | None = None


FIELDS = (
    FilterField("diagnosis", "Diagnosis", "diagnoses", "options"),
    FilterField("dose_tier", "Usual dose per cycle", "dose_tier", "options", _dose_words, "g/kg"),
    FilterField("side_effect", "Side-effects", "side_effects", "options", _side_effect_words),
    FilterField("sex", "Sex", "sex", "options"),
    FilterField(
        "age", "Age at first IVIg", "age_at_first_ivig_years", "range", _age_words, "years", 5
    ),
    FilterField("response", "Response", "response", "options"),
    FilterField(
        "individually_reported",
        "Only individually reported patients",
        "individually_reported",
        "flag",
        _individually_reported_words,
    ),
)
FIELDS_BY_NAME = {field.name: field for field in FIELDS}


@dataclass(frozen=True)
class Cohort:
    """What the filter selects; hashable, so that results can be kept by it.

    ``selection`` holds one (field name, values) pair for each active field, in the order
    of ``FIELDS``: a tuple of texts for options, (lowest, highest) for a range, ``(True,)``
    for a flag. Values of one field are alternatives; different fields must all be met.
    """

    selection: tuple[tuple[str, tuple], ...] = ()

    @classmethod
    def of(cls, **selected: object) -> "Cohort":
        """Build a cohort from raw values by field name; empty values select nothing away."""
        pairs = []
        for field in FIELDS:
            value = selected.get(field.name)
            if value:
                pairs.append((field.name, _CANONICAL[field.kind](value)))
        return cls(tuple(pairs))

    def values(self, name: str) -> tuple:
        """The values selected of a field; empty if it is not active."""
        return dict(self.selection).get(name, ())

    @property
    def criteria(self) -> str:
        """The cohort as the ``$cohort`` parameter of every query (see ``registry/members.sql``)."""
        return json.dumps(
            [_criterion(FIELDS_BY_NAME[name], values) for name, values in self.selection],
            ensure_ascii=False,
        )

    @property
    def query_params(self) -> dict[str, list[str]]:
        """The cohort as URL parameters: bare field names, raw values, repeated for several."""
        return {name: _to_url(FIELDS_BY_NAME[name], values) for name, values in self.selection}

    @property
    def query_string(self) -> str:
        """The cohort as the part of a link behind the question mark."""
        return urlencode(self.query_params, doseq=True)

    @property
    def words(self) -> str:
        """The cohort in words, for the caption above every page."""
        return " · ".join(FIELDS_BY_NAME[name].words(values) for name, values in self.selection)


def _in_order(value: str) -> tuple[float, str]:
    """Doses from the highest down, other values by the alphabet."""
    return (-float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else 0, value)


# The same selection is the same cohort, whatever the order of the clicks.
_CANONICAL = {
    "options": lambda values: tuple(sorted(values, key=_in_order)),
    "range": lambda ends: tuple(round(end) for end in ends),
    "flag": lambda _: (True,),
}


def _criterion(field: FilterField, values: tuple) -> dict:
    is_range = field.kind == "range"
    texts = ["true"] if field.kind == "flag" else list(values)
    return {
        "field": field.column,
        "position": FIELDS.index(field) + 1,
        "mode": "any",
        "values": None if is_range else texts,
        "lower": float(values[0]) if is_range else None,
        "upper": float(values[1]) if is_range else None,
    }


def _to_url(field: FilterField, values: tuple) -> list[str]:
    if field.kind == "range":
        return [f"{values[0]}-{values[1]}"]
    if field.kind == "flag":
        return ["true"]
    return list(values)


def cohort_from_url(
    params: Mapping[str, list[str]], allowed: Mapping[str, Collection[str]]
) -> tuple[Cohort, list[str]]:
    """Read a cohort from URL parameters; what can't be read is left out and said.

    Parameters
    ----------
    params
        Every URL parameter with its values; those that name no filter field are not
        looked at.
    allowed
        The values that the dataset knows, by field name, for fields of kind ``options``.

    Returns
    -------
    cohort, notices
        One sentence in ``notices`` for each value that was ignored.
    """
    selected, notices = {}, []
    for field in FIELDS:
        read, ignored = _READERS[field.kind](
            params.get(field.name, []), allowed.get(field.name, ())
        )
        selected[field.name] = read
        notices += [_notice(field, value, allowed.get(field.name, ())) for value in ignored]
    return Cohort.of(**selected), notices


def _read_options(values: list[str], allowed: Collection[str]) -> tuple[object, list[str]]:
    chosen = [value for value in dict.fromkeys(values) if value in allowed]
    return chosen, [value for value in values if value not in allowed]


def _read_range(values: list[str], allowed: Collection[str]) -> tuple[object, list[str]]:
    for value in values[:1]:
        match = RANGE_FORM.fullmatch(value)
        if match and int(match[1]) <= int(match[2]):
            return (int(match[1]), int(match[2])), values[1:]
    return None, values


def _read_flag(values: list[str], allowed: Collection[str]) -> tuple[object, list[str]]:
    return "true" in values, [value for value in values if value != "true"]


_READERS = {"options": _read_options, "range": _read_range, "flag": _read_flag}


def _notice(field: FilterField, value: str, allowed: Collection[str]) -> str:
    forms = {
        "options": f"This dataset knows: {', '.join(allowed)}",
        "range": "Write two whole numbers, the lower one first, such as 40-60",
        "flag": "Write true or leave it out",
    }
    return (
        f"The link asks for {field.label.lower()} “{value[:60]}”, which can't be used, so that "
        f"part of the filter was left out. {forms[field.kind]}."
    )
