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

cohort as materialized (
    select * from cohort_pieces($cohort)
),

-- Who of the cohort had which outcome: asked once, for all values.
outcomes as materialized (
    select
        cohort.piece,
        any_value(cohort.patients) as patients,
        any_value(cohort.patients) & bit_or(bitmaps.patients) filter (
            where trait_values.trait = 'response' and trait_values.value = 'response'
        ) as responders,
        any_value(cohort.patients) & bit_or(bitmaps.patients) filter (
            where trait_values.trait = 'response' and trait_values.value is not null
        ) as response_known,
        any_value(cohort.patients) & bit_or(bitmaps.patients) filter (
            where trait_values.trait = 'response' and trait_values.value = 'not evaluable'
        ) as not_evaluable,
        any_value(cohort.patients) & bit_or(bitmaps.patients) filter (
            where trait_values.trait = 'has_side_effect' and trait_values.value = 'yes'
        ) as with_side_effects
    from cohort
    inner join trait_bitmaps as bitmaps on cohort.piece = bitmaps.piece
    inner join trait_values on bitmaps.place = trait_values.place
    where trait_values.trait in ('response', 'has_side_effect')
    group by cohort.piece
),

-- One centre tells nobody apart.
shown as (
    select
        place,
        trait as field,
        value
    from trait_values
    where
        trait in ('diagnosis_group', 'dose_tier', 'age_decade', 'centre')
        and value is not null
        and (
            trait != 'centre'
            or n_values > 1
        )
),

found as (
    select
        bitmaps.imputation,
        bitmaps.place,
        sum(bit_count(bitmaps.patients & outcomes.patients))::bigint as n_patients,
        sum(bit_count(bitmaps.patients & outcomes.responders))::bigint as n_responders,
        sum(bit_count(bitmaps.patients & outcomes.response_known))::bigint as n_response_known,
        sum(bit_count(bitmaps.patients & outcomes.not_evaluable))::bigint as n_not_evaluable,
        sum(bit_count(bitmaps.patients & outcomes.with_side_effects))::bigint
            as n_with_side_effects
    from trait_bitmaps as bitmaps
    inner join outcomes on bitmaps.piece = outcomes.piece
    semi join shown on bitmaps.place = shown.place
    group by
        bitmaps.imputation,
        bitmaps.place
),

-- Where a version has nobody it counts 0.
by_version as (
    select
        shown.place,
        shown.field,
        shown.value,
        coalesce(found.n_patients, 0) as n_patients,
        coalesce(found.n_responders, 0) as n_responders,
        coalesce(found.n_response_known, 0) as n_response_known,
        coalesce(found.n_not_evaluable, 0) as n_not_evaluable,
        coalesce(found.n_with_side_effects, 0) as n_with_side_effects
    from shown
    cross join versions
    left join found on shown.place = found.place and versions.imputation = found.imputation
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

-- As in their reading order, but ages from above.
ordered as (
    select * exclude (place)
    from summarised
    order by
        field,
        if(field = 'age_decade', -place, place)
)

select * from ordered
