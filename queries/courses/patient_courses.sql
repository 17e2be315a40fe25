-- title:   The patients of an import, each with the ends of its course
-- grain:   one row per (patient_id)
-- params:  none
-- columns: imputation, patient_id, centre (text), diagnosis (text), subtype (text), overlap (text), sex (text), age_at_first_ivig_years (years), body_weight_kg (kg), diagnosis_to_first_ivig_years (years), response (text), response_basis (text), off_label (boolean), therapy_end_reason (text), source_row (of the sheet), plain_id (text, as ids are compared), n_cycles (count), n_unnumbered (count of cycles without number), last_cycle_no, last_cycle_day (days since first IVIg)
-- missing: a patient with two rows counts by the first; without cycles the last ones are null
create table patient_courses as
with

patients as (
    select patients.*
    from registry.patients as patients
    anti join repeated_rows
        on
            repeated_rows.sheet = 'patients'
            and patients.source_row = repeated_rows.source_row
    where patients.patient_id is not null
),

courses as (
    select
        patient_id,
        count(*) as n_cycles,
        count(*) - count(cycle_no) as n_unnumbered,
        max(cycle_no) as last_cycle_no,
        max("day") as last_cycle_day
    from registry.cycles
    group by patient_id
),

joined as (
    select
        patients.*,
        plain(patients.patient_id) as plain_id,
        coalesce(courses.n_cycles, 0) as n_cycles,
        coalesce(courses.n_unnumbered, 0) as n_unnumbered,
        courses.last_cycle_no,
        courses.last_cycle_day
    from patients
    left join courses on patients.patient_id = courses.patient_id
)

select * from joined
