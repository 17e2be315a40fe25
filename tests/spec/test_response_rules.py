"""Who is a responder by a score's own rule, and how long patients are followed."""

from collections.abc import Callable

import pandas as pd
import pytest

from lib.cohort import Cohort
from lib.warehouse import Warehouse

Registry = Callable[..., Warehouse]
EVERYBODY = Cohort().criteria
TWO_PATIENTS = """
    patient_id | response
    A          | response
    B          | response
"""


def responders(warehouse: Warehouse, instrument: str, rule: str | None) -> pd.Series:
    found = warehouse.query("response/responders", cohort=EVERYBODY)
    rules = found[found["instrument"] == instrument]
    (row,) = (row for _, row in rules.iterrows() if rule in (row["rule"], None))
    return row


def scores(registry: Registry, lines: str) -> Warehouse:
    """Two patients with scores: `patient | day | instrument | score`."""
    header = "patient_id | day | instrument | score\n"
    return registry(patients=TWO_PATIENTS, assessments=header + lines.strip())


def test_the_last_later_score_is_compared_with_the_last_one_up_to_day_0(registry: Registry):
    warehouse = scores(
        registry,
        """
        A | -30 | CDASI activity | 30
        A | 0   | CDASI activity | 20
        A | 90  | CDASI activity | 10
        A | 180 | CDASI activity | 16
        """,
    )
    # From 20 to 16, whatever was before and between.
    assert responders(warehouse, "CDASI activity", "4")["n_responders"] == 1
    assert responders(warehouse, "CDASI activity", "5")["n_responders"] == 0
    assert responders(warehouse, "CDASI activity", "5")["n_assessed"] == 1


def test_who_lacks_a_baseline_or_a_later_score_is_left_out_and_counted(registry: Registry):
    found = responders(
        scores(
            registry,
            """
            A | 0  | DLQI | 20
            B | 90 | DLQI | 2
            """,
        ),
        "DLQI",
        "4",
    )
    assert found["n_scored"] == 2
    assert found["n_assessed"] == found["n_responders"] == 0
    assert (found["n_without_baseline"], found["n_without_later"]) == (1, 1)
    assert (found["n_expected"], found["n_unscored"], found["n_patients"]) == (1, 0, 2)


def test_a_low_baseline_leaves_no_room_to_respond(registry: Registry):
    found = responders(
        scores(
            registry,
            """
            A | 0  | DLQI | 3
            A | 90 | DLQI | 0
            B | 0  | DLQI | 4
            B | 90 | DLQI | 0
            """,
        ),
        "DLQI",
        "4",
    )
    assert (found["n_responders"], found["n_assessed"], found["n_no_room"]) == (1, 2, 1)


@pytest.mark.parametrize(
    ("baseline", "last", "by_points", "by_share"),
    # Two points, and thirty percent of the baseline; of 0 nothing can fall.
    [(10, 7, 1, 1), (10, 7.5, 1, 0), (5, 3.5, 0, 1), (0, 0, 0, 0)],
)
def test_a_share_is_one_of_the_baseline(
    registry: Registry, baseline: float, last: float, by_points: int, by_share: int
):
    warehouse = scores(registry, f"A | 0 | pain NRS | {baseline}\nA | 90 | pain NRS | {last}")
    assert responders(warehouse, "pain NRS", "2")["n_responders"] == by_points
    assert responders(warehouse, "pain NRS", "30%")["n_responders"] == by_share


def test_a_score_of_improvement_needs_no_baseline(registry: Registry):
    warehouse = scores(registry, "A | 90 | TIS | 40\nB | 90 | TIS | 39")
    for rule, n in (("20", 2), ("40", 1), ("60", 0)):
        found = responders(warehouse, "TIS", rule)
        assert (found["n_responders"], found["n_assessed"], found["n_expected"]) == (n, 2, 2)


def test_remission_is_where_the_score_ends(registry: Registry):
    warehouse = scores(
        registry,
        """
        A | 0   | BVAS | 12
        A | 90  | BVAS | 0
        B | 0   | BVAS | 12
        B | 90  | BVAS | 0
        B | 180 | BVAS | 2
        """,
    )
    found = responders(warehouse, "BVAS", "0")
    assert (found["n_responders"], found["n_assessed"]) == (1, 2)
    assert "glucocorticoids" in found["not_checked"]


def test_a_rule_with_a_limit_looks_no_further(registry: Registry):
    warehouse = scores(
        registry,
        """
        A | 0   | mRSS | 20
        A | 365 | mRSS | 17
        A | 366 | mRSS | 20
        B | 0   | mRSS | 20
        B | 400 | mRSS | 10
        """,
    )
    found = responders(warehouse, "mRSS", "3")
    assert (found["n_responders"], found["n_assessed"]) == (1, 1)
    assert (found["n_expected"], found["n_without_later"]) == (2, 1)


def test_an_instrument_without_a_rule_counts_scores_and_no_responders(registry: Registry):
    found = responders(scores(registry, "A | 0 | MMT-8 | 60\nA | 90 | MMT-8 | 80"), "MMT-8", None)
    assert pd.isna(found["rule"])
    assert (found["n_scored"], found["n_assessed"], found["n_responders"]) == (1, 0, 0)


def test_a_version_without_scores_counts_0(registry: Registry):
    warehouse = registry(
        patients="""
            imputation | patient_id
            1          | A
            2          | A
        """,
        assessments="""
            imputation | patient_id | day | instrument | score
            1          | A          | 0   | DLQI       | 20
            1          | A          | 90  | DLQI       | 10
        """,
    )
    found = responders(warehouse, "DLQI", "4")
    assert (found["n_responders_lowest"], found["n_responders_highest"]) == (0, 1)


# --- times ---------------------------------------------------------------------------------

ENDINGS = """
    patient_id | response      | therapy_end_reason
    A          | response      | remission
    B          | response      | ongoing
    C          | no response   | lack of efficacy
    D          | response      | lost to follow-up
    E          | response      |
    F          | response      | death
    G          | response      | other
    H          |               | other
    I          | not evaluable | other
    J          | response      | remission
    K          | response      | remission
    L          | response      | remission
"""
CYCLES = "patient_id | cycle_no | day | dose_g_per_kg\n" + "\n".join(
    f"{patient} | 1 | 0 | 2\n{patient} | 2 | 100 | 2" for patient in "ABCDEFGHIJKL"
)
EVENTS = """
    patient_id | kind      | day
    A          | relapse   | 50
    A          | relapse   | 130
    A          | relapse   | 140
    A          | follow-up | 300
    D          | follow-up | 160
    F          | follow-up | 90
    K          | follow-up | 160
    L          | follow-up | 90
    G          | relapse   |
    G          | follow-up | 300
"""


def times(warehouse: Warehouse, event: str) -> pd.DataFrame:
    found = warehouse.query("response/times_to_event", cohort=EVERYBODY, event=event)
    return found.set_index("patient_id")


@pytest.fixture
def endings(registry: Registry) -> Warehouse:
    return registry(
        patients=ENDINGS,
        cycles=CYCLES,
        events=EVENTS,
        assessments="""
            patient_id | day | instrument | score
            J          | 220 | DLQI       | 2
        """,
    )


def test_ivig_counts_as_stopped_but_for_those_who_go_on_are_lost_or_died(endings: Warehouse):
    found = times(endings, "stop")
    assert found.loc["E", "left_out"] == "end of IVIg not recorded"
    followed = found[found["left_out"].isna()]
    assert set(followed["days"]) == {100}
    assert "".join(followed.index[followed["is_event"].astype(bool)]) == "ACGHIJKL"
    assert found["is_determined"].all()


def test_a_relapse_counts_from_the_last_cycle_on(endings: Warehouse):
    found = times(endings, "relapse")
    followed = found[found["left_out"].isna()][["days", "is_event"]]
    # A relapsed on day 130, the second time; K was seen on day 160, J scored on day 220.
    assert followed.to_dict("index") == {
        "A": {"days": 30, "is_event": True},
        "J": {"days": 120, "is_event": False},
        "K": {"days": 60, "is_event": False},
    }
    assert found["left_out"].dropna().to_dict() == {
        "B": "IVIg goes on",
        "C": "no response, or not evaluable",
        "D": "lost under IVIg",
        "E": "end of IVIg not recorded",
        "F": "died under IVIg",
        "G": "day of the relapse not recorded",
        "H": "response not recorded",
        "I": "no response, or not evaluable",
        "L": "not followed after the last cycle",
    }
    concerned = found.index[found["is_concerned"].astype(bool)]
    assert "".join(concerned) == "AEGHJKL"
    assert found["n_concerned"].unique().tolist() == [7]
    assert found["n_followed"].unique().tolist() == [3]


def test_follow_up_lasts_until_the_last_day_on_which_anything_is_recorded(registry: Registry):
    warehouse = registry(
        patients=ENDINGS,
        cycles=CYCLES,
        events=EVENTS,
        assessments="patient_id | day | instrument | score\nJ | 220 | DLQI | 2",
        side_effects="patient_id | day | symptom\nA | 900 | fever\nK | 170 | fever\nL | 99 | fever",
        treatments="""
            patient_id | drug         | role       | start_day | stop_day
            K          | prednisolone | subsequent | 150       | 190
            L          | prednisolone | prior      | -90       |
            J          | prednisolone | subsequent | 250       |
        """,
    )
    found = times(warehouse, "relapse")["days"].dropna()
    # The last cycle was on day 100; what comes after A's relapse on day 130 changes nothing.
    assert found.to_dict() == {"A": 30, "J": 150, "K": 90}


def test_what_differs_between_versions_is_not_determined(registry: Registry):
    found = times(
        registry(
            patients="""
                imputation | patient_id | sex    | therapy_end_reason
                1          | A          | female | remission
                2          | A          | male   | remission
                1          | B          | female | remission
                2          | B          | female | remission
                1          | C          | female | remission
            """,
            cycles="""
                imputation | patient_id | cycle_no | day | dose_g_per_kg
                1          | A          | 1        | 0   | 2
                2          | A          | 1        | 0   | 2
                1          | B          | 1        | 0   | 2
                2          | B          | 1        | 0   | 2
                2          | B          | 2        | 28  | 2
                1          | C          | 1        | 0   | 2
            """,
        ),
        "stop",
    )
    assert found["is_determined"].to_dict() == {"A": True, "B": False, "C": False}
    assert found.loc["B", ["days_lowest", "days_highest"]].tolist() == [0, 28]
    assert pd.isna(found.loc["A", "sex"])
    assert found.loc["B", "sex"] == "female"
    assert found["n_versions_followed"].to_dict() == {"A": 2, "B": 2, "C": 1}
    counts = found[[f"n_concerned{end}" for end in ("", "_lowest", "_highest")]]
    assert counts.loc["A"].tolist() == [2, 2, 3]
    # B differs, C is in one version alone.
    assert found.loc["A", ["n_open_lowest", "n_open_highest"]].tolist() == [1, 2]
