-- title:   The cohort as a whole: every characteristic with its statistics
-- grain:   one row per (measure, statistic)
-- params:  $cohort (see registry/members.sql)
-- columns: measure (a column of patient_facts, or female or not_evaluable), statistic (median, minimum, maximum; count for yes-or-no measures), value, value_lowest, value_highest (the statistic, in the measure's unit; median and range over the versions), n, n_lowest, n_highest (count of patients in whom the measure is known), n_missing, n_missing_lowest, n_missing_highest (count)
-- missing: an unknown value is in n_missing and in no statistic; "not evaluable" is a known response; a patient without a recorded side-effect had none; a version in which nobody belongs to the cohort has no median and counts 0
-- disclosure: asked of cohort; label measure, statistic; statistic value of n; count n, n_missing; open n where
--              measure != has_side_effect; part value of n where statistic = count; whole n + n_missing = n +
--              n_missing
with

measures as (
    select
        unnest(
            [
                'age_at_first_ivig_years',
                'diagnosis_to_first_ivig_years',
                'dose_g_per_kg',
                'n_cycles',
                'therapy_duration_years',
                'cumulative_dose_g_per_kg'
            ]
        ) as measure,
        ['median', 'minimum', 'maximum'] as statistics
    union all
    select
        unnest(['female', 'response', 'not_evaluable', 'has_side_effect']) as measure,
        ['count'] as statistics
),

listed as (
    select
        measure,
        unnest(statistics) as statistic
    from measures
),

-- Of nobody in any version there is no row: that counts 0, too.
filled as (
    select
        listed.measure,
        listed.statistic,
        if(listed.statistic = 'count', coalesce(found.value, 0), found.value) as value,
        if(listed.statistic = 'count', coalesce(found.value_lowest, 0), found.value_lowest)
            as value_lowest,
        if(listed.statistic = 'count', coalesce(found.value_highest, 0), found.value_highest)
            as value_highest,
        coalesce(found.n, 0) as n,
        coalesce(found.n_lowest, 0) as n_lowest,
        coalesce(found.n_highest, 0) as n_highest,
        coalesce(found.n_missing, 0) as n_missing,
        coalesce(found.n_missing_lowest, 0) as n_missing_lowest,
        coalesce(found.n_missing_highest, 0) as n_missing_highest
    from listed
    left join measured_over_versions($cohort, false) as found
        on listed.measure = found.measure and listed.statistic = found.statistic
)

select * from filled
order by
    measure,
    statistic
