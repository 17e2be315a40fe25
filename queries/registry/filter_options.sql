-- title:   The options that the filter offers, in their order, for every version
-- grain:   one row per (imputation, position, value)
-- params:  none
-- columns: imputation, position (of the field), field (text), value (text; of a binned number the bin's
--          lower end), bin_lower (number, null for texts), parent (text, the group of a diagnosis that is
--          not its own group), place (the option's place in the filter)
-- missing: every option that occurs in any version is listed for all of them
create table filter_options as
with

slots as (
    select
        generate_subscripts(options, 1) as position,
        unnest(options) as texts
    from filter_patients
),

occurrences as (
    select
        position,
        unnest(texts) as value
    from slots
),

options as (
    select
        occurrences.position,
        filter_fields.field,
        occurrences.value,
        if(filter_fields.bin_width is null, null, occurrences.value::double) as bin_lower,
        parents.diagnosis_group as parent,
        count(*) as n_rows
    from occurrences
    inner join filter_fields on occurrences.position = filter_fields.position
    left join reference.diagnoses as parents
        on
            filter_fields.field = 'diagnoses'
            and occurrences.value = parents.diagnosis
            and parents.diagnosis != parents.diagnosis_group
    group by all
),

-- Bins and doses by size, "any" and "none" first, diagnoses by how many have them, leaves under their group.
placed as (
    select
        * exclude (n_rows),
        row_number() over (
            order by
                position asc,
                bin_lower asc,
                value not in ('any', 'none') asc,
                value = 'none' asc,
                try_cast(value as double) desc,
                group_size desc,
                coalesce(parent, value) asc,
                parent asc nulls first,
                value asc
        ) as place
    from (
        select
            *,
            max(n_rows) over (partition by position, coalesce(parent, value)) as group_size
        from options
    ) as sized
),

versions as (
    select distinct imputation
    from patient_facts
),

for_every_version as (
    select
        versions.imputation,
        placed.* exclude (group_size)
    from placed
    cross join versions
)

select * from for_every_version
