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

    partly_asked as (
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

    whole_parts as (
        select parts.part
        from main.parts
        inner join pieces on parts.piece = pieces.piece
        where pieces.is_whole
    ),

    -- Of a piece that is in the cohort as a whole, the parts have been counted before.
    counts as (
        select
            part,
            measure,
            symptom,
            place,
            n_patients
        from counted_values((select partly_asked.asked from partly_asked))
        union all
        select
            value_counts.part,
            value_counts.measure,
            value_counts.symptom,
            value_counts.place,
            value_counts.n_patients
        from main.value_counts
        inner join whole_parts on value_counts.part = whole_parts.part
    ),

    together as (
        select
            parts.imputation,
            if(by_diagnosis_group, parts.diagnosis_group, null) as diagnosis_group,
            counts.measure,
            counts.symptom,
            counts.place,
            sum(counts.n_patients)::bigint as n_patients
        from counts
        inner join main.parts on counts.part = parts.part
        where
            if(
                by_diagnosis_group,
                counts.measure
                in ('n_cycles', 'cumulative_dose_g_per_kg', 'has_side_effect', 'symptom'),
                counts.measure != 'symptom'
            )
        group by all
    ),

    in_order as (
        select
            *,
            if(place is null, 0, n_patients) as n_known,
            sum(n_known) over (
                partition by
                    imputation,
                    diagnosis_group,
                    measure,
                    symptom
                order by place asc nulls last
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
            in_order.imputation,
            in_order.diagnosis_group,
            in_order.measure,
            in_order.symptom,
            in_order.measure
            in ('female', 'response', 'not_evaluable', 'has_side_effect', 'symptom') as is_count,
            any_value(in_order.n)::bigint as n,
            sum(in_order.n_patients - in_order.n_known)::bigint as n_missing,
            coalesce(sum(in_order.n_patients) filter (where in_order.place = 1), 0) as n_yes,
            -- The value in the middle, or the mean of the two.
            (
                min(measured_values.value) filter (where 2 * in_order.n_up_to_here >= in_order.n)
                + min(measured_values.value) filter (where 2 * in_order.n_up_to_here > in_order.n)
            )
            / 2 as middle,
            min(measured_values.value) as lowest,
            max(measured_values.value) as highest
        from in_order
        left join main.measured_values
            on
                in_order.measure = measured_values.measure
                and in_order.place = measured_values.place
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
