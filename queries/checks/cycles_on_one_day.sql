-- title:    Two cycles that begin on one day
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), previous_no (number), cycle_no (number)
-- missing:  a cycle without day is not checked
-- severity: error
-- message:  Cycles {previous_no} and {cycle_no} both begin on day {value}.
-- mend:     Correct the day. Infusions on several days of one cycle are one row, with the number of infusion days.
with

found as (
    select
        'cycles' as sheet,
        cycle_steps.source_row,
        'day' as column_name,
        "day" as value,
        previous_no,
        cycle_no
    from cycle_steps
    where
        cycle_no > previous_no and "day" = previous_day
)

select * from found
