-- title:   Every attribute that a published statement can ask for, in long form
-- grain:   one row per (imputation, patient_id, field, value)
-- params:  none
-- columns: imputation, patient_id, field (text: a column of patient_facts, infusion_days, or
--          concomitant_dose.<drug>), value (text), number (the value as a number, where it is one)
-- missing: what is not recorded has no row; a field that is a list has one row for each of its values
create view patient_attributes as
with

facts as (
    select
        imputation,
        patient_id,
        to_json(patient_facts) as fact
    from patient_facts
),

fields as (
    select
        *,
        unnest(json_keys(fact)) as field
    from facts
),

fact_values as (
    select
        imputation,
        patient_id,
        field,
        case json_type(fact, field)
            when 'ARRAY' then json_extract(fact, field)
            else json_array(json_extract(fact, field))
        end as field_values
    from fields
    where field != 'imputation'
),

fact_attributes as (
    select
        imputation,
        patient_id,
        field,
        unnest(from_json(field_values, '["varchar"]')) as value
    from fact_values
),

infusion_attributes as (
    select distinct
        imputation,
        patient_id,
        'infusion_days' as field,
        infusion_days::varchar as value
    from registry.cycles
),

dose_attributes as (
    select distinct
        imputation,
        patient_id,
        'concomitant_dose.' || drug as field,
        dose::varchar as value
    from registry.treatments
    where role = 'concomitant'
),

attributes as (
    select * from fact_attributes
    union all by name
    select * from infusion_attributes
    union all by name
    select * from dose_attributes
),

with_numbers as (
    select
        imputation,
        patient_id,
        field,
        value,
        try_cast(value as double) as number
    from attributes
    where value is not null
)

select * from with_numbers
