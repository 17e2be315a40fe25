-- title:   Cycles, cumulative dose and side-effects for each diagnosis group
-- grain:   one row per (diagnosis_group, measure, statistic); groups with patients of the cohort in at least one version
-- params:  $cohort (see registry/members.sql)
-- columns: diagnosis_group, measure (n_cycles, cumulative_dose_g_per_kg, has_side_effect or symptom), statistic (median, minimum, maximum; count; for symptom the symptom's name), value, value_lowest, value_highest (cycles; g/kg; count of patients; median and range over the versions), n, n_lowest, n_highest (count of patients in whom the measure is known), n_missing, n_missing_lowest, n_missing_highest (count)
-- missing: an unknown value is in n_missing and in no statistic; a patient without a recorded side-effect had none; a version in which a group has nobody has no median for it and counts 0
with

facts as materialized (
    select
        imputation,
        patient_id,
        diagnosis_group,
        n_cycles,
        cumulative_dose_g_per_kg,
        has_side_effect,
        symptoms
    from cohort($cohort)
),

groups_present as (
    select distinct diagnosis_group
    from facts
),

-- Every version has one row of nobody in each group, so that an absent group counts 0.
members as (
    select * from facts
    union all by name
    select
        versions.imputation,
        groups_present.*
    from versions
    cross join groups_present
),

by_version as (
    select
        imputation,
        diagnosis_group,
        count(patient_id) as n_members,
        unnest(
            [
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
                    measure := 'cumulative_dose_g_per_kg',
                    n := count(cumulative_dose_g_per_kg),
                    figures := [
                        median(cumulative_dose_g_per_kg),
                        min(cumulative_dose_g_per_kg),
                        max(cumulative_dose_g_per_kg)
                    ]
                ),
                struct_pack(
                    measure := 'has_side_effect',
                    n := count(has_side_effect),
                    figures := [count(*) filter (where has_side_effect)]
                )
            ]
        ) as measured
    from members
    group by all
),

statistics as (
    select
        imputation,
        diagnosis_group,
        measured.measure,
        measured.n,
        n_members - measured.n as n_missing,
        unnest(
            if(len(measured.figures) = 1, ['count'], ['median', 'minimum', 'maximum'])
        ) as statistic,
        unnest(measured.figures) as value
    from by_version
),

symptoms_of_patients as (
    select
        imputation,
        patient_id,
        diagnosis_group,
        unnest(symptoms) as symptom
    from facts
),

symptoms_present as (
    select distinct
        diagnosis_group,
        symptom
    from symptoms_of_patients
),

symptoms_counted as (
    select
        counted.imputation,
        counted.diagnosis_group,
        'symptom' as measure,
        counted.n,
        counted.n_missing,
        symptoms_present.symptom as statistic,
        count(symptoms_of_patients.patient_id) as value
    from statistics as counted
    inner join symptoms_present on counted.diagnosis_group = symptoms_present.diagnosis_group
    left join symptoms_of_patients
        on
            counted.imputation = symptoms_of_patients.imputation
            and counted.diagnosis_group = symptoms_of_patients.diagnosis_group
            and symptoms_present.symptom = symptoms_of_patients.symptom
    where counted.measure = 'has_side_effect'
    group by all
),

summarised as (
    select
        diagnosis_group,
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
    from (
        select * from statistics
        union all by name
        select * from symptoms_counted
    ) as figures
    group by all
),

group_positions as (
    select
        diagnosis_group,
        min(rowid) as group_position
    from reference.diagnoses
    group by diagnosis_group
),

-- Groups as in the reference list; symptoms by how many patients had them, then as in theirs.
ordered as (
    select summarised.*
    from summarised
    left join group_positions on summarised.diagnosis_group = group_positions.diagnosis_group
    left join reference.symptoms on summarised.statistic = symptoms.symptom
    order by
        group_positions.group_position asc,
        summarised.measure asc,
        if(summarised.measure = 'symptom', summarised.value, null) desc,
        symptoms.rowid asc,
        summarised.statistic asc
)

select * from ordered
