-- title:    Rows that stand in a sheet twice, the same in every cell
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  empty cells are the same as each other
-- severity: error
-- message:  This row is the same as row {first_row} in every cell.
-- mend:     Delete one of the two rows.
with

patients as (
    select
        'patients' as sheet,
        source_row,
        min(source_row) over alike as first_row
    from registry.patients
    where patient_id is not null
    window
        alike as (
            partition by
                patient_id, centre, diagnosis, subtype, overlap, sex, age_at_first_ivig_years,
                body_weight_kg, diagnosis_to_first_ivig_years, response, response_basis,
                off_label, therapy_end_reason
        )
),

cycles as (
    select
        'cycles' as sheet,
        source_row,
        if(
            cycle_no = previous_no
            and "day" is not distinct from previous_day
            and dose_g_per_kg is not distinct from previous_dose
            and infusion_days is not distinct from previous_infusion_days,
            previous_row,
            source_row
        ) as first_row
    from cycle_steps
),

side_effects as (
    select
        'side_effects' as sheet,
        source_row,
        min(source_row) over alike as first_row
    from registry.side_effects
    where patient_id is not null
    window
        alike as (
            partition by
                patient_id, cycle_no, "day", symptom, ctcae_grade, serious,
                led_to_discontinuation
        )
),

treatments as (
    select
        'treatments' as sheet,
        source_row,
        min(source_row) over alike as first_row
    from registry.treatments
    where patient_id is not null
    window
        alike as (
            partition by
                patient_id, drug, role, dose, dose_unit, schedule, start_day, stop_day
        )
),

events as (
    select
        'events' as sheet,
        source_row,
        min(source_row) over alike as first_row
    from registry.events
    where patient_id is not null
    window alike as (partition by patient_id, "day", kind, label)
),

assessments as (
    select
        'assessments' as sheet,
        source_row,
        min(source_row) over alike as first_row
    from registry.assessments
    where patient_id is not null
    window alike as (partition by patient_id, "day", instrument, score)
),

all_rows as (
    select * from patients
    union all
    select * from cycles
    union all
    select * from side_effects
    union all
    select * from treatments
    union all
    select * from events
    union all
    select * from assessments
),

found as (
    select
        sheet,
        source_row,
        'patient_id' as column_name,
        null as value,
        first_row
    from all_rows
    where source_row > first_row
)

select * from found
