-- title:    More than 1 g/kg a day
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (g/kg), infusion_days (days), per_day (g/kg)
-- missing:  without dose or infusion days a cycle is not checked
-- severity: warning
-- message:  {value} g/kg within {infusion_days} days is {per_day} g/kg a day. More than 1 g/kg a day is hardly ever given.
-- mend:     Check the dose and the number of infusion days.
with

found as (
    select
        'cycles' as sheet,
        cycles.source_row,
        'infusion_days' as column_name,
        dose_g_per_kg as value,
        infusion_days,
        round(dose_g_per_kg / infusion_days, 2) as per_day
    from registry.cycles
    where
        per_day > 1.1
)

select * from found
