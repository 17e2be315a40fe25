"""How a published statement is held against a registry: a tiny invented publication."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lib.warehouse import Warehouse

CLAIM_COLUMNS = (
    "claim_id,population,statistic,measure,operator,value,decimals,contradictory,"
    "section,locator,statement"
)
POPULATIONS = """\
population,field,value,lower,upper
all,centre,Clinic,,
women,sex,female,,
diverse,sex,diverse,,
over_70,age_at_first_ivig_years,,71,
women_over_70,sex,female,,
women_over_70,age_at_first_ivig_years,,71,
women_or_men,sex,female,,
women_or_men,sex,male,,
amyopathic,subtype,amyopathic,,
"""
# Four patients; in the second version B is a man and D is 10 years older.
PATIENTS = """
    imputation | patient_id | sex    | age_at_first_ivig_years | body_weight_kg
    1          | A          | female | 40                      | 60
    1          | B          | female | 71                      | 61
    1          | C          | male   | 72                      |
    1          | D          | female | 80                      | 75
    2          | A          | female | 40                      | 60
    2          | B          | male   | 71                      | 61
    2          | C          | male   | 72                      |
    2          | D          | female | 90                      | 75
"""
SIDE_EFFECTS = """
    imputation | patient_id | symptom
    1          | A          | nausea
    1          | A          | headache
    1          | D          | headache
    2          | A          | nausea
    2          | A          | headache
    2          | D          | headache
"""
Check = Callable[..., pd.Series]


@pytest.fixture
def check(tmp_path: Path, registry: Callable[..., Warehouse]) -> Check:
    """Hold one claim against the four patients."""

    def check_claim(claim: str, patients: str = PATIENTS) -> pd.Series:
        folder = tmp_path / "publications" / "invented_2026"
        folder.mkdir(parents=True)
        (folder / "populations.csv").write_text(POPULATIONS)
        (folder / "claims.csv").write_text(f"{CLAIM_COLUMNS}\nX1,{claim},Results,Row 1,A claim\n")
        warehouse = registry(
            publication="invented_2026",
            publications=tmp_path / "publications",
            patients=patients,
            side_effects=SIDE_EFFECTS,
        )
        found = warehouse.query("publication/claims")
        assert list(found["claim_id"]) == ["X1"]
        return found.iloc[0]

    return check_claim


@pytest.mark.parametrize(
    "claim",
    [
        "all,count,,=,4,0,",
        "women_or_men,count,,=,4,0,",
        "over_70,count,,=,3,0,",
        "over_70,count,,>=,3,0,",
        "over_70,count,,<=,3,0,",
        "all,min,age_at_first_ivig_years,=,40,0,",
        "all,values,symptoms,=,headache|nausea,,",
        "all,values,sex,=,female|male,,",
        # The middle two of 40, 71, 72 and 80 are 71 and 72.
        "all,median,age_at_first_ivig_years,=,71.5,1,",
        # 71.5 is printed as 72 where whole years are printed: half up, not to the even number.
        "all,median,age_at_first_ivig_years,=,72,0,",
        # C's weight is not recorded: the middle of 60, 61 and 75.
        "all,median,body_weight_kg,=,61,0,",
    ],
)
def test_what_holds_in_all_versions_is_reproduced(check: Check, claim: str):
    found = check(claim)
    assert found["status"] == "reproduced"
    assert found["n_versions_holding"] == found["n_versions"] == 2


@pytest.mark.parametrize(
    ("claim", "n_holding"),
    [
        ("women,count,,=,3,0,", 1),
        ("women,count,,=,2,0,", 1),
        ("women,count,,=,5,0,", 0),
        ("all,max,age_at_first_ivig_years,=,80,0,", 1),
        ("all,max,age_at_first_ivig_years,<=,89,0,", 1),
        ("all,values,symptoms,=,headache,,", 0),
        ("all,median,age_at_first_ivig_years,=,71,0,", 0),
    ],
)
def test_what_fails_in_one_version_is_contradicted(check: Check, claim: str, n_holding: int):
    found = check(claim)
    assert found["status"] == "contradicted"
    assert found["n_versions_holding"] == n_holding


def test_the_recomputed_figure_has_its_range_over_the_versions(check: Check):
    found = check("all,max,age_at_first_ivig_years,=,80,0,")
    assert found["recomputed_lowest"] == max(40, 71, 72, 80)
    assert found["recomputed_highest"] == max(40, 71, 72, 90)
    assert found["recomputed"] in (80, 90)


def test_both_criteria_must_be_met(check: Check):
    found = check("women_over_70,count,,=,2,0,")
    assert (found["recomputed_lowest"], found["recomputed_highest"]) == (1, 2)


def test_a_population_that_nobody_belongs_to_counts_0(check: Check):
    assert check("diverse,count,,=,0,0,")["status"] == "reproduced"


@pytest.mark.parametrize(
    "claim",
    [
        "amyopathic,count,,=,2,0,",  # no subtype is recorded of anybody
        "all,median,diagnosis_to_first_ivig_years,=,4.5,1,",
        "all,values,prior_drugs,=,azathioprine,,",
    ],
)
def test_what_the_registry_does_not_record_is_not_determinable(check: Check, claim: str):
    found = check(claim)
    assert found["status"] == "not determinable"
    assert pd.isna(found["recomputed"])
    assert pd.isna(found["recomputed_values"])


def test_a_claim_that_contradicts_another_one_says_why(check: Check):
    found = check("women,count,,=,5,0,the text counts 3")
    assert found["contradictory"] == "the text counts 3"


def test_recorded_data_are_one_version(check: Check):
    found = check(
        "women,count,,=,1,0,",
        patients="""
            patient_id | sex
            A          | female
        """,
    )
    assert (found["status"], found["n_versions"]) == ("reproduced", 1)
    assert found["recomputed_lowest"] == found["recomputed"] == found["recomputed_highest"] == 1


def test_a_registry_without_a_publication_makes_no_claims(registry: Callable[..., Warehouse]):
    assert registry(patients=PATIENTS).query("publication/claims").empty
