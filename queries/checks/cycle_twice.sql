-- title:    Cycles with two rows that differ
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (number), previous_row (source_row)
-- missing:  a row without patient_id or number is not checked
-- severity: error
-- message:  The patient has cycle {value} already, in row {previous_row}, with other values.
-- mend:     Delete the row that is wrong, or correct its number.
with

found as (
    select
        'cycles' as sheet,
        cycle_steps.source_row,
        'cycle_no' as column_name,
        cycle_no as value,
        previous_row
    from cycle_steps
    where
        cycle_no = previous_no
        and ("day", dose_g_per_kg, infusion_days) is distinct from (
            previous_day, previous_dose, previous_infusion_days
        )
)

select * from found
