"""Two cohorts side by side as tables: differences → text cells, and what to know below them."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from string import ascii_lowercase

from lib.beside import Told
from lib.caveats import DRUGS_AS_TOLD
from lib.comparison import IN_STEPS, MOST_DRUGS, Difference, Sizes
from lib.comparison_times import LABELS
from lib.figures import (
    MIN_GROUP_SIZE,
    MISSING,
    format_number,
    format_p_value,
    round_half_up,
)
from lib.markup import method_html, table_html
from lib.side_effects import UNKNOWN_CONSEQUENCE
from lib.stats import FISHER_EXACT, MANN_WHITNEY
from lib.stats.choice import NO_FINDING
from lib.tables import TextTable

MARKS = ascii_lowercase
SHARES = "Shares: patients who have it, of those of whom it is known"
NUMBERS = (
    "Numbers: median and quartiles of the patients in whom it is known (n, where that is not of "
    "all); the difference is the Hodges–Lehmann shift, the median of all differences between a "
    "patient of A and one of B"
)
NEWCOMBE = " with Newcombe's hybrid score interval (method 10, no continuity correction)"
MOSES = ", with Moses' interval"
OVER_VERSIONS = " with its range over the versions"
TIMES = (
    "Times: the Kaplan–Meier median, and in how many it came to that, of those followed; “not "
    "reached” where more than half were still without it. The difference of the medians has no "
    "interval. No hazard ratio is given: it would assume that the hazards keep their proportion."
)
NO_TIMES = (
    "Times are not compared: the publication tells them of few patients, and they are filled in "
    "for the others."
)
DRUGS_RECORDED = "A drug that is not recorded counts as not taken"
DRUGS_TOLD = "Of a drug it is counted in how many the publication tells it"
DISAGREE = (
    "An interval and a p-value may disagree about 0 near their border, as each has its own method: "
    "Newcombe's beside Fisher's, and Moses' beside the Mann–Whitney test."
)
NOT_TESTED = (
    "Nothing is tested: rows are partly reconstructed, and a published case series is described, "
    "as its groups are no samples."
)
ASSIGNED = (
    "The patients of both cohorts were not assigned at random: whatever differs may have other "
    "reasons than what the cohorts are called by."
)
SHARES_ROUNDED = "Each figure is rounded for itself: A − B may be 1 off what the percentages give."
SHIFT_ROUNDED = (
    "A − B: Hodges–Lehmann, the typical difference between a patient of A and one of B, not the "
    "difference of the two medians. Rounded."
)
SO_FAR = (
    "Cycles, dose and duration are what is recorded so far, also of a therapy that goes on; only "
    "the times of the last table, where there are any, allow for that."
)
KNOWN_OF = "n: in how many it is known, where not in all."
TIMES_ROUNDED = "A − B is taken before rounding."
NO_DIFFERENCE_OF_DRUGS = "A difference would be one of telling: there is none for drugs."


def comparison_tables(
    shares: Sequence[Difference],
    numbers: Sequence[Difference],
    times: Sequence[Difference],
    size: Sizes,
    n_versions: int,
) -> dict[str, Told]:
    """Shares, numbers and times by the title of their table, each with the note below it."""
    differences = [*shares, *numbers, *times]
    reasons = reasons_withheld(differences)
    heads = (f"A (n = {size.a})", f"B (n = {size.b})")
    in_steps = any(each.withheld == IN_STEPS for each in differences)
    open_to = "range over versions" if n_versions else "what the steps leave open"
    extent = open_to if n_versions or in_steps else "95% interval"
    return {
        title: Told(
            differences_table(members, reasons, heads, unit, are_tested=not n_versions), below
        )
        for title, members, unit, below in (
            (
                "Shares of patients: n/N (%)",
                shares,
                f"A − B, percentage points ({extent})",
                [SHARES_ROUNDED],
            ),
            (
                "Numbers: median (quartiles)",
                numbers,
                f"A − B, typical difference ({extent})",
                [SHIFT_ROUNDED, *([KNOWN_OF] if any(map(_says_n, numbers)) else []), SO_FAR],
            ),
            (
                f"Times: {'' if n_versions else 'Kaplan–Meier '}median, months (events/patients)",
                times,
                "A − B, months (no interval)",
                [NO_TIMES if n_versions else TIMES_ROUNDED],
            ),
        )
    }


def _says_n(difference: Difference) -> bool:
    return any(", n" in figure for figure in (difference.figure_a, difference.figure_b))


def comparison_notes(differences: Sequence[Difference], n_versions: int) -> list[str]:
    """What a reader has to know below the tables."""
    if n_versions:
        return [NOT_TESTED, f"{DRUGS_AS_TOLD} {NO_DIFFERENCE_OF_DRUGS}"]
    return notes(differences, reasons_withheld(differences))


def comparison_method(differences: Sequence[Difference], n_versions: int) -> list[str]:
    """How the tables came about: only intervals and tests that are in them are named.

    Parameters
    ----------
    n_versions
        How many versions the registry has; 0 if it is recorded.
    """
    with_limits = {each.test for each in differences if has_limits(each)}
    newcombe, moses = FISHER_EXACT in with_limits, MANN_WHITNEY in with_limits
    over = OVER_VERSIONS * (n_versions > 0)
    is_tested = any(each.p_value is not None for each in differences)
    shares = f"; their difference{NEWCOMBE * newcombe or over}" * bool(newcombe or over)
    shift = MOSES * moses or over
    return [
        f"{SHARES}{shares}. Where it is known of fewer than {MIN_GROUP_SIZE} in "
        "a cohort, counts stand alone.",
        *([DISAGREE] if is_tested and newcombe and moses else []),
        f"{NUMBERS}{shift}. It is in general not the difference of the two medians.",
        *([] if n_versions else _times()),
        f"“Not evaluable” is a known response. {UNKNOWN_CONSEQUENCE} "
        f"{DRUGS_TOLD if n_versions else DRUGS_RECORDED}; the {MOST_DRUGS} that most patients of "
        "both cohorts had are shown.",
        "What the cohorts were chosen by stands in the table and is not drawn"
        + " or tested" * is_tested
        + ".",
        ASSIGNED,
    ]


def _times() -> list[str]:
    return [TIMES, *(f"{label}: {outcome.method}" for outcome, label in LABELS.items())]


def has_limits(difference: Difference) -> bool:
    """Whether a difference has a confidence interval."""
    return difference.lower is not None and difference.upper is not None


def comparison_html(tables: Mapping[str, Told], below: Iterable[str], how: Iterable[str]) -> str:
    """The tables with what a reader has to know below them, and how they came about."""
    drawn = (table_html(told.table, title, told.notes) for title, told in tables.items())
    return (
        f"<div class='compared'>{''.join(drawn)}</div>"
        + "".join(f"<p class='table-note'>{escape(note)}</p>" for note in below)
        + method_html("Method, denominators, missing values", how)
    )


def differences_table(
    differences: Iterable[Difference],
    reasons: Sequence[str],
    names: tuple[str, str],
    unit: str,
    *,
    are_tested: bool = True,
) -> TextTable:
    """Both cohorts' figures, the difference, the test, and p or the mark of the reason.

    Parameters
    ----------
    reasons
        See `reasons_withheld`.
    names
        The cohorts' headings.
    unit
        Heading of the difference.
    are_tested
        Whether such data are tested at all; if not, test and p have no column.
    """
    cells = [
        (
            each.label,
            each.figure_a,
            each.figure_b,
            difference_text(each),
            *((each.test, p_text(each, reasons)) if are_tested else ()),
        )
        for each in differences
    ]
    further = ("Test", "p") if are_tested else ()
    return TextTable(("Characteristic", *names, unit, *further), cells)


def reasons_withheld(differences: Iterable[Difference]) -> list[str]:
    """Why p-values are not shown, each reason once, in the order of their marks."""
    return list(dict.fromkeys(each.withheld for each in differences if each.withheld))


def difference_text(difference: Difference) -> str:
    """``+9 (−12 to 31)``, over versions ``+9 ⟨+5 to +14⟩``, a dash where it is not known.

    Of counts in steps the ends alone, ``−98 to +99``.
    """
    if difference.estimate is None:
        return MISSING if difference.figure_a else ""
    text, *ends = (
        _signed(end, difference.decimals)
        for end in (difference.estimate, difference.lowest, difference.highest)
    )
    if ends[0] != ends[1] and difference.is_stepped:
        return f"{ends[0]} to {ends[1]}"
    if ends[0] != ends[1]:
        return f"{text} ⟨{ends[0]} to {ends[1]}⟩"
    if difference.lower is None or difference.upper is None:
        return text
    ends = [_signed(end, difference.decimals) for end in (difference.lower, difference.upper)]
    return f"{text} ({ends[0]} to {ends[1]})"


def p_text(difference: Difference, reasons: Sequence[str]) -> str:
    """A p-value as it is printed, or that it is withheld, with the mark of the reason."""
    if difference.withheld:
        return f"withheld ({MARKS[reasons.index(difference.withheld)]})"
    return "" if difference.p_value is None else format_p_value(difference.p_value)


def notes(differences: Sequence[Difference], reasons: Sequence[str]) -> list[str]:
    """Why each test, why each p-value is withheld, and what many tests mean."""
    tests = dict.fromkeys((each.test, each.reason) for each in differences if each.test)
    n_tested = sum(each.p_value is not None for each in differences)
    withheld = [f"({mark}) {reason}" for mark, reason in zip(MARKS, reasons, strict=False)]
    return [
        *(f"{test}: {reason}" for test, reason in tests),
        *([f"p, and with it the interval, withheld: {'; '.join(withheld)}."] if withheld else []),
        *([_multiple(n_tested)] if n_tested else []),
    ]


def _multiple(n_tested: int) -> str:
    return (
        f"{n_tested} rows were tested, without correction: were nothing different, at most about "
        f"{format_number(0.05 * n_tested, 1)} of them would still be expected to have p below "
        f"0.05. {NO_FINDING}"
    )


def _signed(value: float, decimals: int) -> str:
    """With its sign; near 0 with the digits that tell on which side of it the figure lies."""
    near_0 = 0 if abs(value) >= 1 else 1 if abs(value) >= 0.05 else 2
    rounded = round_half_up(abs(value), max(decimals, near_0))
    sign = "" if rounded == 0 else "+" if value > 0 else "−"
    return f"{sign}{format_number(rounded)}"
