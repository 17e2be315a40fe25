-- title:   The cohort as a whole: every characteristic with its statistics
-- grain:   one row per (measure, statistic)
-- params:  $cohort (see registry/members.sql)
-- columns: measure (a column of patient_facts, or female), statistic (median, minimum, maximum; count for yes-or-no measures), value, value_lowest, value_highest (the statistic, in the measure's unit; median and range over the versions), n, n_lowest, n_highest (count of patients in whom the measure is known), n_missing, n_missing_lowest, n_missing_highest (count)
-- missing: an unknown value is in n_missing and in no statistic; "not evaluable" is a known response; a patient without a recorded side-effect had none; a version in which nobody belongs to the cohort has no median and counts 0
with

-- Every version has one row of nobody, so that a version without members counts 0.
members as (
    select * from cohort($cohort)
    union all by name
    select distinct imputation from patient_facts
),

by_version as (
    select
        imputation,
        count(patient_id) as n_members,
        unnest(
            [
                struct_pack(
                    measure := 'age_at_first_ivig_years',
                    n := count(age_at_first_ivig_years),
                    figures := [
                        median(age_at_first_ivig_years),
                        min(age_at_first_ivig_years),
                        max(age_at_first_ivig_years)
                    ]
                ),
                struct_pack(
                    measure := 'diagnosis_to_first_ivig_years',
                    n := count(diagnosis_to_first_ivig_years),
                    figures := [
                        median(diagnosis_to_first_ivig_years),
                        min(diagnosis_to_first_ivig_years),
                        max(diagnosis_to_first_ivig_years)
                    ]
                ),
                struct_pack(
                    measure := 'dose_g_per_kg',
                    n := count(dose_g_per_kg),
                    figures := [
                        median(dose_g_per_kg),
                        min(dose_g_per_kg),
                        max(dose_g_per_kg)
                    ]
                ),
                struct_pack(
                    measure := 'n_cycles',
                    n := count(n_cycles),
                    figures := [
                        median(n_cycles),
                        min(n_cycles),
                        max(n_cycles)
                    ]
                ),
                struct_pack(
                    measure := 'therapy_duration_years',
                    n := count(therapy_duration_years),
                    figures := [
                        median(therapy_duration_years),
                        min(therapy_duration_years),
                        max(therapy_duration_years)
                    ]
                ),
                struct_pack(
                    measure := 'cumulative_dose_g_per_kg',
                    n := count(cumulative_dose_g_per_kg),
                    figures := [
                        median(cumulative_dose_g_per_kg),
                        min(cumulative_dose_g_per_kg),
                        max(cumulative_dose_g_per_kg)
                    ]
                ),
                struct_pack(
                    measure := 'female',
                    n := count(nullif(sex, 'unknown')),
                    figures := [count(*) filter (where sex = 'female')]
                ),
                struct_pack(
                    measure := 'response',
                    n := count(response),
                    figures := [count(*) filter (where response = 'response')]
                ),
                struct_pack(
                    measure := 'has_side_effect',
                    n := count(has_side_effect),
                    figures := [count(*) filter (where has_side_effect)]
                )
            ]
        ) as measured
    from members
    group by imputation
),

statistics as (
    select
        measured.measure,
        measured.n,
        n_members - measured.n as n_missing,
        unnest(
            if(len(measured.figures) = 1, ['count'], ['median', 'minimum', 'maximum'])
        ) as statistic,
        unnest(measured.figures) as value
    from by_version
),

summarised as (
    select
        measure,
        statistic,
        quantile_disc(value, 0.5) as value,
        min(value) as value_lowest,
        max(value) as value_highest,
        quantile_disc(n, 0.5) as n,
        min(n) as n_lowest,
        max(n) as n_highest,
        quantile_disc(n_missing, 0.5) as n_missing,
        min(n_missing) as n_missing_lowest,
        max(n_missing) as n_missing_highest
    from statistics
    group by all
)

select * from summarised
order by
    measure,
    statistic
