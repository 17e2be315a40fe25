"""The sentences of a methods section, as an author can paste them; each is true of the code.

What is computed, and how, is in ``lib.stats`` and the queries; here it is only said. A sentence
is used only if a packet holds what it speaks of (see ``lib.report.sections.method``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lib.figures import MIN_GROUP_SIZE
from lib.stats import FISHER_EXACT, LOG_RANK, MANN_WHITNEY
from lib.stats.fisher import DRAWN
from lib.stats.proportions import COST_PER_EVENT, NEWCOMBE, WILSON
from lib.stats.ranks import EXACT_BELOW, MOSES_EXACT
from lib.stats.rates import GARWOOD
from lib.stats.survival import KAPLAN_MEIER

NATURES = {
    "recorded": "The data are those of the registry “{name}”: recorded data, nothing filled in.",
    "synthetic": (
        "The data are those of “{name}”: synthetic patients, invented by a program. Nothing about "
        "IVIg follows from them."
    ),
    "reconstructed": "The data are {m} reconstructed versions of a publication: {citation}",
}
STUDY = (
    "By the publication it was a {design} ({centre}), of patients treated between "
    "{observation_start} and {observation_end}; response was judged by {response_basis}."
)
VERSION = "Data version: SHA-256 {sha256} of the registry's manifest."
NO_CRITERION = "No criterion was applied: the cohort is {count}."
CRITERIA = "The cohort is {count}, those who meet all of these criteria: {criteria}."
CRITERION_UNKNOWN = (
    "A patient in whom a field is not recorded met no criterion on it; one without a recorded "
    "side-effect, drug or event counts as without."
)
IN_HINDSIGHT = (
    "What is asked of {fields} becomes known only in the course of therapy: it describes these "
    "patients and foretells nobody's course."
)


@dataclass(frozen=True)
class Definition:
    """A sentence, the sections that use what it defines, and the filter's fields that do."""

    words: str
    sections: frozenset[str]
    fields: frozenset[str] = frozenset()


def _definition(words: str, sections: str, fields: str = "") -> Definition:
    return Definition(words, frozenset(sections.split()), frozenset(fields.split()))


DEFINITIONS = (
    _definition(
        "A cycle is one course of IVIg, given over one or several days; its dose is the "
        "immunoglobulin in g per kg body weight of the whole cycle.",
        "overview table_i table_ii table_1 timelines patients response side_effects comparison "
        "cost",
        "dose_tier cycles duration",
    ),
    _definition(
        "The usual dose is a patient's most frequent dose per cycle, the higher one on a tie; it "
        "stands in tiers: {tiers}.",
        "overview table_i table_1 timelines patients response comparison cost",
        "dose_tier",
    ),
    _definition(
        "The cumulative dose is the sum of the doses of all cycles, in g/kg.",
        "overview table_ii table_1 comparison",
    ),
    _definition(
        "Therapy duration is the time from the first to the last cycle, 0 for a single cycle; a "
        "year is 365.25 days.",
        "overview table_i table_1 comparison",
        "duration",
    ),
    _definition(
        "A responder is a patient whose response was recorded as such; who was recorded as not "
        "evaluable is in the denominator, whose response is not recorded is not.",
        "overview table_i table_1 response comparison cost",
        "response",
    ),
    _definition(
        "A patient without a recorded side-effect counts as one who had none.",
        "overview table_i table_ii table_1 side_effects comparison",
        "side_effect",
    ),
)
BY_RULE = (
    "In addition responders were counted by the published rules of clinical scores, applied to the "
    "last score after the day of the first infusion; the baseline is the last score up to that day "
    "(a score that itself measures improvement has none): {rules}."
)
MEDIANS = "Numbers are described by the median and the range (lowest to highest)"
QUARTILES = (
    "by the median and the quartiles, interpolated between neighbours (type 7 of Hyndman and Fan)"
)
MEDIANS_TOLD = (
    "Numbers are described by the median of {median} patients or more and by quartiles, "
    "interpolated between neighbours (type 7 of Hyndman and Fan), of {quartile} or more; lowest "
    "and highest values are not told."
)
MIDDLE = (
    "Where the versions differ, as in 12 ⟨9–15⟩, the first figure is the lower median over them, "
    "which one of them has; the brackets hold the lowest and the highest."
)
MEANS = (
    "In the table of doses and cost, amounts and costs per patient are means over the patients of "
    "whom they are known, beside the median; amounts per cycle, per year and per responder are "
    "ratios of sums."
)
SENSITIVITY = (
    "As sensitivity analyses, responders by score were also counted by the other published "
    "thresholds, and as if nobody without a later score had responded."
)
ROUNDED = "Figures are rounded half up."
COUNTS_ALONE = (
    f"Of fewer than {MIN_GROUP_SIZE} patients counts are given, and neither a percentage nor an "
    "interval."
)
LEVEL = "Intervals are two-sided 95% confidence intervals:"
INTERVALS = {
    WILSON: "for proportions Wilson's score interval without continuity correction",
    NEWCOMBE: (
        "for differences of two proportions Newcombe's hybrid score interval (method 10) without "
        "continuity correction"
    ),
    GARWOOD: (
        "for rates the exact Poisson interval (Garwood), which takes side-effects for independent "
        "and may be too narrow where patients had several"
    ),
    MOSES_EXACT: (
        "for differences of numbers the Hodges–Lehmann shift, the median of all differences "
        "between a patient of one cohort and one of the other, with Moses' interval (exact if both "
        f"cohorts have fewer than {EXACT_BELOW} values and no two are equal, else by the normal "
        "approximation, corrected for ties and continuity)"
    ),
    COST_PER_EVENT: f"for cost per responder the {COST_PER_EVENT}",
    KAPLAN_MEIER: (
        "for Kaplan–Meier curves pointwise log-log limits with Greenwood's variance, and for their "
        "medians Brookmeyer and Crowley's interval from these limits"
    ),
}
SHORT = {
    WILSON: "Wilson",
    NEWCOMBE: "Newcombe",
    GARWOOD: "Garwood",
    MOSES_EXACT: "Hodges–Lehmann with Moses",
    COST_PER_EVENT: "MOVER",
    KAPLAN_MEIER: "Kaplan–Meier with log-log limits",
}
ONLY_CERTAIN = "A figure that differs between the versions has no confidence interval."
COMPARED = (
    "Cohort A ({a}, {words_a}) was compared with cohort B ({b}, {words_b}); differences are A − B. "
    "Patients were not assigned to them at random, and nothing was adjusted for."
)
TIMES_COMPARED = (
    "Times are compared by Kaplan–Meier medians, whose difference has no interval; no hazard ratio "
    "was computed."
)
TESTS = {
    FISHER_EXACT: (
        "Fisher's exact test for proportions (two-sided by table probability{several_categories})"
    ),
    MANN_WHITNEY: (
        f"the Mann–Whitney test for numbers (two-sided; exact if both groups have fewer than "
        f"{EXACT_BELOW} values and no two are equal, else the normal approximation, corrected for "
        "ties and continuity)"
    ),
    LOG_RANK: "the log-rank test for times (unweighted, chi-square approximation)",
}
# Fisher's test of more than a yes or no.
SEVERAL_CATEGORIES = (
    f"; of several categories by Freeman and Halton, {DRAWN} where they are too many to be counted"
)
TESTED = "Tests: {tests}. The test was chosen by the kind of value, never by the values."
NOT_TESTED = "No difference was tested."
WITHHELD = "Reasons for which p-values are withheld: {reasons}."
MULTIPLE = (
    "{n} given without correction for multiple comparisons; a p-value here is a hint at where to "
    "look, not a finding."
)
NOT_IMPUTED = (
    "Missing values were not imputed: a patient in whom a measure is not recorded is left out of "
    "that measure and counted as such."
)
FILLED_IN = (
    "What the publication does not tell was filled in, differently in each version; what "
    "stands as not recorded was left so."
)
TOLD_OF = (
    "Of {n} patients the publication reports, or it follows from it: {counts}; the others' were "
    "filled in."
)
MISSING_IN = "Not recorded in so many of {n} patients: {counts}."
NOTHING_MISSING = "No measure that is shown is missing in any of {n} patients."
CONSEQUENCES_KNOWN = (
    "Of {n} patients with a side-effect it is known for {stopped} whether they stopped IVIg "
    "because of it, and recorded for {serious} whether it was serious."
)
DISCLOSURE = (
    "Small cells: counts of patients are given in steps of {k}, fewer than {k}, which may be "
    "nobody, are not told; of rows that add up a further count is not told where the others would "
    "give a small one away. "
    "No extremes, means and sums, nothing of single patients and no cohort of fewer than {k}, or "
    "of all but fewer than {k}, is shown. Shares are computed from the steps."
)
SOFTWARE = "Figures were computed and drawn with {program} ({libraries})."
# By what the sentences above name.
REFERENCES = {
    WILSON: (
        "Wilson EB. J Am Stat Assoc 1927;22:209–212",
        "Newcombe RG. Stat Med 1998;17:857–872",
    ),
    NEWCOMBE: ("Newcombe RG. Stat Med 1998;17:873–890",),
    GARWOOD: ("Garwood F. Biometrika 1936;28:437–442",),
    MOSES_EXACT: (
        "Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598–611",
        "Hollander M, Wolfe DA. Nonparametric Statistical Methods, 2nd ed. 1999",
    ),
    COST_PER_EVENT: ("Donner A, Zou GY. Stat Methods Med Res 2012;21:347–359",),
    KAPLAN_MEIER: (
        "Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457–481",
        "Borgan Ø, Liestøl K. Scand J Stat 1990;17:35–41",
        "Brookmeyer R, Crowley J. Biometrics 1982;38:29–41",
    ),
    FISHER_EXACT: ("Fisher RA. The Design of Experiments. 1935",),
    SEVERAL_CATEGORIES: ("Freeman GH, Halton JH. Biometrika 1951;38:141–149",),
    MANN_WHITNEY: ("Mann HB, Whitney DR. Ann Math Stat 1947;18:50–60",),
    LOG_RANK: ("Peto R, Peto J. J R Stat Soc A 1972;135:185–207",),
}


def definitions(sections: Collection[str], fields: Collection[str], tiers: str) -> list[str]:
    """The definitions that a packet's sections or its filter use."""
    return [
        each.words.replace("{tiers}", tiers)
        for each in DEFINITIONS
        if each.sections.intersection(sections) or each.fields.intersection(fields)
    ]


def tier_words(tiers: Iterable[Mapping]) -> str:
    """``2 g/kg (from 1.5), 1 g/kg (from 0.75 to below 1.5) … 0.4 g/kg (below 0.45)``.

    Parameters
    ----------
    tiers
        Rows of ``data/reference/dose_tiers.csv``.
    """
    return ", ".join(f"{tier['label']} ({_borders(tier)})" for tier in tiers)


def _borders(tier: Mapping) -> str:
    lower, upper = tier["lower_g_per_kg"], tier["upper_g_per_kg"]
    above = [f"from {lower:g}"] * (lower > 0)
    below = [] if upper is None else [f"below {upper:g}"]
    return " to ".join([*above, *below])


def intervals(methods: Collection[str]) -> list[str]:
    """Which intervals are given; nothing if none are."""
    named = [words for method, words in INTERVALS.items() if method in methods]
    return [f"{LEVEL} {'; '.join(named)}."] if named else []


def tests(
    given: Mapping[str, int], withheld: Iterable[str], *, of_several_categories: bool
) -> list[str]:
    """Which tests were made, how many, and why others were not.

    Parameters
    ----------
    given
        How many p-values are given by each test.
    withheld
        Why others are not.
    of_several_categories
        Whether one of them was Fisher's test of more than a yes or no.
    """
    reasons = "; ".join(dict.fromkeys(withheld))
    not_given = [WITHHELD.format(reasons=reasons)] if reasons else []
    several = SEVERAL_CATEGORIES * of_several_categories
    named = [
        words.format(several_categories=several) for test, words in TESTS.items() if given.get(test)
    ]
    if not named:
        return [NOT_TESTED, *not_given]
    n = sum(given.values())
    how_many = "One p-value is" if n == 1 else f"{n} p-values are"
    return [TESTED.format(tests="; ".join(named)), *not_given, MULTIPLE.format(n=how_many)]


def references(named: Collection[str]) -> list[str]:
    """The references of the intervals and tests that are named, each once."""
    listed = [text for name, texts in REFERENCES.items() if name in named for text in texts]
    return list(dict.fromkeys(listed))
