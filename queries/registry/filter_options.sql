-- title:   The options that the filter offers, in their order, and the cohort itself before them
-- grain:   one row per (place)
-- params:  none
-- columns: place (the option's place in the filter; 0: the cohort itself), position (of the field), field (text),
--          value (text; of a binned number the bin's lower end), bin_lower (number, null for texts),
--          parent (text, the group of a diagnosis that is not its own group)
-- missing: the cohort itself has position 0 and neither field nor value
create table filter_options as
with

options as (
    select
        filter_values.position,
        filter_fields.field,
        filter_values.value,
        if(filter_values.bin_width is null, null, filter_values.value::double) as bin_lower,
        parents.diagnosis_group as parent,
        sum(filter_values.n_rows) as n_rows
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
        ) as place,
        * exclude (n_rows, group_size)
    from (
        select
            *,
            max(n_rows) over (partition by position, coalesce(parent, value)) as group_size
        from options
    ) as sized
),

with_the_cohort as (
    select
        0 as place,
        0 as position
    union all by name
    select * from placed
)

select * from with_the_cohort
