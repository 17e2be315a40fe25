-- title:   Rows of an import whose patient has no row among the patients
-- grain:   one row per (sheet, source_row)
-- params:  none
-- columns: sheet (text), source_row, patient_row (source_row of a patient whose id is the same but for case, spaces, punctuation or leading zeros)
-- missing: rows without a patient_id are left out; patient_row is null without such a patient
create table orphans as
with

all_rows as (
    select
        'cycles' as sheet,
        source_row,
        patient_id
    from registry.cycles
    union all
    select
        'side_effects' as sheet,
        source_row,
        patient_id
    from registry.side_effects
    union all
    select
        'treatments' as sheet,
        source_row,
        patient_id
    from registry.treatments
    union all
    select
        'events' as sheet,
        source_row,
        patient_id
    from registry.events
    union all
    select
        'assessments' as sheet,
        source_row,
        patient_id
    from registry.assessments
),

without_patient as (
    select all_rows.*
    from all_rows
    anti join patient_courses on all_rows.patient_id = patient_courses.patient_id
    where all_rows.patient_id is not null
),

spellings as (
    select
        plain_id,
        min(source_row) as source_row
    from patient_courses
    group by plain_id
),

joined as (
    select
        without_patient.sheet,
        without_patient.source_row,
        spellings.source_row as patient_row
    from without_patient
    left join spellings on plain(without_patient.patient_id) = spellings.plain_id
)

select * from joined
