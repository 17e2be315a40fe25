-- title:   Everything in an import that has a day
-- grain:   one row per (sheet, source_row, column_name)
-- params:  none
-- columns: sheet (text), source_row, column_name (text), patient_id, day (days since first IVIg)
-- missing: what has no day is left out
create view dated_rows as
with

dated as (
    select
        'cycles' as sheet,
        source_row,
        'day' as column_name,
        patient_id,
        "day"
    from registry.cycles
    union all
    select
        'side_effects' as sheet,
        source_row,
        'day' as column_name,
        patient_id,
        "day"
    from registry.side_effects
    union all
    select
        'treatments' as sheet,
        source_row,
        'start_day' as column_name,
        patient_id,
        start_day as "day"
    from registry.treatments
    union all
    select
        'treatments' as sheet,
        source_row,
        'stop_day' as column_name,
        patient_id,
        stop_day as "day"
    from registry.treatments
    union all
    select
        'events' as sheet,
        source_row,
        'day' as column_name,
        patient_id,
        "day"
    from registry.events
    union all
    select
        'assessments' as sheet,
        source_row,
        'day' as column_name,
        patient_id,
        "day"
    from registry.assessments
),

known as (
    select * from dated
    where "day" is not null
)

select * from known
