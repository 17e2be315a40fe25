-- title:    Two patients of different centres who may be one
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text), first_row (source_row)
-- missing:  patients without body weight, or with fewer than two cycles, are not compared
-- severity: warning
-- message:  The same sex, age, diagnosis, weight and cycle days as in row {first_row}, at another centre: perhaps a patient who moved.
-- mend:     If it is one patient, keep the rows of one centre. If not, leave it.
with

found as (
    select
        'patients' as sheet,
        lookalikes.source_row,
        'centre' as column_name,
        centre as value,
        first_row
    from lookalikes
    where
        centre != first_centre
)

select * from found
