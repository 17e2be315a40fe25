-- title:   Table 1 by any grouping: medians, quartiles and ranges
-- grain:   one row per (group_place, measure, statistic) of the groups with patients of the cohort in at least one version
-- params:  $cohort (see registry/members.sql), $by: the trait that groups (see registry/traits.sql; none: one group)
-- columns: group_place (0: the whole cohort; else as in summary/table_1_counts.sql), group_value (text; as there), measure (a column of patient_facts), statistic (minimum, lower quartile, median, upper quartile, maximum), value, value_lowest, value_highest (in the measure's unit; median and range over the versions), n, n_lowest, n_highest (count of patients in whom the measure is known), n_missing, n_missing_lowest, n_missing_highest (count)
-- missing: an unknown value is in n_missing and in no statistic; a version in which a group has nobody has no statistics and counts 0; quartiles are interpolated as by quantile_cont, which is type 7 of Hyndman and Fan
-- disclosure: asked of cohort; label group_value, measure, statistic; numbered group_place; statistic value of n;
--              count n, n_missing; open n; partition group_value in (measure, statistic) by n_missing, n +
--              n_missing of row group_place = 0 where group_place != 0; rows (group_place) by n + n_missing
with

asked as (
    select $by::varchar as grouping_trait
),

members as (
    select
        patient_facts.imputation,
        coalesce(groups.place, 0) as group_place,
        groups.value as group_value,
        patient_facts.age_at_first_ivig_years,
        patient_facts.diagnosis_to_first_ivig_years,
        patient_facts.n_cycles,
        patient_facts.cumulative_dose_g_per_kg,
        patient_facts.therapy_duration_years
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

-- Everybody once more as the whole cohort; where nothing groups, they are it already.
in_groups as (
    select * replace (0 as group_place, null as group_value)
    from members
    union all
    select *
    from members
    where group_place > 0
),

by_version as (
    select
        imputation,
        group_place,
        any_value(group_value) as group_value,
        count(*) as n_members,
        unnest(
            [
                {
                    'measure': 'age_at_first_ivig_years',
                    'n': count(age_at_first_ivig_years),
                    'figures': quantile_cont(age_at_first_ivig_years, [0, 0.25, 0.5, 0.75, 1])
                },
                {
                    'measure': 'diagnosis_to_first_ivig_years',
                    'n': count(diagnosis_to_first_ivig_years),
                    'figures': quantile_cont(diagnosis_to_first_ivig_years, [0, 0.25, 0.5, 0.75, 1])
                },
                {
                    'measure': 'n_cycles',
                    'n': count(n_cycles),
                    'figures': quantile_cont(n_cycles, [0, 0.25, 0.5, 0.75, 1])
                },
                {
                    'measure': 'cumulative_dose_g_per_kg',
                    'n': count(cumulative_dose_g_per_kg),
                    'figures': quantile_cont(cumulative_dose_g_per_kg, [0, 0.25, 0.5, 0.75, 1])
                },
                {
                    'measure': 'therapy_duration_years',
                    'n': count(therapy_duration_years),
                    'figures': quantile_cont(therapy_duration_years, [0, 0.25, 0.5, 0.75, 1])
                }
            ]
        ) as measured
    from in_groups
    group by
        imputation,
        group_place
),

all_versions as (
    select count(*) as n_versions
    from versions
),

over_versions as (
    select
        by_version.group_place,
        any_value(by_version.group_value) as group_value,
        by_version.measured.measure,
        list_resize(list(by_version.measured.n), all_versions.n_versions, 0) as ns,
        list_resize(
            list(by_version.n_members - by_version.measured.n), all_versions.n_versions, 0
        ) as ns_missing,
        [
            list(by_version.measured.figures[1]),
            list(by_version.measured.figures[2]),
            list(by_version.measured.figures[3]),
            list(by_version.measured.figures[4]),
            list(by_version.measured.figures[5])
        ] as figures
    from by_version
    cross join all_versions
    group by
        by_version.group_place,
        by_version.measured.measure,
        all_versions.n_versions
),

statistics as (
    select
        group_place,
        group_value,
        measure,
        ns,
        ns_missing,
        unnest(
            ['minimum', 'lower quartile', 'median', 'upper quartile', 'maximum']
        ) as statistic,
        unnest(figures) as figures,
        unnest(range(5)) as place
    from over_versions
),

summarised as (
    select
        group_place,
        group_value,
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
    order by
        group_place,
        measure,
        place
)

select * from summarised
