-- title:    Two patients of one centre who may be one
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  patients without body weight, or with fewer than two cycles, are not compared
-- severity: warning
-- message:  The same sex, age, diagnosis, weight and cycle days as in row {first_row}, under another pseudonym: perhaps one patient twice.
-- mend:     If it is one patient, keep one row and one pseudonym. If not, leave it.
with

found as (
    select
        'patients' as sheet,
        lookalikes.source_row,
        'patient_id' as column_name,
        null as value,
        first_row
    from lookalikes
    where
        centre = first_centre
)

select * from found
