-- title:   Patients, responders and patients with side-effects by diagnosis group, usual dose and age
-- grain:   one row per (field, value) that occurs in the registry
-- params:  $cohort (see registry/members.sql)
-- columns: field (diagnosis_group, dose_tier or age_decade), value (text; for age_decade its first year), n_patients (count of the cohort's patients; median and range over the versions), n_patients_lowest, n_patients_highest, n_responders, n_responders_lowest, n_responders_highest, n_response_known, n_response_known_lowest, n_response_known_highest, n_with_side_effects, n_with_side_effects_lowest, n_with_side_effects_highest
-- missing: patients without a known response are not in n_response_known; a category in which a version has nobody counts 0 there; a patient without cycles has no dose tier
with

categories_of_patients as (
    select
        imputation,
        patient_id,
        unnest(['diagnosis_group', 'dose_tier', 'age_decade']) as field,
        unnest(
            [
                diagnosis_group,
                dose_tier,
                (age_at_first_ivig_years // 10 * 10)::varchar
            ]
        ) as value
    from patient_facts
),

members as (
    select
        imputation,
        patient_id,
        response,
        has_side_effect
    from cohort($cohort)
),

categories as (
    select distinct
        field,
        value
    from categories_of_patients
    where value is not null
),

-- Every version has one row of nobody in each category, so that an absent one counts 0.
candidates as (
    select * from categories_of_patients
    union all by name
    select
        versions.imputation,
        categories.*
    from versions
    cross join categories
),

by_version as (
    select
        candidates.imputation,
        candidates.field,
        candidates.value,
        count(members.patient_id) as n_patients,
        count(*) filter (where members.response = 'response') as n_responders,
        count(members.response) as n_response_known,
        count(*) filter (where members.has_side_effect) as n_with_side_effects
    from candidates
    left join members
        on
            candidates.imputation = members.imputation
            and candidates.patient_id = members.patient_id
    where candidates.value is not null
    group by all
),

summarised as (
    select
        field,
        value,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n_responders, 0.5) as n_responders,
        min(n_responders) as n_responders_lowest,
        max(n_responders) as n_responders_highest,
        quantile_disc(n_response_known, 0.5) as n_response_known,
        min(n_response_known) as n_response_known_lowest,
        max(n_response_known) as n_response_known_highest,
        quantile_disc(n_with_side_effects, 0.5) as n_with_side_effects,
        min(n_with_side_effects) as n_with_side_effects_lowest,
        max(n_with_side_effects) as n_with_side_effects_highest
    from by_version
    group by all
),

group_positions as (
    select
        diagnosis_group,
        min(rowid) as group_position
    from reference.diagnoses
    group by diagnosis_group
),

-- Groups as in the reference list, doses and ages by size.
ordered as (
    select summarised.*
    from summarised
    left join group_positions on summarised.value = group_positions.diagnosis_group
    order by
        summarised.field asc,
        group_positions.group_position asc,
        try_cast(summarised.value as double) desc
)

select * from ordered
