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

measured as (
    select *
    from measured_over_versions($cohort, true)
),

-- Who had a symptom is counted of all in the group.
groups as (
    select
        diagnosis_group,
        n,
        n_lowest,
        n_highest
    from measured
    where measure = 'has_side_effect'
),

statistics as (
    select
        measured.diagnosis_group,
        measured.measure,
        measured.statistic,
        measured.value,
        measured.value_lowest,
        measured.value_highest,
        if(measured.measure = 'symptom', groups.n, measured.n) as n,
        if(measured.measure = 'symptom', groups.n_lowest, measured.n_lowest) as n_lowest,
        if(measured.measure = 'symptom', groups.n_highest, measured.n_highest) as n_highest,
        measured.n_missing,
        measured.n_missing_lowest,
        measured.n_missing_highest
    from measured
    inner join groups on measured.diagnosis_group is not distinct from groups.diagnosis_group
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
    select statistics.*
    from statistics
    cross join diagnosis_groups
    cross join symptoms
    order by
        list_position(diagnosis_groups.in_order, statistics.diagnosis_group) asc,
        statistics.measure asc,
        list_position(symptoms.in_order, statistics.statistic) asc,
        statistics.statistic asc
)

select * from ordered
