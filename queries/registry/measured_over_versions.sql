-- title:   What the summary tables measure, of a cohort over all versions
-- grain:   one row per (diagnosis_group, measure, statistic) that anybody in the cohort gives reason for
-- params:  criteria, by_diagnosis_group (see registry/measured.sql)
-- columns: diagnosis_group, measure (see registry/measured.sql), statistic (median, minimum, maximum; count of what is a yes or
--          a no; of a symptom its name), value, value_lowest, value_highest (the statistic, in the measure's unit; median and range
--          over the versions), n, n_lowest, n_highest (count of the patients in whom the measure is known), n_missing, n_missing_lowest,
--          n_missing_highest (count)
-- missing: a version in which nobody belongs to the cohort, or to the group, has no median and counts 0; of a symptom n and
--          n_missing: see registry/measured.sql
create macro measured_over_versions(criteria, by_diagnosis_group) as table
    with

    all_versions as (
        select count(*) as n_versions
        from main.versions
    ),

    over_versions as (
        select
            measured.diagnosis_group,
            measured.measure,
            measured.symptom,
            max(len(measured.figures)) = 1 as is_count,
            list_resize(list(measured.n), all_versions.n_versions, 0) as ns,
            list_resize(list(measured.n_missing), all_versions.n_versions, 0) as ns_missing,
            list(measured.figures[1]) as firsts,
            list_resize(firsts, all_versions.n_versions, 0) as counts,
            list(measured.figures[2]) as minima,
            list(measured.figures[3]) as maxima
        from measured(criteria, by_diagnosis_group) as measured
        cross join all_versions
        group by
            measured.diagnosis_group,
            measured.measure,
            measured.symptom,
            all_versions.n_versions
    ),

    statistics as (
        select
            diagnosis_group,
            measure,
            unnest(
                if(is_count, [coalesce(symptom, 'count')], ['median', 'minimum', 'maximum'])
            ) as statistic,
            unnest(if(is_count, [counts], [firsts, minima, maxima])) as figures,
            ns,
            ns_missing
        from over_versions
    )

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
