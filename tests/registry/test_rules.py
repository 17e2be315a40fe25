"""Every rule of an import, broken by the smallest mistake and kept by the nearest right thing."""

import re
from dataclasses import dataclass
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.named_queries import QUERIES
from lib.registry import rules
from lib.registry.importer.finding import Finding
from lib.registry.reference import read_reference
from lib.registry.rules import find, findings_of, open_for_checks
from lib.registry.schema import TABLES, Column
from tests.registry.sheets import (
    CLEAN,
    Edit,
    Sheets,
    add,
    drop,
    edited,
    numbered,
    put,
    row_of,
    to_tables,
)

RULES = {rule.name: rule for rule in rules.rules()}
WHOLE_SHEET = None


@dataclass(frozen=True)
class Case:
    """The places that the changes ``breaks`` break, and changes that are right."""

    breaks: tuple[Edit, ...]
    at: tuple[tuple[str, int | None, str], ...]
    keeps: tuple[Edit, ...] = ()


def patient(**values: object) -> Edit:
    return put("patients", 0, **values)


def cycle(place: int, **values: object) -> Edit:
    return put("cycles", place, **values)


def side_effect(**values: object) -> Edit:
    return put("side_effects", 0, **values)


def treatment(place: int, **values: object) -> Edit:
    return put("treatments", place, **values)


def event(**values: object) -> Edit:
    return add("events", **values)


def score(place: int, **values: object) -> Edit:
    return put("assessments", place, **values)


def one(breaks: Edit, at: tuple[str, int | None, str], keeps: Edit) -> Case:
    return Case((breaks,), (at,), (keeps,))


# What a sheet asks for beside whose row it is.
ASKED = {column.name for table in TABLES.values() for column in table.columns} - {
    "imputation",
    "patient_id",
}
# Places count from 0; the first new row of a sheet follows those of CLEAN.
NEW = {sheet: len(rows) for sheet, rows in CLEAN.items()}
NEW_EVENT = NEW["events"]
# Patient B in all that patients are told apart by; with the same cycle days they may be one.
LIKE_A = put(
    "patients",
    1,
    diagnosis="dermatomyositis",
    sex="female",
    age_at_first_ivig_years=50,
    body_weight_kg=70.0,
)
DAYS_OF_A = (
    cycle(5, day=28),
    add("cycles", patient_id="B", cycle_no=3, day=56, dose_g_per_kg=0.5),
    add("cycles", patient_id="B", cycle_no=4, day=84, dose_g_per_kg=0.5),
)
SHEETS_OF_EVENTS = ("cycles", "side_effects", "treatments", "events", "assessments")

CASES = {
    # Rows and patients
    "row_twice": Case(
        tuple(add(sheet, like=0) for sheet in CLEAN),
        tuple((sheet, NEW[sheet], "patient_id") for sheet in CLEAN),
        (
            add("patients", like=0, centre="South"),
            add("cycles", like=0, infusion_days=3),
            add("side_effects", like=0, ctcae_grade=3),
            add("treatments", like=0, stop_day=80),
            add("events", like=1, day=41),
            add("assessments", like=0, score=21.0),
        ),
    ),
    "patient_twice": one(
        add("patients", like=0, age_at_first_ivig_years=51),
        ("patients", 2, "patient_id"),
        add("patients", like=0),
    ),
    "cycle_twice": one(
        add("cycles", like=3, day=90), ("cycles", 6, "cycle_no"), add("cycles", like=3)
    ),
    "side_effect_twice": one(
        add("side_effects", like=0, ctcae_grade=3),
        ("side_effects", 1, "symptom"),
        add("side_effects", like=0, day=30),
    ),
    "treatment_twice": one(
        add("treatments", like=1, stop_day=-20),
        ("treatments", 3, "drug"),
        add("treatments", like=1, start_day=-5, stop_day=-1),
    ),
    "score_twice": one(
        add("assessments", like=1, score=6.0),
        ("assessments", 3, "score"),
        add("assessments", like=1, score=6.0, day=85),
    ),
    "patients_alike": Case(
        (LIKE_A, *DAYS_OF_A),
        (("patients", 1, "patient_id"),),
        (LIKE_A, *DAYS_OF_A, cycle(5, day=29)),
    ),
    "patient_in_two_centres": Case(
        (LIKE_A, *DAYS_OF_A, put("patients", 1, centre="South")),
        (("patients", 1, "centre"),),
        (LIKE_A, *DAYS_OF_A),
    ),
    "patient_ids_alike": one(
        add("patients", like=0, patient_id="a "),
        ("patients", 2, "patient_id"),
        add("patients", like=0, patient_id="A1"),
    ),
    "without_patient": Case(
        tuple(put(sheet, 0, patient_id="C") for sheet in SHEETS_OF_EVENTS),
        tuple((sheet, 0, "patient_id") for sheet in SHEETS_OF_EVENTS),
        (put("cycles", 0, patient_id="a"),),
    ),
    "patient_id_misspelled": one(
        put("events", 0, patient_id="a"),
        ("events", 0, "patient_id"),
        put("events", 0, patient_id="AA"),
    ),
    "patient_without_cycles": one(
        drop("cycles", 4, 5), ("patients", 1, "patient_id"), drop("cycles", 5)
    ),
    "diagnosis_before_birth": one(
        patient(diagnosis_to_first_ivig_years=51.0),
        ("patients", 0, "diagnosis_to_first_ivig_years"),
        patient(diagnosis_to_first_ivig_years=50.9),
    ),
    "subtype_without_dermatomyositis": one(
        put("patients", 1, subtype="classic"),
        ("patients", 1, "subtype"),
        patient(subtype="amyopathic"),
    ),
    "overlap_is_diagnosis": one(
        patient(diagnosis="systemic scleroderma", overlap="systemic scleroderma"),
        ("patients", 0, "overlap"),
        patient(overlap="systemic scleroderma"),
    ),
    "overlap_unusual": one(
        put("patients", 1, overlap="lupus erythematosus"),
        ("patients", 1, "overlap"),
        patient(overlap="lupus erythematosus"),
    ),
    "weight_for_age": one(
        patient(body_weight_kg=7.0), ("patients", 0, "body_weight_kg"), patient(body_weight_kg=35.0)
    ),
    "weights_missing": Case(
        (patient(body_weight_kg=None), put("patients", 1, body_weight_kg=None)),
        (("patients", WHOLE_SHEET, "body_weight_kg"),),
        (patient(body_weight_kg=None),),
    ),
    "spelled_in_two_ways": Case(
        (
            add("patients", like=0, patient_id="C", centre=" north"),
            add("treatments", like=0, dose_unit="MG / day", start_day=90),
            add("treatments", like=0, start_day=91),
        ),
        (("patients", 2, "centre"), ("treatments", 3, "dose_unit")),
        (
            add("patients", like=0, patient_id="C", centre="Northern"),
            add("treatments", like=0, dose_unit="mg/days", start_day=90),
        ),
    ),
    # Cycles
    "first_cycle_missing": one(drop("cycles", 4), ("cycles", 5, "cycle_no"), drop("cycles", 5)),
    "cycle_number_gap": one(drop("cycles", 1), ("cycles", 2, "cycle_no"), drop("cycles", 3)),
    "cycle_day_backwards": one(cycle(2, day=27), ("cycles", 2, "day"), cycle(2, day=28)),
    "cycles_on_one_day": one(cycle(2, day=28), ("cycles", 2, "day"), cycle(2, day=29)),
    "first_cycle_not_on_day_0": one(cycle(0, day=1), ("cycles", 0, "day"), cycle(0, day=0)),
    "interval_short": one(cycle(1, day=9), ("cycles", 1, "day"), cycle(1, day=10)),
    "interval_long": one(cycle(5, day=366), ("cycles", 5, "day"), cycle(5, day=365)),
    "infusion_into_next_cycle": Case(
        (cycle(1, day=3), cycle(0, infusion_days=4)),
        (("cycles", 0, "infusion_days"),),
        (cycle(1, day=3), cycle(0, infusion_days=3)),
    ),
    "dose_high": one(
        cycle(0, dose_g_per_kg=3.1), ("cycles", 0, "dose_g_per_kg"), cycle(0, dose_g_per_kg=3.0)
    ),
    "dose_low": one(
        cycle(4, dose_g_per_kg=0.09), ("cycles", 4, "dose_g_per_kg"), cycle(4, dose_g_per_kg=0.1)
    ),
    "dose_jump": one(
        cycle(1, dose_g_per_kg=0.5), ("cycles", 1, "dose_g_per_kg"), cycle(1, dose_g_per_kg=0.6)
    ),
    "dose_per_day_low": one(
        cycle(0, dose_g_per_kg=0.4, infusion_days=5),
        ("cycles", 0, "dose_g_per_kg"),
        cycle(0, dose_g_per_kg=0.5, infusion_days=5),
    ),
    "dose_per_day_high": one(
        cycle(0, infusion_days=1), ("cycles", 0, "infusion_days"), cycle(0, infusion_days=2)
    ),
    "median_dose_implausible": Case(
        tuple(cycle(place, dose_g_per_kg=2.8) for place in range(4)),
        (("cycles", WHOLE_SHEET, "dose_g_per_kg"),),
        tuple(cycle(place, dose_g_per_kg=2.8) for place in range(2)),
    ),
    # Side-effects
    "side_effect_cycle_unknown": one(
        side_effect(cycle_no=5), ("side_effects", 0, "cycle_no"), side_effect(cycle_no=4)
    ),
    "side_effect_before_therapy": one(
        side_effect(day=-1), ("side_effects", 0, "day"), side_effect(day=0)
    ),
    "side_effect_before_its_cycle": one(
        side_effect(day=27), ("side_effects", 0, "day"), side_effect(day=28)
    ),
    "side_effect_after_next_cycle": one(
        side_effect(day=57), ("side_effects", 0, "cycle_no"), side_effect(day=56)
    ),
    "side_effect_long_after_therapy": one(
        side_effect(cycle_no=4, day=175),
        ("side_effects", 0, "day"),
        side_effect(cycle_no=4, day=174),
    ),
    "grade_5_then_cycles": one(
        side_effect(ctcae_grade=5),
        ("side_effects", 0, "ctcae_grade"),
        side_effect(ctcae_grade=5, cycle_no=4, day=85),
    ),
    "grade_5_without_death": Case(
        (side_effect(ctcae_grade=5),),
        (("side_effects", 0, "ctcae_grade"),),
        (side_effect(ctcae_grade=5), patient(therapy_end_reason="death")),
    ),
    "grade_5_not_serious": one(
        side_effect(ctcae_grade=5),
        ("side_effects", 0, "serious"),
        side_effect(ctcae_grade=5, serious=None),
    ),
    "grade_4_not_serious": one(
        side_effect(ctcae_grade=4), ("side_effects", 0, "serious"), side_effect(ctcae_grade=3)
    ),
    "grade_1_serious": one(
        side_effect(ctcae_grade=1, serious=True),
        ("side_effects", 0, "serious"),
        side_effect(ctcae_grade=2, serious=True),
    ),
    "stopped_but_cycles_follow": one(
        side_effect(led_to_discontinuation=True),
        ("side_effects", 0, "led_to_discontinuation"),
        side_effect(led_to_discontinuation=True, cycle_no=4, day=None),
    ),
    "stopped_but_ongoing": Case(
        (
            side_effect(led_to_discontinuation=True, cycle_no=4, day=85),
            patient(therapy_end_reason="ongoing"),
        ),
        (("side_effects", 0, "led_to_discontinuation"),),
        (side_effect(led_to_discontinuation=True), patient(therapy_end_reason="ongoing")),
    ),
    "stopped_for_another_reason": Case(
        (side_effect(led_to_discontinuation=True, cycle_no=4, day=85),),
        (("side_effects", 0, "led_to_discontinuation"),),
        (
            side_effect(led_to_discontinuation=True, cycle_no=4, day=85),
            patient(therapy_end_reason="side-effects"),
        ),
    ),
    "ended_by_unknown_side_effect": Case(
        (put("patients", 1, therapy_end_reason="side-effects"),),
        (("patients", 1, "therapy_end_reason"),),
        (patient(therapy_end_reason="side-effects"),),
    ),
    "ended_by_no_side_effect": Case(
        (patient(therapy_end_reason="side-effects"),),
        (("patients", 0, "therapy_end_reason"),),
        (
            patient(therapy_end_reason="side-effects"),
            side_effect(led_to_discontinuation=None),
        ),
    ),
    # Other drugs
    "stop_before_start": one(
        treatment(1, stop_day=-401), ("treatments", 1, "stop_day"), treatment(1, stop_day=-400)
    ),
    "prior_starts_late": one(
        treatment(1, start_day=0, stop_day=5),
        ("treatments", 1, "start_day"),
        treatment(1, start_day=-1, stop_day=5),
    ),
    "prior_goes_on": one(
        treatment(1, stop_day=29), ("treatments", 1, "stop_day"), treatment(1, stop_day=28)
    ),
    "concomitant_before_therapy": one(
        treatment(0, stop_day=-1), ("treatments", 0, "stop_day"), treatment(0, stop_day=0)
    ),
    "concomitant_after_therapy": one(
        treatment(0, start_day=113, stop_day=None),
        ("treatments", 0, "start_day"),
        treatment(0, start_day=112, stop_day=None),
    ),
    "subsequent_starts_early": one(
        treatment(2, start_day=83), ("treatments", 2, "start_day"), treatment(2, start_day=84)
    ),
    "dose_without_unit": one(
        treatment(0, dose_unit=None),
        ("treatments", 0, "dose_unit"),
        treatment(0, dose=None, dose_unit=None),
    ),
    "unit_without_dose": one(
        treatment(0, dose=None),
        ("treatments", 0, "dose"),
        treatment(0, dose=None, schedule="10 to 20 mg/day"),
    ),
    "dose_zero": one(treatment(0, dose=0.0), ("treatments", 0, "dose"), treatment(0, dose=0.5)),
    "courses_overlap": one(
        add("treatments", like=0, dose=5.0, start_day=83, stop_day=120),
        ("treatments", 3, "start_day"),
        add("treatments", like=0, dose=5.0, start_day=84, stop_day=120),
    ),
    # Days in any sheet
    "before_birth": Case(
        (put("events", 0, day=-18628), treatment(1, start_day=-20000)),
        (("events", 0, "day"), ("treatments", 1, "start_day")),
        (put("events", 0, day=-18627),),
    ),
    "beyond_lifetime": Case(
        (put("events", 4, day=45000), score(1, day=45000)),
        (("events", 4, "day"), ("assessments", 1, "day")),
        (put("events", 4, day=25000),),
    ),
    "data_after_death": Case(
        (patient(therapy_end_reason="death"),),
        (("events", 4, "day"),),
        (patient(therapy_end_reason="death"), put("events", 4, day=174)),
    ),
    # Events and response
    "relapse_without_improvement": Case(
        (event(kind="relapse", day=39), patient(response="no response")),
        (("events", NEW_EVENT, "kind"),),
        (event(kind="relapse", day=41), patient(response="no response")),
    ),
    "discontinuation_before_last_cycle": one(
        put("events", 2, day=83), ("events", 2, "day"), put("events", 2, day=84)
    ),
    "improvement_before_therapy": one(
        put("events", 1, day=0), ("events", 1, "day"), put("events", 1, day=1)
    ),
    "diagnosis_after_first_ivig": one(
        put("events", 0, day=1), ("events", 0, "day"), put("events", 0, day=0)
    ),
    "diagnosis_day_differs": one(
        put("events", 0, day=-300), ("events", 0, "day"), put("events", 0, day=-400)
    ),
    "follow_up_before_last_cycle": Case(
        (put("events", 4, day=83),),
        (("events", 4, "day"),),
        (put("events", 4, day=83), event(kind="follow-up", day=84)),
    ),
    "ongoing_but_discontinued": Case(
        (patient(therapy_end_reason="ongoing"),),
        (("events", 2, "kind"),),
        (patient(therapy_end_reason="ongoing"), put("events", 2, day=83)),
    ),
    "refused_but_another_reason": Case(
        (event(kind="reimbursement refused", day=84),),
        (("events", NEW_EVENT, "kind"),),
        (event(kind="reimbursement refused", day=83),),
    ),
    "opposite_events_on_one_day": one(
        event(kind="progression", day=40),
        ("events", NEW_EVENT, "kind"),
        event(kind="progression", day=41),
    ),
    "event_says_nothing": one(
        event(kind="comorbidity", label=" "),
        ("events", NEW_EVENT, "label"),
        event(kind="comorbidity", label="hypertension"),
    ),
    "remission_after_relapse": Case(
        (event(kind="relapse", day=80), drop("events", 3)),
        (("patients", 0, "therapy_end_reason"),),
        (event(kind="relapse", day=80),),
    ),
    "remission_without_response": one(
        patient(response="no response"), ("patients", 0, "response"), patient(response=None)
    ),
    "response_but_no_efficacy": Case(
        (patient(therapy_end_reason="lack of efficacy"),),
        (("patients", 0, "response"),),
        (patient(therapy_end_reason="lack of efficacy", response="no response"),),
    ),
    "response_without_cycle": Case(
        (drop("cycles", 4, 5),),
        (("patients", 1, "response"),),
        (drop("cycles", 4, 5), put("patients", 1, response="not evaluable")),
    ),
    "not_evaluable_with_basis": one(
        patient(response="not evaluable"),
        ("patients", 0, "response_basis"),
        patient(response="not evaluable", response_basis=None),
    ),
    "basis_without_response": one(
        patient(response=None),
        ("patients", 0, "response"),
        patient(response=None, response_basis=None),
    ),
    "no_response_but_remission": Case(
        (patient(response="no response"),),
        (("events", 3, "kind"),),
        (patient(response="no response"), put("events", 3, day=113)),
    ),
    # Scores
    "score_outside_instrument": one(
        score(0, score=100.5), ("assessments", 0, "score"), score(0, score=100.0)
    ),
    "improvement_score_before_therapy": one(
        score(2, day=0), ("assessments", 2, "score"), score(2, day=1)
    ),
    "baseline_missing": one(score(0, day=1), ("assessments", 0, "instrument"), score(0, day=-1)),
    "baseline_old": one(score(0, day=-183), ("assessments", 0, "day"), score(0, day=-182)),
}


def named_miller(sheets: Sheets) -> None:
    for row in chain.from_iterable(sheets.values()):
        row["patient_id"] = f"Miller-{row['patient_id']}"


def blamed(rule: str, *edits: Edit) -> list[Finding]:
    sheets = edited(*edits, named_miller)
    return list(findings_of(RULES[rule], open_for_checks(to_tables(sheets))))


def test_every_rule_is_a_file_and_has_a_case():
    assert sorted(RULES) == sorted(path.stem for path in (QUERIES / "checks").glob("*.sql"))
    assert sorted(CASES) == sorted(RULES)


def test_there_is_nothing_to_find_in_the_clean_registry():
    assert find(to_tables(edited())) == []


@pytest.mark.parametrize("rule", CASES)
def test_a_mistake_is_found_at_its_place_and_said_without_a_name(rule: str):
    case = CASES[rule]
    found = blamed(rule, *case.breaks)
    assert sorted((f.sheet, f.row, f.column) for f in found) == sorted(
        (sheet, None if place is WHOLE_SHEET else row_of(place), column)
        for sheet, place, column in case.at
    )
    for finding in found:
        for words in (finding.message, finding.mend):
            assert re.fullmatch(r"[“A-Z0-9-].*\.", words)
            assert not re.search(r"[{}]|\bNone\b|\bnan\b|Miller", words)
        assert "miller" not in str(finding.value).lower()


@pytest.mark.parametrize("rule", CASES)
def test_the_nearest_right_thing_is_not_blamed(rule: str):
    assert blamed(rule, *CASES[rule].keeps) == []


@pytest.mark.parametrize(
    ("sheet", "column"),
    [(sheet, c.name) for sheet in CLEAN for c in TABLES[sheet].columns if c.name in ASKED],
)
def test_what_was_not_understood_is_no_error_here(sheet: str, column: str):
    """The importer hands it on as null, having said so itself."""

    def forget(sheets: Sheets) -> None:
        for row in sheets[sheet]:
            row[column] = None

    errors = [f for f in find(to_tables(edited(forget))) if f.severity == "error"]
    assert errors == []


def cells(column: Column) -> st.SearchStrategy:
    """What the importer may hand on: few different values, so that rows meet, and nulls."""
    if column.name == "patient_id":
        return st.sampled_from(["A", "a", "B", "C-1", "c 01", None])
    if column.values or column.vocabulary:
        known = column.values or tuple(read_reference()[column.vocabulary].column(0).to_pylist())
        return st.sampled_from([*known[:4], known[-1], None])
    return {
        "INTEGER": st.sampled_from([-40_000, -30, 0, 1, 2, 3, 5, 29, 400, 50_000, None]),
        "DOUBLE": st.sampled_from([0.0, 0.04, 1.0, 2.5, 70.0, 300.0, None]),
        "VARCHAR": st.sampled_from(["North", "north ", "mg/day", "", None]),
        "BOOLEAN": st.sampled_from([True, False, None]),
    }[column.type]


SOME_ROWS = {
    sheet: st.lists(
        st.fixed_dictionaries({c.name: cells(c) for c in TABLES[sheet].columns[1:]}), max_size=6
    )
    for sheet in CLEAN
}


@settings(max_examples=30)
@given(st.fixed_dictionaries(SOME_ROWS), st.randoms(use_true_random=False))
def test_any_rows_are_checked_and_their_order_does_not_matter(sheets: Sheets, rng):
    sheets = numbered(sheets)
    found = find(to_tables(sheets))
    known = {(sheet, row["source_row"]) for sheet, rows in sheets.items() for row in rows}
    assert {(f.sheet, f.row) for f in found if f.row is not None} <= known
    shuffled = {sheet: rng.sample(rows, len(rows)) for sheet, rows in sheets.items()}
    assert sorted(found, key=repr) == sorted(find(to_tables(shuffled)), key=repr)


def test_no_sheet_is_needed():
    assert find({}) == []
    assert {f.rule for f in find({"patients": to_tables(edited())["patients"]})} == {
        "patient_without_cycles",
        "response_without_cycle",
    }


def test_a_mistake_of_a_whole_column_is_listed_in_part_and_counted(monkeypatch):
    monkeypatch.setattr(rules, "MOST_FINDINGS_OF_A_RULE", 4)
    wrong = [cycle(place, dose_g_per_kg=4.0) for place in range(6)]
    found = list(findings_of(RULES["dose_high"], open_for_checks(to_tables(edited(*wrong)))))
    assert [f.row for f in found] == [2, 3, 4, 5, None]
    assert found[-1].message == "The same in 2 more rows, which are not listed."


def test_another_row_is_called_what_the_importer_calls_it():
    tables = to_tables(edited(add("events", like=1), put("cycles", 0, patient_id="a")))
    found = find(tables, lambda table, row: f"{row - 1} of “{table} 2020”")
    messages = [f.message for f in found if f.rule in ("row_twice", "patient_id_misspelled")]
    assert messages[0].startswith("The sheet of patients has no such pseudonym; row 1 of “patients")
    assert messages[1] == "This row is the same as row 2 of “events 2020” in every cell."


def test_findings_come_in_the_order_of_the_sheets_and_rows():
    found = find(to_tables(edited(cycle(3, day=50), cycle(0, day=1), patient(body_weight_kg=7.0))))
    assert [(f.sheet, f.row) for f in found] == [("patients", 2), ("cycles", 2), ("cycles", 5)]
