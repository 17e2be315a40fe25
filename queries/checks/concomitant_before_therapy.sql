-- title:    Concomitant drugs that stop before the first infusion
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg)
-- missing:  a course without end is not checked
-- severity: error
-- message:  The role is concomitant, beside IVIg, but the drug was stopped on day {value}.
-- mend:     Correct the day, or the role: prior.
with

found as (
    select
        'treatments' as sheet,
        treatments.source_row,
        'stop_day' as column_name,
        stop_day as value
    from registry.treatments
    where
        role = 'concomitant' and stop_day < 0
)

select * from found
