-- title:    Subsequent drugs that start before the last cycle
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), last_cycle_day (days since first IVIg)
-- missing:  a course without start is not checked
-- severity: error
-- message:  The role is subsequent, after IVIg, but the drug was started on day {value}, before the last cycle (day {last_cycle_day}).
-- mend:     Correct the day, or the role: concomitant.
with

found as (
    select
        'treatments' as sheet,
        treatments.source_row,
        'start_day' as column_name,
        treatments.start_day as value,
        patient_courses.last_cycle_day
    from registry.treatments as treatments
    inner join patient_courses on treatments.patient_id = patient_courses.patient_id
    where
        treatments.role = 'subsequent' and treatments.start_day < patient_courses.last_cycle_day
)

select * from found
