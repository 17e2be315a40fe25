-- title:    Data long after a death
-- grain:    one row per (sheet, source_row, column_name)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), n_days (days)
-- missing:  rows without day are not checked; 90 days are allowed
-- severity: warning
-- message:  IVIg is said to have ended by death, but this is {n_days} days after the last cycle.
-- mend:     Check the day, and the reason in the sheet of patients: it says why IVIg ended.
with

found as (
    select
        dated_rows.sheet,
        dated_rows.source_row,
        dated_rows.column_name,
        dated_rows."day" as value,
        dated_rows."day" - patient_courses.last_cycle_day as n_days
    from dated_rows
    inner join patient_courses on dated_rows.patient_id = patient_courses.patient_id
    where patient_courses.therapy_end_reason = 'death' and n_days > 90
)

select * from found
