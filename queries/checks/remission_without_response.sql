-- title:    Therapies ended by remission without a response
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text)
-- missing:  unknown is not the same as no response
-- severity: warning
-- message:  IVIg is said to have ended because of remission, but the response is “{value}”.
-- mend:     Correct the response or the reason.
with

found as (
    select
        'patients' as sheet,
        patient_courses.source_row,
        'response' as column_name,
        response as value
    from patient_courses
    where
        therapy_end_reason = 'remission' and response = 'no response'
)

select * from found
