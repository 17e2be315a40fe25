"""Response: what the charts draw, what is said beside them, and when nothing is drawn."""

import re
from collections import Counter
from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint
from streamlit.testing.v1 import AppTest

from lib import response
from lib import survival_curves as survival
from lib.ask import rows_of
from lib.charts.response import MOST_SCORES, response_rates, score_courses
from lib.charts.survival import MOST_STEPS, survival_chart, thinned
from lib.cohort import Cohort
from lib.disclosure import disclosed
from lib.palette import DARK, LIGHT
from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.stats import kaplan_meier, wilson_interval
from lib.warehouse import Warehouse, open_warehouse
from tests.screen import html_of, open_app, texts

EVERYBODY = Cohort().criteria
FIGURES = ("n_responders", "n_judged", "n_not_evaluable", "n_unknown", "n_patients")


@pytest.fixture(scope="module")
def case_series() -> Warehouse:
    return open_warehouse()


@pytest.fixture(scope="module")
def demo() -> Warehouse:
    return open_warehouse(DEMO_REGISTRY)


def group(value: str | None, **counts: int | tuple[int, int, int]) -> dict:
    """A row of ``response/rates``: a count, or its median and range over the versions."""
    row = {"value": value, "rate": 0.5, "rate_lowest": 0.25, "rate_highest": 0.75}
    for name in FIGURES:
        figure = counts.get(name, 0)
        row |= dict(
            zip(
                (name, f"{name}_lowest", f"{name}_highest"),
                figure if isinstance(figure, tuple) else (figure, figure, figure),
                strict=True,
            )
        )
    return row


def drawn(row: dict) -> dict:
    return response.rates([row], "sex")[0]


# --- rates ---------------------------------------------------------------------------------


def test_a_share_has_wilsons_interval():
    row = drawn(group("female", n_responders=17, n_judged=18))
    assert row["drawn_as"] == "share"
    # Newcombe 1998's formula, worked out by hand for 17 of 18.
    assert (row["lower"], row["upper"]) == pytest.approx((0.7424, 0.9901), abs=1e-4)
    assert (row["counts"], row["percent"]) == ("17/18", "94% (74–99)")


@pytest.mark.parametrize("open_one", ["n_responders", "n_judged"])
def test_what_varies_over_versions_has_a_range_and_no_interval(open_one: str):
    counts = {"n_responders": 12, "n_judged": 20} | {open_one: (15, 12, 18)}
    row = drawn(group("female", **counts))
    assert row["drawn_as"] == "range"
    assert row["lower"] is row["upper"] is None
    assert "⟨12–18⟩" in row["counts"]
    assert row["percent"] == ""


@pytest.mark.parametrize(
    ("query", "total", "asked"),
    [
        ("response/rates", "n_judged", {"field": "diagnosis_group"}),
        ("response/responders", "n_assessed", {}),
    ],
)
def test_the_limits_on_the_screen_are_taken_away_too(demo: Warehouse, query, total, asked):
    rows = demo.query(query, cohort=EVERYBODY, **asked)
    taken = response.with_limits(rows, "n_responders", total)
    limits = [f"n_responders_of_{total}_wilson_95_{end}" for end in ("lower", "upper")]
    assert list(taken.columns) == [*rows.columns, *limits]
    known = taken[taken[total] >= 5]
    lower, upper = proportion_confint(known["n_responders"], known[total], method="wilson")
    assert known[limits[0]].tolist() == pytest.approx(lower.tolist())
    assert known[limits[1]].tolist() == pytest.approx(upper.tolist())
    assert taken.loc[taken[total] < 5, limits].isna().all(axis=None)


def test_what_varies_over_versions_is_taken_away_without_limits():
    rows = pd.DataFrame(
        [
            group(None, n_responders=12, n_judged=20),
            group("female", n_responders=(5, 4, 6), n_judged=9),
        ]
    )
    taken = response.with_limits(rows, "n_responders", "n_judged")
    has_limit = taken["n_responders_of_n_judged_wilson_95_lower"].notna()
    assert has_limit.tolist() == [True, False]


def test_small_groups_are_points_patient_by_patient():
    spec = response_rates([drawn(group("male", n_responders=3, n_judged=4))], LIGHT)
    points = spec["datasets"]["points"]
    assert [point["responded"] for point in points] == [True, True, True, False]
    # None hides another.
    assert len({(point["x"], point["shift"]) for point in points}) == 4
    few, enough = (drawn(group("male", n_responders=4, n_judged=n)) for n in (4, 5))
    assert (few["counts"], few["percent"], few["lower"]) == ("4/4", "", None)
    assert (enough["drawn_as"], enough["percent"]) == ("share", "80% (38–96)")


def test_a_group_in_which_nobody_was_judged_has_nothing():
    row = drawn(group("male", n_unknown=3, n_patients=3))
    assert (row["drawn_as"], row["counts"]) == ("nothing", "–")


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_an_interval_is_drawn_only_where_both_counts_are_known(ends: list[int]):
    few, more, total, larger = sorted(ends)
    row = drawn(group("x", n_responders=(few, few, more), n_judged=(total, total, larger)))
    if few == more and total == larger and total >= 5:
        interval = wilson_interval(few, total)
        assert (row["lower"], row["upper"]) == (interval.lower, interval.upper)
    else:
        assert row["drawn_as"] != "share"


def test_the_caption_states_the_denominator_and_what_is_missing():
    rows = [
        group(None, n_responders=9, n_judged=12, n_not_evaluable=2, n_unknown=3),
        group("female", n_responders=(5, 4, 6), n_judged=7),
    ]
    said = response.rates_caption(rows, "sex")
    assert "not evaluable 2, not recorded 3" in said
    assert "without continuity correction" in said
    assert "it is no finding" in said
    assert "it is no finding" not in response.rates_caption(rows[:1], "sex")


def test_the_caption_speaks_of_intervals_only_where_one_is_drawn():
    certain = [
        group(None, n_responders=9, n_judged=12),
        group("female", n_responders=5, n_judged=7),
    ]
    few = [group(None, n_responders=3, n_judged=4), group("female", n_responders=3, n_judged=4)]
    open_ = [group(None, n_responders=(8, 7, 9), n_judged=12)]
    assert response.INTERVALS in response.rates_caption(certain, "sex")
    for rows in (few, open_):
        assert "ntervals:" not in response.rates_caption(rows, "sex")


@pytest.mark.parametrize("field", ["sex", "dose_tier", "prior_drug"])
def test_counts_in_steps_have_no_interval_and_none_is_spoken_of(demo: Warehouse, field: str):
    rows = demo.records("response/rates", cohort=EVERYBODY, field=field)
    assert "ntervals:" in response.rates_caption(rows, field)
    shared = rows_of(demo, 5, "response/rates", Cohort(), (("field", field),))
    assert not any(row["lower"] for row in response.rates(shared, field))
    assert "ntervals:" not in response.rates_caption(shared, field)


def test_of_a_rule_in_steps_no_interval_is_spoken_of_either(demo: Warehouse):
    rows = demo.records("response/responders", cohort=EVERYBODY)
    ruled = [row for row in rows if row["rule"] is not None]
    shared = [row for row in disclosed("response/responders", rows, 5) if row["rule"] is not None]
    assert all("ntervals:" in response.rule_method(row) for row in ruled)
    assert not any("ntervals:" in response.rule_method(row) for row in shared)


def test_more_drugs_than_fit_are_left_out_and_said(case_series: Warehouse):
    rows = case_series.records("response/rates", cohort=EVERYBODY, field="prior_drug")
    shown = response.shown_groups(rows)
    assert len(shown) == response.MOST_GROUPS + 1 < len(rows)
    said = response.rates_caption(rows, "prior_drug")
    n_left_out = len(rows) - 1 - response.MOST_GROUPS
    assert (
        f"{n_left_out} groups with as many patients or fewer have no row; all: page Response, CSV."
        in said
    )


@pytest.mark.parametrize("field", ["prior_drug", "concomitant_drug"])
def test_a_drug_that_a_publication_does_not_name_is_not_told(case_series: Warehouse, field: str):
    rows = case_series.records("response/rates", cohort=EVERYBODY, field=field)
    assert "not told" in response.rates_caption(rows, field, reconstructed=True)
    assert "not told" not in response.rates_caption(rows, field)
    assert "not told" not in response.rates_caption(rows, "sex", reconstructed=True)


@pytest.mark.parametrize("field", response.GROUPINGS.values())
def test_every_field_has_words_for_its_groups(demo: Warehouse, field: str):
    rows = demo.records("response/rates", cohort=EVERYBODY, field=field)
    labels = [row["label"] for row in response.rates(rows, field)]
    assert labels[0] == response.WHOLE_COHORT
    assert len(set(labels)) == len(labels) > 2


@pytest.mark.parametrize("field", ["prior_drug", "concomitant_drug"])
def test_a_patient_counts_under_each_drug(demo: Warehouse, field: str):
    treatments = pd.read_parquet(DEMO_REGISTRY / "treatments.parquet")
    patients = pd.read_parquet(DEMO_REGISTRY / "patients.parquet").set_index("patient_id")
    role = field.removesuffix("_drug")
    rows = {
        row["value"]: row for row in demo.records("response/rates", cohort=EVERYBODY, field=field)
    }
    taken = treatments[treatments["role"] == role]
    for drug, who in taken.groupby("drug")["patient_id"].unique().items():
        responses = patients.loc[who, "response"].dropna()
        found = rows[drug]
        assert found["n_judged"] == len(responses)
        assert found["n_responders"] == (responses == "response").sum()
    without = set(patients.index) - set(taken["patient_id"])
    assert rows["none recorded"]["n_patients"] == len(without)


def test_groups_stand_in_the_order_of_the_reference_list(case_series: Warehouse):
    rows = case_series.records("response/rates", cohort=EVERYBODY, field="diagnosis_group")
    table_2 = case_series.records("summary/by_diagnosis", cohort=EVERYBODY)
    expected = dict.fromkeys(row["diagnosis_group"] for row in table_2)
    assert [row["value"] for row in rows] == [None, *expected]
    doses = case_series.records("response/rates", cohort=EVERYBODY, field="dose_tier")
    assert [row["value"] for row in doses] == [None, "2", "1", "0.5", "0.4"]


def test_the_published_rates_are_those_of_the_paper(case_series: Warehouse):
    rows = case_series.records("response/rates", cohort=EVERYBODY, field="diagnosis_group")
    counts = {row["label"]: row["counts"] for row in response.rates(rows, "diagnosis_group")}
    assert counts["whole cohort"] == "29/32"
    assert counts["dermatomyositis"] == "17/18"
    assert "not evaluable is in N" in response.rates_caption(rows, "diagnosis_group")


# --- scores --------------------------------------------------------------------------------


def test_responders_of_the_demo_registry_by_hand(demo: Warehouse):
    scores = pd.read_parquet(DEMO_REGISTRY / "assessments.parquet").sort_values("day")
    scores = scores[scores["instrument"] == "CDASI activity"].set_index("patient_id")
    baseline = scores[scores["day"] <= 0].groupby(level=0)["score"].last()
    last = scores[scores["day"] > 0].groupby(level=0)["score"].last()
    fall = (baseline - last).dropna()
    rules = response.instruments(demo.records("response/responders", cohort=EVERYBODY))
    for row in rules["CDASI activity"]:
        assert row["n_responders"] == (fall >= row["threshold"]).sum()
        assert row["n_assessed"] == len(fall)
        assert row["n_without_baseline"] == len(set(scores.index) - set(baseline.index))
        assert row["n_expected"] == len(baseline)
        assert row["n_without_later"] == len(set(baseline.index) - set(last.index))
        assert row["n_unscored"] == row["n_patients"] - scores.index.nunique()
        assert row["n_patients"] == 600


def test_the_first_threshold_is_the_one_that_the_rule_names_first(demo: Warehouse):
    rules = response.instruments(demo.records("response/responders", cohort=EVERYBODY))
    for rows in rules.values():
        for row in rows:
            if row["rule"] is not None:
                number = response.threshold_option(row).removesuffix("%")
                assert number in row["response_rule"]
    assert [row["rule"] for row in rules["CDASI activity"]][:2] == ["4", "5"]


def test_words_say_rule_denominator_and_other_thresholds(demo: Warehouse):
    rules = response.instruments(demo.records("response/responders", cohort=EVERYBODY))
    cdasi = rules["CDASI activity"]
    said = response.responders_words(cdasi, cdasi[1])
    assert f"{cdasi[1]['n_responders']}/{cdasi[1]['n_assessed']}" in said
    assert "fell by at least 5 points" in said
    lost = "of 196 with a baseline; 76 have no later score and are not in N.**"
    assert lost in said
    # 95 responders by the 5 points; 95 of 196 is 48.5%.
    assert "Had none of these responded: 95/196, 48%." in said
    assert "No CDASI activity recorded: 378 of 600 patients." in said
    assert f"4 points: {cdasi[0]['n_responders']}/{cdasi[0]['n_assessed']}" in said
    (tis, *_) = rules["TIS"]
    assert "later score and are not in N" not in response.responders_words([tis], tis)
    (mmt,) = rules["MMT-8"]
    assert "no published response rule" in response.responders_words([mmt], mmt)
    (bvas,) = rules["BVAS"]
    assert "Not checked here: no glucocorticoids" in response.responders_words([bvas], bvas)
    assert "doi" in response.rule_method(bvas)


def courses(warehouse: Warehouse, instrument: str, most: int = MOST_SCORES) -> list[dict]:
    return warehouse.records(
        "response/trajectories",
        cohort=EVERYBODY,
        instrument=instrument,
        version=0,
        most_scores=most,
    )


def test_too_many_scores_are_cut_by_whole_patients_and_said(demo: Warehouse):
    everybody, few = courses(demo, "DLQI"), courses(demo, "DLQI", most=100)
    assert len(few) <= 100 < len(everybody)
    whole = {(row["patient_id"], row["day"]) for row in everybody}
    patients = {row["patient_id"] for row in few}
    kept = {row for row in whole if row[0] in patients}
    assert {(row["patient_id"], row["day"]) for row in few} == kept
    n = few[0]["n_patients"]
    assert n == len({row["patient_id"] for row in everybody})
    assert f"{len(patients)} of {n} patients, chosen at random" in response.courses_caption(few, 0)
    assert "at random" not in response.courses_caption(everybody, 0)


def test_medians_over_time_by_hand(demo: Warehouse):
    scores = pd.read_parquet(DEMO_REGISTRY / "assessments.parquet").query("instrument == 'mRSS'")
    days = scores["day"]
    quarter = (days / (365.25 / 4)).round().clip(lower=1).where(days > 0, 0)
    by_patient = (
        scores.assign(quarter=quarter)
        .sort_values("day")
        .groupby(["quarter", "patient_id"])["score"]
        .last()
    )
    expected = by_patient.groupby("quarter").agg(["size", "median"])
    found = demo.query("response/score_medians", cohort=EVERYBODY, instrument="mRSS")
    assert found["quarter"].tolist() == expected.index.tolist()
    assert found["n_patients"].tolist() == expected["size"].tolist()
    assert found["median_score"].tolist() == expected["median"].tolist()


def test_medians_of_few_patients_are_not_drawn(demo: Warehouse):
    rules = response.instruments(demo.records("response/responders", cohort=EVERYBODY))
    medians = demo.records("response/score_medians", cohort=EVERYBODY, instrument="mRSS")
    spec = score_courses(courses(demo, "mRSS"), medians, rules["mRSS"][0], LIGHT)
    shown = spec["datasets"]["medians"]
    assert 0 < len(shown) < len(medians)
    assert min(row["n_patients"] for row in shown) >= 5
    none = score_courses([], [], rules["mRSS"][0], LIGHT)
    assert [row["day"] for row in none["datasets"]["scores"]] == [None]


# --- curves --------------------------------------------------------------------------------


def times(
    warehouse: Warehouse, event: str, cohort: Cohort | None = None, by: str | None = None
) -> list[dict]:
    outcome = next(each for each in survival.OUTCOMES if each.event == event)
    criteria = (cohort or Cohort()).criteria
    return survival.curve_times(
        partial(warehouse.records, cohort=criteria),
        outcome,
        by,
        reconstructed=warehouse.manifest.imputations > 0,
    )


def patient(days: int | None, is_event: bool | None, **more: object) -> dict:
    is_followed = days is not None
    return {
        "days": days,
        "is_event": is_event,
        "left_out": None if is_followed else "end of IVIg not recorded",
        "is_concerned": True,
        "is_open": False,
        "value": None,
        "n_patients": 1,
        **more,
    }


def cohort_of(*rows: dict) -> list[dict]:
    """Rows of recorded patients with the counts of their cohort."""
    concerned = [row for row in rows if row["is_concerned"]]
    counts = {
        "n_concerned": len(concerned),
        "n_followed": sum(row["left_out"] is None for row in rows),
        "n_open": sum(row["is_open"] for row in concerned),
    }
    ranges = {
        f"{name}{end}": n for name, n in counts.items() for end in ("", "_lowest", "_highest")
    }
    return [row | ranges for row in rows]


def test_the_published_series_has_no_curve_and_says_how_much_is_known(case_series: Warehouse):
    why = survival.why_no_curve(times(case_series, "stop"), survival.STOP)
    assert "is known of 5 of 32 patients" in why
    assert "Not recorded in this registry for most patients" in why
    why = survival.why_no_curve(times(case_series, "relapse"), survival.RELAPSE)
    assert "of 29 patients" in why


def test_how_many_are_known_is_counted_within_each_version(case_series: Warehouse):
    """Who is of the cohort in some versions alone is not one more in each of them."""
    oldest = Cohort.of(age=(80, 90))
    sizes = case_series.records("cohort/facets", cohort=oldest.criteria)
    size = next(row for row in sizes if row["field"] is None)
    rows = times(case_series, "stop", oldest)
    n_patients = sum(row["n_patients"] for row in rows)
    assert n_patients > size["n_patients_highest"]
    for end in ("", "_lowest", "_highest"):
        assert rows[0][f"n_concerned{end}"] == size[f"n_patients{end}"]
    why = survival.why_no_curve(rows, survival.STOP)
    assert f"of {n_patients} patients" not in why


def test_the_curve_of_relapses_is_that_of_ended_therapies_by_hand(demo: Warehouse):
    """Kaplan and Meier's product, from the files, of responders whose therapy is known to end."""
    read = {
        name: pd.read_parquet(DEMO_REGISTRY / f"{name}.parquet")
        for name in ("patients", "cycles", "events", "assessments", "side_effects", "treatments")
    }
    patients = read["patients"]
    reason = patients["therapy_end_reason"]
    is_open = reason.isin(["ongoing", "lost to follow-up", "death"])
    ended = patients[(patients["response"] == "response") & reason.notna() & ~is_open]
    days, relapsed = [], []
    for patient_id in ended["patient_id"]:
        own = {name: rows[rows["patient_id"] == patient_id] for name, rows in read.items()}
        last_cycle = own["cycles"]["day"].max()
        events = own["events"]
        relapses = events.loc[events["kind"] == "relapse", "day"]
        later = relapses[relapses > last_cycle]
        treated = own["treatments"][["start_day", "stop_day"]].max().max()
        dated = [own[name]["day"].max() for name in ("events", "assessments", "side_effects")]
        end = later.min() if len(later) else max(pd.Series([*dated, treated]).dropna())
        if end > last_cycle:
            days.append(end - last_cycle)
            relapsed.append(bool(len(later)))
    left = 1.0
    for day in sorted({day for day, did in zip(days, relapsed, strict=True) if did}):
        if day <= 365.25:
            at_risk = sum(other >= day for other in days)
            left *= 1 - sum(d == day and r for d, r in zip(days, relapsed, strict=True)) / at_risk
    (group,), _ = survival.groups_of(times(demo, "relapse"), None)
    assert (group.curve.n, group.curve.n_events) == (len(days), sum(relapsed)) == (190, 55)
    (cells,) = survival.curves_table([group], survival.RELAPSE).rows
    assert cells[-1] == f"{100 * left:.0f}% (71% to 84%)" == "78% (71% to 84%)"


def test_the_demo_registry_has_both_curves(demo: Warehouse):
    for outcome in (survival.STOP, survival.RELAPSE):
        assert survival.why_no_curve(times(demo, outcome.event), outcome) is None


def test_a_curve_needs_half_of_those_whom_it_concerns_and_five():
    gap, known = [patient(None, None)], [patient(10, True)]

    def why(*rows: dict, outcome: survival.Outcome = survival.STOP) -> str | None:
        return survival.why_no_curve(cohort_of(*rows), outcome)

    assert why(*5 * known, *5 * gap) is None
    assert "5 of 11" in why(*5 * known, *6 * gap)
    assert "4 patients only" in why(*4 * known)
    assert "of no patient" in why(*gap)
    goes_on = [gap[0] | {"left_out": "IVIg goes on", "is_concerned": False}]
    assert why(*5 * known, *9 * goes_on, outcome=survival.RELAPSE) is None
    assert "Nobody" in why(*goes_on, outcome=survival.RELAPSE)
    assert "Nobody" in why(outcome=survival.RELAPSE)


def test_times_that_differ_between_versions_give_no_curve():
    known, differs = patient(10, True), patient(10, True, is_open=True)
    why = survival.why_no_curve(cohort_of(*5 * [known], differs), survival.STOP)
    assert "1 of 6 patients" in why
    assert "differ between the versions" in why


def test_a_group_of_few_has_no_curve():
    women, men = patient(10, True, value="female"), patient(10, True, value="male")
    rows = 5 * [women] + 4 * [men]
    groups, n_ungrouped = survival.groups_of(rows, "sex")
    assert [group.name for group in groups] == ["female"]
    assert n_ungrouped == 4
    assert survival.groups_of(rows[1:], "sex") == ([], 8)


def test_at_most_four_groups_are_drawn_and_the_rest_is_counted(demo: Warehouse):
    rows = times(demo, "stop", by="diagnosis_group")
    groups, n_ungrouped = survival.groups_of(rows, "diagnosis_group")
    followed = [row for row in rows if row["left_out"] is None]
    assert len(groups) == survival.MOST_GROUPS
    assert sum(group.curve.n for group in groups) + n_ungrouped == counted(followed)
    said = " ".join(
        survival.notes(rows, groups, n_ungrouped, survival.STOP, "diagnosis_group", imputed=False)
    )
    n_left_out = len({row["value"] for row in followed}) - 4
    assert (
        f"{n_left_out} groups with as many patients or fewer have no curve: the 4 largest" in said
    )
    assert f"Patients in no curve: {n_ungrouped}." in said
    assert f"end of IVIg not recorded {counted(rows) - counted(followed)}" in said


@pytest.mark.parametrize("event", ["stop", "relapse"])
@pytest.mark.parametrize("by", [None, "sex", "diagnosis_group", "centre", "dose_tier"])
def test_times_that_are_counted_are_those_of_the_patients(
    demo: Warehouse, event: str, by: str | None
):
    """The database counts what Python counts of the rows one a patient, whole cohort or part."""
    names = ("days", "is_event", "left_out", "is_concerned")
    for cohort in (Cohort(), Cohort.of(sex=["female"], age=(40, 60))):
        rows = demo.records("response/times_to_event", cohort=cohort.criteria, event=event)
        own = Counter((row[by] if by else None, *(row[name] for name in names)) for row in rows)
        found = times(demo, event, cohort, by)
        assert {
            (row["value"], *(row[name] for name in names)): row["n_patients"] for row in found
        } == own
        for name in ("n_concerned", "n_followed", "n_open"):
            for end in ("", "_lowest", "_highest"):
                assert found[0][name + end] == rows[0][name + end]


def counted(rows: list[dict]) -> int:
    return sum(row["n_patients"] for row in rows)


def test_numbers_at_risk_start_with_everybody(demo: Warehouse):
    rows = times(demo, "stop", by="sex")
    groups, _ = survival.groups_of(rows, "sex")
    spec = survival_chart(groups, survival.STOP, "sex", LIGHT)
    at_risk = spec["datasets"]["at_risk"]
    assert [row["n"] for row in at_risk if row["day"] == 0] == [g.curve.n for g in groups]
    women = [row for row in rows if row["value"] == "female" and row["left_out"] is None]
    first = [row for row in at_risk if row["top"] == at_risk[0]["top"]]
    assert [row["n"] for row in first] == [
        counted([woman for woman in women if woman["days"] >= row["day"]]) for row in first
    ]
    assert len(first) <= 7


def test_a_curve_is_pale_where_fewer_than_five_are_at_risk():
    rows = [patient(days, True) for days in (100, 200, 300, 400, 500, 600)]
    groups, _ = survival.groups_of(rows, None)
    spec = survival_chart(groups, survival.STOP, None, LIGHT)
    pale = {row["day"]: row["is_of_few"] for row in spec["datasets"]["steps"]}
    # Six until the first stops, then five; of the four after the second the curve is pale.
    assert pale == {0: False, 100: False, 200: False, 300: True, 400: True, 500: True, 600: True}
    assert "pale line: fewer than 5" in str(spec["usermeta"]["subtitle"])


def test_the_table_gives_median_and_the_share_after_a_year():
    rows = [patient(days, True) for days in (100, 200, 300, 400, 500)]
    (group,), _ = survival.groups_of(rows, None)
    cells = survival.curves_table([group], survival.STOP).rows[0]
    # Two of five beyond a year; the third of five is the median, 300 days of 30.4.
    assert cells[:3] == ("all", "5", "5")
    assert cells[3].startswith("9.9 (")
    assert cells[4].startswith("40% (")
    (group,), _ = survival.groups_of([patient(100, False)], None)
    assert survival.curves_table([group], survival.STOP).rows[0][3:] == ("–", "–")


def test_the_test_is_withheld_with_the_reason():
    enough = [patient(day, True, value=sex) for day in range(1, 9) for sex in ("female", "male")]
    groups, _ = survival.groups_of(enough, "sex")
    assert "p = 1.00" in survival.comparison_words(groups, "sex", imputed=False)
    assert "reconstructed" in survival.comparison_words(groups, "sex", imputed=True)
    by_dose = [patient(day, True, value=d) for day in range(1, 9) for d in ("2", "1")]
    groups, _ = survival.groups_of(by_dose, "dose_tier")
    assert "hindsight" in survival.comparison_words(groups, "dose_tier", imputed=False)
    assert survival.comparison_words(groups[:1], "dose_tier", imputed=False) == ""


def test_centres_that_are_called_like_doses_are_compared():
    rows = [patient(day, True, value=name) for day in range(1, 9) for name in ("2", "1")]
    groups, _ = survival.groups_of(rows, "centre")
    assert [group.name for group in groups] == ["1", "2"]
    assert "p = 1.00" in survival.comparison_words(groups, "centre", imputed=False)


def test_a_filter_in_hindsight_fixes_part_of_the_curve_and_leaves_no_p(demo: Warehouse):
    chosen = Cohort.of(cycles=(10, 60), diagnosis=["dermatomyositis"])
    rows = times(demo, "stop", chosen, by="sex")
    # What the choice fixes: nobody with ten cycles or more stops within the first half year.
    assert min(row["days"] for row in rows if row["left_out"] is None) > 183
    groups, n_ungrouped = survival.groups_of(rows, "sex")

    def said(chosen_by: list[str]) -> str:
        notes = survival.notes(
            rows, groups, n_ungrouped, survival.STOP, "sex", imputed=False, chosen_by=chosen_by
        )
        return " ".join(notes)

    assert "no p-value, the cohort was chosen by what is known only" in said(["cycles", "sex"])
    assert "in hindsight (number of cycles) and so fixes part of the curve" in said(["cycles"])
    assert "p = " not in said(["cycles"])
    assert "hindsight" not in said(["sex"])
    assert re.search(r"p [=<] 0\.\d+\. .* without correction\. .* not a finding\.", said(["sex"]))


def test_the_page_says_what_the_filter_fixes():
    grouped = {**DEMO, "response_curves_by": ["sex"]}
    assert "fixes part of the curve" in html_of(
        open_view("Time on therapy", **grouped, cycles=["10-60"])
    )
    assert "without correction" in html_of(open_view("Time on therapy", **grouped))


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.booleans()), min_size=1, max_size=3000),
)
def test_a_long_curve_is_thinned_without_losing_its_ends(followed: list[tuple[int, bool]]):
    steps = kaplan_meier(*zip(*followed, strict=True)).steps
    kept = thinned(steps)
    assert len(kept) <= MOST_STEPS
    assert kept[-1] == steps[-1]
    assert set(kept) <= set(steps)


# --- all charts ----------------------------------------------------------------------------


def charts(demo: Warehouse, **selected: object) -> dict[str, Callable[..., dict]]:
    cohort = Cohort.of(**selected)

    def rates(palette: object) -> dict:
        rows = demo.records("response/rates", cohort=cohort.criteria, field="diagnosis_group")
        return response_rates(response.rates(rows, "diagnosis_group"), palette)

    def scores(palette: object) -> dict:
        asked = {"cohort": cohort.criteria, "instrument": "DLQI"}
        lines = demo.records("response/trajectories", **asked, version=0, most_scores=MOST_SCORES)
        medians = demo.records("response/score_medians", **asked)
        rules = response.instruments(demo.records("response/responders", cohort=cohort.criteria))
        return score_courses(lines, medians, rules["DLQI"][0], palette)

    def curves(palette: object) -> dict:
        groups, _ = survival.groups_of(
            times(demo, "stop", cohort, by="diagnosis_group"), "diagnosis_group"
        )
        return survival_chart(groups, survival.STOP, "diagnosis_group", palette)

    return {"rates": rates, "scores": scores, "curves": curves}


@pytest.mark.parametrize("name", ["rates", "scores", "curves"])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_chart_asks_its_question_describes_itself_and_is_light(demo, name, palette):
    spec = charts(demo)[name](palette)
    assert spec["title"]["text"].endswith("?")
    assert len(spec["description"]) > 50
    assert spec["config"]["title"]["color"] == palette.text
    assert sum(len(rows) for rows in spec["datasets"].values()) <= 5000


@pytest.mark.parametrize("name", ["rates", "scores", "curves"])
def test_a_filter_changes_the_data_and_nothing_else(demo: Warehouse, name: str):
    all_of_them = charts(demo)[name](LIGHT)
    few = charts(demo, diagnosis=["pyoderma gangrenosum"], sex=["male"])[name](LIGHT)
    assert all_of_them["datasets"] != few["datasets"]
    assert all_of_them | {"datasets": None} == few | {"datasets": None}


# --- the page ------------------------------------------------------------------------------

DEMO = {"dataset": ["demo_registry"]}
VIEWS = ("Rates", "Scores", "Time on therapy", "Time to relapse")


def open_view(view: str, **params: list[str]) -> AppTest:
    return open_app("response", {"response_view": [view], **params})


def n_charts(app: AppTest) -> int:
    return len(app.get("vega_lite_chart"))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("narrowed", [{}, {"diagnosis": ["Stevens-Johnson syndrome"]}])
@pytest.mark.parametrize("dataset", [{}, DEMO])
def test_every_view_answers(view: str, narrowed: dict, dataset: dict):
    app = open_view(view, **narrowed, **dataset)
    assert not app.exception
    assert not app.error
    assert not app.warning
    recorded = n_charts(app) == 1
    assert recorded or app.info
    assert recorded == (view == "Rates" or (bool(dataset) and (view != "Scores" or not narrowed)))
    if not dataset and view != "Rates" and not narrowed:
        assert "Not recorded in this registry" in app.info[0].value


def test_sex_is_no_finding_in_the_published_series():
    app = open_view("Rates", response_by=["sex"])
    assert "it is no finding" in texts(app)


def test_what_the_paper_could_not_judge_is_said_below_the_rates():
    """By the data: MMP-01 counts as a response, and UV-01's is reported nowhere."""
    said = texts(open_view("Rates"))
    assert "not evaluable 0" in said
    assert "MMP-01 could finally not be evaluated; it is counted as a response" in said
    assert "UV-01 did not respond is said nowhere" in said
    patients = pd.read_parquet(CASE_SERIES / "patients.parquet").set_index("patient_id")
    assert set(patients.loc["MMP-01", "response"]) == {"response"}
    assert set(patients.loc["UV-01", "response"]) == {"no response"}
    origin = pd.read_parquet(CASE_SERIES / "provenance.parquet")
    of_response = origin[(origin["column_name"] == "response") & (origin["patient_id"] == "UV-01")]
    assert set(of_response["status"]) == {"derived"}
    assert "MMP-01" not in texts(open_view("Rates", **DEMO))


def test_the_threshold_can_be_chosen_where_the_literature_disagrees():
    app = open_view("Scores", **DEMO, response_threshold_cdasi_activity=["5"])
    assert not app.exception
    assert "fell by at least 5 points" in texts(app)
    assert "two definitions of a responder" in texts(app)
    assert "fell by at least 4 points" in texts(open_view("Scores", **DEMO))


def test_a_score_without_a_rule_shows_its_course_only():
    app = open_view("Scores", **DEMO, response_instrument=["MMT-8"])
    assert "no published response rule" in texts(app)
    assert n_charts(app) == 1


@pytest.mark.parametrize(
    "name", ["response_view", "response_by", "response_instrument", "response_curves_by"]
)
def test_a_choice_that_does_not_exist_is_ignored_with_a_notice(name: str):
    view = {"response_instrument": "Scores", "response_curves_by": "Time on therapy"}
    app = open_app(
        "response", {**DEMO, "response_view": [view.get(name, "Rates")], name: ["nonsense"]}
    )
    assert not app.exception
    assert any("nonsense" in warning.value for warning in app.warning)
    assert n_charts(app) == 1
