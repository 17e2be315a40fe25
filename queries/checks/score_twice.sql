-- title:    Scores with two values on one day
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  a row without patient_id is not checked
-- severity: error
-- message:  Row {first_row} has another score of this patient on the same day by the same instrument.
-- mend:     Keep the score that is right, or correct the day.
with

found as (
    select
        sheet,
        source_row,
        'score' as column_name,
        null as value,
        first_row
    from repeated_rows
    where sheet = 'assessments' and not is_same
)

select * from found
