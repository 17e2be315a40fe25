-- title:    Infusions that last into the next cycle
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days), previous_day (days since first IVIg), day (days since first IVIg)
-- missing:  without day or infusion days a cycle is not checked
-- severity: error
-- message:  Given over {value} days from day {previous_day}, but the next cycle begins on day {day}.
-- mend:     Correct the number of infusion days, or the day of one of the two cycles.
with

found as (
    select
        'cycles' as sheet,
        previous_row as source_row,
        'infusion_days' as column_name,
        previous_infusion_days as value,
        previous_day,
        "day"
    from cycle_steps
    where
        cycle_no > previous_no
        and "day" > previous_day
        and previous_day + previous_infusion_days > "day"
)

select * from found
