-- title:    Ongoing therapies that were discontinued
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg)
-- missing:  an event without day is not checked
-- severity: error
-- message:  IVIg was discontinued on day {value} and no cycle follows; but in the sheet of patients it is “ongoing”.
-- mend:     Correct the reason in the sheet of patients, or delete the event.
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
        events.kind = 'discontinuation'
        and patient_courses.therapy_end_reason = 'ongoing'
        and events."day" >= patient_courses.last_cycle_day
)

select * from found
