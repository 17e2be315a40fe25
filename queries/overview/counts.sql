-- title:   Patients, responders and patients with side-effects by diagnosis group, usual dose, age and centre
-- grain:   one row per (field, value) that occurs in the registry
-- params:  $cohort (see registry/members.sql)
-- columns: field (diagnosis_group, dose_tier, age_decade or, in a registry of several, centre), value (text; for age_decade its first year), n_patients (count of the cohort's patients; median and range over the versions), n_patients_lowest, n_patients_highest, n_responders, n_responders_lowest, n_responders_highest, n_response_known, n_response_known_lowest, n_response_known_highest, n_not_evaluable (of these; not evaluable is a recorded response), n_not_evaluable_lowest, n_not_evaluable_highest, n_with_side_effects, n_with_side_effects_lowest, n_with_side_effects_highest
-- missing: patients without a known response are not in n_response_known; a category in which a version has nobody counts 0 there; a patient without cycles has no dose tier
-- disclosure: asked of cohort; label field, value; count n_patients, n_responders, n_response_known,
--              n_not_evaluable, n_with_side_effects; rows (field, value) by n_patients where field = age_decade; open
--              n_response_known; whole n_patients = n_response_known + rest; part n_responders of n_response_known;
--              part n_not_evaluable of n_response_known; part n_with_side_effects of n_patients;
--              partition value in (field) by n_patients within $cohort;
--              partition value in (field) by n_responders, n_not_evaluable, n_with_side_effects among $cohort
with

members as (
    select
        categories.imputation,
        categories.place,
        categories.field,
        categories.value,
        categories.response,
        categories.has_side_effect,
        get_bit(members.patients, categories.seat) = 1 as is_member
    from categories
    cross join members($cohort) as members
    where members.left_out = 0
),

by_version as (
    select
        place,
        any_value(field) as field,
        any_value(value) as value,
        count(*) filter (where is_member) as n_patients,
        count(*) filter (where is_member and response = 'response') as n_responders,
        count(*) filter (where is_member and response is not null) as n_response_known,
        count(*) filter (where is_member and response = 'not evaluable') as n_not_evaluable,
        count(*) filter (where is_member and has_side_effect) as n_with_side_effects
    from members
    group by
        imputation,
        place
),

summarised as (
    select
        place,
        any_value(field) as field,
        any_value(value) as value,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest,
        quantile_disc(n_responders, 0.5) as n_responders,
        min(n_responders) as n_responders_lowest,
        max(n_responders) as n_responders_highest,
        quantile_disc(n_response_known, 0.5) as n_response_known,
        min(n_response_known) as n_response_known_lowest,
        max(n_response_known) as n_response_known_highest,
        quantile_disc(n_not_evaluable, 0.5) as n_not_evaluable,
        min(n_not_evaluable) as n_not_evaluable_lowest,
        max(n_not_evaluable) as n_not_evaluable_highest,
        quantile_disc(n_with_side_effects, 0.5) as n_with_side_effects,
        min(n_with_side_effects) as n_with_side_effects_lowest,
        max(n_with_side_effects) as n_with_side_effects_highest
    from by_version
    group by place
),

ordered as (
    select * exclude (place)
    from summarised
    order by place
)

select * from ordered
