-- title:   What each patient adds to the counts of side-effects
-- grain:   one row per (counted_by, imputation, seat, symptom, place)
-- params:  none
-- columns: counted_by (of onset_columns), imputation, seat (of patient_facts; -1: zeros, so that a version without such a side-effect counts 0), symptom (text; null: any side-effect), place (of onset_columns), n_patients (1 if the patient had it there, by grade at worst; or 0), n_patients_in_all (1 in one of the places in which the patient had it; or 0), n_side_effects (count), n_stopped (1 if the patient stopped IVIg because of one of these, or 0; of any symptom by centre, because of one at all, see patient_facts.sql), n_stopping_recorded (1 if the patient stopped because of one, or it is recorded that the patient did not), n_serious (1 if one of these was serious), n_seriousness_recorded (alike)
-- missing: what is not recorded has a place of its own
create table side_effect_counts as
with

of_patients as (
    select
        patient_facts.seat,
        patient_facts.stopped_for_side_effect,
        onset_columns.place as centre_place
    from patient_facts
    left join onset_columns
        on
            onset_columns.counted_by = 'centre'
            and patient_facts.centre = onset_columns.column_name
            and onset_columns.place < 98
),

-- Asked before each row becomes eight.
with_centre as (
    select
        onsets.*,
        of_patients.centre_place,
        of_patients.stopped_for_side_effect,
        -- Who stopped for none at all did not stop for this one.
        coalesce(
            onsets.led_to_discontinuation, nullif(of_patients.stopped_for_side_effect, true)
        ) as led_to_this,
        max(onsets.grade_place) over (partition by onsets.seat, onsets.symptom) as worst_of_symptom,
        max(onsets.grade_place) over (partition by onsets.seat) as worst_of_all,
        onsets.number = 1 as is_first_of_symptom,
        is_first_of_symptom
        and onsets.symptom = min(onsets.symptom) over (partition by onsets.seat) as is_first_of_all
    from onsets
    inner join of_patients on onsets.seat = of_patients.seat
),

-- Every side-effect as itself and as any, four times: by dose, grade, cycle and centre.
onset_places as (
    select
        imputation,
        seat,
        serious,
        unnest(
            [
                led_to_this,
                led_to_this,
                led_to_this,
                led_to_this,
                led_to_this,
                led_to_this,
                led_to_this,
                stopped_for_side_effect
            ]
        ) as led_to_discontinuation,
        unnest(['dose', 'grade', 'cycle', 'centre', 'dose', 'grade', 'cycle', 'centre'])
            as counted_by,
        unnest([symptom, symptom, symptom, symptom, null, null, null, null]) as symptom,
        unnest(
            [
                dose_place,
                grade_place,
                cycle_place,
                centre_place,
                dose_place,
                grade_place,
                cycle_place,
                centre_place
            ]
        ) as place,
        unnest([null, worst_of_symptom, null, null, null, worst_of_all, null, null])
            as worst_grade,
        unnest(
            [
                is_first_of_symptom,
                is_first_of_symptom,
                is_first_of_symptom,
                is_first_of_symptom,
                is_first_of_all,
                is_first_of_all,
                is_first_of_all,
                is_first_of_all
            ]
        ) as is_first
    from with_centre
),

-- Where a patient has it at a worse grade, or has a grade at all, this row counts nobody.
occurred as (
    select
        counted_by,
        imputation,
        seat,
        symptom,
        coalesce(place, 98) as place,
        max(
            counted_by != 'grade' or coalesce(place, 0) = coalesce(worst_grade, 0)
        )::integer as n_patients,
        max(is_first)::integer as n_patients_in_all,
        count(*) as n_side_effects,
        coalesce(bool_or(led_to_discontinuation), false)::integer as n_stopped,
        (
            coalesce(bool_or(led_to_discontinuation), false)
            or count(led_to_discontinuation) = count(*)
        )::integer as n_stopping_recorded,
        coalesce(bool_or(serious), false)::integer as n_serious,
        (coalesce(bool_or(serious), false) or count(serious) = count(*))::integer
            as n_seriousness_recorded
    from onset_places
    group by all
    order by counted_by
),

symptoms as (
    select symptom
    from onsets
    union
    select null as symptom
),

zeros as (
    select
        onset_columns.counted_by,
        versions.imputation,
        -1 as seat,
        symptoms.symptom,
        onset_columns.place,
        0 as n_patients,
        0 as n_patients_in_all,
        0 as n_side_effects,
        0 as n_stopped,
        0 as n_stopping_recorded,
        0 as n_serious,
        0 as n_seriousness_recorded
    from onset_columns
    cross join versions
    cross join symptoms
    where onset_columns.place < 99
),

together as (
    select * from occurred
    union all
    select * from zeros
)

select * from together
