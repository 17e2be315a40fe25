-- title:    Days that nobody lives to see
-- grain:    one row per (sheet, source_row, column_name)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), n_years (years)
-- missing:  without age a patient counts as newborn
-- severity: error
-- message:  Day {value} is {n_years} years after the first infusion: the patient would be older than 120.
-- mend:     Correct the day. It counts from the first infusion; a calendar date as a number is none.
with

found as (
    select
        dated_rows.sheet,
        dated_rows.source_row,
        dated_rows.column_name,
        dated_rows."day" as value,
        round(dated_rows."day" / 365.25) as n_years
    from dated_rows
    inner join patient_courses on dated_rows.patient_id = patient_courses.patient_id
    where
        n_years + coalesce(patient_courses.age_at_first_ivig_years, 0) > 120
)

select * from found
