-- title:    Patients without a cycle
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null)
-- missing:  cycles without patient_id belong to nobody
-- severity: warning
-- message:  The patient has no row among the cycles, and is missing from all figures of dose and time.
-- mend:     Add the cycles, or delete a patient who was never given IVIg.
with

found as (
    select
        'patients' as sheet,
        patient_courses.source_row,
        'patient_id' as column_name,
        null as value
    from patient_courses
    where
        n_cycles = 0
)

select * from found
