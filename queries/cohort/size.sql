-- title:   How many patients the cohort has
-- grain:   one row
-- params:  $cohort (see registry/members.sql)
-- columns: n_patients (count), n_patients_lowest (count), n_patients_highest (count),
--          n_all (count in the registry), n_versions (count)
-- missing: a version in which nobody belongs to the cohort counts 0
with

sizes as (
    select
        versions.n_all,
        bit_count(members.patients) as n_patients
    from versions
    inner join members($cohort) as members on versions.imputation = members.imputation
    where members.left_out = 0
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
