-- title:    Relapses of patients who had not improved
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg)
-- missing:  a relapse without day, or before IVIg, is not checked; an improvement without day counts as before
-- severity: warning
-- message:  A relapse, but no improvement or remission before it, and the response to IVIg is not “response”.
-- mend:     Add the improvement, or call it progression.
with

relapses as (
    select
        events.source_row,
        events.patient_id,
        events."day"
    from registry.events as events
    inner join patient_courses on events.patient_id = patient_courses.patient_id
    where
        events.kind = 'relapse'
        and events."day" >= 0
        and coalesce(patient_courses.response != 'response', true)
),

first_improvements as (
    select
        patient_id,
        min(coalesce("day", 0)) as improved_day
    from registry.events
    where kind in ('improvement', 'remission')
    group by patient_id
),

found as (
    select
        'events' as sheet,
        relapses.source_row,
        'kind' as column_name,
        relapses."day" as value
    from relapses
    left join first_improvements on relapses.patient_id = first_improvements.patient_id
    where coalesce(first_improvements.improved_day > relapses."day", true)
)

select * from found
