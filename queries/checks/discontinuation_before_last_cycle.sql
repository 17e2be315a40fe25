-- title:    Discontinuations before the last cycle
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), last_cycle_day (days since first IVIg)
-- missing:  an event without day is not checked
-- severity: warning
-- message:  IVIg is said to have been discontinued on day {value}, but the last cycle is on day {last_cycle_day}.
-- mend:     Correct the day, or leave it if IVIg was begun again.
with

found as (
    select
        'events' as sheet,
        events.source_row,
        'day' as column_name,
        events."day" as value,
        patient_courses.last_cycle_day
    from registry.events as events
    inner join patient_courses on events.patient_id = patient_courses.patient_id
    where
        events.kind = 'discontinuation' and events."day" < patient_courses.last_cycle_day
)

select * from found
