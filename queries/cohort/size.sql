-- title:   How many patients the cohort has
-- grain:   one row
-- params:  $cohort (see registry/failing.sql)
-- columns: n_patients (count), n_patients_lowest (count), n_patients_highest (count),
--          n_all (count in the registry), n_versions (count)
-- missing: a version in which nobody belongs to the cohort counts 0
with

versions as (
    select
        imputation,
        count(*) as n_all
    from patient_facts
    group by imputation
),

members_by_version as (
    select
        imputation,
        count(*) as n_patients
    from cohort($cohort)
    group by imputation
),

sizes as (
    select
        versions.n_all,
        coalesce(members_by_version.n_patients, 0) as n_patients
    from versions
    left join members_by_version on versions.imputation = members_by_version.imputation
),

summarised as (
    select
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        max(n_all) as n_all,
        count(*) as n_versions
    from sizes
)

select * from summarised
