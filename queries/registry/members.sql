-- title:   Who belongs to which population: the one definition of a cohort
-- grain:   one row per (population, imputation, patient_id)
-- params:  criteria (see registry/fields_met.sql; the criteria on every field must be met)
-- columns: population (text), imputation, patient_id
-- missing: see registry/fields_met.sql
create macro members(criteria) as table
    with

    fields_needed as (
        select
            criterion.population,
            count(distinct criterion.field) as n_fields
        from (
            select unnest(criteria::struct(population varchar, field varchar) [], recursive := true)
        ) as criterion
        group by criterion.population
    ),

    fields_met_by_patient as (
        select
            population,
            imputation,
            patient_id,
            count(*) as n_fields
        from fields_met(criteria)
        group by all
    ),

    complete as (
        select
            fields_met_by_patient.population,
            fields_met_by_patient.imputation,
            fields_met_by_patient.patient_id
        from fields_met_by_patient
        inner join fields_needed
            on
                fields_met_by_patient.population = fields_needed.population
                and fields_met_by_patient.n_fields = fields_needed.n_fields
    )

    select * from complete
