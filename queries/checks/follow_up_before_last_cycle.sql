-- title:    Last follow-ups before the last cycle
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), last_cycle_day (days since first IVIg)
-- missing:  follow-ups without day are not checked
-- severity: warning
-- message:  The last follow-up is on day {value}, but the last cycle on day {last_cycle_day}.
-- mend:     Check the day, or add the latest follow-up.
with

last_follow_ups as (
    select
        patient_id,
        arg_max(source_row, ("day", source_row)) as source_row,
        max("day") as last_day
    from registry.events
    where kind = 'follow-up'
    group by patient_id
    having count(*) = count("day")
),

found as (
    select
        'events' as sheet,
        last_follow_ups.source_row,
        'day' as column_name,
        last_follow_ups.last_day as value,
        patient_courses.last_cycle_day
    from last_follow_ups
    inner join patient_courses on last_follow_ups.patient_id = patient_courses.patient_id
    where last_follow_ups.last_day < patient_courses.last_cycle_day
)

select * from found
