-- title:   Every attribute that a published statement can ask for, in long form
-- grain:   one row per (imputation, patient_id, field, value)
-- params:  none
-- columns: imputation, patient_id, field (text: a column of patient_facts, infusion_days, or
--          concomitant_dose.<drug>), value (text), number (the value as a number, where it is one)
-- missing: what is not recorded has no row; a field that is a list has one row for each of its values
create view patient_attributes as
with

-- Column by column, each under its own name, so that no row holds all of its patient.
facts as (
    select
        imputation,
        patient_id as patient,
        to_json(columns(* exclude (imputation))) as '\0' -- noqa: RF05
    from patient_facts
),

fields as (
    unpivot facts
    on columns(* exclude (imputation, patient))
    into name field value fact
),

fact_values as (
    select
        imputation,
        patient,
        field,
        if(json_type(fact) = 'ARRAY', fact, json_array(fact)) as field_values
    from fields
),

fact_attributes as (
    select
        imputation,
        patient as patient_id,
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
