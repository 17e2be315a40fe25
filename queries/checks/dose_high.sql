-- title:    Doses above any that is usual
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (g/kg)
-- missing:  a cycle without dose is not checked
-- severity: warning
-- message:  {value} g/kg in one cycle. Usual are 0.4 to 2 g/kg per cycle.
-- mend:     Check the dose and its unit: g per kg body weight, all infusions of the cycle together.
with

found as (
    select
        'cycles' as sheet,
        cycles.source_row,
        'dose_g_per_kg' as column_name,
        dose_g_per_kg as value
    from registry.cycles
    where
        dose_g_per_kg > 3
)

select * from found
