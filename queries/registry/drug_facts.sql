-- title:   The drugs of each patient, by when they were taken
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, prior_drugs (list), concomitant_drugs (list), subsequent_drugs (list)
-- missing: a patient without other drugs has no row; a list is null if there is none of its kind
create temp table drug_facts as
with

drugs as (
    select
        imputation,
        patient_id,
        list_sort(list_distinct(list(drug) filter (where role = 'prior')))
            as prior_drugs,
        list_sort(list_distinct(list(drug) filter (where role = 'concomitant')))
            as concomitant_drugs,
        list_sort(list_distinct(list(drug) filter (where role = 'subsequent')))
            as subsequent_drugs
    from registry.treatments
    group by all
)

select * from drugs
