-- title:   Who responded, in the groups of one field and in the whole cohort
-- grain:   one row per (value) with patients of the cohort in at least one version
-- params:  $cohort (see registry/members.sql), $field: diagnosis_group, dose_tier, sex, centre, prior_drug, concomitant_drug, side_effect or age_decade
-- columns: value (text; null: the whole cohort; a dose in g/kg; any or none; of an age decade its first year), n_responders, n_responders_lowest, n_responders_highest, n_judged, n_judged_lowest, n_judged_highest (patients whose response is recorded, not evaluable ones included), n_not_evaluable, n_not_evaluable_lowest, n_not_evaluable_highest, n_unknown, n_unknown_lowest, n_unknown_highest (patients whose response is not recorded), n_patients, n_patients_lowest, n_patients_highest (counts; median and range over the versions), rate, rate_lowest, rate_highest (n_responders / n_judged; median and range over the versions that have it)
-- missing: an unknown response is in n_unknown and not in n_judged; a patient of whom the field is not recorded, or without such a drug, has the value "none recorded", of sex "unknown"; a patient with several drugs counts under each; a version in which a group has nobody counts 0 and has no rate
-- disclosure: asked of cohort; label value; count n_responders, n_judged, n_not_evaluable, n_unknown, n_patients;
--              share rate = n_responders of n_judged; rows (value) by n_patients; order value in () where $field =
--              sex|centre|prior_drug|concomitant_drug and value is not null; open n_judged; whole n_patients =
--              n_judged + n_unknown; parts n_not_evaluable, n_responders of n_judged; partition value in () by
--              n_patients, n_responders, n_not_evaluable, n_unknown of row value is null where $field !=
--              prior_drug|concomitant_drug; partition value in () by n_patients, n_responders, n_not_evaluable,
--              n_unknown among row value is null where $field = prior_drug|concomitant_drug and value != none
--              recorded; partition value in () by n_patients, n_responders, n_not_evaluable, n_unknown among row
--              value is null where $field = prior_drug|concomitant_drug and value = none recorded
with

asked as (
    select $field::varchar as field
),

-- Drugs and side-effects are asked for by the name of one.
asked_trait as (
    select
        field,
        case field
            when 'prior_drug' then 'prior_drugs'
            when 'concomitant_drug' then 'concomitant_drugs'
            when 'side_effect' then 'has_side_effect'
            else field
        end as trait
    from asked
),

cohort as materialized (
    select * from cohort_pieces($cohort)
),

-- The values of the field, and those of the response, of the patients of the cohort.
of_cohort as materialized (
    select
        bitmaps.piece,
        bitmaps.imputation,
        trait_values.trait,
        trait_values.value,
        bitmaps.patients & cohort.patients as patients
    from trait_bitmaps as bitmaps
    inner join cohort on bitmaps.piece = cohort.piece
    inner join trait_values on bitmaps.place = trait_values.place
    cross join asked_trait
    where
        trait_values.value is not null
        and trait_values.trait in ('response', asked_trait.trait)
),

outcomes as materialized (
    select
        cohort.piece,
        any_value(cohort.imputation) as imputation,
        any_value(cohort.patients) as patients,
        bit_or(of_cohort.patients) filter (where of_cohort.value = 'response') as responders,
        bit_or(of_cohort.patients) as judged,
        bit_or(of_cohort.patients) filter (where of_cohort.value = 'not evaluable') as not_evaluable
    from cohort
    left join of_cohort on cohort.piece = of_cohort.piece and of_cohort.trait = 'response'
    group by cohort.piece
),

named as (
    select
        of_cohort.piece,
        of_cohort.imputation,
        case
            when asked_trait.field != 'side_effect' then of_cohort.value
            when of_cohort.value = 'yes' then 'any'
            else 'none'
        end as value,
        of_cohort.patients
    from of_cohort
    inner join asked_trait on of_cohort.trait = asked_trait.trait
),

with_one as (
    select
        piece,
        bit_or(patients) as patients
    from named
    group by piece
),

-- Everybody counts twice: in the whole cohort, and in the groups of the field.
in_groups as (
    select * from named
    union all by name
    select
        outcomes.piece,
        outcomes.imputation,
        if(asked.field = 'sex', 'unknown', 'none recorded') as value,
        outcomes.patients & coalesce(~with_one.patients, outcomes.patients) as patients
    from outcomes
    cross join asked
    left join with_one on outcomes.piece = with_one.piece
    union all by name
    select
        piece,
        imputation,
        null as value,
        patients
    from outcomes
),

by_version as (
    select
        in_groups.value,
        sum(bit_count(in_groups.patients))::bigint as n_patients,
        coalesce(
            sum(bit_count(in_groups.patients & outcomes.responders))::bigint, 0
        ) as n_responders,
        coalesce(sum(bit_count(in_groups.patients & outcomes.judged))::bigint, 0) as n_judged,
        coalesce(
            sum(bit_count(in_groups.patients & outcomes.not_evaluable))::bigint, 0
        ) as n_not_evaluable,
        n_patients - n_judged as n_unknown,
        n_responders / nullif(n_judged, 0) as rate
    from in_groups
    inner join outcomes on in_groups.piece = outcomes.piece
    group by
        in_groups.imputation,
        in_groups.value
),

all_versions as (
    select count(*) as n_versions
    from versions
),

-- A version in which a group has nobody has no row for it.
over_versions as (
    select
        by_version.value,
        list_resize(list(by_version.n_patients), all_versions.n_versions, 0) as n_patients,
        list_resize(list(by_version.n_responders), all_versions.n_versions, 0) as n_responders,
        list_resize(list(by_version.n_judged), all_versions.n_versions, 0) as n_judged,
        list_resize(
            list(by_version.n_not_evaluable), all_versions.n_versions, 0
        ) as n_not_evaluable,
        list_resize(list(by_version.n_unknown), all_versions.n_versions, 0) as n_unknown,
        list(by_version.rate) as rates
    from by_version
    cross join all_versions
    group by
        by_version.value,
        all_versions.n_versions
),

summarised as (
    select
        value,
        list_aggregate(n_responders, 'quantile_disc', 0.5) as n_responders,
        list_min(n_responders) as n_responders_lowest,
        list_max(n_responders) as n_responders_highest,
        list_aggregate(n_judged, 'quantile_disc', 0.5) as n_judged,
        list_min(n_judged) as n_judged_lowest,
        list_max(n_judged) as n_judged_highest,
        list_aggregate(n_not_evaluable, 'quantile_disc', 0.5) as n_not_evaluable,
        list_min(n_not_evaluable) as n_not_evaluable_lowest,
        list_max(n_not_evaluable) as n_not_evaluable_highest,
        list_aggregate(n_unknown, 'quantile_disc', 0.5) as n_unknown,
        list_min(n_unknown) as n_unknown_lowest,
        list_max(n_unknown) as n_unknown_highest,
        list_aggregate(n_patients, 'quantile_disc', 0.5) as n_patients,
        list_min(n_patients) as n_patients_lowest,
        list_max(n_patients) as n_patients_highest,
        list_aggregate(rates, 'quantile_disc', 0.5) as rate,
        list_min(rates) as rate_lowest,
        list_max(rates) as rate_highest
    from over_versions
),

group_positions as (
    select
        diagnosis_group,
        min(rowid) as group_position
    from reference.diagnoses
    group by diagnosis_group
),

-- The cohort; groups as in the reference list, doses from the highest, ages from the youngest; centres
-- by name, what has no order of its own by how often it is in the registry, so that a filter moves no row.
ordered as (
    select summarised.*
    from summarised
    cross join asked
    cross join asked_trait
    left join trait_values
        on asked_trait.trait = trait_values.trait and summarised.value = trait_values.value
    left join group_positions on summarised.value = group_positions.diagnosis_group
    where summarised.n_patients_highest > 0
    order by
        summarised.value is not null asc,
        summarised.value = if(asked.field = 'sex', 'unknown', 'none recorded') asc,
        group_positions.group_position asc,
        if(asked.field = 'age_decade', 1, -1) * try_cast(summarised.value as double) asc,
        summarised.value = 'none' asc,
        if(asked.field = 'centre', 0, coalesce(trait_values.n_in_registry, 0)) desc,
        summarised.value asc
)

select * from ordered
