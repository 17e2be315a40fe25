-- title:    Prior drugs that go on beside IVIg
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg)
-- missing:  a course without end is not checked; four weeks of tapering are allowed
-- severity: warning
-- message:  The role is prior, before IVIg, but the drug was given until day {value}.
-- mend:     If it was given beside IVIg, its role is concomitant.
with

found as (
    select
        'treatments' as sheet,
        treatments.source_row,
        'stop_day' as column_name,
        stop_day as value
    from registry.treatments
    where
        role = 'prior' and stop_day > 28
)

select * from found
