-- title:   Cycles, cumulative dose and side-effects for each diagnosis group
-- grain:   one row per (diagnosis_group, measure, statistic); groups with patients of the cohort in at least one version
-- params:  $cohort (see registry/members.sql)
-- columns: diagnosis_group, measure (n_cycles, cumulative_dose_g_per_kg, has_side_effect or symptom), statistic (median, minimum, maximum; count; for symptom the symptom's name), value, value_lowest, value_highest (cycles; g/kg; count of patients; median and range over the versions), n, n_lowest, n_highest (count of patients in whom the measure is known), n_missing, n_missing_lowest, n_missing_highest (count)
-- missing: an unknown value is in n_missing and in no statistic; a patient without a recorded side-effect had none; a version in which a group has nobody has no median for it and counts 0
-- disclosure: asked of cohort; label diagnosis_group, measure, statistic; statistic value of n; count n, n_missing
--              where measure != symptom; rows (diagnosis_group) by n where measure = has_side_effect; rows
--              (diagnosis_group, statistic) by value where measure = symptom; open n where measure !=
--              has_side_effect; partition diagnosis_group in (measure, statistic) by n + n_missing within $cohort
--              where measure != symptom; partition diagnosis_group in (measure, statistic) by n within $cohort
--              where measure = has_side_effect; partition diagnosis_group in (measure, statistic) by n_missing
--              among $cohort where measure = n_cycles|cumulative_dose_g_per_kg; part value of n where measure =
--              has_side_effect; partition diagnosis_group in (measure, statistic) by value among $cohort where
--              measure = has_side_effect|symptom; cover statistic in (diagnosis_group) by value of row measure =
--              has_side_effect where measure = symptom
with

facts as materialized (
    select
        imputation,
        diagnosis_group,
        n_cycles,
        cumulative_dose_g_per_kg,
        has_side_effect,
        symptoms
    from cohort($cohort)
),

all_versions as (
    select count(*) as n_versions
    from versions
),

by_version as (
    select
        diagnosis_group,
        count(*) as n_members,
        count(n_cycles) as n_treated,
        n_members - n_treated as n_untreated,
        count(*) filter (where has_side_effect) as n_with_side_effects,
        median(n_cycles) as median_cycles,
        min(n_cycles) as min_cycles,
        max(n_cycles) as max_cycles,
        median(cumulative_dose_g_per_kg) as median_dose,
        min(cumulative_dose_g_per_kg) as min_dose,
        max(cumulative_dose_g_per_kg) as max_dose
    from facts
    group by
        imputation,
        diagnosis_group
),

-- A version in which a group has nobody has no row for it: it counts 0 and has no median.
over_versions as (
    select
        by_version.diagnosis_group,
        list_resize(list(by_version.n_members), all_versions.n_versions, 0) as n_members,
        list_resize(list(by_version.n_treated), all_versions.n_versions, 0) as n_treated,
        list_resize(list(by_version.n_untreated), all_versions.n_versions, 0) as n_untreated,
        list_resize(
            list(by_version.n_with_side_effects), all_versions.n_versions, 0
        ) as n_with_side_effects,
        list(by_version.median_cycles) as median_cycles,
        list(by_version.min_cycles) as min_cycles,
        list(by_version.max_cycles) as max_cycles,
        list(by_version.median_dose) as median_dose,
        list(by_version.min_dose) as min_dose,
        list(by_version.max_dose) as max_dose
    from by_version
    cross join all_versions
    group by
        by_version.diagnosis_group,
        all_versions.n_versions
),

measures as (
    select
        diagnosis_group,
        unnest(
            [
                {
                    'measure': 'n_cycles',
                    'statistic': 'median',
                    'figures': median_cycles,
                    'ns': n_treated,
                    'ns_missing': n_untreated
                },
                {
                    'measure': 'n_cycles',
                    'statistic': 'minimum',
                    'figures': min_cycles,
                    'ns': n_treated,
                    'ns_missing': n_untreated
                },
                {
                    'measure': 'n_cycles',
                    'statistic': 'maximum',
                    'figures': max_cycles,
                    'ns': n_treated,
                    'ns_missing': n_untreated
                },
                {
                    'measure': 'cumulative_dose_g_per_kg',
                    'statistic': 'median',
                    'figures': median_dose,
                    'ns': n_treated,
                    'ns_missing': n_untreated
                },
                {
                    'measure': 'cumulative_dose_g_per_kg',
                    'statistic': 'minimum',
                    'figures': min_dose,
                    'ns': n_treated,
                    'ns_missing': n_untreated
                },
                {
                    'measure': 'cumulative_dose_g_per_kg',
                    'statistic': 'maximum',
                    'figures': max_dose,
                    'ns': n_treated,
                    'ns_missing': n_untreated
                },
                {
                    'measure': 'has_side_effect',
                    'statistic': 'count',
                    'figures': n_with_side_effects,
                    'ns': n_members,
                    'ns_missing': [0]
                }
            ]
        ) as counted
    from over_versions
),

symptoms_of_patients as (
    select
        imputation,
        diagnosis_group,
        unnest(symptoms) as symptom
    from facts
),

symptoms_by_version as (
    select
        diagnosis_group,
        symptom,
        count(*) as n_patients
    from symptoms_of_patients
    group by
        imputation,
        diagnosis_group,
        symptom
),

symptoms_over_versions as (
    select
        by_version.diagnosis_group,
        by_version.symptom,
        list_resize(list(by_version.n_patients), all_versions.n_versions, 0) as n_patients
    from symptoms_by_version as by_version
    cross join all_versions
    group by
        by_version.diagnosis_group,
        by_version.symptom,
        all_versions.n_versions
),

statistics as (
    select
        diagnosis_group,
        counted.*
    from measures
    union all by name
    select
        with_symptom.diagnosis_group,
        'symptom' as measure,
        with_symptom.symptom as statistic,
        with_symptom.n_patients as figures,
        over_versions.n_members as ns,
        [0] as ns_missing
    from symptoms_over_versions as with_symptom
    inner join over_versions on with_symptom.diagnosis_group = over_versions.diagnosis_group
),

summarised as (
    select
        diagnosis_group,
        measure,
        statistic,
        list_aggregate(figures, 'quantile_disc', 0.5) as value,
        list_min(figures) as value_lowest,
        list_max(figures) as value_highest,
        list_aggregate(ns, 'quantile_disc', 0.5) as n,
        list_min(ns) as n_lowest,
        list_max(ns) as n_highest,
        list_aggregate(ns_missing, 'quantile_disc', 0.5) as n_missing,
        list_min(ns_missing) as n_missing_lowest,
        list_max(ns_missing) as n_missing_highest
    from statistics
),

diagnosis_groups as (
    select list(diagnosis_group order by rowid) as in_order
    from reference.diagnoses
),

symptoms as (
    select list(symptom order by rowid) as in_order
    from reference.symptoms
),

-- Groups and symptoms as in their reference lists: no ranking that versions would not agree on.
ordered as (
    select summarised.*
    from summarised
    cross join diagnosis_groups
    cross join symptoms
    order by
        list_position(diagnosis_groups.in_order, summarised.diagnosis_group) asc,
        summarised.measure asc,
        list_position(symptoms.in_order, summarised.statistic) asc,
        summarised.statistic asc
)

select * from ordered
