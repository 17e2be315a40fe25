"""Times of two cohorts: medians and log-rank tests against statsmodels, and why there is none."""

from collections import Counter
from pathlib import Path

import pytest
from scipy.stats import chi2
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from lib.cohort import IN_HINDSIGHT, Cohort
from lib.comparison import CHOSEN, HINDSIGHT, OVERLAP, UNKNOWN, Basis
from lib.comparison_table import difference_text, p_text
from lib.comparison_times import FEW_FOLLOWED, LABELS, time_differences, times
from lib.pair import Pair
from lib.places import DEMO_REGISTRY
from lib.stats.choice import RECONSTRUCTED, TOO_FEW
from lib.survival_curves import RELAPSE, STOP, Outcome
from lib.warehouse import Warehouse, open_warehouse
from tests.registries import open_tables
from tests.test_comparison import html_of
from tests.test_pages import open_app

EVERYBODY = Cohort()
WOMEN, MEN = Cohort.of(sex=["female"]), Cohort.of(sex=["male"])
DAYS_PER_MONTH = 365.25 / 12
# Days from the first to the last cycle; of those who go on, the time is censored.
SIX_AND_FIVE = """
    patient_id | sex    | therapy_end_reason | last_day
    A1         | female | remission          | 61
    A2         | female | lack of efficacy   | 122
    A3         | female | ongoing            | 150
    A4         | female | side-effects       | 183
    A5         | female | ongoing            | 200
    A6         | female |                    | 999
    B1         | male   | ongoing            | 90
    B2         | male   | ongoing            | 300
    B3         | male   | death              | 30
    B4         | male   | remission          | 365
    B5         | male   | ongoing            | 700
"""


def patients(warehouse: Warehouse, outcome: Outcome, cohort: Cohort) -> list[dict]:
    """One row a patient."""
    return warehouse.records("response/times_to_event", cohort=cohort.criteria, event=outcome.event)


def counted(
    warehouse: Warehouse, a: Cohort, b: Cohort, *, less_first: bool = False
) -> dict[Outcome, list[dict]]:
    def ask(name: str, cohort: Cohort, **parameters: object) -> list[dict]:
        return warehouse.records(name, cohort=cohort.criteria, **parameters)

    return times(Pair(("A", "B"), a, b, less_first), ask)


def differences(warehouse: Warehouse, a: Cohort, b: Cohort, basis: Basis) -> dict:
    return {each.label: each for each in time_differences(counted(warehouse, a, b), basis)}


def opened(folder: Path, text: str) -> Warehouse:
    """A registry of patients with their end of therapy and the day of their last cycle."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()][1:]
    cycles = [
        f"{patient} | {number} | {day} | 2"
        for patient, _, _, last in lines
        for number, day in ((1, 0), (2, last))
    ]
    return open_tables(
        folder,
        patients="patient_id | sex | therapy_end_reason\n"
        + "\n".join(" | ".join(line[:3]) for line in lines),
        cycles="patient_id | cycle_no | day | dose_g_per_kg\n" + "\n".join(cycles),
    )


@pytest.fixture(scope="module")
def demo() -> Warehouse:
    return open_warehouse(DEMO_REGISTRY)


@pytest.fixture(scope="module")
def eleven(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    return opened(tmp_path_factory.mktemp("eleven"), SIX_AND_FIVE)


@pytest.mark.parametrize("outcome", LABELS)
@pytest.mark.parametrize("rest_of_registry", [False, True])
def test_medians_and_log_rank_are_those_of_statsmodels(
    demo: Warehouse, outcome: Outcome, rest_of_registry: bool
):
    first, second = patients(demo, outcome, WOMEN), patients(demo, outcome, MEN)
    if rest_of_registry:
        # Men, and those of another or no recorded sex.
        inside = {row["patient_id"] for row in first}
        everybody = patients(demo, outcome, EVERYBODY)
        second = [row for row in everybody if row["patient_id"] not in inside]
    followed = counted(
        demo, WOMEN, EVERYBODY if rest_of_registry else MEN, less_first=rest_of_registry
    )
    found = next(
        each
        for each in time_differences(followed, Basis(chosen_by=frozenset({"sex"})))
        if each.characteristic == outcome.event
    )
    samples = [
        [(row["days"], row["is_event"]) for row in rows if row["left_out"] is None]
        for rows in (first, second)
    ]
    days, events = zip(*(pair for sample in samples for pair in sample), strict=True)
    group = [name for name, sample in zip("ab", samples, strict=True) for _ in sample]
    _, p_value = survdiff(days, events, group)
    assert found.p_value == pytest.approx(p_value)
    assert found.test == "Log-rank test"
    medians = []
    for sample, figure in zip(samples, (found.figure_a, found.figure_b), strict=True):
        # A quantile that is not reached is not a number.
        medians.append(SurvfuncRight(*zip(*sample, strict=True)).quantile(0.5) / DAYS_PER_MONTH)
        median = "not reached" if medians[-1] != medians[-1] else f"{medians[-1]:.1f}"
        n_events = sum(is_event for _, is_event in sample)
        assert figure == f"{median} ({n_events}/{len(sample)})"
    is_reached = medians[0] == medians[0] and medians[1] == medians[1]
    shift = pytest.approx(medians[0] - medians[1]) if is_reached else None
    assert found.estimate == shift
    assert (found.lower, found.upper) == (None, None)


@pytest.mark.parametrize("less_first", [False, True])
@pytest.mark.parametrize("cohort", [WOMEN, Cohort.of(age=(30, 60)), Cohort.of(age=(200, 201))])
@pytest.mark.parametrize("outcome", LABELS)
def test_every_patient_is_counted_in_the_cohorts_that_have_it(
    demo: Warehouse, outcome: Outcome, cohort: Cohort, less_first: bool
):
    def told(rows: list[dict]) -> dict[str, tuple]:
        columns = ("days", "is_event", "left_out", "is_concerned")
        return {row["patient_id"]: tuple(row[column] for column in columns) for row in rows}

    a, b = told(patients(demo, outcome, cohort)), told(patients(demo, outcome, MEN))
    if less_first:
        b = {patient: what for patient, what in b.items() if patient not in a}
    in_both = {patient: what for patient, what in a.items() if patient in b}
    by_hand = [Counter(each.values()) for each in (a, b, in_both)]
    found = counted(demo, cohort, MEN, less_first=less_first)[outcome]
    assert len(found) == len(set(a.values()) | set(b.values()))
    for row in found:
        event, *what, n_a, n_b, n_both = row.values()
        assert event == outcome.event
        assert [n_a, n_b, n_both] == [each[tuple(what)] for each in by_hand]


def test_a_worked_example(eleven: Warehouse):
    stop = differences(eleven, WOMEN, MEN, Basis())["Time on therapy"]
    # Women: 5 at risk, stopped on days 61 and 122 (4/5, then 3/5); one censored; on day 183 one of
    # two stops (3/10): the median is 183 days, 6.0 months. Nobody knows how it ended of A6.
    # Men: one of two stops on day 365: half are left, so the median is 12.0 months.
    assert (stop.figure_a, stop.figure_b) == ("6.0 (3/5)", "12.0 (1/5)")
    assert difference_text(stop) == "−6"
    assert stop.withheld is None
    # Expected of the women on the days 61, 122, 183 and 365: 5/9, 4/7, 2/5 and 0/2 of an event.
    expected = 5 / 9 + 4 / 7 + 2 / 5
    variance = 5 * 4 / 81 + 4 * 3 / 49 + 2 * 3 / 25
    assert stop.p_value == pytest.approx(chi2.sf((3 - expected) ** 2 / variance, 1))


def test_a_median_that_is_not_reached_is_said(tmp_path: Path):
    text = SIX_AND_FIVE.replace("B4         | male   | remission", "B4         | male   | ongoing")
    stop = differences(opened(tmp_path, text), WOMEN, MEN, Basis())["Time on therapy"]
    assert stop.figure_b == "not reached (0/5)"
    assert difference_text(stop) == "–"
    assert stop.p_value is not None


def test_a_group_of_fewer_than_five_is_not_tested(tmp_path: Path):
    text = SIX_AND_FIVE.replace("B5         | male   | ongoing", "B5         | male   |        ")
    stop = differences(opened(tmp_path, text), WOMEN, MEN, Basis())["Time on therapy"]
    assert stop.figure_b == "– (1/4)"
    assert difference_text(stop) == "–"
    assert stop.withheld == TOO_FEW
    assert p_text(stop, [TOO_FEW]) == "withheld (a)"


def test_times_of_a_few_are_not_the_cohorts(tmp_path: Path):
    text = SIX_AND_FIVE
    for patient in ("B1         | male   | ongoing", "B2         | male   | ongoing"):
        text = text.replace(patient, patient.replace("ongoing", "       "))
    text = text.replace("B3         | male   | death  ", "B3         | male   |        ")
    stop = differences(opened(tmp_path, text), WOMEN, MEN, Basis())["Time on therapy"]
    assert stop.figure_b == "–"
    assert stop.withheld == FEW_FOLLOWED
    assert difference_text(stop) == "–"


def test_what_nobody_recorded_is_unknown(eleven: Warehouse):
    relapse = differences(eleven, WOMEN, MEN, Basis())["Time to relapse"]
    assert (relapse.figure_a, relapse.figure_b) == ("–", "–")
    assert relapse.withheld == UNKNOWN


def test_cohorts_that_share_patients_are_not_tested(eleven: Warehouse):
    stop = differences(eleven, WOMEN, EVERYBODY, Basis())["Time on therapy"]
    assert stop.withheld == OVERLAP


def test_a_choice_in_hindsight_is_not_tested(eleven: Warehouse):
    for field in IN_HINDSIGHT:
        stop = differences(eleven, WOMEN, MEN, Basis(chosen_by=frozenset({field})))[
            "Time on therapy"
        ]
        assert stop.withheld == (CHOSEN if field in ("cycles", "duration") else HINDSIGHT)
    stop = differences(eleven, WOMEN, MEN, Basis(chosen_by=frozenset({"sex"})))["Time on therapy"]
    assert stop.withheld is None


def test_of_a_reconstruction_nothing_is_said():
    for each in time_differences({}, Basis(n_versions=100)):
        assert (each.figure_a, each.figure_b, each.estimate) == ("–", "–", None)
        assert each.withheld == RECONSTRUCTED


def test_the_page_shows_times_in_one_cohort_against_the_rest():
    body = html_of(open_app("compare", {"dataset": ["demo_registry"], "sex": ["female"]}))
    assert "Times: Kaplan–Meier median, months (events/patients)" in body
    assert "Log-rank test: Compares the whole curves" in body
    assert RELAPSE.method in body
    published = html_of(open_app("compare", {"sex": ["female"]}))
    assert "Log-rank test" not in published
    assert STOP.method not in published
    assert "Times are not compared: the publication tells them of few" in published
