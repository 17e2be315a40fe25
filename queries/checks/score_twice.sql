-- title:    Scores with two values on one day
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  a row without patient_id is not checked
-- severity: error
-- message:  Row {first_row} has another score of this patient on the same day by the same instrument.
-- mend:     Keep the score that is right, or correct the day.
with

numbered as (
    select
        source_row,
        min(source_row) over same_key as first_row,
        min(source_row) over same_row as first_same_row
    from registry.assessments
    where patient_id is not null
    window
        same_key as (partition by patient_id, "day", instrument),
        same_row as (partition by patient_id, "day", instrument, score)
),

-- The same in every cell is another rule.
found as (
    select
        'assessments' as sheet,
        source_row,
        'score' as column_name,
        null as value,
        first_row
    from numbered
    where source_row > first_row and source_row = first_same_row
)

select * from found
