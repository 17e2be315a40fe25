-- title:    Therapies ended by remission while the patient was worse
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text), kind (text)
-- missing:  events without day are not checked; an event up to four weeks after the last cycle is before its end
-- severity: warning
-- message:  IVIg is said to have ended because of remission, but the last event before its end is a {kind}.
-- mend:     Check the reason, or add the improvement that followed.
with

last_events as (
    select
        events.patient_id,
        max_by(events.kind, events."day") as kind
    from registry.events as events
    inner join patient_courses on events.patient_id = patient_courses.patient_id
    where
        events.kind in ('improvement', 'remission', 'relapse', 'progression')
        and events."day" between 0 and patient_courses.last_cycle_day + 28
    group by events.patient_id
),

found as (
    select
        'patients' as sheet,
        patient_courses.source_row,
        'therapy_end_reason' as column_name,
        patient_courses.therapy_end_reason as value,
        last_events.kind
    from patient_courses
    inner join last_events on patient_courses.patient_id = last_events.patient_id
    where
        patient_courses.therapy_end_reason = 'remission'
        and last_events.kind in ('relapse', 'progression')
)

select * from found
