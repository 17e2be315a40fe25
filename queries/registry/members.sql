-- title:   Who meets the criteria of a filter, all of them or all but one: the one definition of its predicate
-- grain:   one row per (imputation, left_out)
-- params:  criteria (JSON text, a list of at most one for a field: the field's column and position, and values, met
--          by any of them, or lower and upper, met by a number between them, both inclusive); an empty list is everybody
-- columns: imputation, left_out (position of the field whose criterion is not asked; 0: all are asked),
--          patients (bit string: at a patient's seat 1 if they meet the others)
-- missing: a patient whose field is not recorded meets no criterion on it
create macro members(criteria) as table
    with

    criteria_asked as materialized (
        select
            unnest(
                from_json_strict(
                    criteria::varchar,
                    '[{"field": "varchar", "position": "integer", "values": ["varchar"],'
                    || ' "lower": "double", "upper": "double"}]'
                ),
                recursive := true
            )
    ),

    found as (
        select
            filter_index.imputation,
            filter_index.position,
            bit_or(filter_index.patients) as patients
        from main.filter_index
        inner join criteria_asked
            on
                filter_index.position = criteria_asked.position
                and (
                    list_contains(criteria_asked."values", filter_index.value)
                    or filter_index.number between criteria_asked.lower and criteria_asked.upper
                )
        group by all
    ),

    -- A criterion that nobody meets in a version still counts there.
    met as (
        select
            versions.imputation,
            criteria_asked.position,
            coalesce(found.patients, versions.nobody) as patients
        from main.versions
        cross join criteria_asked
        left join found
            on
                versions.imputation = found.imputation
                and criteria_asked.position = found.position
    ),

    choices as (
        select 0 as left_out
        union all
        select position from main.filter_fields
    )

    select
        versions.imputation,
        choices.left_out,
        coalesce(bit_and(met.patients), any_value(versions.everybody)) as patients
    from main.versions
    cross join choices
    left join met
        on
            versions.imputation = met.imputation
            and choices.left_out != met.position
    group by
        versions.imputation,
        choices.left_out
