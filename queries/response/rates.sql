-- title:   Who responded, in the groups of one field and in the whole cohort
-- grain:   one row per (value) with patients of the cohort in at least one version
-- params:  $cohort (see registry/members.sql), $field: diagnosis_group, dose_tier, sex, centre, prior_drug, concomitant_drug, side_effect or age_decade
-- columns: value (text; null: the whole cohort; a dose in g/kg; any or none; of an age decade its first year), n_responders, n_responders_lowest, n_responders_highest, n_judged, n_judged_lowest, n_judged_highest (patients whose response is recorded, not evaluable ones included), n_not_evaluable, n_not_evaluable_lowest, n_not_evaluable_highest, n_unknown, n_unknown_lowest, n_unknown_highest (patients whose response is not recorded), n_patients, n_patients_lowest, n_patients_highest (counts; median and range over the versions), rate, rate_lowest, rate_highest (n_responders / n_judged; median and range over the versions that have it)
-- missing: an unknown response is in n_unknown and not in n_judged; a patient of whom the field is not recorded, or without such a drug, has the value "none recorded"; a patient with several drugs counts under each; a version in which a group has nobody counts 0 and has no rate
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

members as (
    select
        everybody.imputation,
        everybody.is_member,
        everybody.response,
        case asked.field
            when 'diagnosis_group' then [everybody.diagnosis_group]
            when 'dose_tier' then [everybody.dose_tier]
            when 'sex' then [everybody.sex]
            when 'centre' then [everybody.centre]
            when 'prior_drug' then everybody.prior_drugs
            when 'concomitant_drug' then everybody.concomitant_drugs
            when 'side_effect' then [if(everybody.has_side_effect, 'any', 'none')]
            when 'age_decade' then [(everybody.age_at_first_ivig_years // 10 * 10)::varchar]
        end as recorded,
        list_filter(recorded, lambda value: value is not null) as known
    from everybody($cohort) as everybody
    cross join asked
),

-- Everybody counts twice: in the whole cohort, and in the groups of the field.
in_groups as (
    select
        imputation,
        is_member,
        response,
        unnest([null] || if(known = [], ['none recorded'], known)) as value
    from members
),

by_version as (
    select
        value,
        count(*) as n_in_registry,
        count(*) filter (where is_member) as n_patients,
        count(*) filter (where is_member and response = 'response') as n_responders,
        count(*) filter (where is_member and response is not null) as n_judged,
        count(*) filter (where is_member and response = 'not evaluable') as n_not_evaluable,
        n_patients - n_judged as n_unknown,
        n_responders / nullif(n_judged, 0) as rate
    from in_groups
    group by
        imputation,
        value
),

all_versions as (
    select count(*) as n_versions
    from versions
),

-- A version in which a group has nobody has no row for it.
over_versions as (
    select
        by_version.value,
        sum(by_version.n_in_registry) as n_in_registry,
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
        n_in_registry,
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
    select summarised.* exclude (n_in_registry)
    from summarised
    cross join asked
    left join group_positions on summarised.value = group_positions.diagnosis_group
    where summarised.n_patients_highest > 0
    order by
        summarised.value is not null asc,
        summarised.value = 'none recorded' asc,
        group_positions.group_position asc,
        if(asked.field = 'age_decade', 1, -1) * try_cast(summarised.value as double) asc,
        summarised.value = 'none' asc,
        if(asked.field = 'centre', 0, summarised.n_in_registry) desc,
        summarised.value asc
)

select * from ordered
