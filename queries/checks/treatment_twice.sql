-- title:    Courses of a drug with two rows that differ
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  empty cells are the same as each other
-- severity: error
-- message:  The same drug, role, dose and start stand in row {first_row} already, with another unit or end.
-- mend:     Keep the row that is right. If there were two courses, give the second its own start.
with

found as (
    select
        sheet,
        source_row,
        'drug' as column_name,
        null as value,
        first_row
    from repeated_rows
    where sheet = 'treatments' and not is_same
)

select * from found
