-- title:    Side-effects with two rows that differ
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (null), first_row (source_row)
-- missing:  two unknown days or cycles are the same time
-- severity: error
-- message:  The same side-effect at the same time stands in row {first_row} already, with another grade or outcome.
-- mend:     Keep the row that is right. If it occurred twice, give the second its own day or cycle.
with

found as (
    select
        sheet,
        source_row,
        'symptom' as column_name,
        null as value,
        first_row
    from repeated_rows
    where sheet = 'side_effects' and not is_same
)

select * from found
