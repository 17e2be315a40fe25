-- title:    Remissions under IVIg without a response
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg)
-- missing:  an event without day is not checked
-- severity: warning
-- message:  A remission on day {value}, under IVIg, but the response is “no response”.
-- mend:     Correct the response, or the event.
with

found as (
    select
        'events' as sheet,
        events.source_row,
        'kind' as column_name,
        events."day" as value
    from registry.events as events
    inner join patient_courses on events.patient_id = patient_courses.patient_id
    where
        events.kind = 'remission'
        and patient_courses.response = 'no response'
        and events."day" between 1 and patient_courses.last_cycle_day + 28
)

select * from found
