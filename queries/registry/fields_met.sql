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

    met as (
        select distinct
            criterion.population,
            patient_attributes.imputation,
            patient_attributes.patient_id,
            criterion.field
        from criterion
        inner join patient_attributes
            on
                criterion.field = patient_attributes.field
                and (
                    list_contains(criterion."values", patient_attributes.value)
                    or (
                        (criterion.lower is not null or criterion.upper is not null)
                        and patient_attributes.number >= coalesce(criterion.lower, '-infinity')
                        and patient_attributes.number <= coalesce(criterion.upper, 'infinity')
                    )
                )
    )

    select * from met
