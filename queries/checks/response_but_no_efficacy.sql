-- title:    Responses to therapies that ended for lack of efficacy
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text)
-- missing:  unknown is not the same as no response
-- severity: warning
-- message:  IVIg is said to have ended for lack of efficacy, but the response is “{value}”.
-- mend:     Check both; leave it if an effect was lost again.
with

found as (
    select
        'patients' as sheet,
        patient_courses.source_row,
        'response' as column_name,
        response as value
    from patient_courses
    where
        therapy_end_reason = 'lack of efficacy' and response = 'response'
)

select * from found
