-- title:    Therapies ended by side-effects none of which ended them
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text)
-- missing:  one side-effect of which it is not known is enough to say nothing
-- severity: warning
-- message:  IVIg is said to have ended because of side-effects, but none of the patient’s side-effects is said to have led to it.
-- mend:     Mark the side-effect that led to discontinuation, or correct the reason.
with

harmless as (
    select patient_id
    from registry.side_effects
    group by patient_id
    having bool_and(not coalesce(led_to_discontinuation, true))
),

found as (
    select
        'patients' as sheet,
        patient_courses.source_row,
        'therapy_end_reason' as column_name,
        patient_courses.therapy_end_reason as value
    from patient_courses
    semi join harmless on patient_courses.patient_id = harmless.patient_id
    where patient_courses.therapy_end_reason = 'side-effects'
)

select * from found
