-- title:   Which of its criteria each patient meets
-- grain:   one row per (population, imputation, patient_id, field)
-- params:  criteria (list of structs: population, field, values, lower, upper; criteria on one field are
--          alternatives; a criterion is met by any of its values, or by a number from lower to upper,
--          both inclusive, null = open)
-- columns: population (text), imputation, patient_id, field (text)
-- missing: a patient whose field is not recorded meets no criterion on it
create macro fields_met(criteria) as table
    with

    criterion as (
        select unnest(
            criteria::struct(
                population varchar, field varchar, "values" varchar [], lower double, upper double
            ) [],
            recursive := true
        )
    ),

    value_asked as (
        select
            population,
            field,
            unnest("values") as value
        from criterion
    ),

    range_asked as (
        select
            population,
            field,
            coalesce(lower, '-infinity') as lower,
            coalesce(upper, 'infinity') as upper
        from criterion
        where lower is not null or upper is not null
    ),

    value_met as (
        select
            value_asked.population,
            patient_attributes.imputation,
            patient_attributes.patient_id,
            patient_attributes.field
        from value_asked
        inner join patient_attributes
            on
                value_asked.field = patient_attributes.field
                and value_asked.value = patient_attributes.value
    ),

    range_met as (
        select
            range_asked.population,
            patient_attributes.imputation,
            patient_attributes.patient_id,
            patient_attributes.field
        from range_asked
        inner join patient_attributes
            on
                range_asked.field = patient_attributes.field
                and range_asked.lower <= patient_attributes.number
                and range_asked.upper >= patient_attributes.number
    ),

    met as (
        select * from value_met
        union
        select * from range_met
    )

    select * from met
