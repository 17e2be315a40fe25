-- title:    Doses that may be those of a day
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (g/kg), infusion_days (days), per_day (g/kg)
-- missing:  without dose or infusion days a cycle is not checked
-- severity: warning
-- message:  {value} g/kg over {infusion_days} days is {per_day} g/kg a day, which is hardly ever given: perhaps the dose of one day.
-- mend:     Enter the dose of the whole cycle, all its infusions together.
with

found as (
    select
        'cycles' as sheet,
        cycles.source_row,
        'dose_g_per_kg' as column_name,
        dose_g_per_kg as value,
        infusion_days,
        round(dose_g_per_kg / infusion_days, 2) as per_day
    from registry.cycles
    where
        infusion_days >= 3 and per_day < 0.1
)

select * from found
