-- title:    Side-effects after the cycle that came next
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), cycle_no (number), next_day (days since first IVIg)
-- missing:  without day or cycle a side-effect is not checked
-- severity: warning
-- message:  The side-effect is said to have followed cycle {cycle_no}, but began on day {value}, after the cycle that came next (day {next_day}).
-- mend:     Check the day and the cycle number: doses at onset are counted by the cycle.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'cycle_no' as column_name,
        side_effects."day" as value,
        side_effects.cycle_no,
        cycle_steps."day" as next_day
    from registry.side_effects as side_effects
    inner join cycle_steps
        on
            side_effects.patient_id = cycle_steps.patient_id
            and side_effects.cycle_no = cycle_steps.previous_no
    where
        side_effects."day" > cycle_steps."day" and cycle_steps.cycle_no > cycle_steps.previous_no
)

select * from found
