-- title:   Table 1 by any grouping: how many patients have what
-- grain:   one row per (group_place, trait, value), of groups and values that occur in the cohort in at least one version; the rows without a trait hold the size of the group
-- params:  $cohort (see registry/members.sql), $by: the trait that groups (see registry/traits.sql; none: one group)
-- columns: group_place (0: the whole cohort, 1 and up: the groups in reading order), group_value (text; null: the whole cohort, or those in whom the trait is not recorded), trait (see registry/traits.sql; all but the one that groups and age decades), value (text; of symptoms and drugs the 8 most frequent ones of the cohort), n_values (how many values of the trait occur in the cohort), n_patients, n_patients_lowest, n_patients_highest (count; median and range over the versions), n, n_lowest, n_highest (count of those in whom the trait is known), share, share_lowest, share_highest (of these, 0 to 1; null if there are none), n_missing, n_missing_lowest, n_missing_highest (count of those in whom it is not recorded)
-- missing: who lacks a trait is in n_missing and not in n; without a recorded side-effect, drug or overlap a patient had none; subtypes are counted among patients with dermatomyositis; a version in which a group has nobody counts 0 and has no share
-- disclosure: asked of cohort; label group_value, trait, value; numbered group_place; count n_patients, n; count
--              n_missing where trait != subtype; share share = n_patients of n; never n_values; rows (group_place)
--              by n where trait is null; rows (trait, value) by n_patients where group_place = 0; order value in
--              (group_place, trait) by n_patients where trait = overlap|symptoms|concomitant_drugs|prior_drugs;
--              open n where trait = sex|centre|diagnosis_group|subtype|dose_tier|response; partition value in
--              (group_place, trait) by n_patients of n where trait =
--              sex|centre|diagnosis_group|subtype|dose_tier|response|has_side_effect; partition value in
--              (group_place, trait) by n_patients among n where trait =
--              overlap|symptoms|concomitant_drugs|prior_drugs; part n_patients of n where trait =
--              overlap|symptoms|concomitant_drugs|prior_drugs; partition group_value in (trait, value) by
--              n_patients, n_missing, n, n + n_missing of row group_place = 0 where group_place != 0
with

asked as (
    select $by::varchar as grouping_trait
),

members as materialized (
    select
        patient_facts.imputation,
        patient_facts.seat,
        coalesce(groups.place, 0) as group_value_place
    from patient_facts
    cross join members($cohort) as members
    left join traits as groups
        on
            patient_facts.seat = groups.seat
            and groups.trait = (select asked.grouping_trait from asked)
    where
        members.left_out = 0
        and get_bit(members.patients, patient_facts.seat) = 1
),

counted_in_groups as materialized (
    select
        members.imputation,
        members.group_value_place,
        traits.place,
        count(*)::integer as n_patients
    from members
    inner join traits on members.seat = traits.seat
    group by all
    union all by name
    select
        imputation,
        group_value_place,
        0 as place,
        count(*)::integer as n_patients
    from members
    group by
        imputation,
        group_value_place
),

-- The whole cohort is the group 0, and so is everybody if nothing groups.
counted as materialized (
    select
        imputation,
        0 as group_place,
        place,
        sum(n_patients)::integer as n_patients
    from counted_in_groups
    group by
        imputation,
        place
    union all by name
    select
        imputation,
        group_value_place as group_place,
        place,
        n_patients
    from counted_in_groups
    where group_value_place > 0
),

sizes as (
    select * exclude (place)
    from counted
    where place = 0
),

missing_places as (
    select distinct missing_place
    from trait_values
),

known as materialized (
    select
        sizes.imputation,
        sizes.group_place,
        missing_places.missing_place,
        coalesce(missing.n_patients, 0) as n_missing,
        sizes.n_patients - n_missing as n
    from sizes
    cross join missing_places
    left join counted as missing
        on
            sizes.imputation = missing.imputation
            and sizes.group_place = missing.group_place
            and missing_places.missing_place = missing.place
),

all_versions as (
    select count(*) as n_versions
    from versions
),

-- A version without a row has nobody: it counts 0.
known_over_versions as (
    select
        known.group_place,
        known.missing_place,
        count(*) filter (where known.n > 0) as n_versions_known,
        list_resize(list(known.n), all_versions.n_versions, 0) as ns,
        list_resize(list(known.n_missing), all_versions.n_versions, 0) as ns_missing
    from known
    cross join all_versions
    group by
        known.group_place,
        known.missing_place,
        all_versions.n_versions
),

having_them as (
    select
        counted.group_place,
        counted.place,
        list(counted.n_patients) as ns_patients,
        list(counted.n_patients / known.n) as shares
    from counted
    inner join trait_values on counted.place = trait_values.place
    inner join known
        on
            counted.imputation = known.imputation
            and counted.group_place = known.group_place
            and trait_values.missing_place = known.missing_place
    where trait_values.value is not null
    group by
        counted.group_place,
        counted.place
),

-- Of what a patient may have several of, the most frequent in the whole cohort.
ranked as (
    select
        trait_values.place,
        trait_values.trait,
        trait_values.value,
        trait_values.is_one_of,
        trait_values.missing_place,
        count(*) over (partition by trait_values.trait) as n_values,
        row_number() over (
            partition by trait_values.trait
            order by
                if(trait_values.is_one_of, 0, list_sum(having_them.ns_patients)) desc,
                trait_values.place asc
        ) as rank
    from having_them
    inner join trait_values on having_them.place = trait_values.place
    where
        having_them.group_place = 0
        and trait_values.trait
        not in ('age_decade', (select asked.grouping_trait from asked))
),

shown as (
    select *
    from ranked
    where
        is_one_of
        or rank <= 8
    union all by name
    select
        0 as place,
        -1 as missing_place,
        1 as n_values
),

-- Every value in every group: whom nobody has counts 0 there, too.
in_every_group as (
    select
        known_over_versions.group_place,
        shown.* exclude (missing_place),
        known_over_versions.ns,
        known_over_versions.ns_missing,
        if(
            shown.place = 0,
            known_over_versions.ns,
            list_resize(coalesce(having_them.ns_patients, []), all_versions.n_versions, 0)
        ) as ns_patients,
        if(
            shown.place = 0,
            null,
            list_resize(coalesce(having_them.shares, []), known_over_versions.n_versions_known, 0)
        ) as shares
    from shown
    cross join all_versions
    inner join known_over_versions on shown.missing_place = known_over_versions.missing_place
    left join having_them
        on
            known_over_versions.group_place = having_them.group_place
            and shown.place = having_them.place
),

summarised as (
    select
        in_every_group.group_place,
        groups.value as group_value,
        in_every_group.trait,
        in_every_group.value,
        in_every_group.n_values,
        list_aggregate(in_every_group.ns_patients, 'quantile_disc', 0.5) as n_patients,
        list_min(in_every_group.ns_patients) as n_patients_lowest,
        list_max(in_every_group.ns_patients) as n_patients_highest,
        list_aggregate(in_every_group.ns, 'quantile_disc', 0.5) as n,
        list_min(in_every_group.ns) as n_lowest,
        list_max(in_every_group.ns) as n_highest,
        list_aggregate(in_every_group.shares, 'quantile_disc', 0.5) as share,
        list_min(in_every_group.shares) as share_lowest,
        list_max(in_every_group.shares) as share_highest,
        list_aggregate(in_every_group.ns_missing, 'quantile_disc', 0.5) as n_missing,
        list_min(in_every_group.ns_missing) as n_missing_lowest,
        list_max(in_every_group.ns_missing) as n_missing_highest
    from in_every_group
    left join trait_values as groups on in_every_group.group_place = groups.place
    order by
        in_every_group.group_place asc,
        in_every_group.trait asc nulls first,
        in_every_group.rank asc
)

select * from summarised
