-- title:    Cycles shortly after the one before
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), n_days (days)
-- missing:  a cycle without day is not checked
-- severity: warning
-- message:  Only {n_days} days after the cycle before. Cycles are usually 2 to 8 weeks apart.
-- mend:     Check the day. Infusions on several days of one cycle are one row, with the number of infusion days.
with

found as (
    select
        'cycles' as sheet,
        cycle_steps.source_row,
        'day' as column_name,
        "day" as value,
        "day" - previous_day as n_days
    from cycle_steps
    where
        cycle_no = previous_no + 1 and n_days between 1 and 9
)

select * from found
