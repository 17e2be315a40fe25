"""Which test suits a comparison, why, and when its p-value is better not shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lib.figures import MIN_GROUP_SIZE
from lib.stats.results import FISHER_EXACT, KRUSKAL_WALLIS, LOG_RANK, MANN_WHITNEY
from lib.stats.samples import checked_count

Kind = Literal["categorical", "numeric", "time_to_event"]

TOO_FEW = f"fewer than {MIN_GROUP_SIZE} patients in a group: a p-value would mean little"
NO_FINDING = "A p-value here is a hint at where to look, not a finding."
DESCRIBED = "a published case series is described, not tested: its groups are no samples"
RECONSTRUCTED = "rows are partly reconstructed; the publication does not determine this"

REASONS = {
    FISHER_EXACT: "Exact at any size, also where a cell holds only a few patients.",
    MANN_WHITNEY: (
        "Compares ranks instead of means: doses, cycles and years are often skewed, scores are "
        "ordinal, and medians are reported."
    ),
    KRUSKAL_WALLIS: (
        "Compares the ranks of all groups at once instead of their means: doses, cycles and years "
        "are often skewed, scores are ordinal, and medians are reported."
    ),
    LOG_RANK: (
        "Compares the whole curves; patients still without the event count for as long as they "
        "were followed."
    ),
}


@dataclass(frozen=True)
class ChosenTest:
    """A test by name, the reason in a sentence, and why its p-value is withheld, if it is."""

    test: str
    reason: str
    withheld: str | None = None


def choose_test(kind: Kind, group_sizes: Sequence[int], imputed: bool) -> ChosenTest:
    """Choose the test that a comparison names, and say whether its p-value is shown.

    It depends on the kind of values and the sizes of the groups, never on the values: a test
    chosen by its result would mean nothing.

    Parameters
    ----------
    kind
        ``categorical`` (what share has it), ``numeric`` (a measure or an ordinal score) or
        ``time_to_event``.
    group_sizes
        Patients in each group of whom the value is known.
    imputed
        Whether rows are reconstructed. This reason to withhold is given before that of small
        groups: a larger cohort would not remove it.

    Returns
    -------
    ChosenTest
        ``test`` is the name that the test's own result carries.

    Raises
    ------
    ValueError
        The kind is unknown, there are fewer than two groups, or a size is not a count.
    """
    counts = [checked_count(size, "A group's size") for size in group_sizes]
    if len(counts) < 2:
        raise ValueError(f"At least two groups are compared; got {len(counts)}.")
    tests = {
        "categorical": FISHER_EXACT,
        "numeric": MANN_WHITNEY if len(counts) == 2 else KRUSKAL_WALLIS,
        "time_to_event": LOG_RANK,
    }
    if kind not in tests:
        raise ValueError(f"A comparison is one of {', '.join(tests)}; got {kind!r}.")
    test = tests[kind]
    return ChosenTest(test, REASONS[test], _reason_to_withhold(counts, imputed))


def _reason_to_withhold(group_sizes: Sequence[int], imputed: bool) -> str | None:
    if imputed:
        return RECONSTRUCTED
    return TOO_FEW if min(group_sizes) < MIN_GROUP_SIZE else None
