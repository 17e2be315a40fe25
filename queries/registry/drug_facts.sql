-- title:   The drugs of each patient, by when they were taken
-- grain:   one row per (imputation, patient_id)
-- params:  none
-- columns: imputation, patient_id, prior_drugs (list), concomitant_drugs (list), subsequent_drugs (list)
-- missing: a patient without other drugs has no row; a list is null if there is none of its kind
create temp table drug_facts as
with

-- Gathered as numbers in the order of their names: of millions of patients texts fill the memory.
names as (
    select list(distinct drug order by drug) as drugs
    from registry.treatments
),

numbered as (
    select
        unnest(drugs) as drug,
        generate_subscripts(drugs, 1)::usmallint as number
    from names
),

gathered as (
    select
        treatments.imputation,
        treatments.patient_id,
        list(numbered.number) filter (where treatments.role = 'prior') as prior,
        list(numbered.number) filter (where treatments.role = 'concomitant') as concomitant,
        list(numbered.number) filter (where treatments.role = 'subsequent') as subsequent
    from registry.treatments
    inner join numbered on treatments.drug = numbered.drug
    group by all
),

named as (
    select
        gathered.imputation,
        gathered.patient_id,
        list_transform(
            list_sort(list_distinct(gathered.prior)), lambda number: names.drugs[number]
        ) as prior_drugs,
        list_transform(
            list_sort(list_distinct(gathered.concomitant)), lambda number: names.drugs[number]
        ) as concomitant_drugs,
        list_transform(
            list_sort(list_distinct(gathered.subsequent)), lambda number: names.drugs[number]
        ) as subsequent_drugs
    from gathered
    cross join names
)

select * from named
