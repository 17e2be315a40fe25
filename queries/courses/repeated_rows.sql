-- title:   Rows of an import with the key of an earlier row of their sheet
-- grain:   one row per (sheet, source_row)
-- params:  none
-- columns: sheet (text), source_row, first_row (source_row of the first row with this key), is_same (boolean: the same as an earlier row in every cell)
-- missing: unknown values are the same as each other; rows that lack what every row of their sheet must have in its key are left out
create table repeated_rows as
with

-- Few rows are repeated: hashes find them, and only they are held against each other.
keys_of_patients as (
    select hash(patient_id) as row_key
    from registry.patients
    where patient_id is not null
    group by row_key
    having count(*) > 1
),

patients_numbered as (
    select
        'patients' as sheet,
        source_row,
        min(source_row) over (partition by patient_id) as first_row,
        min(source_row) over (
            partition by
                patient_id, centre, diagnosis, subtype, overlap, sex,
                age_at_first_ivig_years, body_weight_kg, diagnosis_to_first_ivig_years, response,
                response_basis, off_label, therapy_end_reason
        ) as first_same_row
    from registry.patients
    where patient_id is not null and hash(patient_id) in (select row_key from keys_of_patients)
),

keys_of_cycles as (
    select hash(patient_id, cycle_no) as row_key
    from registry.cycles
    where patient_id is not null and cycle_no is not null
    group by row_key
    having count(*) > 1
),

cycles_numbered as (
    select
        'cycles' as sheet,
        source_row,
        min(source_row) over (partition by patient_id, cycle_no) as first_row,
        min(source_row)
            over (partition by patient_id, cycle_no, "day", dose_g_per_kg, infusion_days)
            as first_same_row
    from registry.cycles
    where
        patient_id is not null
        and cycle_no is not null
        and hash(patient_id, cycle_no) in (select row_key from keys_of_cycles)
),

keys_of_side_effects as (
    select hash(patient_id, symptom, cycle_no, "day") as row_key
    from registry.side_effects
    where patient_id is not null and symptom is not null
    group by row_key
    having count(*) > 1
),

side_effects_numbered as (
    select
        'side_effects' as sheet,
        source_row,
        min(source_row) over (partition by patient_id, symptom, cycle_no, "day") as first_row,
        min(source_row) over (
            partition by
                patient_id, symptom, cycle_no, "day", ctcae_grade, serious,
                led_to_discontinuation
        ) as first_same_row
    from registry.side_effects
    where
        patient_id is not null and symptom is not null
        and hash(patient_id, symptom, cycle_no, "day") in (select row_key from keys_of_side_effects)
),

keys_of_treatments as (
    select hash(patient_id, drug, role, dose, schedule, start_day) as row_key
    from registry.treatments
    where patient_id is not null and drug is not null and role is not null
    group by row_key
    having count(*) > 1
),

treatments_numbered as (
    select
        'treatments' as sheet,
        source_row,
        min(source_row)
            over (partition by patient_id, drug, role, dose, schedule, start_day)
            as first_row,
        min(source_row)
            over (
                partition by patient_id, drug, role, dose, schedule, start_day, dose_unit, stop_day
            )
            as first_same_row
    from registry.treatments
    where
        patient_id is not null and drug is not null and role is not null
        and hash(patient_id, drug, role, dose, schedule, start_day) in (
            select row_key from keys_of_treatments
        )
),

keys_of_events as (
    select hash(patient_id, kind, "day", label) as row_key
    from registry.events
    where patient_id is not null and kind is not null
    group by row_key
    having count(*) > 1
),

events_numbered as (
    select
        'events' as sheet,
        source_row,
        min(source_row) over (partition by patient_id, kind, "day", label) as first_row,
        min(source_row) over (partition by patient_id, kind, "day", label) as first_same_row
    from registry.events
    where
        patient_id is not null and kind is not null
        and hash(patient_id, kind, "day", label) in (select row_key from keys_of_events)
),

keys_of_assessments as (
    select hash(patient_id, "day", instrument) as row_key
    from registry.assessments
    where patient_id is not null and "day" is not null and instrument is not null
    group by row_key
    having count(*) > 1
),

assessments_numbered as (
    select
        'assessments' as sheet,
        source_row,
        min(source_row) over (partition by patient_id, "day", instrument) as first_row,
        min(source_row) over (partition by patient_id, "day", instrument, score) as first_same_row
    from registry.assessments
    where
        patient_id is not null and "day" is not null and instrument is not null
        and hash(patient_id, "day", instrument) in (select row_key from keys_of_assessments)
),

numbered as (
    select * from patients_numbered
    union all
    select * from cycles_numbered
    union all
    select * from side_effects_numbered
    union all
    select * from treatments_numbered
    union all
    select * from events_numbered
    union all
    select * from assessments_numbered
),

repeated as (
    select
        sheet,
        source_row,
        first_row,
        source_row > first_same_row as is_same
    from numbered
    where source_row > first_row
)

select * from repeated
