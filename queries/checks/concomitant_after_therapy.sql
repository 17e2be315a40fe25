-- title:    Concomitant drugs that start after the last cycle
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), n_days (days)
-- missing:  a course without start is not checked; the four weeks of the last cycle are allowed
-- severity: warning
-- message:  The role is concomitant, beside IVIg, but the drug was started on day {value}, {n_days} days after the last cycle.
-- mend:     If it was begun after IVIg, its role is subsequent.
with

found as (
    select
        'treatments' as sheet,
        treatments.source_row,
        'start_day' as column_name,
        treatments.start_day as value,
        treatments.start_day - patient_courses.last_cycle_day as n_days
    from registry.treatments as treatments
    inner join patient_courses on treatments.patient_id = patient_courses.patient_id
    where
        treatments.role = 'concomitant' and n_days > 28
)

select * from found
