-- title:    Side-effects before the cycle that they followed
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), cycle_no (number), cycle_day (days since first IVIg)
-- missing:  without day or cycle a side-effect is not checked
-- severity: error
-- message:  The side-effect began on day {value}, but cycle {cycle_no}, which it is said to have followed, on day {cycle_day}.
-- mend:     Correct the day or the cycle number.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'day' as column_name,
        side_effects."day" as value,
        side_effects.cycle_no,
        cycle_steps."day" as cycle_day
    from registry.side_effects as side_effects
    inner join cycle_steps
        on
            side_effects.patient_id = cycle_steps.patient_id
            and side_effects.cycle_no = cycle_steps.cycle_no
            and cycle_steps.cycle_no is distinct from cycle_steps.previous_no
    where
        side_effects."day" between 0 and cycle_steps."day" - 1
)

select * from found
