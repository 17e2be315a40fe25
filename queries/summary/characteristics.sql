-- title:   The cohort as a whole: every characteristic with its statistics
-- grain:   one row per (measure, statistic)
-- params:  $cohort (see registry/members.sql)
-- columns: measure (a column of patient_facts, or female or not_evaluable), statistic (median, minimum, maximum; count for yes-or-no measures), value, value_lowest, value_highest (the statistic, in the measure's unit; median and range over the versions), n, n_lowest, n_highest (count of patients in whom the measure is known), n_missing, n_missing_lowest, n_missing_highest (count)
-- missing: an unknown value is in n_missing and in no statistic; "not evaluable" is a known response; a patient without a recorded side-effect had none; a version in which nobody belongs to the cohort has no median and counts 0
-- disclosure: asked of cohort; label measure, statistic; statistic value of n; count n, n_missing; open n where
--              measure != has_side_effect; part value of n where statistic = count; whole n + n_missing = n +
--              n_missing
with

-- A version without members counts 0.
members as (
    select *
    from cohort_in_versions($cohort)
),

by_version as (
    select
        count(*) filter (where is_member) as n_members,
        unnest(
            [
                {
                    'measure': 'age_at_first_ivig_years',
                    'n': count(age_at_first_ivig_years),
                    'figures': [
                        median(age_at_first_ivig_years),
                        min(age_at_first_ivig_years),
                        max(age_at_first_ivig_years)
                    ]
                },
                {
                    'measure': 'diagnosis_to_first_ivig_years',
                    'n': count(diagnosis_to_first_ivig_years),
                    'figures': [
                        median(diagnosis_to_first_ivig_years),
                        min(diagnosis_to_first_ivig_years),
                        max(diagnosis_to_first_ivig_years)
                    ]
                },
                {
                    'measure': 'dose_g_per_kg',
                    'n': count(dose_g_per_kg),
                    'figures': [
                        median(dose_g_per_kg),
                        min(dose_g_per_kg),
                        max(dose_g_per_kg)
                    ]
                },
                {
                    'measure': 'n_cycles',
                    'n': count(n_cycles),
                    'figures': [
                        median(n_cycles),
                        min(n_cycles),
                        max(n_cycles)
                    ]
                },
                {
                    'measure': 'therapy_duration_years',
                    'n': count(therapy_duration_years),
                    'figures': [
                        median(therapy_duration_years),
                        min(therapy_duration_years),
                        max(therapy_duration_years)
                    ]
                },
                {
                    'measure': 'cumulative_dose_g_per_kg',
                    'n': count(cumulative_dose_g_per_kg),
                    'figures': [
                        median(cumulative_dose_g_per_kg),
                        min(cumulative_dose_g_per_kg),
                        max(cumulative_dose_g_per_kg)
                    ]
                },
                {
                    'measure': 'female',
                    'n': count(nullif(sex, 'unknown')),
                    'figures': [count(*) filter (where sex = 'female')]
                },
                {
                    'measure': 'response',
                    'n': count(response),
                    'figures': [count(*) filter (where response = 'response')]
                },
                {
                    'measure': 'not_evaluable',
                    'n': count(response),
                    'figures': [count(*) filter (where response = 'not evaluable')]
                },
                {
                    'measure': 'has_side_effect',
                    'n': count(has_side_effect),
                    'figures': [count(*) filter (where has_side_effect)]
                }
            ]
        ) as measured
    from members
    group by imputation
),

measures as (
    select
        n_members,
        measured.*
    from by_version
),

-- What is counted has one figure, a number three.
summarised as (
    select
        measure,
        max(len(figures)) = 1 as is_count,
        quantile_disc(n, 0.5) as n,
        min(n) as n_lowest,
        max(n) as n_highest,
        quantile_disc(n_members - n, 0.5) as n_missing,
        min(n_members - n) as n_missing_lowest,
        max(n_members - n) as n_missing_highest,
        [
            quantile_disc(figures[1], 0.5),
            quantile_disc(figures[2], 0.5),
            quantile_disc(figures[3], 0.5)
        ] as middles,
        [min(figures[1]), min(figures[2]), min(figures[3])] as lowest,
        [max(figures[1]), max(figures[2]), max(figures[3])] as highest
    from measures
    group by measure
),

statistics as (
    select
        measure,
        unnest(if(is_count, ['count'], ['median', 'minimum', 'maximum'])) as statistic,
        unnest(if(is_count, middles[:1], middles)) as value,
        unnest(if(is_count, lowest[:1], lowest)) as value_lowest,
        unnest(if(is_count, highest[:1], highest)) as value_highest,
        n,
        n_lowest,
        n_highest,
        n_missing,
        n_missing_lowest,
        n_missing_highest
    from summarised
)

select * from statistics
order by
    measure,
    statistic
