-- title:    Cycles before the one that they follow
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), previous_day (days since first IVIg)
-- missing:  a cycle without day is not checked
-- severity: error
-- message:  The cycle is on day {value}, before the cycle that it follows (day {previous_day}).
-- mend:     Correct the day or the cycle number.
with

found as (
    select
        'cycles' as sheet,
        cycle_steps.source_row,
        'day' as column_name,
        "day" as value,
        previous_day
    from cycle_steps
    where
        cycle_no > previous_no and "day" < previous_day
)

select * from found
