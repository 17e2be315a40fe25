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

RANGE_FORM = re.compile(r"(\d{1,3}(?:\.\d+)?)-(\d{1,3}(?:\.\d+)?)")
# How a list meets the values of its field: one of them, all together, or none of them.
MATCHES = ("any", "all", "none")
# What becomes of a link's criterion that can't be used, where the rest of it is.
LEFT_OUT = ", so that part of the filter was left out"


def _either(values: Iterable[str]) -> str:
    return " or ".join(values)


def _dose_words(tiers: Iterable[str]) -> str:
    return f"{_either(tiers)} g/kg per cycle"


def _span(ends: tuple) -> str:
    lowest, highest = (f"{end:g}" for end in ends)
    return lowest if lowest == highest else f"{lowest}–{highest}"


def _age_words(ends: tuple) -> str:
    return f"aged {_span(ends)} years"


def _cycle_words(ends: tuple) -> str:
    return "1 cycle" if _span(ends) == "1" else f"{_span(ends)} cycles"


def _duration_words(ends: tuple) -> str:
    return f"treated for {_span(ends)} years"


def _subtype_words(values: Iterable[str]) -> str:
    return f"{_either(values)} subtype"


def _overlap_words(values: Iterable[str]) -> str:
    return f"overlap with {_either(values)}"


def _individually_reported_words(_: tuple) -> str:
    return "only individually reported patients"


@dataclass(frozen=True)
class FilterField:
    """One field of the filter.

    Attributes
    ----------
    kind
        ``options``: any of several values; ``list``: a patient has several values, which are
        met any, all or none, and the options “any” and “none” besides; ``range``: numbers, both
        ends included; ``flag``.
    words
        Turns the selected values into a caption; of a list see `noun`.
    noun
        Of a list: what its values are called in words, as in “with prior rituximab”.
    decimals
        Of a range: its numbers count as they are written with so many decimals.
    bin_width
        Of a range: the narrowest bin of its histogram. A registry whose numbers spread so far
        that more than 30 bins would stand there has wider ones.
    in_hindsight
        Whether nobody knows the value before therapy has run its course: whoever stays on IVIg
        for long has more cycles, more side-effects and more time to respond.
    is_local
        Whether its values are names of one registry, which nobody in another one can have.
    """

    name: str
    label: str
    column: str
    kind: Literal["options", "list", "range", "flag"]
    words: Callable[[tuple], str] = _either
    unit: str = ""
    noun: str = "{}"
    decimals: int = 0
    bin_width: float | None = None
    in_hindsight: bool = False
    is_local: bool = False

    @property
    def match_name(self) -> str:
        """URL parameter that says how a list meets its values."""
        return f"{self.name}_match"


FIELDS = (
    FilterField("diagnosis", "Diagnosis", "diagnoses", "options"),
    FilterField(
        "dose_tier",
        "Usual dose per cycle",
        "dose_tier",
        "options",
        _dose_words,
        "g/kg",
        in_hindsight=True,
    ),
    FilterField("side_effect", "Side-effects", "symptoms", "list", in_hindsight=True),
    FilterField("sex", "Sex", "sex", "options"),
    FilterField(
        "age",
        "Age at first IVIg",
        "age_at_first_ivig_years",
        "range",
        _age_words,
        "years",
        bin_width=5,
    ),
    FilterField("response", "Response", "response", "options", in_hindsight=True),
    # “Recorded”: a patient of whom no relapse is written down may have had one.
    FilterField(
        "event",
        "Recorded events",
        "event_kinds",
        "list",
        noun="recorded {}",
        in_hindsight=True,
    ),
    FilterField(
        "cycles",
        "Number of cycles",
        "n_cycles",
        "range",
        _cycle_words,
        "cycles",
        bin_width=1,
        in_hindsight=True,
    ),
    # Half of the series was treated for less than a year: whole years would not tell them apart.
    FilterField(
        "duration",
        "Therapy duration",
        "therapy_duration_years",
        "range",
        _duration_words,
        "years",
        decimals=1,
        bin_width=0.1,
        in_hindsight=True,
    ),
    FilterField(
        "concomitant_drug",
        "Co-medication",
        "concomitant_drugs",
        "list",
        noun="concomitant {}",
        in_hindsight=True,
    ),
    FilterField("prior_drug", "Prior drugs", "prior_drugs", "list", noun="prior {}"),
    FilterField("subtype", "Subtype", "subtype", "options", _subtype_words),
    FilterField("overlap", "Overlap", "overlap", "options", _overlap_words),
    FilterField("centre", "Centre", "centre", "options", is_local=True),
    FilterField(
        "individually_reported",
        "Only individually reported patients",
        "individually_reported",
        "flag",
        _individually_reported_words,
    ),
)
FIELDS_BY_NAME = {field.name: field for field in FIELDS}
IN_HINDSIGHT = frozenset(field.name for field in FIELDS if field.in_hindsight)
# Every URL parameter of the filter.
PARAMETERS = tuple(
    name
    for field in FIELDS
    for name in ((field.name, field.match_name) if field.kind == "list" else (field.name,))
)


@dataclass(frozen=True)
class Cohort:
    """What the filter selects; hashable, so that results can be kept by it.

    Attributes
    ----------
    selection
        One (field name, values) pair for each active field, in the order of ``FIELDS``: a
        tuple of texts for options and lists, (lowest, highest) for a range, ``(True,)`` for a
        flag. Different fields must all be met; of one field, any of the values.
    matches
        A (field name, ``all`` or ``none``) pair for each list of which, instead, all of the
        values must be met, or none. All of a single value is any of it, and is not named here:
        the same patients are the same cohort.
    """

    selection: tuple[tuple[str, tuple], ...] = ()
    matches: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, **selected: object) -> "Cohort":
        """Build a cohort from raw values by URL parameter; empty values select nothing away."""
        pairs, matches = [], []
        for field in FIELDS:
            value = selected.get(field.name)
            if value:
                values = _CANONICAL[field.kind](field, value)
                pairs.append((field.name, values))
                match = selected.get(field.match_name)
                if match == "none" or (match == "all" and len(values) > 1):
                    matches.append((field.name, match))
        return cls(tuple(pairs), tuple(matches))

    def values(self, name: str) -> tuple:
        """The values selected of a field; empty if it is not active."""
        return dict(self.selection).get(name, ())

    def match(self, name: str) -> str:
        """How a field meets its values: ``any``, ``all`` or ``none``."""
        return dict(self.matches).get(name, "any")

    def changed(self, **selected: object) -> "Cohort":
        """The cohort with other values in some fields, empty ones to let a field go."""
        matches = {FIELDS_BY_NAME[name].match_name: match for name, match in self.matches}
        return Cohort.of(**dict(self.selection) | matches | selected)

    @property
    def criteria(self) -> str:
        """The cohort as the ``$cohort`` parameter of every query (see ``registry/members.sql``)."""
        return json.dumps(
            [
                _criterion(FIELDS_BY_NAME[name], values, self.match(name))
                for name, values in self.selection
            ],
            ensure_ascii=False,
        )

    @property
    def query_params(self) -> dict[str, list[str]]:
        """The cohort as URL parameters: bare field names, raw values, repeated for several."""
        params = {}
        for name, values in self.selection:
            field = FIELDS_BY_NAME[name]
            params[name] = _to_url(field, values)
            if self.match(name) != "any":
                params[field.match_name] = [self.match(name)]
        return params

    @property
    def query_string(self) -> str:
        """The cohort as the part of a link behind the question mark."""
        return urlencode(self.query_params, doseq=True)

    @property
    def words_by_field(self) -> dict[str, str]:
        """What each active field asks, in words."""
        return {
            name: _list_words(FIELDS_BY_NAME[name], values, self.match(name))
            if FIELDS_BY_NAME[name].kind == "list"
            else FIELDS_BY_NAME[name].words(values)
            for name, values in self.selection
        }

    @property
    def words(self) -> str:
        """The cohort in words, for the caption above every page."""
        return " · ".join(self.words_by_field.values())


def _list_words(field: FilterField, values: tuple, match: str) -> str:
    """“with headache or nausea”, “with headache and nausea”, “without headache or nausea”."""
    # What stands for the whole list comes first, as in the filter.
    prepositions = {"any": "with", "none": "without"}
    if match == "none":
        prepositions = {"any": "without", "none": "with"}
    whole = [
        f"{prepositions[value]} {field.label.lower()}" for value in prepositions if value in values
    ]
    named = [value for value in values if value not in prepositions]
    if named:
        joined = (" and " if match == "all" else " or ").join(named)
        whole.append(f"{prepositions['any']} {field.noun.format(joined)}")
    return (" or " if match == "any" else " and ").join(whole)


def _in_order(value: str) -> tuple[float, str]:
    """Doses from the highest down, other values by the alphabet."""
    return (-float(value) if re.fullmatch(r"\d+(\.\d+)?", value) else 0, value)


def _canonical_options(_: FilterField, values: Iterable[str]) -> tuple:
    return tuple(sorted(set(values), key=_in_order))


def _canonical_range(field: FilterField, ends: Iterable[float]) -> tuple:
    return tuple(round(end, field.decimals) if field.decimals else round(end) for end in ends)


def _canonical_flag(_: FilterField, __: object) -> tuple:
    return (True,)


# The same selection is the same cohort, whatever the order of the clicks.
_CANONICAL = {
    "options": _canonical_options,
    "list": _canonical_options,
    "range": _canonical_range,
    "flag": _canonical_flag,
}


def _criterion(field: FilterField, values: tuple, match: str) -> dict:
    is_range = field.kind == "range"
    texts = ["true"] if field.kind == "flag" else list(values)
    return {
        "field": field.column,
        "position": FIELDS.index(field) + 1,
        "mode": match,
        "values": None if is_range else texts,
        "lower": float(values[0]) if is_range else None,
        "upper": float(values[1]) if is_range else None,
    }


def _to_url(field: FilterField, values: tuple) -> list[str]:
    if field.kind == "range":
        return [f"{values[0]:g}-{values[1]:g}"]
    if field.kind == "flag":
        return ["true"]
    return list(values)


def allowed_values(facets: Iterable[Mapping]) -> dict[str, list[str]]:
    """The values that a registry knows, by field name: what a filter may ask of it.

    Parameters
    ----------
    facets
        Rows of ``cohort/facets`` of everybody.
    """
    known: dict[str, list[str]] = {}
    for row in facets:
        known.setdefault(row["field"], []).append(row["value"])
    return {
        field.name: known.get(field.column, [])
        for field in FIELDS
        if field.kind in ("options", "list")
    }


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
        The values that the dataset knows, by field name, for options and lists.

    Returns
    -------
    cohort, notices
        One sentence in ``notices`` for each value that was ignored.
    """
    selected, notices = {}, []
    for field in FIELDS:
        known = allowed.get(field.name, ())
        read, ignored = _READERS[field.kind](field, params.get(field.name, []), known)
        selected[field.name] = read
        notices += [_notice(field, value, known) for value in ignored]
        if field.kind == "list":
            read, ignored = _read_match(params.get(field.match_name, []))
            selected[field.match_name] = read
            notices += [_match_notice(field, value) for value in ignored]
    return Cohort.of(**selected), notices


def _read_options(
    _: FilterField, values: list[str], allowed: Collection[str]
) -> tuple[object, list[str]]:
    chosen = [value for value in dict.fromkeys(values) if value in allowed]
    return chosen, [value for value in values if value not in allowed]


def _read_range(
    field: FilterField, values: list[str], _: Collection[str]
) -> tuple[object, list[str]]:
    for value in values[:1]:
        match = RANGE_FORM.fullmatch(value)
        ends = [float(end) for end in match.groups()] if match else []
        if ends and ends[0] <= ends[1] and all(round(end, field.decimals) == end for end in ends):
            return ends, values[1:]
    return None, values


def _read_flag(_: FilterField, values: list[str], __: Collection[str]) -> tuple[object, list[str]]:
    return "true" in values, [value for value in values if value != "true"]


def _read_match(values: list[str]) -> tuple[str | None, list[str]]:
    """The first of the modes that is one; a link holds no second one."""
    read = next((value for value in values if value in MATCHES), None)
    return read, [value for value in values if value != read]


_READERS = {
    "options": _read_options,
    "list": _read_options,
    "range": _read_range,
    "flag": _read_flag,
}


def _notice(field: FilterField, value: str, allowed: Collection[str]) -> str:
    numbers = "two numbers, with one decimal at most," if field.decimals else "two whole numbers,"
    known = f"This dataset knows: {', '.join(allowed)}" if allowed else "This dataset has none"
    forms = {
        "options": known,
        "list": known,
        "range": f"Write {numbers} the lower one first, such as {_EXAMPLES[bool(field.decimals)]}",
        "flag": "Write true or leave it out",
    }
    return (
        f"The link asks for {field.label.lower()} “{value[:60]}”, which can't be used{LEFT_OUT}. "
        f"{forms[field.kind]}."
    )


_EXAMPLES = {False: "40-60", True: "0.5-2"}


def _match_notice(field: FilterField, value: str) -> str:
    return (
        f"The link asks to match “{value[:60]}” of the values of {field.label.lower()}, which "
        f"can't be used, so it was ignored. Possible are: {', '.join(MATCHES)}."
    )
