-- title:    Side-effects that ended an IVIg therapy that is said to have ended otherwise
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (boolean), therapy_end_reason (text)
-- missing:  without cycle and day a side-effect is not checked
-- severity: warning
-- message:  The patient is said to have stopped IVIg because of this side-effect, but the reason in the sheet of patients is “{therapy_end_reason}”.
-- mend:     Check which of the two is right.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'led_to_discontinuation' as column_name,
        side_effects.led_to_discontinuation as value,
        patient_courses.therapy_end_reason
    from registry.side_effects as side_effects
    inner join patient_courses on side_effects.patient_id = patient_courses.patient_id
    where
        side_effects.led_to_discontinuation
        and patient_courses.therapy_end_reason not in ('side-effects', 'death', 'ongoing')
        and not coalesce(
            patient_courses.last_cycle_no > side_effects.cycle_no,
            patient_courses.last_cycle_day > side_effects."day"
        )
)

select * from found
