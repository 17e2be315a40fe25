-- title:   The options that the filter offers, in their order, for every version
-- grain:   one row per (imputation, position, value)
-- params:  none
-- columns: imputation, position (of the field), field (text), value (text; of a binned number the bin's
--          lower end), bin_lower (number, null for texts), parent (text, the group of a diagnosis that is
--          not its own group), place (the option's place in the filter),
--          patients (bit string: at a patient's seat 1 if they have it)
-- missing: every option that occurs in any version is listed for all of them
create table filter_options as
with

options as (
    select
        filter_values.position,
        filter_fields.field,
        filter_values.value,
        if(filter_fields.bin_width is null, null, filter_values.value::double) as bin_lower,
        parents.diagnosis_group as parent,
        count(*) as n_rows
    from filter_values
    inner join filter_fields on filter_values.position = filter_fields.position
    left join reference.diagnoses as parents
        on
            filter_fields.field = 'diagnoses'
            and filter_values.value = parents.diagnosis
            and parents.diagnosis != parents.diagnosis_group
    where filter_values.value is not null
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

having_them as (
    select
        imputation,
        position,
        value,
        bit_or(patients) as patients
    from filter_index
    group by all
),

for_every_version as (
    select
        versions.imputation,
        placed.* exclude (group_size),
        coalesce(having_them.patients, versions.nobody) as patients
    from placed
    cross join versions
    left join having_them
        on
            versions.imputation = having_them.imputation
            and placed.position = having_them.position
            and placed.value = having_them.value
)

select * from for_every_version
