-- title:    Cycles long after the one before
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), n_days (days)
-- missing:  a cycle without day is not checked
-- severity: warning
-- message:  {n_days} days after the cycle before: a pause of more than a year, which counts as time on therapy.
-- mend:     Check the day, and whether a cycle is missing.
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
        cycle_no = previous_no + 1 and n_days > 365
)

select * from found
