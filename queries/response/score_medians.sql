-- title:   The median score of a cohort over time, by one instrument
-- grain:   one row per (quarter)
-- params:  $cohort (see registry/members.sql), $instrument: one of reference.instruments
-- columns: quarter (0: baseline; n: around 3 n months), day (days since first IVIg at which it is drawn), n_patients, n_patients_lowest, n_patients_highest (count of patients with a score), median_score, median_score_lowest, median_score_highest (points; median and range over the versions)
-- missing: of each patient the last score of a quarter counts; baseline is the last score up to day 0; days 1 to 136 are the first quarter, later ones go to the nearest; a version without a score counts 0 patients and has no median
-- disclosure: asked of cohort; label quarter, day; count n_patients; median median_score of n_patients; rows
--              (quarter) by n_patients
with

asked as (
    select
        $instrument::varchar as instrument,
        365.25 / 4 as days_in_quarter
),

scores as (
    select
        assessments.imputation,
        assessments.patient_id,
        if(
            assessments."day" <= 0,
            0,
            greatest(1, round(assessments."day" / asked.days_in_quarter))
        )::integer as quarter,
        arg_max(assessments.score, assessments."day") as score
    from registry.assessments
    inner join asked on assessments.instrument = asked.instrument
    semi join cohort($cohort) as members
        on
            assessments.imputation = members.imputation
            and assessments.patient_id = members.patient_id
    group by all
),

by_version as (
    select
        quarter,
        count(*) as n_patients,
        median(score) as median_score
    from scores
    group by
        imputation,
        quarter
),

all_versions as (
    select count(*) as n_versions
    from versions
),

over_versions as (
    select
        by_version.quarter,
        list_resize(list(by_version.n_patients), all_versions.n_versions, 0) as n_patients,
        list(by_version.median_score) as medians
    from by_version
    cross join all_versions
    group by
        by_version.quarter,
        all_versions.n_versions
),

summarised as (
    select
        over_versions.quarter,
        round(over_versions.quarter * asked.days_in_quarter)::integer as "day",
        list_aggregate(over_versions.n_patients, 'quantile_disc', 0.5) as n_patients,
        list_min(over_versions.n_patients) as n_patients_lowest,
        list_max(over_versions.n_patients) as n_patients_highest,
        list_aggregate(over_versions.medians, 'quantile_disc', 0.5) as median_score,
        list_min(over_versions.medians) as median_score_lowest,
        list_max(over_versions.medians) as median_score_highest
    from over_versions
    cross join asked
)

select * from summarised
order by quarter
