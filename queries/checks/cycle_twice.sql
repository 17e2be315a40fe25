-- title:    Cycles with two rows that differ
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  a row without patient_id or number is not checked
-- severity: error
-- message:  The patient has this cycle already, in row {first_row}, with other values.
-- mend:     Delete the row that is wrong, or correct its number.
with

found as (
    select
        sheet,
        source_row,
        'cycle_no' as column_name,
        null as value,
        first_row
    from repeated_rows
    where sheet = 'cycles' and not is_same
)

select * from found
