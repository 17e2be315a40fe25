-- title:   What the summary tables measure, of a cohort in each version of a large registry
-- grain:   one row per (imputation, diagnosis_group, measure, symptom); a version or group without members has no row
-- params:  criteria, by_diagnosis_group (see registry/measured.sql)
-- columns: those of registry/measured.sql
-- missing: see registry/measured.sql
-- In the place of registry/measured.sql: of a few patients that is faster, of many it keeps and sorts every number.
create or replace macro measured(criteria, by_diagnosis_group) as table
    with

    pieces as materialized (
        select
            piece,
            first_seat,
            patients,
            is_whole
        from cohort_pieces(criteria)
    ),

    in_part as (
        select
            list(
                {
                    'piece': piece,
                    'first_seat': first_seat,
                    'patients': patients
                }
            ) as asked
        from pieces
        where not is_whole
    ),

    -- A piece that is in the cohort as a whole has been counted before.
    counts as (
        select
            imputation,
            diagnosis_group,
            measure,
            symptom,
            value,
            n_patients
        from counted_values((select in_part.asked from in_part), false, by_diagnosis_group)
        union all
        select
            value_counts.imputation,
            value_counts.diagnosis_group,
            value_counts.measure,
            value_counts.symptom,
            value_counts.value,
            value_counts.n_patients
        from main.value_counts
        inner join pieces on value_counts.piece = pieces.piece
        where pieces.is_whole
    ),

    together as (
        select
            imputation,
            if(by_diagnosis_group, diagnosis_group, null) as diagnosis_group,
            measure,
            symptom,
            value,
            sum(n_patients)::bigint as n_patients
        from counts
        where
            if(
                by_diagnosis_group,
                measure in ('n_cycles', 'cumulative_dose_g_per_kg', 'has_side_effect', 'symptom'),
                measure != 'symptom'
            )
        group by all
    ),

    in_order as (
        select
            *,
            if(value is null, 0, n_patients) as n_known,
            sum(n_known) over (
                partition by
                    imputation,
                    diagnosis_group,
                    measure,
                    symptom
                order by value asc nulls last
            ) as n_up_to_here,
            sum(n_known) over (
                partition by
                    imputation,
                    diagnosis_group,
                    measure,
                    symptom
            ) as n
        from together
    ),

    summarised as (
        select
            imputation,
            diagnosis_group,
            measure,
            symptom,
            measure in ('female', 'response', 'not_evaluable', 'has_side_effect', 'symptom')
                as is_count,
            any_value(n)::bigint as n,
            sum(n_patients - n_known)::bigint as n_missing,
            coalesce(sum(n_patients) filter (where value = 1), 0) as n_yes,
            -- The value in the middle, or the mean of the two.
            (
                min(value) filter (where 2 * n_up_to_here >= n)
                + min(value) filter (where 2 * n_up_to_here > n)
            )
            / 2 as middle,
            min(value) as lowest,
            max(value) as highest
        from in_order
        group by all
    )

    select
        imputation,
        diagnosis_group,
        measure,
        symptom,
        n,
        n_missing,
        if(is_count, [n_yes], [middle, lowest, highest]) as figures
    from summarised
