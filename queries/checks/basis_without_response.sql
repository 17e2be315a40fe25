-- title:    How a response was judged, without the response
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text)
-- missing:  an empty response is what is looked for
-- severity: warning
-- message:  The response is said to have been judged by “{value}”, but it is missing.
-- mend:     Enter the response, or delete how it was judged.
with

found as (
    select
        'patients' as sheet,
        patient_courses.source_row,
        'response' as column_name,
        response_basis as value
    from patient_courses
    where
        response is null and response_basis is not null
)

select * from found
