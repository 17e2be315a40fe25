-- title:    Prior drugs that start after the first infusion
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg)
-- missing:  a course without start is not checked
-- severity: error
-- message:  The role is prior, before IVIg, but the drug was started on day {value}.
-- mend:     Correct the day, or the role: concomitant, or subsequent after the last cycle.
with

found as (
    select
        'treatments' as sheet,
        treatments.source_row,
        'start_day' as column_name,
        start_day as value
    from registry.treatments
    where
        role = 'prior' and start_day >= 0
)

select * from found
