-- title:    Courses of a drug that stop before they start
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), start_day (days since first IVIg)
-- missing:  without both days a course is not checked
-- severity: error
-- message:  The drug was stopped on day {value}, before its start on day {start_day}.
-- mend:     Correct one of the two days.
with

found as (
    select
        'treatments' as sheet,
        treatments.source_row,
        'stop_day' as column_name,
        stop_day as value,
        start_day
    from registry.treatments
    where
        stop_day < start_day
)

select * from found
