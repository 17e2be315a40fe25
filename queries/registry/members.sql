-- title:   Who meets the criteria of a filter, all of them or all but one: the one definition of its predicate
-- grain:   one row per (left_out)
-- params:  criteria (JSON text, a list of at most one for a field: the field's column and position; values, or lower
--          and upper, which are met by a number between them, both inclusive; mode: any (or null) is met by one of
--          the values, all by all of them together, none by a field that is recorded and has none of them);
--          an empty list is everybody
-- columns: left_out (position of the field whose criterion is not asked; 0: all are asked),
--          patients (bit string over the seats of all versions: 1 where a patient meets the others)
-- missing: a patient whose field is not recorded meets no criterion on it
create macro members(criteria) as table
    with

    asked as (
        select
            from_json_strict(
                criteria::varchar,
                '[{"field": "varchar", "position": "integer", "mode": "varchar",'
                || ' "values": ["varchar"], "lower": "double", "upper": "double"}]'
            ) as criteria_asked
    ),

    -- Of each criterion, the bitmaps that it names; for none also those in whom the field is not recorded.
    named as (
        select
            filter_index.positions,
            filter_index.everybody,
            filter_index.nobody,
            list_transform(
                asked.criteria_asked,
                lambda criterion: {
                    'position': criterion.position,
                    'mode': coalesce(criterion."mode", 'any'),
                    'n_values': list_unique(criterion."values"),
                    'bitmaps': list_transform(
                        list_filter(
                            filter_index.entries,
                            lambda entry: entry.position = criterion.position
                            and (
                                list_contains(criterion."values", entry.value)
                                or entry.number between criterion.lower and criterion.upper
                                or (criterion."mode" = 'none' and entry.value is null)
                            )
                        ),
                        lambda entry: entry.patients
                    )
                }
            ) as criteria_named
        from held.main.filter_index as filter_index
        cross join asked
    ),

    met as (
        select
            positions,
            everybody,
            list_transform(
                criteria_named,
                lambda named: {
                    'position': named.position,
                    'patients': coalesce(
                        case
                            when named."mode" = 'any' then list_bit_or(named.bitmaps)
                            when named."mode" = 'all' and len(named.bitmaps) = named.n_values
                                then list_bit_and(named.bitmaps)
                            when named."mode" = 'none'
                                then everybody & ~coalesce(list_bit_or(named.bitmaps), nobody)
                        end,
                        nobody
                    )
                }
            ) as criteria_met
        from named
    ),

    without_one as (
        select
            unnest(positions) as left_out,
            everybody,
            criteria_met
        from met
    )

    select
        left_out,
        coalesce(
            list_bit_and(
                list_transform(
                    list_filter(criteria_met, lambda met: met.position != left_out),
                    lambda met: met.patients
                )
            ),
            everybody
        ) as patients
    from without_one
