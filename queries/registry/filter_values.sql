-- title:   Which values each patient has in the fields of the filter
-- grain:   one row per (seat, position, value)
-- params:  none
-- columns: seat (of patient_facts), position (of the field), number (rounded to the field's decimals; null for
--          texts), value (text; of a number its bin's lower end; in a list also 'any' or 'none'), bin_width (number,
--          null for texts)
-- missing: a field that is not recorded has one row without a value; an empty list is recorded
create table filter_values as
with

-- Each cell by itself: looking a field up in the JSON of a whole row would read the row once a field.
cells as (
    unpivot (
        select
            seat,
            coalesce(to_json(columns(* exclude (seat))), 'null'::json)
        from patient_facts
    )
    on columns(* exclude (seat)) into name field value fact
),

-- Whatever a column holds, the filter sees a list of texts.
slots as (
    select
        cells.seat,
        filter_fields.position,
        case
            when filter_fields.is_list and json_array_length(cells.fact) = 0
                then ['none']
            when json_type(cells.fact) = 'ARRAY'
                then
                    if(filter_fields.is_list, ['any'], [])
                    || from_json(cells.fact, '["varchar"]')
            else [json_extract_string(cells.fact, '$')]
        end as texts
    from cells
    inner join filter_fields on cells.field = filter_fields.field
),

texts_of_patients as (
    select
        seat,
        position,
        unnest(texts) as text
    from slots
),

-- Numbers in whole steps of their last decimal: tenths, divided by two tenths, must not miss a bin.
in_steps as (
    select
        texts_of_patients.*,
        filter_fields.bin_width * pow(10, filter_fields.decimals) as narrowest,
        pow(10, filter_fields.decimals) as n_steps,
        if(
            filter_fields.bin_width is null, null, round(try_cast(text as double) * n_steps)
        )::bigint as step
    from texts_of_patients
    inner join filter_fields on texts_of_patients.position = filter_fields.position
),

spans as (
    select
        position,
        any_value(narrowest) as narrowest,
        min(step) as lowest,
        max(step) as highest
    from in_steps
    where step is not null
    group by position
),

factors as (
    select digits.digit * pow(10, powers.power) as factor
    from unnest([1, 2, 5]) as digits (digit)
    cross join range(9) as powers (power)
),

-- The narrowest round width that makes a histogram of at most 30 bins.
widths as (
    select
        spans.position,
        min(round(spans.narrowest * factors.factor)::bigint) as width
    from spans
    cross join factors
    where
        spans.highest // round(spans.narrowest * factors.factor)::bigint
        - spans.lowest // round(spans.narrowest * factors.factor)::bigint
        < 30
    group by spans.position
),

values_of_patients as (
    select
        in_steps.seat,
        in_steps.position,
        in_steps.step / in_steps.n_steps as number,
        if(
            widths.width is null,
            in_steps.text,
            regexp_replace(
                (in_steps.step // widths.width * widths.width / in_steps.n_steps)::varchar,
                '\.0$',
                ''
            )
        ) as value,
        widths.width / in_steps.n_steps as bin_width
    from in_steps
    left join widths on in_steps.position = widths.position
)

select * from values_of_patients
