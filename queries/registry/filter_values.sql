-- title:   Which values each patient has in the fields of the filter
-- grain:   one row per (seat, position, value)
-- params:  none
-- columns: seat (of patient_facts), position (of the field), number (null for texts), value (text; of a
--          number its bin's lower end)
-- missing: a field that is not recorded has one row without a value, an empty list has none
create table filter_values as
with

facts as (
    select
        seat,
        to_json(patient_facts) as fact
    from patient_facts
),

-- Whatever a column holds, the filter sees a list of texts.
slots as (
    select
        facts.seat,
        filter_fields.position,
        filter_fields.bin_width,
        case json_type(facts.fact, filter_fields.field)
            when 'ARRAY'
                then from_json(json_extract(facts.fact, filter_fields.field), '["varchar"]')
            else [json_extract_string(facts.fact, filter_fields.field)]
        end as texts
    from facts
    cross join filter_fields
),

texts_of_patients as (
    select
        seat,
        position,
        bin_width,
        unnest(texts) as text
    from slots
),

values_of_patients as (
    select
        seat,
        position,
        if(bin_width is null, null, try_cast(text as double)) as number,
        (floor(number / bin_width) * bin_width)::integer::varchar as bin,
        if(bin_width is null, text, bin) as value
    from texts_of_patients
)

select * exclude (bin) from values_of_patients
