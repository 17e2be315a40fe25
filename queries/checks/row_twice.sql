-- title:    Rows that stand in a sheet twice, the same in every cell
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  empty cells are the same as each other
-- severity: error
-- message:  This row is the same as row {first_row} in every cell.
-- mend:     Delete one of the two rows.
with

found as (
    select
        sheet,
        source_row,
        'patient_id' as column_name,
        null as value,
        first_row
    from repeated_rows
    where is_same
)

select * from found
