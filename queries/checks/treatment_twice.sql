-- title:    Courses of a drug with two rows that differ
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  empty cells are the same as each other
-- severity: error
-- message:  The same drug, role, dose and start stand in row {first_row} already, with another unit or end.
-- mend:     Keep the row that is right. If there were two courses, give the second its own start.
with

numbered as (
    select
        source_row,
        min(source_row) over same_key as first_row,
        min(source_row) over same_row as first_same_row
    from registry.treatments
    where patient_id is not null
    window
        same_key as (partition by patient_id, drug, role, dose, schedule, start_day),
        same_row as (
            partition by patient_id, drug, role, dose, schedule, start_day, dose_unit, stop_day
        )
),

-- The same in every cell is another rule.
found as (
    select
        'treatments' as sheet,
        source_row,
        'drug' as column_name,
        null as value,
        first_row
    from numbered
    where source_row > first_row and source_row = first_same_row
)

select * from found
