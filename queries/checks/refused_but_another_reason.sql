-- title:    Refused reimbursements of therapies that ended otherwise
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (days since first IVIg), therapy_end_reason (text)
-- missing:  an event without day is not checked
-- severity: warning
-- message:  Reimbursement was refused and no cycle follows; but the reason in the sheet of patients is “{therapy_end_reason}”.
-- mend:     Check which of the two is right.
with

found as (
    select
        'events' as sheet,
        events.source_row,
        'kind' as column_name,
        events."day" as value,
        patient_courses.therapy_end_reason
    from registry.events as events
    inner join patient_courses on events.patient_id = patient_courses.patient_id
    where
        events.kind = 'reimbursement refused'
        and patient_courses.therapy_end_reason != 'reimbursement refused'
        and events."day" >= patient_courses.last_cycle_day
)

select * from found
