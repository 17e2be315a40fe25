-- title:   The patients as the filter sees them
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: those of registry/patient_facts.sql, options (list: for each filter field its list of values as text),
--          numbers (list: for each filter field its value as a number, null for texts)
-- missing: a field that is not recorded has an empty list and no number, so no criterion on it is met
create table filter_patients as
with

facts as (
    select
        imputation,
        patient_id,
        to_json(patient_facts) as fact
    from patient_facts
),

-- Whatever a column holds, the filter sees a list of texts.
slots as (
    select
        facts.imputation,
        facts.patient_id,
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

values_of_slots as (
    select
        imputation,
        patient_id,
        position,
        if(bin_width is null, null, try_cast(texts[1] as double)) as number,
        (floor(number / bin_width) * bin_width)::integer::varchar as bin,
        list_filter(if(bin_width is null, texts, [bin]), lambda text: text is not null) as texts
    from slots
),

patients as (
    select
        imputation,
        patient_id,
        list(texts order by position) as options,
        list(number order by position) as numbers
    from values_of_slots
    group by all
),

joined as (
    select
        patient_facts.*,
        patients.options,
        patients.numbers
    from patient_facts
    inner join patients using (imputation, patient_id)
)

select * from joined
