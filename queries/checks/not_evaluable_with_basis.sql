-- title:    Responses that could not be evaluated, with how they were judged
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text)
-- missing:  unknown is not the same as not evaluable
-- severity: warning
-- message:  The response is “not evaluable”, but it is said to have been judged by “{value}”.
-- mend:     Enter the response, or delete how it was judged.
with

found as (
    select
        'patients' as sheet,
        patient_courses.source_row,
        'response_basis' as column_name,
        response_basis as value
    from patient_courses
    where
        response = 'not evaluable' and response_basis is not null
)

select * from found
