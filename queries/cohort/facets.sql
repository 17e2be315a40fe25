-- title:   The filter's options with their counts under all other filters
-- grain:   one row per (field, value)
-- params:  $cohort (see registry/members.sql)
-- columns: field (text), value (text; of a binned number the bin's lower end),
--          bin_lower (number, null for texts), parent (text, the group of a diagnosis that is not its own group),
--          n_patients (count), n_patients_lowest (count), n_patients_highest (count)
-- missing: every option that occurs in the registry is listed; one that nobody has in a version counts 0 there
with

by_version as (
    select
        filter_options.place,
        filter_options.field,
        filter_options.value,
        filter_options.bin_lower,
        filter_options.parent,
        bit_count(filter_options.patients & members.patients) as n_patients
    from filter_options
    inner join members($cohort) as members
        on
            filter_options.imputation = members.imputation
            and filter_options.position = members.left_out
),

summarised as (
    select
        place,
        field,
        value,
        bin_lower,
        parent,
        quantile_disc(n_patients, 0.5) as n_patients,
        min(n_patients) as n_patients_lowest,
        max(n_patients) as n_patients_highest
    from by_version
    group by all
),

ordered as (
    select * exclude (place)
    from summarised
    order by place
)

select * from ordered
