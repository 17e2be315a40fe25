-- title:    Therapies ended by remission while the patient was worse
-- grain:    one row per (sheet, source_row)
-- params:   none
-- columns:  sheet, source_row, column_name, value (text), worse_day (days since first IVIg)
-- missing:  events without day are not checked
-- severity: warning
-- message:  IVIg is said to have ended because of remission, but at its end the patient was worse (day {worse_day}).
-- mend:     Check the reason, or add the improvement that followed.
with

turns as (
    select
        patient_id,
        "day",
        kind in ('improvement', 'remission') as is_better
    from registry.events
    where kind in ('improvement', 'remission', 'relapse', 'progression')
),

last_turns as (
    select
        turns.patient_id,
        max(turns."day") filter (
            where not turns.is_better and turns."day" <= patient_courses.last_cycle_day
        ) as worse_day,
        max(turns."day") filter (where turns.is_better) as better_day,
        bool_or(turns."day" is null) as has_undated
    from turns
    inner join patient_courses on turns.patient_id = patient_courses.patient_id
    where patient_courses.therapy_end_reason = 'remission'
    group by turns.patient_id
),

found as (
    select
        'patients' as sheet,
        patient_courses.source_row,
        'therapy_end_reason' as column_name,
        patient_courses.therapy_end_reason as value,
        last_turns.worse_day
    from patient_courses
    inner join last_turns on patient_courses.patient_id = last_turns.patient_id
    where
        last_turns.worse_day >= 0
        and not last_turns.has_undated
        and coalesce(last_turns.better_day < last_turns.worse_day, true)
)

select * from found
