-- title:   Which of the patients whom a publication describes one by one are in the cohort
-- grain:   one row per (patient_id)
-- params:  $cohort (see registry/members.sql)
-- columns: patient_id (of those who are in the cohort in at least one version)
-- missing: nobody of a registry without a publication
-- disclosure: asked of cohort; withheld the list of patients names every one of them
with

members as (
    select patient_id
    from cohort($cohort)
    where individually_reported
),

described as (
    select distinct patient_id
    from members
)

select * from described
order by patient_id
