-- title:   The filter's options with their counts under all other filters
-- grain:   one row per (field, value)
-- params:  $cohort (see registry/cohort.sql), $fields (list of structs: field, bin_width; null for texts)
-- columns: field (text), value (text; of a binned number the bin's lower end),
--          bin_lower (number, null for texts), parent (text, the group of a diagnosis that is not its own group),
--          n_patients (count), n_patients_lowest (count), n_patients_highest (count)
-- missing: every option that occurs in the registry is listed; one that nobody has in a version counts 0 there
with

facet as (
    select unnest($fields::struct(field varchar, bin_width double) [], recursive := true)
),

versions as (
    select distinct imputation
    from patient_facts
),

fields_needed as (
    select
        count(distinct criterion.field) as n_fields,
        coalesce(list(distinct criterion.field), []) as fields
    from (
        select unnest($cohort::struct(field varchar) [], recursive := true)
    ) as criterion
),

met_by_patient as (
    select
        imputation,
        patient_id,
        list(field) as fields
    from fields_met($cohort)
    group by all
),

options_of_patients as (
    select
        patient_attributes.imputation,
        patient_attributes.patient_id,
        facet.field,
        floor(patient_attributes.number / facet.bin_width) * facet.bin_width as bin_lower,
        coalesce(bin_lower::varchar, patient_attributes.value) as value
    from patient_attributes
    inner join facet on patient_attributes.field = facet.field
),

-- A patient counts for an option if nothing but the option's own field may keep them out.
counted_by_version as (
    select
        option.imputation,
        option.field,
        option.value,
        count(*) as n_patients
    from options_of_patients as option
    cross join fields_needed
    left join met_by_patient as met
        on option.imputation = met.imputation and option.patient_id = met.patient_id
    where
        len(list_filter(coalesce(met.fields, []), lambda field: field != option.field))
        = fields_needed.n_fields - list_contains(fields_needed.fields, option.field)::integer
    group by all
),

everybody_by_option as (
    select
        option.field,
        option.value,
        option.bin_lower,
        parent.diagnosis_group as parent,
        count(*) as n_rows
    from options_of_patients as option
    left join reference.diagnoses as parent
        on
            option.field = 'diagnoses'
            and option.value = parent.diagnosis
            and parent.diagnosis != parent.diagnosis_group
    group by all
),

grid as (
    select
        versions.imputation,
        option.*
    from everybody_by_option as option
    cross join versions
),

summarised as (
    select
        grid.field,
        grid.value,
        grid.bin_lower,
        grid.parent,
        grid.n_rows,
        quantile_disc(coalesce(counted_by_version.n_patients, 0), 0.5) as n_patients,
        min(coalesce(counted_by_version.n_patients, 0)) as n_patients_lowest,
        max(coalesce(counted_by_version.n_patients, 0)) as n_patients_highest
    from grid
    left join counted_by_version
        on
            grid.imputation = counted_by_version.imputation
            and grid.field = counted_by_version.field
            and grid.value = counted_by_version.value
    group by all
),

-- Bins and doses by size, "any" and "none" first, diagnoses by how many have them, leaves under
-- their group.
ordered as (
    select * exclude (n_rows)
    from summarised
    order by
        field asc,
        bin_lower asc,
        value not in ('any', 'none') asc,
        try_cast(value as double) desc,
        max(n_rows) over (partition by field, coalesce(parent, value)) desc,
        coalesce(parent, value) asc,
        parent asc nulls first,
        value asc
)

select * from ordered
