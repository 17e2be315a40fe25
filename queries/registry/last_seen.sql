-- title:   The last day on which anything is recorded of each patient
-- grain:   one row per (seat)
-- params:  none
-- columns: seat (of patient_facts), last_day (days since first IVIg: of a cycle, score, side-effect, event, or another drug begun or stopped)
-- missing: null where nothing has a day
create table last_seen as
with

seen as (
    select
        imputation,
        patient_id,
        "day"
    from registry.assessments
    union all
    select
        imputation,
        patient_id,
        "day"
    from registry.side_effects
    union all
    select
        imputation,
        patient_id,
        "day"
    from registry.events
    union all
    select
        imputation,
        patient_id,
        greatest(start_day, stop_day) as "day"
    from registry.treatments
),

last_days as (
    select
        imputation,
        patient_id,
        max("day") as last_day
    from seen
    group by
        imputation,
        patient_id
),

with_cycles as (
    select
        patient_facts.seat,
        greatest(patient_facts.last_cycle_day, last_days.last_day) as last_day
    from patient_facts
    left join last_days
        on
            patient_facts.imputation = last_days.imputation
            and patient_facts.patient_id = last_days.patient_id
)

select * from with_cycles
