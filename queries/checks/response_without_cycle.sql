-- title:    Responses of patients without a cycle
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text)
-- missing:  not evaluable is right without a cycle
-- severity: warning
-- message:  The response to IVIg is “{value}”, but the patient has no cycle.
-- mend:     Add the cycles.
with

found as (
    select
        'patients' as sheet,
        patient_courses.source_row,
        'response' as column_name,
        response as value
    from patient_courses
    where
        n_cycles = 0 and response in ('response', 'no response')
)

select * from found
