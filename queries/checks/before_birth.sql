-- title:    Days before the patient was born
-- grain:    one row per (sheet, source_row, column_name)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), age_at_first_ivig_years (years)
-- missing:  patients without age are not checked
-- severity: error
-- message:  Day {value} is before the birth of a patient who was {age_at_first_ivig_years} years old at the first infusion.
-- mend:     Correct the day, or the age.
with

found as (
    select
        dated_rows.sheet,
        dated_rows.source_row,
        dated_rows.column_name,
        dated_rows."day" as value,
        patient_courses.age_at_first_ivig_years
    from dated_rows
    inner join patient_courses on dated_rows.patient_id = patient_courses.patient_id
    where
        dated_rows."day" <= -365.25 * (patient_courses.age_at_first_ivig_years + 1)
)

select * from found
