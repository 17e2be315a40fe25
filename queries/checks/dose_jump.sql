-- title:    Doses far from that of the cycle before
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (g/kg), previous_dose (g/kg)
-- missing:  a cycle without dose is not checked
-- severity: warning
-- message:  {value} g/kg after {previous_dose} g/kg in the cycle before: a factor of 4 or more.
-- mend:     Check the decimal mark and the unit of both doses.
with

found as (
    select
        'cycles' as sheet,
        cycle_steps.source_row,
        'dose_g_per_kg' as column_name,
        dose_g_per_kg as value,
        previous_dose
    from cycle_steps
    where
        cycle_no = previous_no + 1
        and (dose_g_per_kg >= 4 * previous_dose or previous_dose >= 4 * dose_g_per_kg)
)

select * from found
