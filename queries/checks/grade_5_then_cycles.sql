-- title:    Deaths by a side-effect with cycles afterwards
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (grade)
-- missing:  without cycle and day a side-effect is not checked
-- severity: warning
-- message:  Grade 5 is death by the side-effect, but the patient was given cycles afterwards.
-- mend:     Check the grade, and the cycle or day of the side-effect.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'ctcae_grade' as column_name,
        side_effects.ctcae_grade as value
    from registry.side_effects as side_effects
    inner join patient_courses on side_effects.patient_id = patient_courses.patient_id
    where
        side_effects.ctcae_grade = 5
        and coalesce(
            patient_courses.last_cycle_no > side_effects.cycle_no,
            patient_courses.last_cycle_day > side_effects."day"
        )
)

select * from found
