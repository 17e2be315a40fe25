-- title:   The drugs of each patient, by when they were taken
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, prior (list of places in the drugs of names.sql), concomitant (list), subsequent (list)
-- missing: a patient without other drugs has no row; a list is null if there is none of its kind
create temp table drug_facts as
with

numbered as (
    select
        unnest(drugs) as drug,
        generate_subscripts(drugs, 1)::usmallint as place
    from names
),

gathered as (
    select
        treatments.imputation,
        treatments.patient_id,
        list(numbered.place) filter (where treatments.role = 'prior') as prior,
        list(numbered.place) filter (where treatments.role = 'concomitant') as concomitant,
        list(numbered.place) filter (where treatments.role = 'subsequent') as subsequent
    from registry.treatments
    inner join numbered on treatments.drug = numbered.drug
    group by all
),

in_order as (
    select
        imputation,
        patient_id,
        list_sort(list_distinct(prior)) as prior,
        list_sort(list_distinct(concomitant)) as concomitant,
        list_sort(list_distinct(subsequent)) as subsequent
    from gathered
)

select * from in_order
