"""A second, invented publication: three patients, a folder, no Python."""

from pathlib import Path

import pytest

NAME = "invented_2026"
FILES = {
    "publication.toml": """
        [citation]
        title = "Three invented patients"
        [study]
        name = "Invented series"
        centre = "Somewhere"
        response_basis = "clinical impression"
        [build]
        seed = 7
        imputations = 6
    """,
    "patients.csv": """
        patient_id,diagnosis
        A,pyoderma gangrenosum
        B,pyoderma gangrenosum
        C,livedoid vasculopathy
    """,
    "facts.csv": """
        patient_id,table_name,row_key,column_name,value,locator,note
        A,patients,,sex,female,p. 1,
        A,cycles,,n_cycles,3,p. 1,
        A,cycles,2-3,interval_days,28,p. 1,
        A,cycles,*,dose_g_per_kg,1,p. 1,
        A,side_effects,headache,symptom,headache,p. 2,
        A,side_effects,headache,cycle_no,2,p. 2,
        A,events,relapse,kind,relapse,p. 2,
        A,events,relapse,day,last_cycle + 30,p. 2,
        C,treatments,prior:methotrexate,drug,methotrexate,p. 3,
        C,treatments,prior:methotrexate,dose,15,p. 3,
    """,
    "populations.csv": """
        population,field,value,lower,upper
        all,centre,Somewhere,,
        pyoderma,diagnosis,pyoderma gangrenosum,,
        women,sex,female,,
        prednisolone,concomitant_drugs,prednisolone,,
    """,
    "claims.csv": """
        claim_id,population,statistic,measure,operator,value,decimals,contradictory,section,locator,statement
        women,women,count,,=,2,0,,Results,p. 1,Women
        age-median,all,median,age_at_first_ivig_years,=,50,0,,Results,p. 1,Median age
        age-min,all,min,age_at_first_ivig_years,=,48,0,,Results,p. 1,Lowest age
        pyoderma-cycles,pyoderma,median,n_cycles,=,2.5,1,,Table I,row 1,Median cycles
        cumulative,all,max,cumulative_dose_g_per_kg,=,4,0,,Table I,row 2,Highest cumulative dose
        prednisolone,prednisolone,count,,=,1,0,,Results,p. 1,On prednisolone
        symptoms,all,values,symptoms,=,headache,,,Table I,row 3,Symptoms
        misprint,women,count,,=,3,0,contradicts the number of women,,p. 1,Women in the abstract
    """,
    "plausible_ranges.csv": """
        variable,population,lower,upper,step,values,reason
        sex,all,,,,female|male,both occur
        age_at_first_ivig_years,all,48,52,1,,around 50
        n_cycles,all,1,4,1,,short courses
        interval_days,all,28,31,1,,monthly
        dose_g_per_kg,all,,,,1|2,both doses
        response,all,,,,response|no response,either
        concomitant.prednisolone,all,,,,yes|no,not said of whom
        concomitant_dose.prednisolone,all,,,,5|10,usual doses
        concomitant_dose_unit.prednisolone,all,,,,mg/day,usual unit
    """,
}


def write_publication(folder: Path, **changed: str) -> Path:
    """Write the invented publication; ``changed`` replaces files by stem, or adds lines to them."""
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        extra = changed.get(name.partition(".")[0])
        (folder / name).write_text("\n".join([*lines, *([extra] if extra else [])]) + "\n")
    return folder


@pytest.fixture
def publication_folder(tmp_path: Path) -> Path:
    return write_publication(tmp_path / "publications" / NAME)
