-- title:    Side-effects long after the last cycle
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), n_days (days)
-- missing:  a side-effect without day is not checked
-- severity: warning
-- message:  The side-effect began {n_days} days after the last cycle.
-- mend:     Check the day, and whether a cycle is missing.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'day' as column_name,
        side_effects."day" as value,
        side_effects."day" - patient_courses.last_cycle_day as n_days
    from registry.side_effects as side_effects
    inner join patient_courses on side_effects.patient_id = patient_courses.patient_id
    where
        n_days > 90
)

select * from found
