-- title:    Therapies ended by side-effects, without a side-effect
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text)
-- missing:  a patient without a reason is not checked
-- severity: warning
-- message:  IVIg is said to have ended because of side-effects, but the patient has none.
-- mend:     Add the side-effect, or correct the reason.
with

found as (
    select
        'patients' as sheet,
        patient_courses.source_row,
        'therapy_end_reason' as column_name,
        patient_courses.therapy_end_reason as value
    from patient_courses
    anti join registry.side_effects as side_effects
        on patient_courses.patient_id = side_effects.patient_id
    where
        patient_courses.therapy_end_reason = 'side-effects'
)

select * from found
