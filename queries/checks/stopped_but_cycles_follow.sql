-- title:    Side-effects that ended IVIg, with cycles afterwards
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (boolean)
-- missing:  without cycle and day a side-effect is not checked
-- severity: warning
-- message:  The patient is said to have stopped IVIg because of this side-effect, but was given cycles afterwards.
-- mend:     Correct it, or leave it if IVIg was begun again later.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'led_to_discontinuation' as column_name,
        side_effects.led_to_discontinuation as value
    from registry.side_effects as side_effects
    inner join patient_courses on side_effects.patient_id = patient_courses.patient_id
    where
        side_effects.led_to_discontinuation
        and coalesce(
            patient_courses.last_cycle_no > side_effects.cycle_no,
            patient_courses.last_cycle_day > side_effects."day"
        )
)

select * from found
