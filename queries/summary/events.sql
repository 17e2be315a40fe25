-- title:   How many patients have a recorded event of each kind, and of how many it is told in words
-- grain:   one row per (kind) that occurs in the cohort in at least one version
-- params:  $cohort (see registry/members.sql)
-- columns: kind (text), n_patients, n_patients_lowest, n_patients_highest (count), n_worded, n_worded_lowest, n_worded_highest (count of those with a label; median and range over the versions)
-- missing: who has no recorded event of a kind is not counted; a version in which nobody has one counts 0
-- disclosure: asked of cohort; label kind; count n_patients, n_worded; rows (kind) by n_patients
with

members as (
    select
        imputation,
        patient_id
    from cohort($cohort)
),

by_version as (
    select
        events.imputation,
        events.kind,
        count(distinct events.patient_id) as n_patients,
        count(distinct events.patient_id) filter (where events.label is not null) as n_worded
    from registry.events
    inner join members
        on
            events.imputation = members.imputation
            and events.patient_id = members.patient_id
    group by
        events.imputation,
        events.kind
),

kinds as (
    select distinct kind from by_version
),

everywhere as (
    select
        kinds.kind,
        coalesce(by_version.n_patients, 0) as n_patients,
        coalesce(by_version.n_worded, 0) as n_worded
    from versions
    cross join kinds
    left join by_version
        on
            versions.imputation = by_version.imputation
            and kinds.kind = by_version.kind
),

over_versions as (
    select
        kind,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n_worded, 0.5) as n_worded,
        min(n_worded) as n_worded_lowest,
        max(n_worded) as n_worded_highest
    from everywhere
    group by kind
)

select * from over_versions
order by kind
