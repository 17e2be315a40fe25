-- title:    First cycles that are not on day 0
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg)
-- missing:  a cycle without day is not checked
-- severity: error
-- message:  Cycle 1 is on day {value}. All days count from the first infusion, which is day 0.
-- mend:     Correct the day; if the days count from elsewhere, count all days of the patient from the first infusion.
with

found as (
    select
        'cycles' as sheet,
        cycle_steps.source_row,
        'day' as column_name,
        "day" as value
    from cycle_steps
    where
        cycle_no = 1 and previous_no is null and "day" != 0
)

select * from found
