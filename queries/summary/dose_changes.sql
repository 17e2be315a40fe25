-- title:   In how many patients the dose per cycle changed
-- grain:   one row
-- params:  $cohort (see registry/members.sql)
-- columns: n_patients, n_patients_lowest, n_patients_highest (count of patients with cycles of more than one dose), n, n_lowest, n_highest (count of patients with a cycle; median and range over the versions)
-- missing: who has no cycle is not counted; a version in which nobody belongs to the cohort counts 0
-- disclosure: asked of cohort; count n_patients, n
with

doses as (
    select
        imputation,
        patient_id,
        count(distinct dose_g_per_kg) as n_doses
    from registry.cycles
    group by
        imputation,
        patient_id
),

by_version as (
    select
        members.imputation,
        count(*) filter (where members.is_member and doses.n_doses > 1) as n_patients,
        count(*) filter (where members.is_member and doses.n_doses > 0) as n
    from cohort_in_versions($cohort) as members
    left join doses
        on
            members.imputation = doses.imputation
            and members.patient_id = doses.patient_id
    group by members.imputation
),

over_versions as (
    select
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n, 0.5) as n,
        min(n) as n_lowest,
        max(n) as n_highest
    from by_version
)

select * from over_versions
