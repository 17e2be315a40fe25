-- title:   The values that occur in the fields of the filter, and who has them
-- grain:   one row per (position, value, number)
-- params:  none
-- columns: position (of the field), number (rounded to the field's decimals; null for texts), value (text; of a number
--          its bin's lower end; in a list also 'any' or 'none'), bin_width (number, null for texts), n_rows (count of
--          patients, over all versions), patients (bit string over the seats of all versions: 1 where a patient has it)
-- missing: those in whom a field is not recorded are a row without a value; an empty list is recorded
create table filter_values as
with

-- Numbers in whole steps of their last decimal: tenths, divided by two tenths, must not miss a bin.
numbers as (
    unpivot (
        select
            seat,
            columns(lambda name: list_contains(getvariable('filter_numbers'), name))::double
        from patient_facts
    )
    on columns(* exclude (seat)) into name field value number
),

steps as (
    select
        numbers.seat,
        filter_fields.position,
        null as text,
        round(numbers.number * pow(10, filter_fields.decimals))::bigint as step
    from numbers
    inner join filter_fields on numbers.field = filter_fields.field
),

texts as (
    unpivot (
        select
            seat,
            columns(lambda name: list_contains(getvariable('filter_texts'), name))::varchar
        from patient_facts
    )
    on columns(* exclude (seat)) into name field value text
),

lists as (
    unpivot (
        select
            seat,
            columns(lambda name: list_contains(getvariable('filter_lists'), name))
        from patient_facts
    )
    on columns(* exclude (seat)) into name field value texts
),

listed as (
    select
        lists.seat,
        filter_fields.position,
        unnest(
            case
                when len(lists.texts) = 0 then if(filter_fields.is_list, ['none'], [null])
                when filter_fields.is_list then ['any'] || lists.texts
                else lists.texts
            end
        ) as text
    from lists
    inner join filter_fields on lists.field = filter_fields.field
),

had as (
    select * from steps
    union all
    select
        texts.seat,
        filter_fields.position,
        texts.text,
        null as step
    from texts
    inner join filter_fields on texts.field = filter_fields.field
    union all
    select
        seat,
        position,
        text,
        null as step
    from listed
),

-- Few values from here on, however many patients; without a value those of whom an empty list is
-- recorded, which holds nothing.
recorded as (
    select
        position,
        text,
        step,
        count(*) as n_rows,
        bitstring_agg(seat, 0, getvariable('last_seat')) as patients
    from had
    group by all
),

everybody as (
    select bitstring_agg(seat, 0, getvariable('last_seat')) as everybody
    from patient_facts
),

unrecorded as (
    select
        filter_fields.position,
        any_value(everybody.everybody) & ~coalesce(
            bit_or(recorded.patients),
            any_value(everybody.everybody) & ~any_value(everybody.everybody)
        ) as patients
    from filter_fields
    cross join everybody
    left join recorded on filter_fields.position = recorded.position
    group by filter_fields.position
),

occurring as (
    select * from recorded
    where
        text is not null
        or step is not null
    union all by name
    select
        position,
        patients,
        bit_count(patients) as n_rows
    from unrecorded
    where bit_position('1'::bit, patients) > 0
),

in_steps as (
    select
        occurring.*,
        filter_fields.bin_width * pow(10, filter_fields.decimals) as narrowest,
        pow(10, filter_fields.decimals) as n_steps
    from occurring
    inner join filter_fields on occurring.position = filter_fields.position
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

in_bins as (
    select
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
        widths.width / in_steps.n_steps as bin_width,
        in_steps.n_rows,
        in_steps.patients
    from in_steps
    left join widths on in_steps.position = widths.position
)

select * from in_bins
