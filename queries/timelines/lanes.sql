-- title:   The patients of a cohort in one version, with how long they were treated
-- grain:   one row per (patient_id) of the cohort in the version shown
-- params:  $cohort (see registry/members.sql), $version: an imputation (0 in recorded data)
-- columns: patient_id, diagnosis, diagnosis_group (text), individually_reported (boolean), dose_tier, dose_g_per_kg (g/kg, usual dose), response, therapy_end_reason (text or null), n_cycles (count), last_cycle_day, last_cycle_day_lowest, last_cycle_day_highest (days since first IVIg; the version's, and the range over all versions)
-- missing: the figures on cycles are null for a patient without a cycle
with

asked as (
    select $version::integer as version
),

shown as (
    select *
    from cohort($cohort)
    where imputation = (select asked.version from asked)
),

ranges as (
    select
        patient_id,
        min(last_cycle_day) as last_cycle_day_lowest,
        max(last_cycle_day) as last_cycle_day_highest
    from patient_facts
    group by patient_id
),

lanes as (
    select
        shown.patient_id,
        shown.diagnosis,
        shown.diagnosis_group,
        shown.individually_reported,
        shown.dose_tier,
        shown.dose_g_per_kg,
        shown.response,
        shown.therapy_end_reason,
        shown.n_cycles,
        shown.last_cycle_day,
        ranges.last_cycle_day_lowest,
        ranges.last_cycle_day_highest
    from shown
    inner join ranges on shown.patient_id = ranges.patient_id
)

select * from lanes
order by patient_id
