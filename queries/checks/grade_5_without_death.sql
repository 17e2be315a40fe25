-- title:    Deaths by a side-effect of patients whose IVIg ended otherwise
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (grade), therapy_end_reason (text)
-- missing:  a patient without a reason is not checked
-- severity: error
-- message:  Grade 5 is death by the side-effect, but the reason why IVIg ended is “{therapy_end_reason}”.
-- mend:     Correct the grade, or the reason in the sheet of patients.
with

found as (
    select
        'side_effects' as sheet,
        side_effects.source_row,
        'ctcae_grade' as column_name,
        side_effects.ctcae_grade as value,
        patient_courses.therapy_end_reason
    from registry.side_effects as side_effects
    inner join patient_courses on side_effects.patient_id = patient_courses.patient_id
    where
        side_effects.ctcae_grade = 5 and patient_courses.therapy_end_reason != 'death'
)

select * from found
