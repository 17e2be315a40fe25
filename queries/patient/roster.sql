-- title:   Every patient of the registry, those of the cohort first
-- grain:   one row per (patient_id)
-- params:  $cohort (see registry/members.sql), $version: an imputation (0 in recorded data)
-- columns: patient_id, diagnosis (text), individually_reported (boolean), is_in_cohort (boolean, in the version shown)
-- missing: none
-- disclosure: asked of cohort; withheld the list of patients names every one of them
with

asked as (
    select $version::integer as version
),

roster as (
    select
        patient_id,
        diagnosis,
        individually_reported,
        is_member as is_in_cohort
    from everybody($cohort)
    where imputation = (select asked.version from asked)
)

select * from roster
order by
    not is_in_cohort,
    patient_id
